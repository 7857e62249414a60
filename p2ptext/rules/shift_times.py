"""The two ends of a shift, from what an organizer wrote: a day, two times and a zone."""

from datetime import UTC, date, datetime, time, timedelta

from p2ptext.rules.fault import Fault
from p2ptext.rules.wall_clocks import clock

ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico",
    "America/Toronto", "America/Halifax", "America/St_Johns", "America/Winnipeg", "America/Regina",
    "America/Edmonton", "America/Vancouver",
)  # fmt: skip
"""Zones to choose from: where organizations sit."""
LONGEST = timedelta(hours=12)


def span(day: date, begins: time, ends: time, zone: str) -> tuple[datetime, datetime] | Fault:
    """Beginning and end in UTC. An end at or before the beginning lies on the next day."""
    first = _moment(day, begins, zone)
    last = _moment(day if ends > begins else day + timedelta(days=1), ends, zone)
    if first is None or last is None:
        return Fault("no_such_time", "The clocks change that night, and this time does not exist.")
    if last - first > LONGEST:
        return Fault("too_long", "A shift lasts 12 hours at most. Check the two times.")
    return first, last


def _moment(day: date, wall: time, zone: str) -> datetime | None:
    """None for a time that the change of clocks leaves out; of one that comes twice, the first."""
    here = datetime.combine(day, wall, clock(zone))
    moment = here.astimezone(UTC)
    return (
        moment
        if moment.astimezone(clock(zone)).replace(tzinfo=None) == here.replace(tzinfo=None)
        else None
    )


def in_words(begins: datetime, ends: datetime, zone: str) -> str:
    """Such as "Tuesday, November 3, 6:00 pm to 8:00 pm", by the clock of `zone`."""
    first, last = begins.astimezone(clock(zone)), ends.astimezone(clock(zone))
    return f"{first:%A, %B} {first.day}, {_time(first)} to {_time(last)}"


def _time(moment: datetime) -> str:
    return f"{moment.hour % 12 or 12}:{moment.minute:02d} {'am' if moment.hour < 12 else 'pm'}"
