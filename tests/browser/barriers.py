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

SETTLED = """() => document.readyState === "complete" && document.fonts.status === "loaded"
    && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling")
    && !document.getAnimations().some((one) => one.playState === "running"
        && one.timeline === document.timeline && Number.isFinite(one.effect.getComputedTiming().endTime))"""
"""Whether a page is whole and has come to rest: half-way through, a button has neither its old colours nor
its new ones. What moves for ever, or with the reader's own scrolling, is never waited for."""


def settled(page: Page) -> None:
    """Wait until what the page shows is no transition from one state to the next."""
    page.wait_for_function(SETTLED)


def violations(page: Page, options: dict[str, Any]) -> list[dict[str, Any]]:
    """What axe finds; it is put into a page once, and hands over nothing but what is wrong."""
    settled(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    look = f"async options => ({SETTLED})() ? (await axe.run(options)).violations : null"
    wanted = {**options, "resultTypes": ["violations"]}
    # Something may have begun to move since it was waited for: axe begins in the moment of the answer.
    while (found := page.evaluate(look, wanted)) is None:
        settled(page)
    return list(found)


def faults(page: Page, **only: Any) -> list[tuple[str, str, str]]:
    """The accessibility rules this page breaks, each with the first place and what is wrong with it."""
    found = violations(page, only or {"runOnly": {"type": "tag", "values": TAGS}})
    first = [(rule["id"], rule["nodes"][0]) for rule in found]
    return [(name, node["html"][:200], node["failureSummary"]) for name, node in first]
