"""One thing to look for in a reply, and a quick way to the few that may be in it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEM = 4
"""Letters of a word by which rules are found: enough for all endings of a verb."""

DECISIVE = 3
"""Weight at which hints together mean that a person has to look."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a reply may say, the words that have to be in it, and what follows."""

    slug: str
    """A lasting short name."""
    reason: str
    """In words, for the person who looks."""
    pattern: re.Pattern[str]
    on: frozenset[str]
    """Words, or their first four letters, one of which has to be there before the pattern is tried."""
    weight: int = DECISIVE
    """For hints: how much this speaks for a request to stop; less than 0 speaks against it."""


def rule(slug: str, reason: str, on: str, *patterns: str, weight: int = DECISIVE) -> Rule:
    """A rule for any of `patterns` as whole words, tried when a word begins like one in `on`."""
    whole = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})\b")
    return Rule(slug, reason, whole, frozenset(word[:STEM] for word in on.split()), weight)


class Rules:
    """Rules in the order in which they count."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._by_stem: dict[str, list[int]] = {}
        for place, entry in enumerate(self.rules):
            for stem in entry.on:
                self._by_stem.setdefault(stem, []).append(place)

    def candidates(self, words: Iterable[str]) -> list[Rule]:
        """The rules of which a word is there, in order."""
        known = self._by_stem
        places = {place for word in words if word[:STEM] in known for place in known[word[:STEM]]}
        return [self.rules[place] for place in sorted(places)]

    def first(self, words: Iterable[str], line: str) -> tuple[Rule, str] | None:
        """The first rule that `line` meets, and the words it met."""
        for entry in self.candidates(words):
            match = entry.pattern.search(line)
            if match:
                return entry, match[0]
        return None

    def all(self, words: Iterable[str], line: str) -> list[Rule]:
        """Every rule that `line` meets."""
        return [entry for entry in self.candidates(words) if entry.pattern.search(line)]
