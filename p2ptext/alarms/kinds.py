"""The kinds of alarms: what each is called, and from when on it is raised unless somebody set it otherwise."""

from dataclasses import dataclass
from types import MappingProxyType

GROUPS = MappingProxyType(
    {
        "out": "Texts on their way out",
        "replies": "Replies",
        "campaigns": "Campaigns",
        "desk": "Lists, exports and registrations",
        "people": "Volunteers",
    }
)
"""How the page of limits puts them together."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of alarm, as its settings show it."""

    title: str
    group: str
    meaning: str
    """When it is raised, in a sentence or two, without the threshold."""
    threshold: float | None = None
    """None: there is nothing to set but whether it is raised."""
    asked: str = ""
    """What the threshold is, as the label of its field."""
    least: float = 1
    most: float = 1000
    calm_s: int = 0
    """How long it must have been well again before the alarm ends: what hovers about a limit is one alarm."""
    always: bool = False
    """Whether it cannot be turned off."""
    for_managers: bool = False
    """Whether only managers see it, and the person it is about: whose list or export it was."""


KINDS = MappingProxyType(
    {
        "stuck": Kind(
            "Texts do not leave",
            "out",
            "Texts are due and nobody takes them: the program’s part that hands them to the phone company "
            "does not run.",
            60,
            "Once they have been due for so many seconds",
            30,
            3600,
            always=True,
        ),
        "halted": Kind(
            "The phone company takes no texts",
            "out",
            "It refuses the account, or does not answer. Texts wait and leave by themselves afterwards.",
            always=True,
        ),
        "number_out": Kind(
            "A number is out of use",
            "out",
            "The phone company refused it, or too many of its texts failed. Nothing leaves from it until it "
            "is put back.",
            always=True,
        ),
        "failures": Kind(
            "Texts fail",
            "out",
            "Too many of a number’s last 200 texts failed. Where the failures speak of the number itself, "
            "nothing more leaves from it until it is put back. Turned off, no number stops by itself either.",
            5,
            "Limit, in percent",
            1,
            50,
            calm_s=120,
        ),
        "opt_outs": Kind(
            "Many people opt out",
            "campaigns",
            "Too many of a running campaign’s last 200 people texted opted out; above twice the limit it is "
            "a danger. Below it you are told where clearly more opt out than did in all you have sent before.",
            5,
            "Limit, in percent",
            1,
            50,
            calm_s=120,
        ),
        "paused": Kind(
            "A campaign was paused by itself",
            "campaigns",
            "Too many opted out, too many texts were taken for spam, or the budget is used up.",
            always=True,
        ),
        "budget": Kind(
            "The budget runs out",
            "campaigns",
            "A campaign’s texts have cost as much of its budget as its money page names.",
            calm_s=60,
        ),
        "nobody": Kind(
            "Replies wait and nobody is there",
            "replies",
            "Somebody waits for an answer that could leave now, and nobody has a page of texts or replies "
            "open. It is a danger once they have waited longer than you promise.",
            5,
            "After so many minutes of both",
            1,
            240,
        ),
        "waiting": Kind(
            "Replies wait too long",
            "replies",
            "Somebody is there, but replies have waited longer than you promise, were offered to everybody, "
            "and nobody took them up.",
            5,
            "Minutes after they were offered",
            1,
            240,
        ),
        "reviews": Kind(
            "Replies may ask to stop",
            "replies",
            "Replies may be a wish for no more texts, and wait for an organizer’s decision. After a day it "
            "is a danger.",
            1,
            "From so many on",
        ),
        "strays": Kind(
            "Replies fit no conversation",
            "replies",
            "People wrote to one of your numbers that no text of yours left from to them, and nobody has "
            "looked at it.",
            1,
            "From so many on",
        ),
        "unknown": Kind(
            "Nobody can say whether texts left",
            "out",
            "Texts have no answer from the phone company a quarter of an hour later.",
            1,
            "From so many on",
        ),
        "kept": Kind(
            "The phone company reports things nobody could use",
            "out",
            "Reports of the last day that fit nothing of yours.",
            5,
            "From so many on",
        ),
        "signatures": Kind(
            "Reports come without a valid signature",
            "out",
            "Reports were turned away within ten minutes because the phone company had not signed them. It "
            "is a danger where none that is signed came meanwhile: then receipts and replies do not reach you.",
            20,
            "From so many on",
            calm_s=60,
        ),
        "imports": Kind(
            "A list could not be imported",
            "desk",
            "Managers and whoever uploaded it are told, until another list comes in or the time is over.",
            24,
            "For so many hours",
            1,
            240,
            for_managers=True,
        ),
        "exports": Kind(
            "An export could not be made",
            "desk",
            "Managers and whoever asked for it are told, until it is asked for again or the time is over.",
            24,
            "For so many hours",
            1,
            240,
            for_managers=True,
        ),
        "day_cap": Kind(
            "The day’s texts are nearly used up",
            "out",
            "What T-Mobile takes from a brand in a day has nearly left.",
            80,
            "From this share on, in percent",
            10,
            100,
        ),
        "registration": Kind(
            "A registration or token ends",
            "desk",
            "It ends soon, and then nothing new leaves from its numbers. In the last week it is a danger.",
            30,
            "Days before",
            1,
            120,
        ),
        "timing": Kind(
            "Somebody’s presses look like a machine’s",
            "people",
            "Their timing was noted within the last day and nobody has looked into it. It is a reason to "
            "ask, no verdict.",
        ),
        "pace": Kind(
            "Somebody presses faster than a hand can",
            "people",
            "Presses of theirs were refused for their pace within an hour.",
            100,
            "From so many on",
            10,
            10_000,
        ),
        "edited": Kind(
            "Somebody rewrites most texts",
            "people",
            "They change most of the answers they are offered before they send them, within a day.",
            50,
            "Limit, in percent",
            5,
            99,
            calm_s=600,
        ),
        "profanity": Kind(
            "Somebody wrote rude words",
            "people",
            "A volunteer’s own words to a person held curses or abuse within the last day.",
        ),
    }
)
"""The most urgent first: alarms are shown in this order."""

FOR_MANAGERS = tuple(key for key, kind in KINDS.items() if kind.for_managers)
ORDER = MappingProxyType({key: place for place, key in enumerate(KINDS)})
