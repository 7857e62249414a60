"""What the tests of looks ask of every page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}

SMALL_PARTS = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .filter((part) => !part.matches(".skip-link, p a, .bubble a, .check input, .people a"))
    .map((part) => [part.id || part.textContent.trim(), part.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < 43.9 || box.height < 43.9)).map(([name]) => name)"""
"""Names of what is smaller than a finger (44 px)."""


def faults(page: Page, **only: Any) -> list[tuple[str, str]]:
    """The accessibility rules this page breaks, each with the first place."""
    found = Axe().run(page, options=only or {"runOnly": {"type": "tag", "values": TAGS}})
    return [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found.response["violations"]]
