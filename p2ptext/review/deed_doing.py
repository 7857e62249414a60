"""Doing with many conversations what somebody decided, some at a time.

Each part is one transaction: the recipients are locked first, as everywhere, then it is looked again with
which of them it can be done, and it is done and written down. A part is never done twice: the deed's own
row says how far it is.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from sqlalchemy import func

from p2ptext.accounts import auditing
from p2ptext.accounts.access import ROLES
from p2ptext.conversations import (
    closing,
    offering,
    reassigning,
    reminders,
    reviewing,
    surveying,
    tagging,
)
from p2ptext.errors import Refused
from p2ptext.extensions import cursor, db
from p2ptext.review import deeds, marking
from p2ptext.review.deeds import ANYBODY, LEAST_ROLE
from p2ptext.review.models import ReviewDeed
from p2ptext.texting import pacing, stopping
from p2ptext.texting.clicking import Clicker

PART = 100
"""Conversations of one transaction: nobody waits for a lock of it for long."""
LOCK = 0x0DEED
"""First key of the advisory locks of deeds; the second is the deed's id."""


def mine(deed_id: int) -> ReviewDeed | None:
    """The deed, for this transaction alone; None while another has it, or when it is over."""
    sql = cursor()
    sql.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (LOCK, deed_id))
    if sql.fetchone() != (True,):
        return None
    # Its row is not locked: who asks to cancel it must not wait. Only whoever has the lock changes the rest.
    row = db.session.get(ReviewDeed, deed_id, populate_existing=True)
    return row if row is not None and row.status in ("waiting", "running") else None


def end(row: ReviewDeed, status: str) -> None:
    """It is over."""
    row.status = status
    row.finished_at = func.p2p_now()
    db.session.flush()


def lost() -> list[int]:
    """Deeds that nobody has been at for a minute."""
    sql = cursor()
    sql.execute(
        """SELECT id FROM review_deed WHERE status IN ('waiting','running')
             AND seen_at < (SELECT p2p_now()) - interval '1 minute' ORDER BY id"""
    )
    return [row[0] for row in sql.fetchall()]


def do_part(row: ReviewDeed) -> None:
    """Do the next part; the deed is over with the last one.

    Raises Refused when it cannot be done any more, such as for a tag that is gone.
    """
    who = check_asker(row)
    if row.deed == "reassign":
        reassigning.check_member(row.organization_id, _new_owner(row))
    ids = row.ids[row.place : row.place + PART]
    # First the person, then the recipients, as every press of theirs does: else the two could wait for
    # each other.
    cursor().execute(f"SELECT {pacing.LOCK_PERSON}", {"person": who.person_id})
    offering.lock(ids)
    found = deeds.standing(row, row.place, PART)
    done = _DEEDS[row.deed](row, who, found.meant) if found.meant else []
    left_out = Counter(row.left_out) + Counter(found.left_out)
    left_out["changed"] += len(found.meant) - len(done)
    row.left_out = {code: left_out[code] for code in deeds.LEFT_OUT if left_out[code]}
    row.done += len(done)
    row.place += len(ids)
    row.status, row.seen_at = "running", func.p2p_now()
    if done:
        auditing.record(
            "conversations_changed",
            f"review deed {row.id}",
            organization_id=row.organization_id,
            person_id=row.asked_by,
            deed=row.deed,
            conversations=done,
            **_told(row),
        )
    if row.place >= len(row.ids):
        end(row, "done")
    db.session.flush()


def _told(row: ReviewDeed) -> dict[str, object]:
    """The details that name rows or are a reason; a note is in the conversation."""
    return {
        name: value for name, value in row.details.items() if name in ("to", "tag", "answer", "reason")
    }


def check_asker(row: ReviewDeed) -> Clicker:
    """Who asked for it, if they still may. Raises Refused (not_allowed)."""
    sql = cursor()
    sql.execute(
        """SELECT m.role, m.texting_name FROM membership m JOIN person p ON p.id = m.person_id
           WHERE m.organization_id = %s AND m.person_id = %s AND m.status = 'active'
             AND p.disabled_at IS NULL""",
        (row.organization_id, row.asked_by),
    )
    role, name = sql.fetchone() or ("", "")
    least = LEAST_ROLE.get(row.deed, "organizer")
    if role not in ROLES or ROLES.index(role) < ROLES.index(least):
        raise Refused("not_allowed", "Whoever asked for this may not do it any more.")
    return Clicker(row.organization_id, row.asked_by, 0, name, "", "")


def _new_owner(row: ReviewDeed) -> int | None:
    to = row.details["to"]
    return None if to == ANYBODY else int(to)


def _reassign(row: ReviewDeed, who: Clicker, ids: Sequence[int]) -> list[int]:
    return reassigning.give(ids, _new_owner(row), who.person_id, row.details.get("note", ""))


def _tag(row: ReviewDeed, who: Clicker, ids: Sequence[int]) -> list[int]:
    return tagging.mark_all(who, ids, row.details["tag"], on=row.deed == "tag")


def _answer(row: ReviewDeed, who: Clicker, ids: Sequence[int]) -> list[int]:
    step, _, answer = row.details["answer"].partition(":")
    for id_ in ids:
        surveying.answer(who, id_, step, answer)
    return list(ids)


def _opt_out(row: ReviewDeed, who: Clicker, ids: Sequence[int]) -> list[int]:
    sql = cursor()
    sql.execute(
        "SELECT recipient_id, organization_id, person_id, id FROM conversation WHERE id = ANY(%s)",
        (list(ids),),
    )
    found = sql.fetchall()
    for recipient_id in sorted({row[0] for row in found}):
        stopping.stop(recipient_id, f"{reviewing.REASON}: {row.details['reason']}", who.person_id)
    for _, _, owner_id, id_ in found:
        reminders.drop(id_, owner_id)
    offering.tell([(org_id, owner_id) for _, org_id, owner_id, _ in found])
    return list(ids)


def _close(row: ReviewDeed, who: Clicker, ids: Sequence[int]) -> list[int]:
    owners = [closing.close(who, id_)[0].owner_id for id_ in ids]
    offering.tell([(row.organization_id, owner_id) for owner_id in owners])
    return list(ids)


def _mark(row: ReviewDeed, who: Clicker, ids: Sequence[int]) -> list[int]:
    return marking.mark(who, ids)


def _unmark(row: ReviewDeed, who: Clicker, ids: Sequence[int]) -> list[int]:
    return marking.unmark(who, ids)


_DEEDS: dict[str, Callable[[ReviewDeed, Clicker, Sequence[int]], list[int]]] = {
    "reassign": _reassign,
    "tag": _tag,
    "untag": _tag,
    "answer": _answer,
    "opt_out": _opt_out,
    "close": _close,
    "mark": _mark,
    "unmark": _unmark,
}
"""Each returns with which of the conversations it was done; their recipients are locked."""
