"""When people may be texted, by the clock on their own wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EARLIEST, LATEST = time(8), time(21)
"""No window is ever wider: 47 CFR 64.1200(c)(1), local time of the person called."""

_SUNDAY = 6
_DAYS_AHEAD = 10
"""Today, eight days more, and one for the parts of days at both ends."""

_zone = lru_cache(maxsize=None)(ZoneInfo)


@dataclass(frozen=True, slots=True)
class Window:
    """Texting hours: from `start` up to, but not at, `end`; on Sundays from `sunday_start`.

    An end at or before the start means never. The defaults are inside every state's sales
    window, the strictest custom there is.
    """

    start: time = time(9)
    end: time = time(20)
    sunday_start: time = time(12)

    def on(self, day: date) -> tuple[time, time]:
        """Opening and closing time on `day`, never wider than 8:00 to 21:00."""
        start = self.sunday_start if day.weekday() == _SUNDAY else self.start
        return max(start, EARLIEST), min(self.end, LATEST)


def may_text(at: datetime, zones: Sequence[str], window: Window) -> bool:
    """Whether `at` is inside the hours in every zone the person may be in.

    False without any zone. Raises ValueError for a time without time zone, and
    zoneinfo.ZoneInfoNotFoundError for an unknown zone.
    """
    _refuse_naive(at)
    return bool(zones) and all(_open_in(at, zone, window) for zone in zones)


def opens_at(at: datetime, zones: Sequence[str], window: Window) -> datetime | None:
    """The first moment from `at` on when the person may be texted, in UTC.

    That is `at` itself while the hours are open; None if they do not open within 8 days.
    """
    if may_text(at, zones, window):
        return at.astimezone(UTC)
    latest = at + timedelta(days=8)
    # The hours of all zones together begin where those of one of them begin.
    openings = {opening for zone in zones for opening in _edges(at, zone, window, 0, _DAYS_AHEAD)}
    for opening in sorted(openings):
        if at < opening <= latest and may_text(opening, zones, window):
            return opening
    return None


def closes_at(at: datetime, zones: Sequence[str], window: Window) -> datetime | None:
    """When the open stretch around `at` ends, in UTC; None while the hours are closed."""
    if not may_text(at, zones, window):
        return None
    return min(_edges(at, zone, window, 1, days=1)[0] for zone in zones)


def _refuse_naive(at: datetime) -> None:
    if at.utcoffset() is None:
        raise ValueError("A time without time zone cannot be compared with texting hours.")


def _open_in(at: datetime, zone: str, window: Window) -> bool:
    local = at.astimezone(_zone(zone))
    start, end = window.on(local.date())
    return start <= local.time() < end


def _edges(at: datetime, zone: str, window: Window, which: int, days: int) -> list[datetime]:
    """The openings (0) or closings (1) in one zone on the day of `at` and those after it, in UTC."""
    info = _zone(zone)
    today = at.astimezone(info).date()
    dates = (today + timedelta(days=n) for n in range(days))
    return [datetime.combine(day, window.on(day)[which], info).astimezone(UTC) for day in dates]
