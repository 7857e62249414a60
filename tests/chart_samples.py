"""Made-up numbers for looking at charts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from p2ptext.rules import stats, stats_limits


@dataclass(frozen=True)
class Share:
    """A proportion with the ends of its 95% interval."""

    successes: int
    n: int
    low: float
    high: float


def share(successes: int, n: int) -> Share:
    return Share(successes, n, *stats.wilson(successes, n))


@dataclass(frozen=True)
class Day:
    """One day of a campaign."""

    day: date
    replied: Share
    opted_out: Share

    @property
    def at(self) -> int:
        return int(datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC).timestamp())


_DAYS = [
    (812, 97, 16), (1204, 150, 20), (1350, 151, 31), (980, 131, 17), (640, 70, 13), (38, 6, 1), (0, 0, 0),
    (1410, 189, 22), (1502, 174, 40), (1333, 180, 24), (1120, 133, 19), (702, 99, 11), (44, 3, 2),
    (930, 140, 12),
]  # fmt: skip

DAYS = [
    Day(date(2026, 10, 20) + timedelta(days=place), share(replied, sent), share(opted_out, sent))
    for place, (sent, replied, opted_out) in enumerate(_DAYS)
]

WORDINGS = [
    ("Hi {first_name}, this is Amy with Friends of the Library.", share(612, 4711), share(71, 4711)),
    (
        "Hello {first_name}! I'm Amy, a volunteer with Friends of the Library.",
        share(498, 4702),
        share(88, 4702),
    ),
    ("{first_name}, can we count on you for the levy on May 6?", share(6, 41), share(1, 41)),
    ("Good evening {first_name}, Amy here.", share(1, 4), share(0, 4)),
]
EVERYBODY = share(1117, 9458)

# Stage, people, and those who left there.
FUNNEL = [
    ("Contacts", 12480, [("Refused before a text: opted out earlier, wrong number", 312)]),
    ("Allowed to be texted", 12168, [("Not texted by the end", 1954)]),
    ("Texted", 10214, [("Failed", 402), ("Nobody can say", 54)]),
    ("Delivered", 9458, [("Opted out", 166), ("Wrong number", 88)]),
    ("Replied", 1117, []),
    ("Answered question 1", 702, []),
    ("Goal: will vote", 431, []),
]

WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
HOURS = [
    (hour, [
        share(sent * (8 + (hour * 7 + day * 5) % 11) // 100, sent)
        for day in range(7)
        for sent in [(hour * 97 + day * 61) % 780 * (day < 6 or hour > 12) // (1 if hour < 20 else 16)]
    ])
    for hour in range(9, 21)
]  # fmt: skip


@dataclass(frozen=True)
class Volunteer:
    """One volunteer's part."""

    name: str
    opted_out: Share


VOLUNTEERS = [
    Volunteer(name, share(opted_out, texted))
    for name, texted, opted_out in [
        ("Amy Okafor", 1412, 24),
        ("Luis Ferreira", 1214, 21),
        ("Priya Raman", 131, 1),
        ("Dana Whitfield", 940, 39),
        ("Sam Oyelaran", 702, 10),
        ("Mei-Ling Tran", 611, 9),
        ("Jonas Bergström", 388, 12),
        ("Ruth Abebe", 52, 4),
        ("Carlos Medina", 1830, 29),
        ("Ines Kowalski", 264, 3),
        ("Omar Haddad", 455, 7),
        ("Tess Nguyen", 87, 1),
        ("Walter Pike", 1105, 6),
        ("Zoe Lindqvist", 1020, 14),
    ]
]
CENTER = sum(one.opted_out.successes for one in VOLUNTEERS) / sum(one.opted_out.n for one in VOLUNTEERS)


def limits(center: float, most: int) -> list[tuple[int, float, float, float, float]]:
    """Where chance alone leads, from 20 people on."""
    steps = sorted({20, 35, most, *(round(50 * 1.25**step) for step in range(40))})
    return [
        (n, *stats_limits.funnel_limits(center, n, 0.95), *stats_limits.funnel_limits(center, n, 0.998))
        for n in steps
        if n <= most
    ]


LIMITS = limits(CENTER, max(one.opted_out.n for one in VOLUNTEERS))

# Day, first texts, answers, receipts not yet in: US dollars.
MONEY = [
    (date(2026, 10, 20) + timedelta(days=place), sum_ * 0.71, sum_ * 0.24, sum_ * 0.05)
    for place, sum_ in enumerate(
        [8.1, 12.04, 13.5, 9.8, 6.4, 0.38, 0, 14.1, 15.02, 13.33, 11.2, 7.02, 0.44, 9.3]
    )
]

MINUTES = [
    14,
    18,
    22,
    25,
    21,
    30,
    34,
    33,
    38,
    41,
    36,
    29,
    31,
    44,
    47,
    43,
    40,
    38,
    42,
    45,
    51,
    49,
    46,
    48,
]
