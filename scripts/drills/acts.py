"""What a drill is made of: each act has its own time by the one clock, its own faults, its own length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

AT_THE_EDGE = (
    "kill dispatcher",
    "freeze dispatcher",
    "carrier slow",
    "carrier slow to take",
    "terminate backends",
    "webhooks late",
)
"""What might carry a text over the end of the hours."""


@dataclass(frozen=True, slots=True)
class Act:
    """One stretch of a drill. The processes are started anew for it, on the same data."""

    name: str
    begins: datetime
    """By the one clock."""
    seconds: float
    faults: Sequence[str] = ()
    races: bool = False
    """Whether it ends with identical sends in the same instant and with STOPs into texts."""
    overrides: Mapping[str, str] = field(default_factory=dict)


def _at(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def autumn() -> Act:
    """2026-11-01, the clocks went back in the night; Sunday's hours begin at noon, standard time:
    17:00 UTC in the east. Who still reckons with summer time begins an hour early."""
    return Act("morning after summer time", _at("2026-11-01T16:58:50+00:00"), 150, AT_THE_EDGE)


def fire(minutes: float, faults: Sequence[str]) -> Act:
    """A Tuesday at 14:00 in New York, every zone is open, and everything is broken."""
    return Act("under fire", _at("2026-11-24T19:00:00+00:00"), minutes * 60, tuple(faults))


def closing() -> Act:
    """The same evening at 20:00 in New York: the hours end there and go on elsewhere."""
    return Act("end of the hours", _at("2026-11-25T00:58:20+00:00"), 150, AT_THE_EDGE)


def spring() -> Act:
    """2027-03-14, the clocks went forward in the night; the hours end at 20:00 daylight time, 00:00 UTC
    in the east. Who still reckons with winter time goes on for an hour."""
    return Act("evening of summer time", _at("2027-03-14T23:58:20+00:00"), 150, AT_THE_EDGE)


def races() -> Act:
    """Nothing is broken: the same send in the same instant, and STOPs into texts on their way."""
    return Act(
        "races",
        _at("2027-03-16T18:00:00+00:00"),
        0,
        races=True,
        # So many ask to stop here that the campaign would rightly be paused.
        overrides={"PAUSE_AT_OPT_OUTS_PERCENT": "0"},
    )


def full(minutes: float, faults: Sequence[str]) -> list[Act]:
    """All of it, in the order of the clock: rows must not find themselves in the past."""
    return [autumn(), fire(minutes, faults), closing(), spring(), races()]
