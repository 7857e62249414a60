"""What is put right before people are texted, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from p2ptext.audience.longest import Longest

MOST_SEGMENTS = 3
MOST_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right or to know. `code` is stable; `words` are for the manager."""

    code: str
    words: str
    fix: str
    """Which step puts it right: list, message, questions, hours, numbers or passes."""
    samples: list[str] = field(default_factory=list)


def blank_value(name: str, count: int, samples: Sequence[str]) -> Finding:
    """So many people have no value for a field that the message cannot do without."""
    people = "1 contact has" if count == 1 else f"{count:,} contacts have"
    return Finding(
        "blank_value",
        f"{people} no {{{name}}}. Say what stands there instead, like {{{name}|there}}.",
        "message",
        list(samples),
    )


def too_long(longest: Longest | None) -> list[Finding]:
    """A finding if the longest text is longer than is allowed."""
    if longest is None or longest.count.segments <= MOST_SEGMENTS:
        return []
    return [
        Finding(
            "too_long",
            f"The longest text needs {longest.count.segments} segments, and {MOST_SEGMENTS} is the "
            "most. Shorten the message, or the value in this line of your list.",
            "message",
            [f"line {longest.line}"],
        )
    ]
