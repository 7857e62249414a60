"""Moments of a pack, on the clocks of the person it is about."""

from collections.abc import Sequence
from datetime import UTC, datetime

from p2ptext.rules.wall_clocks import clock


def moment(iso: str) -> datetime:
    """A moment as the pack writes it: ISO 8601 with its offset."""
    return datetime.fromisoformat(iso)


def on_clocks(at: datetime, zones: Sequence[str]) -> list[datetime]:
    """`at` on the clock of each zone, the earliest reading first; equal readings once."""
    readings = {at.astimezone(clock(zone)).replace(tzinfo=None): zone for zone in zones}
    return [at.astimezone(clock(readings[reading])) for reading in sorted(readings)]


def clock_words(at: datetime) -> str:
    """The time of day on the clock that `at` carries: "2:14:05 pm"."""
    return f"{at.hour % 12 or 12}:{at:%M:%S} {at:%p}".replace("AM", "am").replace("PM", "pm")


def their_time(at: datetime, zones: Sequence[str]) -> str:
    """The time of day where they may live; both ends where that is not certain."""
    words = [clock_words(reading) for reading in on_clocks(at, zones)]
    if not words:
        return ""
    return words[0] if len(words) == 1 else f"{words[0]} to {words[-1]}"


def day_words(at: datetime) -> str:
    """The day on the clock that `at` carries: "Tuesday, November 24, 2026"."""
    return f"{at:%A, %B} {at.day}, {at.year}"


def utc_words(iso: str) -> str:
    """A moment of the pack in UTC, to the second: "Nov 24, 2026, 19:00:15 UTC"."""
    at = moment(iso).astimezone(UTC)
    return f"{at:%b} {at.day}, {at.year}, {at:%H:%M:%S} UTC"
