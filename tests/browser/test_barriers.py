"""What every test of looks rests on: a fault is found and told, a moment of transition is none."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.barriers import SETTLED, faults, settled

BUTTON = """<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>
<button style="color: #000; background: #fff; transition: background 700ms">Send</button></main>"""
DARK = """const one = document.querySelector("button").style;
one.color = "#fff"; one.background = "#000";"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    page.set_content(BUTTON)
    settled(page)
    yield page
    page.close()


def test_a_colour_on_its_way_is_no_fault(page: Page) -> None:
    assert faults(page) == []  # from here on axe is there, and quicker than the colour
    page.evaluate(DARK)
    assert faults(page) == []


def test_a_fault_that_stays_is_told_with_what_is_wrong(page: Page) -> None:
    page.evaluate("document.querySelector('button').style.color = '#bbb'")
    ((rule, place, why),) = faults(page)
    assert rule == "color-contrast"
    assert "Send" in place
    assert "#bbbbbb" in why


def test_what_is_half_done_is_waited_for_and_what_never_ends_is_not(page: Page) -> None:
    page.evaluate(
        "document.querySelector('h1').animate({ opacity: [1, 0.9] }, { duration: 60, iterations: Infinity })"
    )
    assert page.evaluate(SETTLED)
    page.evaluate("document.querySelector('button').classList.add('htmx-request')")
    assert not page.evaluate(SETTLED)
    page.evaluate(
        "setTimeout(() => document.querySelector('button').classList.remove('htmx-request'), 50)"
    )
    settled(page)
