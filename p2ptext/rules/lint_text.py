"""What the lint of texts is given and gives, and a template as its checks read it."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

_FIELD = re.compile(r"\{([^{}|\r\n]*)(?:\|([^{}\r\n]*))?\}")
HIDDEN = "\u00a4"
"""Stands for every character of a field: no letter, no digit, no white space, and in no script."""
_APOSTROPHES = dict.fromkeys("’‘`´ʼ′", "'")


@dataclass(frozen=True, slots=True)
class LintFacts:
    """What a text is compared with."""

    organization_names: tuple[str, ...] = ()
    """Any one of them says who texts; none where that is not asked for."""
    first: bool = True
    """Whether it is a first text: only these must say who texts, how to opt out, and who pays."""
    opt_out_required: bool = True
    language: str = ""
    """ "en", "es", "fr" or another; "" where it is not known."""
    political: bool = False
    sponsor_line: str = ""
    """Who pays, as the campaign says it: "Paid for by Ohio Votes"."""
    sponsor_required_states: tuple[str, ...] = ()
    """States of the people texted, as two letters; only those in SPONSOR_RULES count."""
    election_on: date | None = None
    today: date | None = None
    """Tells which year a date without one means."""
    own_domains: tuple[str, ...] = ()
    """Hosts that are the organization's own."""


@dataclass(frozen=True, slots=True)
class LintFault:
    """Something in a text that keeps it from arriving, or that it should not say.

    `words` are shown as they are and say what to do.
    """

    code: str
    words: str
    start: int = 0
    end: int = 0
    """Where it stands in the template; both 0 where it is about the whole text."""
    blocks: bool = False
    overridable: bool = True
    """Whether an owner may let it stand, with a reason."""


class Reading:
    """A template as the checks read it. All its forms have the same length, so that places agree."""

    def __init__(self, template: str) -> None:
        self.template = template
        self.shown = _FIELD.sub(_hide, template)
        """Without the fields; what stands in for a missing value is kept, for it may be sent."""

    @cached_property
    def folded(self) -> str:
        """`shown` in small letters, without accents."""
        return "".join(map(_fold, self.shown))

    @cached_property
    def clauses(self) -> list[tuple[int, int]]:
        """Where its sentences stand. "Nov. 3" and "p.m. at" are no ends of one."""
        return list(_sentences(self.shown))


_END = re.compile(r"[!?;\n]+|\.(?=\s+[A-Z¡¿]|\s*$)")
_SHORTENED = re.compile(
    r"\b(?:[a-z]|st|dr|mr|mrs|ms|no|vs|ave|rd|blvd|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|"
    r"wed|thurs?|fri|sen|rep|gov|sat)\Z",
    re.IGNORECASE,
)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        if match[0] == "." and _SHORTENED.search(text, start, match.start()):
            continue
        yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _hide(match: re.Match[str]) -> str:
    default = match[2]
    if default is None:
        return HIDDEN * len(match[0])
    return HIDDEN * (len(match[0]) - len(default) - 1) + default + HIDDEN


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    plain = _APOSTROPHES.get(char) or unicodedata.normalize("NFKD", char)[:1] or char
    small = plain.lower()
    return small if len(small) == 1 else plain


Check = Callable[[Reading, LintFacts], Iterator[LintFault]]
