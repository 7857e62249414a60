"""Before a deed is done with many conversations: which are meant, what it needs, and somebody's word.

The conversations are kept as they were shown. What matches later, or has written since, is not touched;
what does not match any more is left out. So nobody does anything with a conversation they were not shown.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select

from p2ptext.accounts import auditing
from p2ptext.campaigns.models import Campaign
from p2ptext.conversations import reassigning, tagging
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor, db
from p2ptext.review import chips, deeds, searching
from p2ptext.review.deeds import ANYBODY
from p2ptext.review.filters import Filter
from p2ptext.review.models import ReviewDeed

MOST = 50_000
"""Conversations of one deed."""
LONGEST_REASON = 150
LONGEST_NAME = 100
LET_PASS = 20
"""Where at most one in so many has dropped out since they were shown, it is done with the others and the
result says so; else the page is shown once more. On a busy evening there is always somebody."""
NEEDS_DETAILS = ("reassign", "tag", "untag", "answer", "opt_out", "list")


def begin(
    organization_id: int,
    person_id: int,
    deed: str,
    wanted: Filter,
    picked: Sequence[int] | None,
) -> ReviewDeed:
    """Keep the conversations that are meant: those ticked, or all that match for None.

    Raises Refused: nothing_picked, too_many.
    """
    if picked is None:
        ids = searching.ids(organization_id, wanted, MOST + 1)
    else:
        ids = searching.still(organization_id, wanted, picked)
    if not ids:
        raise Refused("nothing_picked", "Tick at least one conversation, or choose all that match.", 422)
    if len(ids) > MOST:
        raise Refused(
            "too_many",
            f"That is more than {MOST:,} conversations. Narrow the filter, and do it in parts.",
            422,
        )
    # Whoever asks anew has given up what they looked at before.
    given_up = delete(ReviewDeed).filter_by(
        organization_id=organization_id, asked_by=person_id, status="shown"
    )
    db.session.execute(given_up)
    row = ReviewDeed(
        organization_id=organization_id,
        asked_by=person_id,
        deed=deed,
        filter=wanted.to_args(),
        picked=picked is not None,
        ids=ids,
        inbound_ids=_last_texts(ids),
        details={},
    )
    db.session.add(row)
    db.session.flush()
    return row


def _last_texts(ids: Sequence[int]) -> list[int]:
    """What each of these conversations' people wrote last, 0 for nothing."""
    sql = cursor()
    sql.execute(
        """SELECT coalesce(t.last_inbound_id, 0)
           FROM unnest(%s::bigint[]) WITH ORDINALITY AS chosen (id, place)
           JOIN conversation t ON t.id = chosen.id ORDER BY chosen.place""",
        (list(ids),),
        prepare=False,
    )
    return [row[0] for row in sql.fetchall()]


def find(organization_id: int, deed_id: int, *, lock: bool = False) -> ReviewDeed:
    """A deed of the organization. Raises NotFound."""
    wanted = select(ReviewDeed).filter_by(id=deed_id, organization_id=organization_id)
    if lock:
        wanted = wanted.with_for_update()
    row = db.session.scalar(wanted.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row


def is_whole(row: ReviewDeed) -> bool:
    """Whether everything that the deed needs is known."""
    return row.deed not in NEEDS_DETAILS or bool(row.details)


def say(row: ReviewDeed, told: Mapping[str, str]) -> None:
    """Note what the deed needs. Raises Refused with what is missing."""
    if row.status != "shown":
        raise _decided()
    if row.deed in _READERS:
        row.details = _READERS[row.deed](row, told)


def _decided() -> Refused:
    return Refused("decided", "This was decided on already. Look at what came of it.")


def stamp(row: ReviewDeed, number: int) -> str:
    """What a page showed: another choice or another number gives another stamp."""
    shown = json.dumps([row.id, row.details, number], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:20]


def confirm(row: ReviewDeed, seen: str, shown: int) -> bool:
    """Somebody has seen how many they are and wants it done; it then waits for its turn.

    `seen` and `shown` are the stamp and the number on their page. False when things have changed too much
    since: they must be shown again. Raises Refused (decided).
    """
    if row.status != "shown":
        raise _decided()
    if not is_whole(row):
        return False
    now = len(deeds.standing(row).meant)
    if not now or seen != stamp(row, shown) or not 0 <= shown - now <= shown // LET_PASS:
        return False
    row.status, row.confirmed_at, row.seen_at = "waiting", func.p2p_now(), func.p2p_now()
    db.session.flush()
    return True


def cancel(row: ReviewDeed, person_id: int) -> None:
    """Give it up, or have it end with the part that is being done; what is done stays done."""
    if row.status == "shown" and row.asked_by == person_id:
        row.status, row.finished_at = "cancelled", func.p2p_now()
    elif row.status in ("waiting", "running") and row.cancel_asked_at is None:
        row.cancel_asked_at = func.p2p_now()
        auditing.record("review_deed_cancelled", f"review deed {row.id}")
    db.session.flush()


def options(row: ReviewDeed) -> list[tuple[str, str]]:
    """What somebody chooses from before it can be done: values and words. Empty where there is nothing to
    choose."""
    if row.deed == "list":
        return [("new", "A new one"), *((str(one.id), one.name) for one in _drafts(row))]
    if row.deed == "answer":
        return chips.of_campaign(row.organization_id, deeds.filter_of(row).campaign).answers
    choices = reassigning.choices(row.organization_id)
    if row.deed == "reassign":
        members = ((str(one.id), one.name) for one in choices.members)
        return [(ANYBODY, "Whoever is on shift"), *members]
    return [(str(one.id), one.name) for one in choices.tags] if row.deed in ("tag", "untag") else []


def _drafts(row: ReviewDeed) -> Sequence[Campaign]:
    return db.session.scalars(
        select(Campaign)
        .filter_by(organization_id=row.organization_id, status="draft", is_tests=False)
        .order_by(Campaign.id.desc())
    ).all()


def _chosen(row: ReviewDeed, told: Mapping[str, str], name: str, words: str) -> tuple[str, str]:
    known = dict(options(row))
    chosen = told.get(name, "")
    if chosen not in known:
        raise _missing(words)
    return chosen, known[chosen]


def _to(row: ReviewDeed, told: Mapping[str, str]) -> dict[str, Any]:
    chosen, name = _chosen(row, told, "to", "Choose the new volunteer, or whoever is on shift.")
    note = " ".join(told.get("note", "").split())[: reassigning.LONGEST_NOTE]
    to = chosen if chosen == ANYBODY else int(chosen)
    return {"to": to, "name": name.removesuffix(" (is here)"), "note": note}


def _tag(row: ReviewDeed, told: Mapping[str, str]) -> dict[str, Any]:
    name = tagging.clean(told.get("new_tag", "")) if row.deed == "tag" else ""
    if name:
        known = {words.lower(): int(id_) for id_, words in options(row)}
        tag_id = known.get(name.lower()) or _make_tag(row.organization_id, name)
        return {"tag": tag_id, "name": name}
    chosen, name = _chosen(
        row,
        told,
        "tag",
        "Choose the tag, or name a new one." if row.deed == "tag" else "Choose the tag.",
    )
    return {"tag": int(chosen), "name": name}


def _make_tag(organization_id: int, name: str) -> int:
    try:
        return tagging.create(organization_id, name).id
    except Refused as refused:
        raise _missing(refused.words) from None


def _answer(row: ReviewDeed, told: Mapping[str, str]) -> dict[str, Any]:
    chosen, words = _chosen(row, told, "answer", "Choose the answer.")
    return {"answer": chosen, "words": words}


def _reason(row: ReviewDeed, told: Mapping[str, str]) -> dict[str, Any]:
    reason = " ".join(told.get("reason", "").replace("\x00", "").split())[:LONGEST_REASON]
    if not reason:
        raise _missing("Say in a few words why they are opted out.")
    return {"reason": reason}


def _campaign(row: ReviewDeed, told: Mapping[str, str]) -> dict[str, Any]:
    chosen, name = _chosen(row, told, "campaign", "Choose a draft, or a new campaign.")
    if chosen != "new":
        return {"campaign": int(chosen), "name": name}
    name = " ".join(told.get("name", "").replace("\x00", "").split())[:LONGEST_NAME]
    if not name:
        raise _missing("Give the new campaign a name.")
    taken = select(Campaign.id).where(
        Campaign.organization_id == row.organization_id, func.lower(Campaign.name) == name.lower()
    )
    if db.session.scalar(taken) is not None:
        raise _missing("There is a campaign of this name already. Choose another one.")
    return {"campaign": "new", "name": name}


_READERS: dict[str, Callable[[ReviewDeed, Mapping[str, str]], dict[str, Any]]] = {
    "reassign": _to,
    "tag": _tag,
    "untag": _tag,
    "answer": _answer,
    "opt_out": _reason,
    "list": _campaign,
}


def _missing(words: str) -> Refused:
    return Refused("missing", words, 422)
