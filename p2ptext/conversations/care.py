"""What keeps volunteers well: how often they were thanked and insulted, and how long they have been at it."""

from dataclasses import dataclass

from p2ptext.extensions import cursor
from p2ptext.rules import intents
from p2ptext.texting import presence

TODAY_H = 18
"""Hours that count as one evening, as in texting.shift."""
MOST_READ = 500
"""Conversations and texts looked through, the latest first: more than anybody gets in an evening."""
MUCH_ABUSE = 3
"""Insults in an hour after which a break is proposed."""
LONG_SHIFT_MIN = 60
_MAY_BE_THANKS = "thank|thx|tysm|apprec|gracias|merci|obrigad|bless|bendiga"
"""The database leaves out what cannot be thanks, so that the rules read little."""
# As an array: joined to the texts instead, the database may look through everybody's.
_SAID = f"""
SELECT i.conversation_id, i.text, i.abusive FROM inbound_text i
WHERE i.conversation_id = ANY (ARRAY(
    (SELECT id FROM conversation WHERE organization_id = %(org)s AND person_id = %(person)s
       AND last_inbound_id IS NOT NULL ORDER BY last_inbound_id DESC LIMIT {MOST_READ})
    UNION ALL
    SELECT conversation_id FROM handover WHERE from_id = %(person)s AND organization_id = %(org)s
      AND at > (SELECT p2p_now()) - interval '{TODAY_H} hours'))
  AND i.received_at > (SELECT p2p_now()) - interval '{TODAY_H} hours'
  AND CASE WHEN i.abusive THEN i.received_at > (SELECT p2p_now()) - interval '1 hour'
      ELSE i.kind = 'text' AND i.text ~* %(hints)s END
ORDER BY i.id DESC LIMIT {MOST_READ}
"""
"""Insults of the last hour and today's possible thanks, from those who wrote to a person lately; the
conversations taken over from them today are included."""


@dataclass(frozen=True, slots=True)
class Day:
    """One person's evening so far."""

    thanks: int
    abusive_last_hour: int
    minutes_on_shift: int
    """Since this shift began; 0 for somebody who is not on shift."""

    @property
    def nudge(self) -> str:
        """Why a break would do them good: abuse, hour or nothing."""
        if self.abusive_last_hour >= MUCH_ABUSE:
            return "abuse"
        return "hour" if self.minutes_on_shift >= LONG_SHIFT_MIN else ""


def of_today(organization_id: int, person_id: int) -> Day:
    """For the nudge to take a break, and the count of thanks."""
    thankful, abusive = _heard(organization_id, person_id)
    return Day(thankful, abusive, _minutes_on_shift(organization_id, person_id))


def thanks(organization_id: int, person_id: int) -> int:
    """How many people thanked this person today."""
    return _heard(organization_id, person_id)[0]


def _heard(organization_id: int, person_id: int) -> tuple[int, int]:
    """How many people thanked them today, and how many insults came in the last hour."""
    sql = cursor()
    sql.execute(_SAID, {"org": organization_id, "person": person_id, "hints": _MAY_BE_THANKS})
    thankful, insults = set[int](), 0
    for talk, words, abusive in sql.fetchall():
        if abusive:
            insults += 1
        elif talk not in thankful and "thanks" in intents.read(words):
            thankful.add(talk)
    return len(thankful), insults


def _minutes_on_shift(organization_id: int, person_id: int) -> int:
    sql = cursor()
    sql.execute(
        f"""SELECT floor(extract(epoch FROM p2p_now() - p.began_at) / 60)::int FROM presence p
            WHERE p.organization_id = %s AND p.person_id = %s AND {presence.ON_SHIFT}""",
        (organization_id, person_id),
    )
    return int((sql.fetchone() or (0,))[0])
