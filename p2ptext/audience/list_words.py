"""How far a list has come, in words and numbers for the person who waits for it."""

import math
from dataclasses import dataclass
from datetime import datetime

from p2ptext.audience.models import ContactImport

STATES = {
    "uploaded": ("Waits to be read", ""),
    "checking": ("Being read", ""),
    "checked": ("Waits for your decision", "warning"),
    "waiting": ("Coming in", ""),
    "running": ("Coming in", ""),
    "cutting": ("Coming in", ""),
    "done": ("In", "success"),
    "refused": ("Could not be used", "danger"),
    "cancelled": ("Cancelled", ""),
}
"""Every status in a person's words, and the tone they are shown in."""

UNDER_WAY = ("uploaded", "checking", "waiting", "running", "cutting")
"""Statuses in which the program works, or is about to, and a person waits."""

_TELLING_S = 1.0
"""A rate measured over less says nothing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the page of a list under way shows."""

    status: str
    words: str
    """What is being done just now."""
    detail: str
    """Rows read, rows a second, time left, or how long it takes already; "" where nothing is done."""
    percent: int | None
    """How much of the file is read; None where the work cannot be foreseen."""

    @property
    def over(self) -> bool:
        """Whether somebody has to look at the page again: there is a decision or a result."""
        return self.status not in UNDER_WAY


def progress_of(row: ContactImport, at: datetime) -> Progress:
    """How far a list is at this moment."""
    reading = row.status in ("checking", "running") and row.units_read < row.units_total
    elapsed = (at - row.started_at).total_seconds() if row.started_at else 0.0
    return Progress(
        row.status,
        "Stopping" if row.cancel_asked_at else _phase(row, reading),
        _reading(row, elapsed) if reading else _working(row, elapsed),
        100 * row.units_read // row.units_total if reading else 0 if row.status == "uploaded" else None,
    )


def _phase(row: ContactImport, reading: bool) -> str:
    if reading:
        return "Reading and checking every row"
    if row.status == "checking" and row.staged is None:
        return "Looking at the file"
    return {
        "uploaded": "Waiting for its turn to be read",
        "checking": "All rows are read. Counting what would happen",
        "waiting": "Waiting for its turn",
        "running": "Step 1 of 2: sorting out duplicates and who opted out",
        "cutting": "Step 2 of 2: cutting batches",
    }.get(row.status, STATES[row.status][0])


def _working(row: ContactImport, elapsed: float) -> str:
    if row.status not in ("running", "cutting") or row.staged is None:
        return ""
    return f"{row.staged:,} rows, {max(0, round(elapsed)):,} s so far"


def _reading(row: ContactImport, elapsed: float) -> str:
    parts = [f"{row.rows_read:,} rows read"]
    if elapsed >= _TELLING_S and row.units_read:
        left = elapsed * (row.units_total - row.units_read) / row.units_read
        parts += [f"{_round(row.rows_read / elapsed):,} a second", f"{duration(left)} left"]
    return ", ".join(parts)


def _round(rate: float) -> int:
    """Two figures of a rate: the others change with every look and say nothing."""
    if rate < 1:
        return 1
    return int(round(rate, 1 - math.floor(math.log10(rate)))) if rate >= 10 else round(rate)


def duration(seconds: float) -> str:
    """A time to wait as a person would say it."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 55:
        return f"about {10 * round(seconds / 10)} seconds"
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return "about a minute" if minutes == 1 else f"about {minutes} minutes"
    return "more than an hour"
