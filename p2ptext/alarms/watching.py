"""What the dispatcher watches for organizers every few seconds. Safe to run at any time, by many.

Each look costs by what is recent and by what waits, never by how much was ever sent.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from p2ptext.alarms import (
    telling,
    watch_campaigns,
    watch_carrier,
    watch_jobs,
    watch_numbers,
    watch_people,
    watch_replies,
)
from p2ptext.alarms.thresholds import thresholds
from p2ptext.background import transaction
from p2ptext.extensions import cursor, log
from p2ptext.logs import place_of

# The lock's number is arbitrary; two at once would only do the same work twice.
LOCK = 7022071
T = TypeVar("T")
Look = Callable[[], object]


def watch() -> None:
    """Look at texts, replies, numbers and the way out."""
    wanted = _alone(thresholds)
    if wanted is None:
        return
    looks: tuple[Look, ...] = (
        partial(watch_carrier.stuck, wanted),
        watch_carrier.halted,
        partial(watch_carrier.signatures, wanted),
        partial(watch_jobs.imports, wanted),
        partial(watch_jobs.exports, wanted),
        partial(watch_numbers.failures, wanted),
        watch_numbers.out_of_use,
        partial(watch_numbers.day_caps, wanted),
        watch_campaigns.paused,
        partial(watch_campaigns.near_budget, wanted),
        partial(watch_replies.nobody, wanted),
        partial(watch_replies.waiting, wanted),
        *(partial(watch_replies.counted, kind, wanted) for kind in watch_replies.COUNTED),
    )
    _each(looks)


def watch_slowly() -> None:
    """Look at opt-outs, at people, and at what ends on a day; then tell organizers of dangers by mail."""
    wanted = _alone(thresholds)
    if wanted is None:
        return
    looks: tuple[Look, ...] = (
        partial(watch_campaigns.opt_outs, wanted),
        partial(watch_numbers.registrations, wanted),
        partial(watch_people.timing, wanted),
        partial(watch_people.pace, wanted),
        partial(watch_people.edited, wanted),
        partial(watch_people.profanity, wanted),
        telling.tell,
    )
    _each(looks)


def _each(looks: Sequence[Look]) -> None:
    """All of them: one that fails must not keep the others from looking."""
    for look in looks:
        try:
            _alone(look)
        except Exception as error:
            log.error("look_failed", error=type(error).__name__, where=place_of(error))


def _alone(look: Callable[[], T]) -> T | None:
    """In a transaction of its own, unless another process looks just now; then None."""
    with transaction():
        sql = cursor()
        sql.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,))
        return look() if (sql.fetchone() or (False,))[0] else None


CHORES = ((12.0, watch), (60.0, watch_slowly))
"""Seconds between two times, and what is done."""
