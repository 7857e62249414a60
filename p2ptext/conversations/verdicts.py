"""A person corrects what the rules made of a text: with a reason, and under the recipient's lock.

What is undone is exactly what that text did. Whoever is opted out for another reason, or has asked
again since, stays opted out.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from p2ptext.accounts import auditing
from p2ptext.audience import suppression
from p2ptext.audience.suppression import OWN_WORDS
from p2ptext.background import hint
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor
from p2ptext.texting import in_review
from p2ptext.texting.stopping import stop

LIFTED = "lifted"
STAYS = "stays"
CLEARED = "cleared"
LOCKED = "locked"
STOPPED = "stopped"
HEARD = "heard"


@dataclass(frozen=True, slots=True)
class Judged:
    """A text, and what was made of it."""

    id: int
    text: str
    sender: str
    received_at: datetime
    tier: str
    intent: str
    why: str
    """The rule, in words."""
    recipient_id: int
    conversation_id: int | None
    owner_id: int | None
    undone_at: datetime | None
    undone_reason: str | None
    opted_out: bool
    kind: str

    @property
    def is_by_machine(self) -> bool:
        """Whether it was taken for what a phone or an auto-responder writes by itself."""
        return self.kind != "text"

    @property
    def allows_texts(self) -> bool:
        """Whether correcting it may have texts leave again: that takes the password."""
        return self.tier == "auto"

    @property
    def is_wrong_number(self) -> bool:
        """Whether it closed its conversation as a wrong number, and no more."""
        return self.intent == "wrong_number"

    @property
    def asks_to_stop(self) -> bool:
        """Whether the rules took it for a request to stop, certain or not."""
        return self.tier in ("auto", "review")


def find(organization_id: int, inbound_id: int) -> Judged:
    """Raises NotFound, also for texts of senders that are no phones: those are never texted."""
    sql = cursor()
    with sql.connection.cursor(row_factory=class_row(Judged)) as rows:
        rows.execute(
            """SELECT i.id, i.text, i.sender, i.received_at, i.tier, i.intent, i.verdict_reason AS why,
                 i.recipient_id, i.conversation_id, t.person_id AS owner_id, i.undone_at, i.undone_reason,
                 r.suppressed_at IS NOT NULL AS opted_out, i.kind
               FROM inbound_text i JOIN recipient r ON r.id = i.recipient_id
               LEFT JOIN conversation t ON t.id = i.conversation_id
               WHERE i.id = %s AND i.organization_id = %s""",
            (inbound_id, organization_id),
        )
        row = rows.fetchone()
    if row is None:
        raise NotFound
    return row


def correct(
    organization_id: int, inbound_id: int, person_id: int, reason: str, *, by_a_person: bool = False
) -> str:
    """Turn the verdict on a text round, once: a request to stop was none, or what was none is one; or,
    with `by_a_person`, what was taken for a machine's text was written by hand.

    Returns what followed: LIFTED (texts may leave again), STAYS (they stay opted out, for another
    reason), CLEARED (a probable request, or a wrong number, was none), LOCKED (it was none, and another
    text waits for a decision), STOPPED or HEARD (it waits for an answer now). Raises NotFound, and Refused when
    somebody has corrected it before (already_undone) or more of their words come in (still_coming).
    """
    suppression.lock_recipient(find(organization_id, inbound_id).recipient_id)
    # Once more, behind the lock: a STOP or a colleague may have been faster.
    judged = find(organization_id, inbound_id)
    if judged.undone_at is not None:
        raise Refused("already_undone", "Somebody has corrected this already. Look at it again.")
    _check_whole(judged)
    cursor().execute(
        """UPDATE inbound_text SET undone_at = p2p_now(), undone_by = %s, undone_reason = %s WHERE id = %s""",
        (person_id, reason, inbound_id),
    )
    heard = by_a_person and judged.is_by_machine
    followed = _hear(judged) if heard else _follow(judged, person_id, reason)
    auditing.record("verdict_undone", f"inbound text {inbound_id}", was=judged.tier, now=followed)
    if judged.conversation_id is not None:
        hint(f"hints:{organization_id}:{judged.owner_id}", f"reply {judged.conversation_id}")
    return followed


def _check_whole(judged: Judged) -> None:
    """A piece of a long text may have stopped the texts before the whole of it is there to be read."""
    sql = cursor()
    sql.execute(
        """SELECT 1 FROM inbound_part p JOIN recipient r ON r.phone = p.sender
             AND r.organization_id = p.organization_id
           WHERE r.id = %s AND p.inbound_id IS NULL LIMIT 1""",
        (judged.recipient_id,),
    )
    if sql.fetchone() is not None:
        raise Refused(
            "still_coming", "The rest of a long text of theirs is coming in. Try again in a minute."
        )


def _follow(judged: Judged, person_id: int, reason: str) -> str:
    if judged.tier == "auto":
        return _allow(judged, person_id, reason)
    if judged.tier == "review" or judged.is_wrong_number:
        return _clear(judged)
    stop(judged.recipient_id, f"an organizer read their text as a request to stop: {reason}", person_id)
    return STOPPED


# Their own words stopped the texts, and none of the words that did so stands any more. Those from before
# the last time it was lifted have had their time.
_ONLY_THESE_WORDS = """
SELECT r.suppressed_at IS NOT NULL AND e.action = 'added' AND e.person_id IS NULL
    AND starts_with(e.reason, %(own_words)s)
    AND NOT EXISTS (
      SELECT 1 FROM inbound_text i
      WHERE i.recipient_id = r.id AND i.tier = 'auto' AND i.undone_at IS NULL
        AND i.received_at > coalesce((SELECT max(at) FROM suppression_event
                                      WHERE recipient_id = r.id AND action = 'lifted'), '-infinity'))
FROM recipient r
LEFT JOIN LATERAL (SELECT action, person_id, reason FROM suppression_event
                   WHERE recipient_id = r.id ORDER BY id DESC LIMIT 1) e ON true
WHERE r.id = %(id)s"""


def _allow(judged: Judged, person_id: int, reason: str) -> str:
    sql = cursor()
    sql.execute(_ONLY_THESE_WORDS, {"id": judged.recipient_id, "own_words": OWN_WORDS})
    if not (sql.fetchone() or (False,))[0]:
        return STAYS
    suppression.lift(judged.recipient_id, f"their text was no request to stop: {reason}", person_id)
    _open(judged, "opted_out")
    return LIFTED


def _clear(judged: Judged) -> str:
    if judged.opted_out:
        return STAYS
    if judged.conversation_id is None:
        return CLEARED
    locked = in_review.settle_lock(judged.conversation_id)
    if judged.is_wrong_number:
        _open(judged, "wrong_number")
    return LOCKED if locked else CLEARED


def _hear(judged: Judged) -> str:
    """It counts as any text of theirs: it waits for an answer, unless they are opted out."""
    sql = cursor()
    sql.execute("UPDATE inbound_text SET kind = 'text', reaction = '' WHERE id = %s", (judged.id,))
    sql.execute(
        """UPDATE conversation SET last_inbound_id = greatest(last_inbound_id, %(id)s), set_aside_at = NULL,
             waiting_since = CASE WHEN %(stopped)s THEN waiting_since
                                  ELSE coalesce(waiting_since, %(at)s) END,
             state = CASE WHEN closed_reason IN ('opted_out', 'wrong_number') THEN state ELSE 'open' END,
             closed_reason = CASE WHEN closed_reason IN ('opted_out', 'wrong_number')
                                  THEN closed_reason END
           WHERE id = %(talk)s""",
        {
            "id": judged.id,
            "stopped": judged.opted_out,
            "at": judged.received_at,
            "talk": judged.conversation_id,
        },
    )
    return STAYS if judged.opted_out else HEARD


def _open(judged: Judged, closed_as: str) -> None:
    """The volunteer may answer again; it has waited since the text came in."""
    cursor().execute(
        """UPDATE conversation SET state = 'open', closed_reason = NULL,
             waiting_since = coalesce(waiting_since, %s)
           WHERE id = %s AND state = 'closed' AND closed_reason = %s""",
        (judged.received_at, judged.conversation_id, closed_as),
    )
