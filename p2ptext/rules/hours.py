"""When people may be texted, by the clock on their own wall."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from heapq import merge
from typing import Protocol
from zoneinfo import ZoneInfo

from p2ptext.rules.wall_clocks import clock

EARLIEST, LATEST = time(8), time(21)
"""No window is ever wider: 47 CFR 64.1200(c)(1), local time of the person called."""

_SUNDAY = 6
_DAYS_AHEAD = 10
"""Today, eight days more, and one for the parts of days at both ends."""


ALL_DAYS = 0b111_1111
"""Every day of the week; Monday is the lowest bit."""
_NEVER = (timedelta(), timedelta())
_EASTMOST = timedelta(hours=14)
"""How far ahead of UTC the first place on earth is in which a day begins."""


class Hours(Protocol):
    """Texting hours of any kind."""

    @property
    def opens_on(self) -> date | None:
        """No day before this one is open; None where any may be."""

    def on(self, day: date) -> tuple[timedelta, timedelta]:
        """Opening and closing on `day`, as the clock's time since midnight; 24 hours is its end."""


@dataclass(frozen=True, slots=True)
class Window:
    """Texting hours: from `start` up to, but not at, `end`; on Sundays from `sunday_start`.

    An end at or before the start means never.
    """

    start: time = time(9)
    end: time = time(20)
    sunday_start: time = time(12)
    by_state: bool = True
    """Whether the narrower hours of a state count as well; see state_hours."""
    days: int = ALL_DAYS
    """Days of the week that count, as bits: Monday is 1, Sunday 64."""
    opens_on: date | None = None
    """The first day that counts, on the calendar of the person."""
    closes_on: date | None = None
    """The last one."""

    def on(self, day: date) -> tuple[timedelta, timedelta]:
        """Opening and closing on `day`, never wider than 8:00 to 21:00."""
        return self.on_weekday(day.weekday()) if within(day, self.opens_on, self.closes_on) else _NEVER

    def on_weekday(self, weekday: int) -> tuple[timedelta, timedelta]:
        """The same on a day of the week, Monday is 0, whatever the date."""
        if not self.days >> weekday & 1:
            return _NEVER
        return _clamped(self.sunday_start if weekday == _SUNDAY else self.start, self.end)


def within(day: date, first: date | None, last: date | None) -> bool:
    """Whether a day is neither before the first nor after the last; None sets no limit."""
    return (first is None or first <= day) and (last is None or day <= last)


@dataclass(frozen=True, slots=True)
class ExactHours:
    """The same hours every day, as wide as they are: for trying out, never for sending."""

    start: timedelta
    end: timedelta

    @property
    def opens_on(self) -> None:
        """Any day is open."""

    def on(self, day: date) -> tuple[timedelta, timedelta]:
        """Opening and closing, whatever the day."""
        return self.start, self.end


_EXACT = re.compile(r"\s*(\d{1,2})(?::([0-5]\d))?\s*[-–]\s*(\d{1,2})(?::([0-5]\d))?\s*", re.ASCII)
_DAY = timedelta(days=1)


def exact_hours(text: str) -> ExactHours | None:
    """Hours written as "9-20" or "09:30-17:00", up to "0-24"; None for anything else."""
    match = _EXACT.fullmatch(text)
    if not match:
        return None
    numbers = [int(part or 0) for part in match.groups()]
    start, end = (timedelta(hours=numbers[n], minutes=numbers[n + 1]) for n in (0, 2))
    return ExactHours(start, end) if max(start, end) <= _DAY else None


def may_text(at: datetime, zones: Sequence[str], window: Hours) -> bool:
    """Whether `at` is inside the hours in every zone the person may be in.

    False without any zone. Raises ValueError for a time without time zone, and
    zoneinfo.ZoneInfoNotFoundError for an unknown zone.
    """
    _refuse_naive(at)
    return bool(zones) and all(_open_in(at, zone, window) for zone in zones)


def opens_at(at: datetime, zones: Sequence[str], window: Hours) -> datetime | None:
    """The first moment from `at` on when the person may be texted, in UTC.

    That is `at` itself while the hours are open; None if they do not open within 8 days, or within 8
    days of their first day.
    """
    if may_text(at, zones, window):
        return at.astimezone(UTC)
    if window.opens_on is not None:
        at = max(at, datetime.combine(window.opens_on, time(), UTC) - _EASTMOST)
    latest = at + timedelta(days=8)
    # The hours of all zones together begin where those of one of them begin.
    for opening in merge(*(_openings(at, zone, window) for zone in zones)):
        if at < opening <= latest and may_text(opening, zones, window):
            return opening
    return None


def closes_at(at: datetime, zones: Sequence[str], window: Hours) -> datetime | None:
    """When the open stretch around `at` ends, in UTC; None while the hours are closed."""
    if not may_text(at, zones, window):
        return None
    return min(_closing(at, zone, window) for zone in zones)


def _refuse_naive(at: datetime) -> None:
    if at.utcoffset() is None:
        raise ValueError("A time without time zone cannot be compared with texting hours.")


@lru_cache(maxsize=1000)
def _clamped(start: time, end: time) -> tuple[timedelta, timedelta]:
    return _since_midnight(max(start, EARLIEST)), _since_midnight(min(end, LATEST))


def _since_midnight(wall: time | datetime) -> timedelta:
    # By position: this is asked for every click, and names cost half as much again.
    return timedelta(0, wall.hour * 3600 + wall.minute * 60 + wall.second, wall.microsecond)


def _open_in(at: datetime, zone: str, window: Hours) -> bool:
    local = at.astimezone(clock(zone))
    start, end = window.on(local.date())
    return start <= _since_midnight(local) < end


def _closing(at: datetime, zone: str, window: Hours) -> datetime:
    local = at.astimezone(clock(zone))
    return _moment(local.date(), window.on(local.date())[1], clock(zone))


def _moment(day: date, since_midnight: timedelta, info: ZoneInfo, fold: int = 0) -> datetime:
    """When the clock shows that time, in UTC."""
    return (datetime.combine(day, time(), info) + since_midnight).replace(fold=fold).astimezone(UTC)


def _openings(at: datetime, zone: str, window: Hours) -> Iterator[datetime]:
    """Every moment in the days from `at` on when the hours in one zone may begin, in order."""
    info = clock(zone)
    today = at.astimezone(info).date()
    days = [today + timedelta(days=n) for n in range(_DAYS_AHEAD)]
    starts = ((day, window.on(day)[0]) for day in days)
    midnight, last = _moment(days[0], timedelta(), info), _moment(days[-1], _DAY, info)
    if last - midnight == _DAYS_AHEAD * _DAY:
        # One by one: nearly always the first or second is the one.
        yield from (_moment(day, start, info) for day, start in starts)
        return
    # The clocks change in these days. On that day a time may come twice, and hours may begin with
    # the change itself, when it jumps over their start or back into them.
    both = {_moment(day, start, info, fold) for day, start in starts for fold in (0, 1)}
    yield from sorted(both | {_change(midnight, last, info)})


def _change(before: datetime, after: datetime, info: ZoneInfo) -> datetime:
    """When between two moments the clocks of a zone change, to the second."""
    offset = before.astimezone(info).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(info).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
