"""The questions of a campaign are written, changed and taken away, one change at a time.

Each change is made to the questions as they are at that moment, under the campaign's lock, so that two
managers who write at once lose nothing of each other's. Where both wrote in the same place, the second
one is shown both texts first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from p2ptext.audience import survey_checks
from p2ptext.campaigns import drafts, versions, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.conversations import following
from p2ptext.errors import NotFound
from p2ptext.extensions import db
from p2ptext.rules import tree, tree_edits
from p2ptext.rules.script_diff import Piece
from p2ptext.rules.script_places import carried, differences, values_at
from p2ptext.rules.tree import Step, TreeFault
from p2ptext.rules.tree_edits import Steps


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody wrote in one place, and the version they had before their eyes when they began."""

    place: str
    value: Mapping[str, str]
    base: int | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else has saved the same place since; nothing of it is overwritten unseen."""

    who: str
    version_id: int | None
    """The version that is shown beside one's own words; saving again on top of it is a decision."""
    theirs: dict[str, str] | None
    """What the place says now; None where it was removed."""
    pieces: list[tuple[str, list[Piece]]] = field(default_factory=list)
    """By the fields that differ: what one's own words would make of theirs."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change: done, unless there are faults or a clash."""

    faults: list[TreeFault] = field(default_factory=list)
    clash: Clash | None = None

    @property
    def done(self) -> bool:
        return not self.faults and self.clash is None

    @property
    def words(self) -> list[str]:
        return [fault.words for fault in self.faults]


def change(
    campaign_id: int,
    organization_id: int,
    person_id: int,
    edit: Callable[[Steps], Steps],
    note: str = "",
    typed: Typed | None = None,
) -> Outcome:
    """Make one change. While the campaign runs only one that puts nothing wrong: volunteers work with it.

    `note` says what changed, for the history. With `typed`, a change that would overwrite what somebody
    else saved in that place meanwhile is not made; the words are kept as a draft. Raises NotFound and
    Refused (archived).
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    clash = clash_of(campaign, person_id, typed) if typed else None
    if clash:
        return Outcome(clash=clash)
    before = writing.steps_of(campaign)
    after = edit(before)
    faults = new_faults(campaign, before, after) if campaign.status == "running" else []
    if not faults:
        document = {**writing.document_of(campaign), "steps": tree.write(after)}
        save(campaign, document, person_id, note)
        if typed:
            drafts.forget(campaign_id, person_id, typed.place)
    return Outcome(faults)


def give(
    campaign_id: int, organization_id: int, person_id: int, which: tuple[str, str], to: str
) -> Outcome:
    """Move an answer (`which`: the keys of its question and of itself) to the question `to`, with all that
    follows, its words in other languages and its picture. Otherwise as `change`.

    It gets a key of its own: what people answered stays with the question they were asked.
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    key = free_answer_key(campaign_id, to)
    before = writing.steps_of(campaign)
    after = tree_edits.give_answer(before, *which, to, key)
    if after == before:
        raise NotFound  # somebody has moved or removed one of them meanwhile
    faults = new_faults(campaign, before, after) if campaign.status == "running" else []
    if not faults:
        document = {**writing.document_of(campaign), "steps": tree.write(after)}
        there = tree.find(after, to)
        moved = there.answer(key) if there else None
        note = f"Answer “{moved.label}” moved to “{there.question}”" if there and moved else ""
        save(campaign, carried(document, which, (to, key)), person_id, note)
    return Outcome(faults)


def save(campaign: Campaign, document: dict[str, Any], person_id: int, note: str = "") -> None:
    """Save a version in which the questions may lead elsewhere. The campaign is locked by this transaction."""
    writing.save_document(campaign, document, person_id, note)
    following.mark(campaign.id, writing.steps_of(campaign))


def clash_of(campaign: Campaign, person_id: int, typed: Typed) -> Clash | None:
    """Whether somebody else has saved this place since the typing began. Then the words are kept as a
    draft, and both are shown. The campaign is locked by this transaction."""
    began_with = versions.document(campaign.id, typed.base)
    if began_with is None or typed.base == campaign.script_version_id:
        return None
    now = writing.document_of(campaign)
    theirs = values_at(now, typed.place)
    if theirs in (values_at(began_with, typed.place), dict(typed.value)):
        return None
    drafts.keep(campaign, person_id, typed.place, typed.value, typed.base)
    questions = {step["key"]: step["question"] for step in now.get("steps", ())}
    return Clash(
        versions.author(campaign),
        campaign.script_version_id,
        theirs,
        differences(theirs or {}, typed.value, questions),
    )


def new_faults(campaign: Campaign, before: Sequence[Step], after: Sequence[Step]) -> list[TreeFault]:
    """What the questions `after` put wrong that was right with those `before`."""
    known = {_place(fault) for fault in survey_checks.check(campaign, before)}
    return [
        fault
        for fault in survey_checks.check(campaign, after)
        if not fault.warns and _place(fault) not in known
    ]


def _place(fault: TreeFault) -> tuple[str, str, str]:
    return fault.code, fault.step, fault.answer


_USED_STEPS = text("""
  SELECT DISTINCT step ->> 'key' FROM script_version v
  CROSS JOIN jsonb_array_elements(v.document -> 'steps') step WHERE v.campaign_id = :campaign
""")
_USED_ANSWERS = text("""
  SELECT DISTINCT one ->> 'key' FROM script_version v
  CROSS JOIN jsonb_array_elements(v.document -> 'steps') step
  CROSS JOIN jsonb_array_elements(step -> 'answers') one
  WHERE v.campaign_id = :campaign AND step ->> 'key' = :step
""")


def free_step_key(campaign_id: int) -> str:
    """A key that no version of the script has had: an old answer must not count for a new question."""
    return _free("s", set(db.session.scalars(_USED_STEPS, {"campaign": campaign_id})))


def free_answer_key(campaign_id: int, step_key: str) -> str:
    """Likewise for an answer to this question."""
    values = {"campaign": campaign_id, "step": step_key}
    return _free("a", set(db.session.scalars(_USED_ANSWERS, values)))


def _free(letter: str, used: set[str | None]) -> str:
    return next(key for n in range(1, len(used) + 2) if (key := f"{letter}{n}") not in used)
