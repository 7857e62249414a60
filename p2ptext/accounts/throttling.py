"""How often the same door may be knocked on.

Counted in Redis through Flask-Limiter, in this process's memory while Redis is down. E-mail
addresses are counted under a digest, so that Redis holds none.
"""

import hashlib
import time
from collections.abc import Callable
from typing import TypeVar

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, RateLimiter
from redis.exceptions import RedisError

from p2ptext.errors import Refused
from p2ptext.extensions import limiter

T = TypeVar("T")

SILENCE_S = 5.0
"""Seconds for which Redis is left alone after it did not answer."""

_memory = FixedWindowRateLimiter(MemoryStorage())
_silent_until = 0.0


class TooMany(Refused):
    """The limit is reached; `wait_s` seconds later there is room again."""

    def __init__(self, wait_s: int) -> None:
        minutes = max(1, -(-wait_s // 60))
        unit = "minute" if minutes == 1 else "minutes"
        super().__init__("too_many", f"Too many tries. Wait {minutes} {unit}, then try again.", 429)
        self.wait_s = wait_s


def digest(value: str) -> str:
    """A stand-in for an address in keys."""
    return hashlib.sha256(value.strip().lower().encode("utf-8", "replace")).hexdigest()[:32]


def spend(limit: str, *key: str, cost: int = 1) -> None:
    """Count one try under `key`, or `cost` of them. Raises TooMany when that is too many."""
    _allow(limit, key, lambda strategy, item: strategy.hit(item, *key, cost=cost))


def check(limit: str, *key: str, cost: int = 1) -> None:
    """Raise TooMany when fewer than `cost` tries are left under `key`; counts nothing."""
    _allow(limit, key, lambda strategy, item: strategy.test(item, *key, cost=cost))


def forget(limit: str, *key: str) -> None:
    """Start counting anew."""
    _ask(lambda strategy: strategy.clear(parse(limit), *key))


def _allow(
    limit: str, key: tuple[str, ...], allows: Callable[[RateLimiter, RateLimitItem], bool]
) -> None:
    item = parse(limit)

    def wait(strategy: RateLimiter) -> int:
        if allows(strategy, item):
            return 0
        return max(1, int(strategy.get_window_stats(item, *key).reset_time - time.time()) + 1)

    wait_s = _ask(wait)
    if wait_s:
        raise TooMany(wait_s)


def _ask(question: Callable[[RateLimiter], T]) -> T:
    """The answer of Redis; of this process's memory while Redis does not answer.

    A failure is remembered for a while: a sign-in asks several times, and each wait for a silent
    Redis costs half a second.
    """
    global _silent_until
    if time.monotonic() >= _silent_until:
        try:
            return question(limiter.limiter)
        except RedisError:
            _silent_until = time.monotonic() + SILENCE_S
    return question(_memory)
