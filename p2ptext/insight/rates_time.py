"""A campaign's rates by the hour and day its texts left, and by the hour on the clock of whoever got them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from p2ptext.counting.reading import Reading, Sums
from p2ptext.insight.rates import Line, together

EASTERN = ZoneInfo("America/New_York")
NIGHT_H = 4
"""A day begins at four in the morning in New York: then every texting hour of the United States and Canada
falls on the day it has on the clock of whoever was texted."""
MOST = {"hour": 72, "day": 120}
"""How many hours, or days, with texts are shown: the latest."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Moment(Line):
    """One hour, or one day, in which first texts were clicked."""

    at: datetime
    """When it begins."""
    short: str
    """As an axis says it."""


def hours(counted: Reading) -> list[Moment]:
    """Every hour with a text, the first one first, by Eastern time."""
    found = []
    for key, sums in sorted(counted.by("time").items()):
        at = datetime.fromisoformat(f"{key}:00:00+00:00").astimezone(EASTERN)
        short = f"{clock(at.hour)} {at:%a}"
        found.append(Moment(key, f"{at:%a, %b} {at.day}, {clock(at.hour)}", sums, at, short))
    return found


def days(counted: Reading) -> list[Moment]:
    """The same by days."""
    parts: defaultdict[date, list[Sums]] = defaultdict(list)
    for key, sums in counted.by("time").items():
        parts[day_of(datetime.fromisoformat(f"{key}:00:00+00:00"))].append(sums)
    return [
        Moment(
            day.isoformat(),
            f"{day:%a, %b} {day.day}",
            together(parts[day]),
            datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
            f"{day:%b} {day.day}",
        )
        for day in sorted(parts)
    ]


def day_of(moment: datetime) -> date:
    """On which day that moment falls, as NIGHT_H says."""
    return (moment.astimezone(EASTERN).replace(tzinfo=None) - timedelta(hours=NIGHT_H)).date()


def clock(hour: int) -> str:
    """Such as "6 pm"."""
    return f"{hour % 12 or 12} {'pm' if hour >= 12 else 'am'}"


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of a week, by the recipients' own clocks."""

    weekdays: list[int]
    """From the first one with a text to the last; Monday is 1."""
    hours: list[int]
    """The same."""
    cells: dict[tuple[int, int], Line]
    """By weekday and hour, where there is a text."""
    elsewhere: Line | None
    """Texts to people of whom nobody knows which hour it was where they are."""

    def line(self, weekday: int, hour: int) -> Line:
        return self.cells.get((weekday, hour)) or Line(
            f"{weekday}-{hour}", hour_words(weekday, hour), Sums()
        )

    @property
    def lines(self) -> list[Line]:
        found = [self.cells[place] for place in sorted(self.cells)]
        return [*found, self.elsewhere] if self.elsewhere else found


def hour_words(weekday: int, hour: int) -> str:
    """Such as "Monday, 6 pm"."""
    return f"{WEEKDAYS[weekday - 1]}, {clock(hour)}"


def week(counted: Reading) -> Week:
    """How the texts of each hour of the week were answered."""
    cells: dict[tuple[int, int], Line] = {}
    elsewhere = None
    for key, sums in counted.by("hour").items():
        if not key:
            elsewhere = Line("", "Their hour is not known", sums)
            continue
        weekday, hour = map(int, key.split("-"))
        cells[weekday, hour] = Line(key, hour_words(weekday, hour), sums)
    weekdays, hours_seen = _span(day for day, _ in cells), _span(hour for _, hour in cells)
    return Week(weekdays, hours_seen, cells, elsewhere)


def _span(places: Iterable[int]) -> list[int]:
    seen = sorted(set(places))
    return list(range(seen[0], seen[-1] + 1)) if seen else []
