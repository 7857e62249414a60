"""The clocks of all places, by one list of their rules: the one this program is pinned to."""

import zoneinfo
from functools import cache
from zoneinfo import ZoneInfo

# Python asks the computer's own list first, and those are years old on many servers: one of 2025
# has Vancouver, Edmonton and Winnipeg an hour wrong from November 2026 on.
zoneinfo.reset_tzpath(to=())


@cache
def clock(zone: str) -> ZoneInfo:
    """The clock of an IANA zone. Raises zoneinfo.ZoneInfoNotFoundError for an unknown one."""
    return ZoneInfo(zone)


@cache
def names() -> frozenset[str]:
    """All IANA zones."""
    return frozenset(zoneinfo.available_timezones())
