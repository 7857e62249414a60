"""What the tests of looks ask of every page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}

SMALL_PARTS = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .filter((part) => !part.matches(".skip-link, p a, .bubble a, .check input, .people a"))
    .map((part) => [part.id || part.textContent.trim(), part.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < 43.9 || box.height < 43.9)).map(([name]) => name)"""
"""Names of what is smaller than a finger (44 px)."""


def violations(page: Page, options: dict[str, Any]) -> list[dict[str, Any]]:
    """What axe finds; it is put into a page once, and hands over nothing but what is wrong."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(
        "async options => (await axe.run(options)).violations",
        {**options, "resultTypes": ["violations"]},
    )
    return found


def faults(page: Page, **only: Any) -> list[tuple[str, str]]:
    """The accessibility rules this page breaks, each with the first place."""
    found = violations(page, only or {"runOnly": {"type": "tag", "values": TAGS}})
    return [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found]
