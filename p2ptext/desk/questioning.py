"""The questions of a campaign are written, changed and taken away, one change at a time.

Each change is made to the questions as they are at that moment, under the campaign's lock, so that two
managers who write at once lose nothing of each other's.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import text

from p2ptext.audience import survey_checks
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.rules.tree import Step, TreeFault
from p2ptext.rules.tree_edits import Steps


def change(
    campaign_id: int, organization_id: int, person_id: int, edit: Callable[[Steps], Steps]
) -> list[TreeFault]:
    """Make one change. While the campaign runs only one that puts nothing wrong: volunteers work with it.

    Returns what it would put wrong; then nothing is saved. Raises NotFound and Refused (archived).
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    before = writing.steps_of(campaign)
    after = edit(before)
    faults = _new_faults(campaign, before, after) if campaign.status == "running" else []
    if not faults:
        writing.save_steps(campaign, after, person_id)
    return faults


def _new_faults(campaign: Campaign, before: Sequence[Step], after: Sequence[Step]) -> list[TreeFault]:
    known = {_place(fault) for fault in survey_checks.check(campaign, before)}
    return [
        fault
        for fault in survey_checks.check(campaign, after)
        if not fault.warns and _place(fault) not in known
    ]


def _place(fault: TreeFault) -> tuple[str, str, str]:
    return fault.code, fault.step, fault.answer


_USED = text("""
  SELECT step ->> 'key', one ->> 'key' FROM script_version v
  CROSS JOIN jsonb_array_elements(v.document -> 'steps') step
  LEFT JOIN jsonb_array_elements(step -> 'answers') one ON true
  WHERE v.campaign_id = :campaign
""")


def free_step_key(campaign_id: int) -> str:
    """A key that no version of the script has had: an old answer must not count for a new question."""
    used = {step for step, _ in db.session.execute(_USED, {"campaign": campaign_id})}
    return _free("s", used)


def free_answer_key(campaign_id: int, step_key: str) -> str:
    """Likewise for an answer to this question."""
    rows = db.session.execute(_USED, {"campaign": campaign_id})
    return _free("a", {answer for step, answer in rows if step == step_key})


def _free(letter: str, used: set[str | None]) -> str:
    return next(key for n in range(1, len(used) + 2) if (key := f"{letter}{n}") not in used)
