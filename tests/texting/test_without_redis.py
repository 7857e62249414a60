"""With the queue gone, or silent, everything but imports and live hints goes on, and nobody waits for it."""

import socket
import time
from collections.abc import Iterator

import pytest
import redis as redis_client
from flask import Flask
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from p2ptext import background
from p2ptext.extensions import limiter, redis
from p2ptext.texting import live, sweeping
from tests.texting.scene import inbound, receipt, scene

LIMITS = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}


@pytest.fixture(params=["refuses", "is silent"])
def no_redis(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A real address at which nobody listens, or somebody who never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=200) as silent:
        port = silent.getsockname()[1]
        if request.param == "refuses":
            silent.close()
        url = f"redis://127.0.0.1:{port}/0"
        monkeypatch.setattr(redis, "_client", redis_client.Redis.from_url(url, **LIMITS))
        monkeypatch.setattr(background, "_silent_until", 0.0)
        strategy = FixedWindowRateLimiter(storage_from_string(url, **LIMITS))
        monkeypatch.setattr(limiter, "_limiter", strategy)
        yield


def test_nobody_waits_for_a_queue_that_is_gone(app: Flask, no_redis: None) -> None:
    made = scene(app)
    began = time.monotonic()
    for place in range(3):
        message_id = made.sent()
        assert made.message(message_id).state == "accepted"
        assert receipt(app, made.carrier.texts[place], "delivered").status_code == 200
    for place, words in enumerate(("Yes, count me in", "Who is this?", "STOP")):
        assert inbound(app, made.phone(place), words).status_code == 200
    made.dispatch()
    assert len(made.carrier.texts) == 4  # the one confirmation
    base = f"/o/{made.org}"
    for page in (f"{base}/texting", f"{base}/replies", f"{base}/waiting", made.base):
        assert made.browser.get(page).status_code == 200
    assert sweeping.sweep()["unknown"] == 0
    # Fourteen hints were published; each attempt on a silent queue costs half a second.
    assert time.monotonic() - began < 5


def test_an_open_page_asks_by_itself_while_no_hints_come(
    app: Flask, no_redis: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HUB", live.Hub())
    monkeypatch.setattr(live, "PING_S", 0.01)
    stream = live.stream("hints:1:1")
    heard = [next(stream) for _ in range(9)]
    stream.close()
    assert heard[1:] == [None, None, None, "event: state\ndata: \n\n"] * 2


def test_hints_pass_while_the_queue_answers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HUB", live.Hub())
    monkeypatch.setattr(live, "PING_S", 0.05)
    stream = live.stream("hints:1:7")
    heard = []
    for _ in range(200):  # until the listener has subscribed
        redis.client.publish("hints:1:7", "reply 12")
        heard.append(next(stream))
        if "event: reply\ndata: 12\n\n" in heard:
            break
    stream.close()
    assert heard[-1] == "event: reply\ndata: 12\n\n"
    assert live.HUB.hears
