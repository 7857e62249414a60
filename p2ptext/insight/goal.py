"""The goal of a campaign: one answer to one question of its script, chosen by a manager."""

from p2ptext.accounts import auditing
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.rules import tree_edits

Answer = tuple[str, str]
"""The keys of a question and of an answer to it."""


def choices(campaign: Campaign) -> list[tuple[str, list[tuple[Answer, str]]]]:
    """Every question of the script with its answers, in the order in which they are asked."""
    return [
        (line.step.question, [((line.step.key, one.key), one.label) for one in line.step.answers])
        for line in tree_edits.outline(writing.steps_of(campaign))
    ]


def choose(campaign: Campaign, goal: Answer | None) -> bool:
    """Make this answer the goal, or none, in the open transaction that has locked the campaign.

    Whether that changes anything. Everybody who ever gave an answer is counted again by the database's
    own trigger.
    """
    chosen = goal or (None, None)
    was = (campaign.goal_step_key, campaign.goal_answer_key)
    if chosen == was:
        return False
    campaign.goal_step_key, campaign.goal_answer_key = chosen
    auditing.record("goal_chosen", f"campaign {campaign.id}", was=list(was), now=list(chosen))
    return True
