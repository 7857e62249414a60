"""A conversation changes hands, one taker at a time, and it stays written down who had it and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from p2ptext.background import hint
from p2ptext.conversations import offering
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor
from p2ptext.texting import live
from p2ptext.texting.clicking import Clicker

MOST_TRIES = 20
"""Looks for a free offer before somebody is told that there is none."""

# What somebody passed on does not come back to them by itself.
_NEXT = """
SELECT t.id FROM conversation t JOIN recipient r ON r.id = t.recipient_id
WHERE t.organization_id = %(org)s AND t.offered_at IS NOT NULL AND t.waiting_since IS NOT NULL
  AND t.person_id <> %(person)s AND t.id <> ALL(%(tried)s) AND NOT EXISTS (
    SELECT 1 FROM handover h WHERE h.conversation_id = t.id AND h.from_id = %(person)s
      AND h.why = 'passed_on')
ORDER BY t.crisis_reason IS NULL, t.waiting_since, t.id LIMIT 1 FOR NO KEY UPDATE OF r SKIP LOCKED"""


def take(who: Clicker, conversation_id: int | None = None) -> int:
    """Take over an offered conversation, or the one that has waited longest; returns which.

    Taking what is one's own already ends its offer. Raises NotFound for what is not of their
    organization, Refused (taken, nothing_offered) for what is offered no more.
    """
    if conversation_id is None:
        return _take_next(who)
    owner_id = _locked(who.organization_id, conversation_id)
    if owner_id == who.person_id:
        _end_offer(conversation_id)
        return conversation_id
    if not _move_offered(who, conversation_id):
        raise _too_late(who, conversation_id)
    return conversation_id


def _take_next(who: Clicker) -> int:
    sql, tried = cursor(), [0]
    for _ in range(MOST_TRIES):
        sql.execute(_NEXT, {"org": who.organization_id, "person": who.person_id, "tried": tried})
        row = sql.fetchone()
        if row is None:
            break
        # The look was taken before the lock was: somebody may have had it in between.
        if _move_offered(who, row[0]):
            return int(row[0])
        tried.append(row[0])
    raise Refused("nothing_offered", "Nobody waits for somebody new any more. Thank you for asking.")


def _locked(organization_id: int, conversation_id: int) -> int:
    """Lock the conversation's recipient, then read its owner. Raises NotFound."""
    offering.lock([conversation_id])
    sql = cursor()
    sql.execute(
        "SELECT person_id FROM conversation WHERE id = %s AND organization_id = %s",
        (conversation_id, organization_id),
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return int(row[0])


def _end_offer(conversation_id: int) -> None:
    cursor().execute(
        "UPDATE conversation SET offered_at = NULL, offered_why = NULL WHERE id = %s", (conversation_id,)
    )


def _move_offered(who: Clicker, conversation_id: int) -> bool:
    """Make it theirs if it is still offered; the recipient's row is locked."""
    moved = move([conversation_id], who.person_id, who.person_id, only_offered=True)
    return bool(moved)


def _too_late(who: Clicker, conversation_id: int) -> Refused:
    """Who has it now: whoever was faster, or its owner, who answered after all."""
    sql = cursor()
    sql.execute(
        """SELECT coalesce(nullif(m.texting_name, ''), 'Somebody else') FROM conversation t
           LEFT JOIN membership m ON m.organization_id = t.organization_id AND m.person_id = t.person_id
           WHERE t.id = %s AND t.organization_id = %s""",
        (conversation_id, who.organization_id),
    )
    (name,) = sql.fetchone() or ("Somebody else",)
    return Refused("taken", f"{name} was faster and answers them now.")


_MOVE = """
WITH old AS (
  SELECT t.id, t.organization_id, t.person_id,
    CASE WHEN %(why)s::text IS NULL THEN t.offered_why ELSE %(why)s END AS why,
    CASE WHEN %(note)s <> '' THEN %(note)s WHEN t.offered_why = 'passed_on' THEN coalesce((
      SELECT n.text FROM note n WHERE n.conversation_id = t.id AND n.kind = 'note'
        AND n.at >= t.offered_at ORDER BY n.id DESC LIMIT 1), '') ELSE '' END AS note
  FROM conversation t WHERE t.id = ANY(%(ids)s) AND t.person_id <> %(to)s
    AND (NOT %(only_offered)s OR (t.offered_at IS NOT NULL AND t.waiting_since IS NOT NULL))
), moved AS (
  UPDATE conversation t SET person_id = %(to)s, offered_at = NULL, offered_why = NULL, set_aside_at = NULL
  FROM old WHERE t.id = old.id
), written AS (
  INSERT INTO handover (organization_id, conversation_id, from_id, to_id, by_id, why, note)
  SELECT organization_id, id, person_id, %(to)s, %(by)s, why, note FROM old ORDER BY id
)
SELECT organization_id, person_id, id FROM old
"""


def move(
    conversation_ids: Sequence[int],
    to_id: int,
    by_id: int,
    *,
    why: str | None = None,
    note: str = "",
    only_offered: bool = False,
) -> list[int]:
    """Give conversations another owner; the recipients' rows must be locked. Returns which moved.

    `why` is the offer's own reason where none is given. What is theirs already does not move. Drafts
    stay with whoever wrote them.
    """
    sql = cursor()
    sql.execute(
        _MOVE,
        {
            "ids": list(conversation_ids),
            "to": to_id,
            "by": by_id,
            "why": why,
            "note": note,
            "only_offered": only_offered,
        },
    )
    rows = sql.fetchall()
    offering.tell([row[:2] for row in rows])
    for organization_id in {row[0] for row in rows}:
        hint(live.person_channel(organization_id, to_id), "state")
    return [row[2] for row in rows]


@dataclass(frozen=True, slots=True)
class Change:
    """One time a conversation changed hands."""

    at: datetime
    from_id: int
    to_id: int
    from_name: str
    to_name: str
    why: str
    note: str

    @property
    def words(self) -> str:
        """Such as "Ben took over from Amy: it had waited longer than promised."."""
        return f"{self.to_name} took over from {self.from_name}: {REASONS[self.why]}."


REASONS = {
    "waited": "the reply had waited longer than promised",
    "done": "they were done for the day",
    "left": "they are not in the organization any more",
    "passed_on": "they passed it on",
    "organizer": "an organizer moved it",
}
"""Why a conversation was offered or moved, after a colon."""


def history(conversation_id: int) -> list[Change]:
    """Every time it changed hands, the first first."""
    sql = cursor()
    with sql.connection.cursor(row_factory=class_row(Change)) as rows:
        rows.execute(
            """SELECT h.at, h.from_id, h.to_id, h.why, h.note,
                 coalesce(f.texting_name, 'Somebody') AS from_name,
                 coalesce(w.texting_name, 'Somebody') AS to_name
               FROM handover h
               LEFT JOIN membership f ON f.organization_id = h.organization_id AND f.person_id = h.from_id
               LEFT JOIN membership w ON w.organization_id = h.organization_id AND w.person_id = h.to_id
               WHERE h.conversation_id = %s ORDER BY h.id""",
            (conversation_id,),
        )
        return rows.fetchall()
