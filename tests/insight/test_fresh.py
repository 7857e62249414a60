"""The numbers renew themselves in a real browser, and leave the reader where they are."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import text

from p2ptext.extensions import db
from p2ptext.insight import rates_tabs
from scripts.launcher.browser import installed, playwrights_own
from tests import factories
from tests.browser.barriers import faults
from tests.insight.histories import Setting, Story, setting, tell
from tests.serving import serving

STORIES = [
    *[Story(alive="delivered", replies=n % 3, waiting=n % 3 > 0) for n in range(60)],
    Story(alive="unknown"),
    Story(alive="rejected", outcomes=["refused"]),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed() or playwrights_own(), args=["--disable-gpu", *sandbox]
        )
        yield browser
        browser.close()


@pytest.fixture
def made(committed_app: Flask) -> Setting:
    people = setting(STORIES)
    db.session.commit()
    return people


@pytest.fixture
def address(committed_app: Flask) -> Iterator[str]:
    with serving(committed_app) as url:
        yield url


@pytest.fixture
def page(committed_app: Flask, chromium: Browser, made: Setting, address: str) -> Iterator[Page]:
    """The campaign's page in an organizer's browser, whose time the test moves."""
    browser = factories.client(committed_app, made.organizer)
    db.session.commit()
    cookie = browser.get_cookie("p2ptext")
    assert cookie is not None
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "p2ptext", "value": cookie.value, "url": address}])
    opened = context.new_page()
    opened.clock.install()
    faults: list[str] = []
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    opened.goto(f"{address}/o/{made.org.slug}/campaigns/{made.campaign.id}")
    yield opened
    context.close()
    assert faults == []


def ten_seconds_pass(page: Page) -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/numbers-now")):
        page.clock.run_for(10_001)


def tile(page: Page, label: str) -> str:
    card = page.locator("a.stat").filter(has=page.get_by_text(label, exact=True))
    return card.locator(".stat-value").inner_text()


def test_numbers_move_and_focus_and_scroll_stay(page: Page, made: Setting) -> None:
    expect(page.locator("a.stat .stat-value").first).to_have_text("60")
    link = page.locator(".place").nth(1)
    link.focus()
    page.evaluate("window.scrollTo(0, 300)")
    before = page.evaluate("window.scrollY")
    page.evaluate("document.activeElement.dataset.mine = 'yes'")
    tell(made.campaign, [made.volunteers[1]] * 2, [Story(alive="delivered", opted_out=True)], area=713)
    db.session.commit()
    ten_seconds_pass(page)
    expect(page.locator("a.stat .stat-value").first).to_have_text("61")
    assert tile(page, "Opted out") == "1"
    assert page.evaluate("document.activeElement.getAttribute('href')") == link.get_attribute("href")
    assert page.evaluate("window.scrollY") == before


def test_a_chart_follows_its_table_and_what_was_opened_stays_open(page: Page, made: Setting) -> None:
    page.goto(f"{page.url}/rates/volunteers")
    drawn = page.locator("[data-chart-place] svg, [data-chart-place] canvas").first
    expect(drawn).to_be_visible()
    page.get_by_text("Show the numbers").click()
    rows = page.locator("figure tbody").first.locator("tr")
    expect(rows).to_have_count(1)
    tell(made.campaign, [made.volunteers[1]] * 2, [Story(alive="delivered")] * 3, area=713)
    db.session.commit()
    with page.expect_response(lambda answer: "format=part" in answer.url):
        page.clock.run_for(10_001)
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_be_visible()
    expect(drawn).to_be_visible()


def test_words_are_changed_in_place(page: Page, made: Setting) -> None:
    page.locator("a.stat").first.evaluate("card => { card.mine = 'the same card' }")
    db.session.execute(text("UPDATE message SET state = 'undeliverable' WHERE state = 'unknown'"))
    db.session.commit()
    ten_seconds_pass(page)
    expect(page.locator("a.stat .stat-value").first).to_have_text("61")
    assert page.locator("a.stat").first.evaluate("card => card.mine") == "the same card"


def test_a_page_that_cannot_reach_the_server_says_so_and_goes_on(page: Page) -> None:
    stale = page.get_by_text("These numbers are not fresh")
    expect(stale).to_be_hidden()
    page.route("**/numbers-now", lambda route: route.abort())
    page.clock.run_for(10_001)
    expect(stale).to_be_visible()
    page.unroute("**/numbers-now")
    ten_seconds_pass(page)
    expect(stale).to_be_hidden()


def test_the_time_is_in_the_readers_zone(page: Page) -> None:
    stamp = page.locator("time[data-stamp]")
    shown = page.evaluate(
        """iso => new Intl.DateTimeFormat("en", {hour: "numeric", minute: "2-digit", second: "2-digit",
           timeZoneName: "short"}).format(new Date(iso)).replace(/[AP]M/, (half) => half.toLowerCase())""",
        stamp.get_attribute("datetime"),
    )
    expect(stamp).to_have_text(shown)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_breaks_an_accessibility_rule(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    campaign = page.url
    for path in ("", "/rows/replied", "/rows/opted_out", *(f"/rates/{tab}" for tab in rates_tabs.TABS)):
        page.goto(campaign + path)
        page.evaluate(
            "document.querySelectorAll('details:not(.menu)').forEach(one => { one.open = true })"
        )
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
