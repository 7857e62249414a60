"""Which clocks the ZIP codes and counties of the United States keep: the table in places.txt.

Written by scripts/zones/make.py from three packages of ZIP codes; where they disagree, a ZIP code
has all the zones they name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

Zones = tuple[str, ...]


@dataclass(slots=True)
class _Table:
    zone: dict[str, str] = field(default_factory=dict)
    military: set[str] = field(default_factory=set)
    prefix: dict[str, Zones] = field(default_factory=dict)
    """All zones of a prefix, where its ZIP codes differ as well."""
    split: dict[str, Zones] = field(default_factory=dict)
    """The ZIP codes of prefixes with more than one clock."""
    states: dict[str, frozenset[str]] = field(default_factory=dict)
    county: dict[tuple[str, str], Zones] = field(default_factory=dict)

    def zones(self, letters: str) -> Zones:
        return tuple(sorted(self.zone[letter] for letter in letters))

    def read(self, kind: str, words: list[str]) -> None:
        """Take in one line of the file; its head says what the lines mean."""
        if kind == "zone":
            self.zone[words[0]] = words[1]
        elif kind == "military":
            self.military.update(_numbers(words))
        elif kind == "state":
            for prefix in _numbers(words[1:]):
                self.states[prefix] = self.states.get(prefix, frozenset()) | {words[0]}
        elif kind == "prefix":
            self.prefix.update(dict.fromkeys(_numbers(words[1:]), self.zones(words[0])))
        elif kind == "split":
            prefix, zones = words[0], self.zones(words[1])
            self.split.update((prefix + end, zones) for end in _numbers(words[2:]))
            self.prefix[prefix] = tuple(sorted({*self.prefix.get(prefix, ()), *zones}))
        else:
            zones = self.zones(words[1])
            self.county.update(((words[0], name), zones) for name in words[2:])


def _numbers(spans: list[str]) -> Iterator[str]:
    """Numbers and runs: "01", "03-05" are 01, 03, 04 and 05."""
    for span in spans:
        first, _, last = span.partition("-")
        if last:
            yield from (f"{n:0{len(first)}}" for n in range(int(first), int(last) + 1))
        else:
            yield first


@cache
def _table() -> _Table:
    table = _Table()
    text = resources.files("p2ptext.rules").joinpath("places.txt").read_text("ascii")
    for line in text.splitlines():
        if not line.startswith("#"):
            kind, *words = line.split()
            table.read(kind, words)
    return table


def zones_of_zip(code: str) -> Zones:
    """The zones of five digits; of a ZIP code nobody has heard of, those of its prefix; () if none."""
    table = _table()
    return table.split.get(code) or table.prefix.get(code[:3], ())


def states_of_zip(code: str) -> frozenset[str]:
    """The states in which ZIP codes begin like this one; nearly always one."""
    return _table().states.get(code[:3], frozenset())


def is_military(code: str) -> bool:
    """Whether five digits are a post office of the forces or an embassy (APO, FPO, DPO)."""
    return code[:3] in _table().military


_COUNTY_ENDINGS = re.compile(
    r" (county|co|parish|census area|city and borough|borough|municipality)$", re.ASCII
)


def zones_of_county(state: str, name: str) -> Zones:
    """The zones of a county in a state with more than one clock, () for all others.

    `state` is its two letters, `name` with or without the word "County".
    """
    words = " ".join(name.casefold().replace(".", " ").split(",")[0].split())
    words = _COUNTY_ENDINGS.sub("", words).replace("saint ", "st ")
    return _table().county.get((state, "".join(filter(str.isalpha, words))), ())
