"""The page on which cards are given out, in a real browser: on a phone and a desk, by keyboard, with axe."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from p2ptext.extensions import db
from tests import factories
from tests.audience.hands import fill
from tests.browser.barriers import faults
from tests.browser.visiting import PATIENCE_MS
from tests.serving import serving

SIZES = {"phone": (390, 844), "desk": (1280, 800)}


@dataclass
class Site:
    url: str
    path: str
    cookie: dict[str, str]


@pytest.fixture
def site(committed_app: Flask) -> Iterator[Site]:
    """A campaign of 40 batches with three volunteers, served to a manager's browser."""
    with serving(committed_app) as url:
        org = factories.organization(name="Ohio Votes")
        manager = factories.person(org, "manager", name="Mona Manager")
        campaign = factories.campaign(org, manager, name="Library levy")
        fill(campaign, 40, 5)
        for name in ("Amy Adams", "Ben Brown", "Cem Öztürk"):
            factories.person(org, name=name)
        browser = factories.client(committed_app, manager)
        db.session.commit()
        name = committed_app.config["SESSION_COOKIE_NAME"]
        kept = browser.get_cookie(name)
        assert kept is not None
        path = f"/o/{org.slug}/campaigns/{campaign.id}/hands"
        yield Site(url, path, {"name": name, "value": kept.value, "url": url})


def open_page(chromium: Browser, site: Site, size: str) -> Page:
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, base_url=site.url)
    context.add_cookies([site.cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(site.path)
    return page


def no_barriers(page: Page) -> None:
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", SIZES)
def test_cards_are_given_and_taken_back_by_keyboard(chromium: Browser, site: Site, size: str) -> None:
    page = open_page(chromium, site, size)
    no_barriers(page)
    page.get_by_text("Give cards, Amy Adams").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("2")  # the 1 in the box is selected
    no_barriers(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 batches given.")).to_be_visible()
    expect(page.get_by_text("10 cards given and not yet taken, 0 sent")).to_be_visible()
    page.get_by_text("Give or take back cards, Amy Adams").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Take back", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    no_barriers(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 batches came back.")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_who_may_take_and_the_link_by_keyboard(chromium: Browser, site: Site, size: str) -> None:
    page = open_page(chromium, site, size)
    page.get_by_label("Any volunteer, one batch at a time").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Only whom you give some on this page")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. It counts from the next batch on.")).to_be_visible()
    page.get_by_role("button", name="Make a link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The join link is ready to copy.")).to_be_visible()
    assert "/join/" in page.get_by_label("The link", exact=True).input_value()
    expect(page.get_by_label("Only whom you give some on this page")).to_be_checked()
    no_barriers(page)
    page.context.close()
