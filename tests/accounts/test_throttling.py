"""Limits hold while Redis is silent, and asking it costs one wait, not one at every try."""

import pytest
from flask import Flask
from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import ConnectionError as RedisConnectionError

from p2ptext.accounts import throttling
from p2ptext.extensions import limiter


class Silent(FixedWindowRateLimiter):
    """Counting in a Redis that is gone; notes how often it was asked."""

    asked = 0

    def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        self.asked += 1
        raise RedisConnectionError


def test_a_silent_redis_is_asked_once_and_the_limit_holds_in_memory(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = Silent(MemoryStorage())
    monkeypatch.setattr(limiter, "_limiter", silent)
    monkeypatch.setattr(throttling, "_silent_until", 0.0)
    for _ in range(3):
        throttling.spend("3 per minute", "a door", "silent redis")
    with pytest.raises(throttling.TooMany):
        throttling.spend("3 per minute", "a door", "silent redis")
    assert silent.asked == 1
