"""The volunteer's pages in a real browser, against a stand-in for the server.

Time is the browser's own: tests move its clock instead of waiting.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.barriers import settled
from tests.browser.texting.hands import PHONE, SCREEN, Opening
from tests.browser.texting.stub import Serving, Stub
from tests.browser.visiting import PATIENCE_MS

# The browser's own notes about an answer that refuses, and about a stream that is a sign-in page.
EXPECTED_NOISE = ("Failed to load resource", "EventSource's response has a MIME type")


@pytest.fixture
def stub() -> Stub:
    return Stub()


@pytest.fixture
def served(stub: Stub) -> Iterator[str]:
    """Each test has a server of its own: what a closed page still had on the wire reaches no other."""
    with Serving(stub) as url:
        yield url


HOLDS = """async () => !document.getElementById("here-instead")
    || (await navigator.locks.query()).held.some(({ name }) => name.startsWith("texting"))"""
"""The page of cards is the one tab that holds the batch: before that its patience must not run out."""


@pytest.fixture
def opened(served: str, stub: Stub, chromium: Browser) -> Iterator[Opening]:
    """Opens a page in a new profile and lets it come to rest; at the end, no script may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None,
        )

    def opening(path: str = SCREEN, size: tuple[int, int] = PHONE, **wishes: Any) -> Page:
        viewport: Any = {"width": size[0], "height": size[1]}
        context = chromium.new_context(base_url=served, viewport=viewport, **wishes)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        hear(page)
        if wishes.get("java_script_enabled", True):
            page.clock.install()
        page.goto(path)
        if wishes.get("java_script_enabled", True):
            settled(page)
            page.wait_for_function(HOLDS)
        return page

    yield opening
    stub.answer.set()
    for context in contexts:
        context.close()
    assert [words for words in complaints if not words.startswith(EXPECTED_NOISE)] == []
