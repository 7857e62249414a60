"""Times of day and lengths of time in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from p2ptext.rules.wall_clocks import clock


def local_time(moment: datetime, zones: Sequence[str]) -> str:
    """The time on a person's clock, such as "2:14 pm"; both ends where the zone is uncertain."""
    times = sorted({moment.astimezone(clock(zone)).replace(tzinfo=None) for zone in zones})
    words = [f"{time.hour % 12 or 12}:{time.minute:02d} {time:%p}".lower() for time in times]
    return words[0] if len(words) == 1 else f"{words[0]} to {words[-1]}"


def weekday(moment: datetime, zones: Sequence[str]) -> str:
    """The day of the week there, such as "Monday"."""
    return f"{moment.astimezone(clock(zones[0])):%A}"


def span(time: timedelta) -> str:
    """A length of time in the largest unit it has two of: "40 min", "11 h", "3 days"."""
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 2 * 24 * 60 else f"{round(minutes / 1440)} days"
