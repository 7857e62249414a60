"""Which conversations somebody wants to see. A filter is its address: nothing of it is kept anywhere."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self

from p2ptext.rules import search_words

STATUSES = {
    "unanswered": "Waits for an answer",
    "waiting": "All who wait",
    "open": "Open",
    "closed": "Closed",
    "replied": "They have written",
    "silent": "They have not written",
    "review": "May ask to stop",
    "opted_out": "Opted out",
    "crisis": "May be in danger",
    "lead": "An organizer is asked",
    "offered": "Offered to others",
}
ERRORS = {
    "failed": "Refused or undeliverable",
    "rejected": "Refused by the phone company",
    "undeliverable": "Undeliverable",
    "unknown": "Unclear whether it arrived",
    "not_sent": "Not sent",
    "blocked": "Held back",
    "expired": "Out of time",
}
"""States of a text that went wrong; `failed` is two of them. Other errors are a reason's code, or the
phone company's number."""
SORTS = {"": "", "waiting": "Longest wait first", "newest": "Newest first"}
"""Without one it is that of waiting where everybody who is found waits, and the newest first elsewhere."""
ALL_WAIT = ("unanswered", "waiting", "offered")
"""Statuses of conversations in which somebody waits."""
YEARS = range(2000, 3000)
"""Days that can be asked for; others are a slip, and some are no days everywhere on Earth."""
MAIN_LANGUAGE = "main"
LONGEST_WAIT_MIN = 1_000_000
_YES = "yes"
_KEY = r"[A-Za-z0-9_-]{1,40}"
_UUID = r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}"


@dataclass(frozen=True, slots=True)
class Filter:
    """All of what is set must be true of a conversation."""

    campaign: int | None = None
    volunteer: int | None = None
    """Whose conversation it is now."""
    status: str = ""
    tag: int | None = None
    answer: str = ""
    """`<step>:<answer>` of the script: what they are noted to have answered, where their earlier answers
    still lead to the question."""
    error: str = ""
    variant: str = ""
    """`<round>:<wording>`: which wording of that round's text they got, as counting names it."""
    list: int | None = None
    """The import that brought the contact."""
    language: str = ""
    """Of the first text they got; MAIN_LANGUAGE for the script's own."""
    words: str = ""
    """As rules.search_words reads them: what one of their texts or of our answers holds, and what none of
    them does."""
    waited: int = 0
    """Minutes: only who has waited longer for an answer."""
    since: date | None = None
    """The first day on which they wrote last, or were texted first where they never wrote."""
    until: date | None = None
    """The last such day."""
    edited: bool = False
    """Whether somebody changed an answer that the script offered."""
    abusive: bool = False
    pictures: bool = False
    """Whether they sent something besides words."""
    sort: str = ""
    """An order that is not the usual one: of the same filter there is one only."""

    def __post_init__(self) -> None:
        if self.sort == self._usual_order:
            object.__setattr__(self, "sort", "")

    @property
    def _usual_order(self) -> str:
        return "waiting" if self.status in ALL_WAIT or self.waited else "newest"

    @property
    def longest_first(self) -> bool:
        """Whether the list begins with who has waited longest; else with the newest reply."""
        return (self.sort or self._usual_order) == "waiting"

    @property
    def orders(self) -> Sequence[tuple[str, str]]:
        """What the list can be ordered by: values of `sort` and words, the usual one first."""
        usual = self._usual_order
        return [
            ("", SORTS[usual]),
            *((name, said) for name, said in SORTS.items() if name not in ("", usual)),
        ]

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Self:
        """Read from an address. What cannot be meant is left out."""
        read = {field.name: _READERS[field.name](args.get(field.name, "")) for field in fields(cls)}
        return cls(**{name: value for name, value in read.items() if value is not None})

    def to_args(self) -> dict[str, str]:
        """For an address: the same filter has always the same one."""
        return {name: _written(value) for name, value in asdict(self).items() if value}

    @property
    def terms(self) -> Sequence[search_words.Term]:
        return search_words.read(self.words)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order is chosen."""
        return any(name != "sort" for name in self.to_args())


def _written(value: Any) -> str:
    return _YES if value is True else str(value)


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,8}", text, re.ASCII) else None


def _minutes(text: str) -> int | None:
    number = _number(text)
    return None if number is None else min(number, LONGEST_WAIT_MIN)


def _one_of(choices: Mapping[str, str]) -> Callable[[str], str | None]:
    return lambda text: text if text in choices else None


def _matching(pattern: str) -> Callable[[str], str | None]:
    whole = re.compile(pattern, re.ASCII)
    return lambda text: text if whole.fullmatch(text) else None


def _day(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _words(text: str) -> str | None:
    return " ".join(text.replace("\x00", "").split())[: search_words.LONGEST].strip() or None


def _yes(text: str) -> bool | None:
    return True if text == _YES else None


def _variant(text: str) -> str | None:
    if not re.fullmatch(rf"[1-9][0-9]{{0,2}}:{_UUID}", text, re.ASCII):
        return None
    return text.replace("-", "")


_READERS: dict[str, Callable[[str], Any]] = {
    "campaign": _number,
    "volunteer": _number,
    "status": _one_of(STATUSES),
    "tag": _number,
    "answer": _matching(rf"{_KEY}:{_KEY}"),
    "error": _matching(r"[a-z][a-z_]{0,39}|[0-9]{1,6}"),
    "variant": _variant,
    "list": _number,
    "language": _matching(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?|main"),
    "words": _words,
    "waited": _minutes,
    "since": _day,
    "until": _day,
    "edited": _yes,
    "abusive": _yes,
    "pictures": _yes,
    "sort": _one_of(SORTS),
}
