"""When it is in the sample installation.

Texting hours are real rules, so the sample would stand still at night. Its clock is the real
one plus an offset: it opens at 14:00 Eastern on a Tuesday, runs on from start to start, and
never backwards. Real carriers get real time.
"""

import json
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from scripts.launcher.folders import read_json, write_private

EASTERN = ZoneInfo("America/New_York")
TUESDAY = 1
OPENING = time(14)
EARLIEST, LATEST = time(9), time(19, 30)
"""Between these the sample still has hours of texting left in every contiguous state."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of the clock between runs."""

    offset_s: int
    """Seconds added to the real time."""
    opened_on: date
    """The Tuesday it opened on, Eastern."""
    last_seen: datetime
    """The latest time it is known to have shown, UTC."""


def next_opening(after: datetime) -> datetime:
    """The first Tuesday 14:00 Eastern that is not before `after`, in UTC."""
    here = after.astimezone(EASTERN)
    day = here.date() + timedelta(days=(TUESDAY - here.weekday()) % 7)
    opening = datetime.combine(day, OPENING, EASTERN)
    if opening < here:
        opening = datetime.combine(day + timedelta(days=7), OPENING, EASTERN)
    return opening.astimezone(UTC)


def set_clock(now: datetime, kept: Kept | None) -> Kept:
    """The clock for a run that starts at the real time `now` (UTC).

    It goes on where it was while that is still the same Tuesday between 9:00 and 19:30 Eastern;
    otherwise it jumps forward to the next Tuesday 14:00.
    """
    if kept is None:
        opening = next_opening(now)
    else:
        # Were the computer's own clock set back, ours would be too: hold it instead.
        shows = max(now + timedelta(seconds=kept.offset_s), kept.last_seen)
        here = shows.astimezone(EASTERN)
        if here.date() == kept.opened_on and EARLIEST <= here.time() < LATEST:
            return Kept(math.ceil((shows - now).total_seconds()), kept.opened_on, shows)
        opening = next_opening(shows)
    offset = math.ceil((opening - now).total_seconds())
    return Kept(offset, opening.astimezone(EASTERN).date(), opening)


def load(path: Path) -> Kept | None:
    """What the last run wrote, None before the first."""
    told = read_json(path)
    if not told:
        return None
    return Kept(
        int(told["offset_s"]),
        date.fromisoformat(told["opened_on"]),
        datetime.fromisoformat(told["last_seen"]),
    )


def save(path: Path, kept: Kept) -> None:
    """Remember it for the next run."""
    told = {
        "offset_s": kept.offset_s,
        "opened_on": kept.opened_on.isoformat(),
        "last_seen": kept.last_seen.isoformat(),
    }
    write_private(path, json.dumps(told) + "\n")


def note_time(path: Path, kept: Kept, now: datetime) -> None:
    """Write down what the clock shows at the real time `now`, so that it never runs backwards."""
    shows = max(now + timedelta(seconds=kept.offset_s), kept.last_seen)
    save(path, Kept(kept.offset_s, kept.opened_on, shows))


def in_words(now: datetime, offset_s: int) -> str:
    """The clock's date and time, Eastern, for people."""
    here = (now + timedelta(seconds=offset_s)).astimezone(EASTERN)
    return f"{here:%A}, {here:%B} {here.day} {here.year}, {here.hour % 12 or 12}:{here:%M %p} Eastern"
