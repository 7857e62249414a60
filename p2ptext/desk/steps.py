"""The steps of setting a campaign up, each with what its data say of it, and which one comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from p2ptext.campaigns.models import Campaign
from p2ptext.desk import step_states
from p2ptext.desk.step_states import DONE, NOT_STARTED, OPTIONAL, TO_CORRECT, Found

GROUPS = (
    ("What it is for", ("purpose", "list")),
    ("What is said", ("message", "questions", "canned", "languages", "links")),
    ("When, from where and by whom", ("hours", "numbers", "people")),
    ("Check and launch", ("check", "try_out", "answers")),
)
"""The steps in their order, by key, under the headings of the task list."""
_ENDPOINTS = {
    "purpose": "desk.purpose",
    "list": "audience.lists",
    "message": "desk.first_message",
    "questions": "desk.questions",
    "canned": "campaigns.canned",
    "languages": "desk.languages",
    "links": "desk.links",
    "hours": "campaigns.hours",
    "numbers": "campaigns.choose_numbers",
    "people": "desk.people",
    "check": "desk.check",
    "try_out": "desk.try_out",
    "answers": "desk.answers",
}
_TITLES = {
    "purpose": "Purpose and sender",
    "list": "List of people",
    "message": "First message",
    "questions": "Questions and answers",
    "canned": "Answers kept ready",
    "languages": "Other languages",
    "links": "Links",
    "hours": "Hours, days and dates",
    "numbers": "Numbers",
    "people": "Volunteers and batches",
    "check": "Check everything",
    "try_out": "Test to your phone",
    "answers": "Check your answers and launch",
}
_WORDS = {
    NOT_STARTED: ("Not started", ""),
    TO_CORRECT: ("To correct", "warning"),
    DONE: ("Done", "success"),
    OPTIONAL: ("Optional", ""),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the task list shows it."""

    key: str
    title: str
    href: str
    """"" where it cannot be opened: in an archived campaign nothing can be changed."""
    state: str
    status: str
    tone: str
    hint: str

    @property
    def to_do(self) -> bool:
        """Whether the launch waits for it."""
        return self.state in (NOT_STARTED, TO_CORRECT)


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class TaskList:
    groups: Sequence[Group]

    @property
    def steps(self) -> list[Step]:
        return [step for group in self.groups for step in group.steps]

    @property
    def done(self) -> int:
        return sum(step.state == DONE for step in self.asked)

    @property
    def asked(self) -> list[Step]:
        """Those a launch asks for."""
        return [step for step in self.steps if step.state != OPTIONAL]

    @property
    def words(self) -> str:
        """How far it has come."""
        left = len(self.asked) - self.done
        if not left:
            return f"All {len(self.asked)} steps are done."
        return f"{self.done} of {len(self.asked)} steps are done."

    @property
    def next(self) -> Step | None:
        """The first step that is still to do."""
        return next((step for step in self.steps if step.to_do and step.href), None)

    def after(self, key: str) -> Step | None:
        """Where one goes on from a step: to the next that has nothing yet, optional ones included; from
        the last of these back to the first that is still to do."""
        places = [step.key for step in self.steps]
        later = self.steps[places.index(key) + 1 :] if key in places else []
        ahead = (step for step in later if step.state != DONE and step.href)
        return next(ahead, self.next)


def task_list(campaign: Campaign) -> TaskList:
    """Every step of this campaign."""
    found = step_states.look(campaign)
    return TaskList(
        [Group(title, [_step(campaign, key, found[key]) for key in keys]) for title, keys in GROUPS]
    )


def url_of(campaign: Campaign, key: str) -> str:
    """The page of a step."""
    return url_for(_ENDPOINTS[key], campaign_id=campaign.id)


def _step(campaign: Campaign, key: str, found: Found) -> Step:
    words, tone = _WORDS[found.state]
    closed = campaign.status == "archived" and key not in ("list", "questions", "answers")
    return Step(
        key,
        _TITLES[key],
        "" if closed else url_of(campaign, key),
        found.state,
        found.words or words,
        found.tone or tone,
        found.hint,
    )
