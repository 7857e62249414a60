"""Where the rows behind a number are conversations, message review reads the same ones."""

from p2ptext.campaigns.models import Campaign
from p2ptext.insight.rows_filter import Filter
from p2ptext.review.filters import Filter as Review

_DIMENSIONS = {"": "", "list": "list", "owner": "volunteer"}
"""Only those that mean there what they mean here. A wording or a language here is that of the latest text;
review finds a conversation by any text of it."""


def arguments(campaign: Campaign, wanted: Filter) -> dict[str, str]:
    """The address in message review of the same people; empty where review cannot tell them apart."""
    if wanted.kind == "chosen":
        told = {"answer": wanted.key}
    elif wanted.kind == "goal":
        told = {"answer": f"{campaign.goal_step_key}:{campaign.goal_answer_key}"}
    elif wanted.kind == "waiting":
        told = {"status": "waiting"}
    else:  # who replied, opted out or failed: here by the latest first text, there by any text
        return {}
    if wanted.by and wanted.by != "answer":
        if wanted.by not in _DIMENSIONS or not wanted.key:
            return {}
        told = told | {_DIMENSIONS[wanted.by]: wanted.key}
    told = told | {"campaign": str(campaign.id)}
    understood = Review.from_args(told).to_args()
    return understood if understood.keys() == told.keys() else {}
