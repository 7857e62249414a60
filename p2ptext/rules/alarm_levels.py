"""When something deserves an organizer's eye, decided without database or clock.

A share is judged by where it lies at least, never by what was counted alone: three of twenty is no reason
to stop an evening. What each rule may be told is a threshold of docs/alarms.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from p2ptext.rules import stats
from p2ptext.rules.delivery import ErrorKind
from p2ptext.rules.stats_limits import ewma

WARNING, DANGER = "warning", "danger"

LEAST_TEXTS = 40
"""Fewer texts say nothing about a number, whatever became of them."""
LEAST_USUAL = 500
"""Texts an organization must have sent before for its own past to be a measure."""
BLOCK = 200
"""First texts that make one point of the moving average, and the share that is judged."""
DANGER_TIMES = 2
"""A share is a danger where it lies, at least, above so many times the threshold that warns."""

CERTAIN = 0.9999
"""How certain it must be, each time, before a number is stopped: it is looked at again and again, and each
look may err. With this, a number that fails exactly as often as its limit allows is stopped in about 1 of 40
stretches of 5,000 texts, and in fewer than 1 of 200 of 1,000 (tests/rules/test_alarm_levels.py)."""

OF_THE_PHONE = frozenset(
    {ErrorKind.INVALID_NUMBER, ErrorKind.UNREACHABLE_TEMPORARY, ErrorKind.OPTED_OUT}
)
"""Failures that say something about the person's phone and nothing about the number we text from: one list
in ten holds more of them than any limit, and no other number would fare better."""

Count = tuple[int, int]
"""How many of how many."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A share that is out of the ordinary."""

    level: str
    bad: int
    n: int
    low: float
    high: float
    because: str
    """limit: it lies above the threshold. usual: above what is usual here."""
    usual: float = 0.0
    """What is usual, where that is why; between 0 and 1."""


def opt_outs(blocks: Sequence[Count], usual: Count, percent: float) -> Seen | None:
    """Whether a campaign's latest first texts are answered with an opt-out too often.

    `blocks` are (opted out, texts) of BLOCK texts each, oldest first; the last is judged by `percent`.
    `usual` is what the organization has seen before: where the moving average of the blocks lies outside
    of its limits, that warns as well, however low the share.
    """
    bad, n = blocks[-1] if blocks else (0, 0)
    seen = above(bad, n, percent)
    if seen is not None:
        return seen
    if usual[1] < LEAST_USUAL or n < LEAST_TEXTS:
        return None
    latest = ewma(blocks, usual)[-1]
    if latest.side != "high":
        return None
    return Seen(WARNING, bad, n, *stats.wilson(bad, n), "usual", usual[0] / usual[1])


def above(bad: int, n: int, percent: float, least: int = LEAST_TEXTS) -> Seen | None:
    """Whether a share lies above `percent` for certain (95%), and whether it does above twice of it."""
    if n < least:
        return None
    low, high = stats.wilson(bad, n)
    if low * 100 <= percent:
        return None
    level = DANGER if low * 100 > DANGER_TIMES * percent else WARNING
    return Seen(level, bad, n, low, high, "limit")


def must_pause(failed: int, texts: int, percent: float) -> bool:
    """Whether so many of a number's latest texts failed that no more should leave from it.

    By the exact lower bound, strict enough for a number that is looked at all evening long.
    """
    return texts >= LEAST_TEXTS and stats.lower_bound(failed, texts, CERTAIN) * 100 > percent


def speaks_of_number(reason: str | None) -> bool:
    """Whether a failure for this reason, of rules.delivery, says something about who texted."""
    return reason not in OF_THE_PHONE


def by_count(count: int, threshold: float, danger_times: int = 20) -> str | None:
    """The level of something that is counted: a warning from `threshold` on, a danger at many times that."""
    if count < max(1, threshold):
        return None
    return DANGER if count >= danger_times * max(1, threshold) else WARNING


def waiting(served_min: int, promise_min: int) -> str:
    """The level of a reply that is overdue: `served_min` are minutes of its waiting with somebody there."""
    return DANGER if served_min >= 3 * promise_min else WARNING


def used(share: float, percent: float) -> str | None:
    """The level of something that is used up: a warning from `percent` on, a danger when nothing is left."""
    if share * 100 < percent:
        return None
    return DANGER if share >= 1 else WARNING


def days_left(days: int, threshold: float) -> str | None:
    """The level of something that ends in so many days: a danger in the last week and after it."""
    if days > threshold:
        return None
    return DANGER if days < 7 else WARNING
