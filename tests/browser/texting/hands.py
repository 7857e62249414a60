"""What the tests of the volunteer's pages share."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Request, expect

from tests.browser.conversations.talks import conversation, said
from tests.browser.texting.stub import TEXT, Stub
from tests.browser.visiting import PATIENCE_MS
from tests.browser.visiting import until as patiently

PHONE, WITH_BARS, SMALL, DESK = (390, 844), (390, 664), (320, 568), (1280, 800)
SCREEN, THREAD = "/o/library/texting/7", "/o/library/replies/31"

Opening = Callable[..., Page]
"""The fixture `opened`: opens a page in a new profile."""


A_REQUEST = "() => fetch('/static/favicon.svg').then(() => true, () => true)"
AHEAD_S = 10
"""A page's time can only be stopped at a moment that it has not reached yet."""
MOST_STEPS = 60
"""Half a minute of the page's time, in which everything but the end of a tap's minute has come."""


def until(page: Page, done: Callable[[], bool], what: str = "") -> None:
    """Let the page's time run, half a second at a time and half a minute at most, until `done`."""
    give_up = time.monotonic() + PATIENCE_MS / 1000
    steps = 0
    while not done():
        assert time.monotonic() < give_up, what or "it never came to that"
        if steps < MOST_STEPS:
            page.clock.run_for(500)
        steps += 1
        page.wait_for_function(A_REQUEST)  # answers on their way arrive


def heard(done: Callable[[], object]) -> None:
    """Wait for what is on its way to the stand-in, without letting the page's time run."""
    patiently(done, PATIENCE_MS / 1000)


def stand_still(page: Page) -> None:
    """From here on, `AHEAD_S` later, the page's time moves only when told: a slow machine changes nothing.

    Not for looks: axe has to wait for what it looks through.
    """
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + AHEAD_S)


class Leaving:
    """What leaves a page for an address from here on, in its order, whether or not it has arrived."""

    def __init__(self, page: Page, address: str) -> None:
        self._page, self._address = page, address
        self._requests: list[Request] = []
        page.on("request", lambda request: self._requests.append(request))

    def now(self) -> list[Request]:
        """Everything that has left so far: a request of our own goes after it."""
        before = len(self._requests)
        self._page.wait_for_function(A_REQUEST)
        assert len(self._requests) > before
        return [one for one in self._requests if one.url.endswith(self._address)]

    def answered(self) -> None:
        """Wait until each of them has its answer."""
        for one in self.now():
            one.response()

    def tokens(self) -> list[str]:
        return [(one.post_data_json or {})["token"] for one in self.now()]


def two_a_second(page: Page, done: Callable[[], bool]) -> None:
    """Let what was held back leave until `done`: in no 400 ms of the page's time more than one tap."""
    left = Leaving(page, "/send")
    for _ in range(MOST_STEPS):
        before = len(left.now())
        page.clock.run_for(400)
        assert len(left.now()) - before <= 1
        if done():
            return
    raise AssertionError("not everything has left")


def send_one(page: Page, stub: Stub) -> None:
    """One real tap, which proves that nothing before it had sent anything."""
    page.click("#send")
    expect(page.locator("#to")).to_have_text("Ana")
    until(page, lambda: len(stub.sent) == 1)
    assert stub.tokens() == ["token-1-0"]


def talking(stub: Stub, **more: Any) -> None:
    stub.talks.conversation = conversation(**more)
    stub.talks.items = [
        said("out", TEXT.format(name="Maria"), state_words="delivered"),
        said("in", "Where do I vote?"),
    ]
