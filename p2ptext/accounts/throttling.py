"""How often the same door may be knocked on.

Counted in Redis through Flask-Limiter, in this process's memory while Redis is down. E-mail
addresses are counted under a digest, so that Redis holds none.
"""

import hashlib
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, RateLimiter
from redis.exceptions import RedisError

from p2ptext.errors import Refused
from p2ptext.extensions import limiter

_memory = FixedWindowRateLimiter(MemoryStorage())


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


def spend(limit: str, *key: str) -> None:
    """Count one try under `key`. Raises TooMany when it is one too many."""
    item = parse(limit)
    strategy = _strategy()
    try:
        allowed = strategy.hit(item, *key)
    except RedisError:
        strategy = _memory
        allowed = strategy.hit(item, *key)
    if not allowed:
        raise TooMany(_wait(strategy, item, key))


def check(limit: str, *key: str) -> None:
    """Raise TooMany when nothing is left under `key`; counts nothing."""
    item = parse(limit)
    strategy = _strategy()
    try:
        allowed = strategy.test(item, *key)
    except RedisError:
        strategy = _memory
        allowed = strategy.test(item, *key)
    if not allowed:
        raise TooMany(_wait(strategy, item, key))


def forget(limit: str, *key: str) -> None:
    """Start counting anew."""
    try:
        _strategy().clear(parse(limit), *key)
    except RedisError:
        _memory.clear(parse(limit), *key)


def _strategy() -> RateLimiter:
    return limiter.limiter


def _wait(strategy: RateLimiter, item: RateLimitItem, key: tuple[str, ...]) -> int:
    return max(1, int(strategy.get_window_stats(item, *key).reset_time - time.time()) + 1)
