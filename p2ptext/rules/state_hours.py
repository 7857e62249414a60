"""The narrower hours of some states, kept as a courtesy to the people who live there.

They are rules for sales calls; most do not bind a nonprofit or a campaign that sells nothing, and a
manager may switch them off for one campaign. Where somebody may be in several states, the hours of all
of them count at once. Holidays, which some of these laws also close, are not in the table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from p2ptext.rules.hours import Hours, Window, closes_at, may_text, opens_at, within

_CHART = "dropcowboy.com/state-compliance (November 2025)"
_CLICKPOINT = "blog.clickpointsoftware.com/telemarketing-calling-hours-by-state (July 2025)"
_NEVER = (0, 0)
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class StateHours:
    """The hours of one state, as (from, until) in full hours of the clock there; (0, 0) is never."""

    days: tuple[int, int]
    source: str
    """The statute where there is one we have read of, and the chart it was taken from."""
    binds: str
    """Whom the rule was written for."""
    sunday: tuple[int, int] | None = None
    saturday: tuple[int, int] | None = None

    def on(self, weekday: int) -> tuple[int, int]:
        """The hours on a day of the week, Monday is 0."""
        if weekday == _SUNDAY and self.sunday is not None:
            return self.sunday
        if weekday == _SATURDAY and self.saturday is not None:
            return self.saturday
        return self.days


_SALES = "sales calls"
STATE_HOURS = {
    "AL": StateHours((8, 20), f"{_CHART}; {_CLICKPOINT}", _SALES, sunday=_NEVER),
    "CT": StateHours((9, 20), f"SB 1058; {_CHART}", "sales calls and texts"),
    "FL": StateHours(
        (8, 20),
        f"Florida Statutes 501.616(6); {_CHART}",
        "sales calls and texts; whether nonprofits are covered is unsettled",
    ),
    "KY": StateHours((10, 21), f"{_CHART}; {_CLICKPOINT}", _SALES),
    "LA": StateHours((8, 20), f"{_CHART}; {_CLICKPOINT}", _SALES, sunday=_NEVER),
    "MA": StateHours((8, 20), f"{_CHART}; {_CLICKPOINT}", _SALES),
    "MD": StateHours((8, 20), f"Stop the Spam Calls Act of 2023; {_CHART}", _SALES),
    "MI": StateHours((9, 21), f"{_CHART}; {_CLICKPOINT}", _SALES),
    "MN": StateHours((9, 21), _CHART, _SALES),
    "MS": StateHours((8, 20), _CHART, _SALES, sunday=_NEVER),
    "NM": StateHours((9, 21), _CHART, _SALES),
    "NV": StateHours((9, 20), _CHART, _SALES),
    "OK": StateHours(
        (8, 20),
        f"15 O.S. 775C.4; {_CHART}",
        "sales; charities and political calls are exempt (775C.5)",
    ),
    "OR": StateHours((8, 20), "HB 3865 of 2025, in force since 2026-01-01", "sales calls and texts"),
    "RI": StateHours(
        (9, 18),
        f"Rhode Island General Laws 5-61-3.6; {_CHART}",
        _SALES,
        saturday=_NEVER,
        sunday=_NEVER,
    ),
    "TX": StateHours((9, 21), "SB 140 of 2025; Texas Attorney General", _SALES, sunday=(12, 21)),
    "WA": StateHours(
        (8, 20), "RCW 80.36.390, HB 1497 of 2022", "sales, and nonprofits that ask for donations"
    ),
}
"""By two letters. Read in November 2026; every other state is taken to allow 8 to 21."""


@dataclass(frozen=True, slots=True)
class _Week:
    """Opening and closing on each day of the week, Monday first, between two dates."""

    days: tuple[tuple[timedelta, timedelta], ...]
    opens_on: date | None
    closes_on: date | None

    def on(self, day: date) -> tuple[timedelta, timedelta]:
        return self.days[day.weekday()] if within(day, self.opens_on, self.closes_on) else _SHUT


_SHUT = (timedelta(), timedelta())


@lru_cache(maxsize=4096)
def _week(window: Window, states: tuple[str, ...]) -> Hours:
    """The campaign's hours and those of these states at once; but for the campaign's first and last day
    they depend on the day of the week alone."""
    found = [STATE_HOURS[state] for state in states if state in STATE_HOURS]
    days = []
    for weekday in range(7):
        start, end = window.on_weekday(weekday)
        theirs = [state.on(weekday) for state in found]
        starts = [timedelta(hours=hour) for hour, _ in theirs]
        ends = [timedelta(hours=hour) for _, hour in theirs]
        days.append((max([start, *starts]), min([end, *ends])))
    return _Week(tuple(days), window.opens_on, window.closes_on)


def hours_for(window: Window, states: Iterable[str]) -> Hours:
    """The hours in which somebody may be texted who may be in any of these states.

    The campaign's own where it does not keep the states' (`window.by_state`) or none is narrower.
    """
    return _week(window, tuple(states) if window.by_state else ())


def may_text_in(at: datetime, place: str, window: Window) -> bool:
    """Whether somebody may be texted who is in this place: "America/New_York KY OH", zones and states
    with spaces between, as batches and lists keep them."""
    zones, hours = _read(place, window)
    return may_text(at, zones, hours)


def opens_in(at: datetime, place: str, window: Window) -> datetime | None:
    """When somebody in such a place may be texted, from `at` on; None if not within 8 days."""
    zones, hours = _read(place, window)
    return opens_at(at, zones, hours)


def closes_in(at: datetime, place: str, window: Window) -> datetime | None:
    """When nobody may be texted any more there who may be at `at`; None where nobody may be."""
    zones, hours = _read(place, window)
    return closes_at(at, zones, hours)


def _read(place: str, window: Window) -> tuple[list[str], Hours]:
    names = place.split()
    zones = [name for name in names if "/" in name]
    return zones, hours_for(window, [name for name in names if "/" not in name])
