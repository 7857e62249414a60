"""Somebody before the running program: a browser of their own that is held to having no complaint."""

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.barriers import faults

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
PATIENCE_MS = 60_000
"""A busy machine takes its time: only what never comes reaches this."""


class Visitor:
    """A person's page; what its scripts complain of is kept, and must be nothing in the end."""

    def __init__(self, browser: Browser, url: str, device: dict[str, Any]) -> None:
        self.context: BrowserContext = browser.new_context(base_url=url, **device)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def listens_at(self, path: str) -> None:
        """Open a page that hears what happens; from here on it misses nothing."""
        with self.page.expect_response(re.compile("/live$")):
            self.page.goto(path)

    def look(self) -> None:
        """Nothing on this page is in anybody's way, and nothing sticks out of it."""
        found = faults(self.page)
        assert not found, f"{self.page.url}: {found}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide."

    def close(self) -> None:
        assert not self.complaints, "\n".join(self.complaints)
        self.context.close()


def until(condition: Callable[[], Any], seconds: float = 120) -> Any:
    """Wait for something to become true, and give it back."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
    return found
