"""How long a request to stop may wait for somebody to read it.

The law allows 10 business days from its arrival (47 CFR 64.1200(a)(10)); we ask for the same day. The
FCC counts Monday to Friday without the holidays of the federal government (5 U.S.C. 6103).
"""

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ALLOWED = 10
"""Business days; the day on which it came in does not count."""
_FIXED = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
# Month, weekday (Monday is 0), which of them; -1 is the last.
_MOVING = ((1, 0, 3), (2, 0, 3), (5, 0, -1), (9, 0, 1), (10, 0, 2), (11, 3, 4))
# The zone in which it is earliest: wherever somebody lives, their last day is not before this one.
_EARLIEST = ZoneInfo("Pacific/Honolulu")


def last_day(came_in: datetime) -> date:
    """The last day on which a request that came in at this moment may be acted on."""
    day = came_in.astimezone(_EARLIEST).date()
    left = ALLOWED
    while left:
        day += timedelta(days=1)
        left -= is_business_day(day)
    return day


def is_business_day(day: date) -> bool:
    """Whether it is Monday to Friday and no federal holiday, nor the day one is observed on instead."""
    return day.weekday() < 5 and day not in _holidays(day.year) | _holidays(day.year + 1)


@cache
def _holidays(year: int) -> frozenset[date]:
    """The days on which a year's federal holidays are kept; New Year's may fall into the year before."""
    days = {_observed(date(year, month, day)) for month, day in _FIXED}
    return frozenset(days | {_nth(year, *rule) for rule in _MOVING})


def _observed(day: date) -> date:
    """A holiday on a Saturday is kept on the Friday before, on a Sunday on the Monday after."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    if which < 0:
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
