"""What an organizer can do with many conversations at once, and with which of them it can be done.

One statement decides, before anything is done and again under the locks, so that what is counted is
what happens.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from p2ptext.extensions import cursor
from p2ptext.review import searching
from p2ptext.review.filters import Filter
from p2ptext.review.models import ReviewDeed

ANYBODY = "anybody"
"""Chosen instead of a member: whoever is on shift."""
LEAST_ROLE = {"list": "manager"}
"""Who may do it, where an organizer may not: lists are a manager's."""

LEFT_OUT = {
    "changed": "They do not match what you looked for any more.",
    "wrote": "They have written since you looked. Read it first.",
    "other_campaign": "They belong to another campaign.",
    "archived": "Their campaign is archived.",
    "opted_out": "They have opted out already, or their number was erased.",
    "review": "Their reply may ask to stop. That is decided one by one.",
    "crisis": "Somebody may be in danger. That is looked after one by one.",
    "wrong_number": "They say that it is a wrong number.",
    "closed": "The conversation is closed already.",
    "theirs": "The new volunteer has it already.",
    "not_waiting": "They do not wait for an answer.",
    "offered": "The conversation is offered to others already.",
    "has_it": "It has this tag already.",
    "has_not": "It does not have this tag.",
    "answered_so": "This answer is written down already.",
    "replied": "They have answered. A further pass only texts who did not.",
    "marked": "They are marked already.",
    "not_marked": "They are not marked.",
    "twice": "They have another conversation here, and one row is enough.",
}
"""Why a conversation is left out, in the order of the page."""

_GONE = "r.suppressed_at IS NOT NULL OR r.phone IS NULL"
_TAGGED = """EXISTS (SELECT 1 FROM conversation_tag x
  WHERE x.conversation_id = t.id AND x.tag_id = %(tag)s OFFSET 0)"""
_ANSWERED = """EXISTS (SELECT 1 FROM survey_answer x WHERE x.contact_id = t.contact_id
  AND x.step_key = %(step)s AND x.answer_key = %(answer)s OFFSET 0)"""
_MARKED = "EXISTS (SELECT 1 FROM pass_mark x WHERE x.contact_id = t.contact_id OFFSET 0)"
_CLOSED = "t.state = 'closed' AND t.waiting_since IS NULL"
_DANGER = (("review", "t.review_reason IS NOT NULL"), ("crisis", "t.crisis_reason IS NOT NULL"))
_ARCHIVED = ("archived", "a.status = 'archived'")
_TO_MEMBER = (("closed", _CLOSED), ("theirs", "t.person_id = %(to)s"))
_TO_ANYBODY = (("not_waiting", "t.waiting_since IS NULL"), ("offered", "t.offered_at IS NOT NULL"))

_NOT_WITH: dict[str, tuple[tuple[str, str], ...]] = {
    "tag": (("has_it", _TAGGED),),
    "untag": (("has_not", f"NOT {_TAGGED}"),),
    "answer": (("other_campaign", "t.campaign_id <> %(campaign)s"), ("answered_so", _ANSWERED)),
    "opt_out": (("opted_out", "r.suppressed_at IS NOT NULL"),),
    "close": (*_DANGER, ("opted_out", "r.suppressed_at IS NOT NULL"), ("closed", _CLOSED)),
    "mark": (
        _ARCHIVED,
        ("opted_out", _GONE),
        ("replied", "c.replied_at IS NOT NULL"),
        ("marked", _MARKED),
    ),
    "unmark": (("not_marked", f"NOT {_MARKED}"),),
    "list": (
        ("opted_out", _GONE),
        *_DANGER,
        ("wrong_number", "t.closed_reason = 'wrong_number'"),
    ),
}
"""What keeps a deed from being done with a conversation `t`: code of LEFT_OUT and SQL, the first counts."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What would happen to the conversations of a deed."""

    meant: list[int] = field(default_factory=list)
    """With these it is done, in the order of their recipients."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Code of LEFT_OUT to number, in its order."""


def filter_of(row: ReviewDeed) -> Filter:
    """What was looked for."""
    return Filter.from_args(row.filter)


def campaign_of(row: ReviewDeed) -> int | None:
    """The campaign that all of its conversations belong to, if there is one."""
    sql = cursor()
    sql.execute("SELECT DISTINCT campaign_id FROM conversation WHERE id = ANY(%s) LIMIT 2", (row.ids,))
    found = sql.fetchall()
    return int(found[0][0]) if len(found) == 1 else None


def standing(row: ReviewDeed, first: int = 0, most: int | None = None) -> Standing:
    """How the deed's conversations stand to it now, or `most` of them from `first` on.

    Its details must be whole.
    """
    part = slice(first, None if most is None else first + most)
    ids = row.ids[part]
    matching = set(searching.still(row.organization_id, filter_of(row), ids))
    meant: list[int] = []
    left_out: Counter[str] = Counter()
    seen: set[int] = set()
    for id_, recipient_id, code in _codes(row, ids, row.inbound_ids[part]):
        why = code if id_ in matching else "changed"
        if why is None and row.deed == "list" and recipient_id in seen:
            why = "twice"
        if why is None:
            seen.add(recipient_id)
            meant.append(id_)
        else:
            left_out[why] += 1
    return Standing(meant, {code: left_out[code] for code in LEFT_OUT if left_out[code]})


def _codes(
    row: ReviewDeed, ids: Sequence[int], inbound_ids: Sequence[int]
) -> list[tuple[int, int, str | None]]:
    sql = cursor()
    # Planned anew each time: there may be one of them or fifty thousand.
    sql.execute(
        f"""SELECT t.id, t.recipient_id, CASE
              WHEN coalesce(t.last_inbound_id, 0) <> chosen.inbound_id THEN 'wrote' {_whens(row)} END
            FROM unnest(%(ids)s::bigint[], %(inbound_ids)s::bigint[])
              WITH ORDINALITY AS chosen (id, inbound_id, place)
            JOIN conversation t ON t.id = chosen.id AND t.organization_id = %(org)s
            JOIN recipient r ON r.id = t.recipient_id
            JOIN contact c ON c.id = t.contact_id
            JOIN campaign a ON a.id = t.campaign_id
            ORDER BY chosen.place""",
        _values(row) | {"ids": list(ids), "inbound_ids": list(inbound_ids)},
        prepare=False,
    )
    return sql.fetchall()


def _whens(row: ReviewDeed) -> str:
    against = _NOT_WITH.get(row.deed, ())
    if row.deed == "reassign":
        against = _TO_ANYBODY if row.details["to"] == ANYBODY else _TO_MEMBER
    return " ".join(f"WHEN {where} THEN '{code}'" for code, where in against)


def _values(row: ReviewDeed) -> dict[str, Any]:
    told = row.details
    to = told.get("to")
    step, _, answer = str(told.get("answer", "")).partition(":")
    return {
        "org": row.organization_id,
        "tag": told.get("tag"),
        "to": None if to == ANYBODY else to,
        "campaign": row.filter.get("campaign") and int(row.filter["campaign"]),
        "step": step,
        "answer": answer,
    }
