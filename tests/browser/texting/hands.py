"""What the tests of the volunteer's pages share."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.conversations.talks import conversation, said
from tests.browser.texting.stub import TEXT, Stub

PHONE, WITH_BARS, SMALL, DESK = (390, 844), (390, 664), (320, 568), (1280, 800)
SCREEN, THREAD = "/o/library/texting/7", "/o/library/replies/31"

Opening = Callable[..., Page]
"""The fixture `opened`: opens a page in a new profile."""


def until(page: Page, done: Callable[[], bool], what: str = "") -> None:
    """Let the page's time run, half a second at a time, until `done`."""
    for _ in range(60):
        if done():
            return
        page.clock.run_for(500)
        page.evaluate("() => fetch('/static/favicon.svg').catch(() => 0)")  # answers on their way arrive
    raise AssertionError(what or "it never came to that")


def send_one(page: Page, stub: Stub) -> None:
    """One real tap, which proves that nothing before it had sent anything."""
    page.click("#send")
    until(page, lambda: len(stub.sent) == 1)
    assert stub.tokens() == ["token-1-0"]


def talking(stub: Stub, **more: Any) -> None:
    stub.talks.conversation = conversation(**more)
    stub.talks.items = [
        said("out", TEXT.format(name="Maria"), state_words="delivered"),
        said("in", "Where do I vote?"),
    ]
