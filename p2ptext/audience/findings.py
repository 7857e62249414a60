"""What is put right before people are texted, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from p2ptext.audience.longest import Longest
from p2ptext.rules import script

MOST_SEGMENTS = 3
MOST_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Allowed:
    """An owner let a finding stand."""

    reason: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right or to know. `code` is stable; `words` are for the manager."""

    code: str
    words: str
    fix: str
    """Which step puts it right, such as list, message, questions or numbers."""
    samples: list[str] = field(default_factory=list)
    """Up to five of them: lines of lists, places in the script. Never a whole phone number."""
    count: int = 0
    """How many there are; 0 where nothing is counted."""
    overridable: bool = False
    """Whether an owner may let it stand, with a reason."""
    about: str = ""
    """The very words it is about: a reason given for them holds for no others."""
    allowed: Allowed | None = None
    default_for: str = ""
    """The field whose default is lacking: one press can put it into the message."""

    @property
    def about_hash(self) -> str:
        """SHA-256 of what it is about, as hex."""
        return script.text_hash(self.about)


@dataclass(frozen=True, slots=True)
class Preflight:
    """Everything found. Nothing is launched while something blocks."""

    blocks: list[Finding]
    warnings: list[Finding]
    contacts: int
    longest: Longest | None
    allowed: list[Finding] = field(default_factory=list)
    """What would block, had an owner not let it stand."""
    segments: tuple[int, int] = (0, 0)
    """Segments of all first texts together: by the shortest and the longest wording."""

    @property
    def clear(self) -> bool:
        return not self.blocks


def people(count: int) -> str:
    """ "1 contact", "2,000 contacts"."""
    return "1 contact" if count == 1 else f"{count:,} contacts"


def blank_value(name: str, count: int, samples: Sequence[str]) -> Finding:
    """So many people have no value for a field that the message cannot do without."""
    return Finding(
        "blank_value",
        f"{people(count)} {'has' if count == 1 else 'have'} no {{{name}}}. Say what stands there instead, "
        f"like {{{name}|there}}.",
        "message",
        list(samples),
        count,
        default_for=name,
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
