"""Writes docs/sample-contacts.csv: 1,000 made-up rows, as messy as campaigns really have them.

    python scripts/make_sample.py docs/sample-contacts.csv

The same file every time. Phones are only from the reserved 555-0100 to 555-0199 of real area codes.
The last four digits choose how the simulated carrier's person behaves: 0100 to 0119 are special
cases, 0120 to 0199 a friendly mix.
"""

import csv
import random
import re
import sys
from pathlib import Path

Place = tuple[str, str, str, str]
"""Area code, city, state, ZIP."""

HEADER = ["First Name", "Last Name", "Cell Phone", "City", "State", "Zip", "Event", "Polling Place"]
ROWS = 1000

PLACES = [
    # Mostly Eastern and Central, so that a demonstration at 14:00
    # Eastern can text nearly all of them.
    ("614", "Columbus", "OH", "43215"), ("216", "Cleveland", "OH", "44113"),
    ("513", "Cincinnati", "OH", "45202"), ("937", "Dayton", "OH", "45402"),
    ("419", "Toledo", "OH", "43604"), ("330", "Akron", "OH", "44308"),
    ("740", "Athens", "OH", "45701"), ("412", "Pittsburgh", "PA", "15222"),
    ("215", "Philadelphia", "PA", "19107"), ("304", "Charleston", "WV", "25301"),
    ("313", "Detroit", "MI", "48226"), ("317", "Indianapolis", "IN", "46204"),
    ("502", "Louisville", "KY", "40202"), ("312", "Chicago", "IL", "60601"),
    ("414", "Milwaukee", "WI", "53202"), ("612", "Minneapolis", "MN", "55401"),
    ("314", "St. Louis", "MO", "63101"), ("901", "Memphis", "TN", "38103"),
    ("713", "Houston", "TX", "77002"), ("404", "Atlanta", "GA", "30303"),
    ("202", "Washington", "DC", "20001"), ("718", "Brooklyn", "NY", "11201"),
]  # fmt: skip
FAR_PLACES = [
    ("808", "Honolulu", "HI", "96813"),
    ("503", "Portland", "OR", "97204"),
    ("206", "Seattle", "WA", "98101"),
    ("602", "Phoenix", "AZ", "85004"),
]
FIRST = (
    "Maria James Aisha Robert José Linda Michael Zoë Patricia David Renée Jennifer William "
    "Siobhán Elizabeth Thomas Karen Daniel Nancy Björn Lisa Matthew Betty Anthony Sandra Mark "
    "Ashley Paul Thuỳ Steven Emily Andrew Chloé Kenneth Priya Joshua Keisha Kevin Amanda Brian "
    "Wei George Fatima Timothy Carlos Anne-Marie Ronald DeShawn Edward Guadalupe"
)
LAST = (
    "Smith Johnson Nguyễn Williams O'Brien García Jones Brown O’Neil Davis Miller Müller Rodríguez "
    "Martinez Hernández Lopez Wilson Anderson Taylor Moore Jackson Martin Lee Pérez Thompson White "
    "Harris Sánchez Clark Ramírez Lewis Robinson Walker Young Allen King Wright Scott Torres D'Angelo"
)
COMPOUND = ["Smith, Jr.", "de la Cruz", "Van Buren", "St. Clair", 'Kowalski "Ski"']
EVENTS = ["Library Town Hall", "Levy kick-off, Main Street", "Phone bank", "", ""]
POLLS = ["Grange Hall", "St. Mary’s School", "Fire Station No. 4", "Community Center, Room 2B", ""]


def spelled(chance: random.Random, digits: str) -> str:
    """A phone number as one of the many people who kept the list wrote it."""
    area, line = digits[:3], digits[6:]
    shapes = [
        f"({area}) 555-{line}", f"{area}-555-{line}", f"{area}.555.{line}", digits,
        f"+1{digits}", f"1-{area}-555-{line}", f"+1 ({area}) 555-{line}", f" {area} 555 {line} ",
        f"{area}‑555‑{line}", f"{digits}.0",
    ]  # fmt: skip
    return chance.choices(shapes, weights=[30, 25, 10, 15, 8, 4, 3, 3, 1, 1])[0]


def phones(chance: random.Random) -> list[tuple[str, Place]]:
    """Every number once: each special one in two area codes, the rest from the friendly mix.

    Shifted so that none is +1 614 555 0100 or +1 216 555 0101, the practice organization's own.
    """
    special = [
        (f"{place[0]}555{100 + nth:04d}", place)
        for shift in (2, 8)
        for nth in range(20)
        for place in [PLACES[(nth + shift) % len(PLACES)]]
    ]
    far = [(f"{place[0]}555{line:04d}", place) for place in FAR_PLACES for line in range(120, 126)]
    friendly = [(f"{place[0]}555{line:04d}", place) for place in PLACES for line in range(120, 200)]
    chance.shuffle(friendly)
    return special + far + friendly[: ROWS - len(special) - len(far)]


def person(chance: random.Random) -> tuple[str, str]:
    first = chance.choice(FIRST.split())
    last = chance.choice(COMPOUND) if chance.random() < 0.04 else chance.choice(LAST.split())
    style = chance.random()
    if style < 0.04:
        return first.upper(), last.upper()
    if style < 0.06:
        return f" {first}", f"{last} "
    return ("", last) if style < 0.08 else (first, last)


def row(chance: random.Random, digits: str, place: Place) -> list[str]:
    first, last = person(chance)
    _, city, state, code = place
    if chance.random() < 0.1:
        state, code = "", ""  # then only the area code says where they live
    return [
        first, last, spelled(chance, digits), city, state, code,
        chance.choice(EVENTS), chance.choice(POLLS),
    ]  # fmt: skip


def spoil(chance: random.Random, made: list[list[str]]) -> None:
    """Put in what no list is free of: no phone, half a phone, words, an extension, somebody twice."""
    friendly = [n for n in range(60, ROWS) if not re.search(r"0?1[01]\d(\.0)?\s*$", made[n][2])]
    places = iter(chance.sample(friendly, 75))
    faults = (
        [""] * 14 + ["n/a"] * 3 + ["call the office"] * 2 + ["555-0143"] * 6 + ["614-555-014"] * 3
        + ["(614) 555-0133 x12"] * 3 + ["6.14555E+09"] * 3 + ["800-555-0155"] * 2 + ["000-000-0000"] * 2
    )  # fmt: skip
    for fault in faults:
        made[next(places)][2] = fault
    for place in places:  # 37 people come twice, spelled another way
        earlier = made[chance.randrange(50)]
        digits = "".join(char for char in earlier[2] if char.isdigit())[-10:]
        if not digits.endswith("0") or "." not in earlier[2]:
            made[place][:3] = [earlier[0].strip(), earlier[1].strip(), spelled(chance, digits)]


def main(path: Path) -> None:
    chance = random.Random(1965)  # noqa: S311 - a made-up list that is the same every time
    made = [row(chance, digits, place) for digits, place in phones(chance)]
    chance.shuffle(made)
    spoil(chance, made)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number, cells in enumerate(made, 1):
            writer.writerow(cells)
            if number in (311, 702):
                writer.writerow([])  # a blank line in the middle, as sorting leaves them
        writer.writerow([""] * len(HEADER))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
