"""The task list and the launch in a real browser: by keyboard alone, on a phone and a desk, with axe."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from p2ptext.accounts.models import Organization
from p2ptext.extensions import db
from tests import factories
from tests.audience.browsing import Manager
from tests.browser.barriers import faults
from tests.browser.visiting import PATIENCE_MS
from tests.desk.test_launching import set_up
from tests.serving import serving

SIZES = {"phone": (390, 844), "desk": (1280, 800)}


@dataclass
class Desk:
    url: str
    manager: Manager
    cookie: dict[str, str]

    def page(self, chromium: Browser, size: str) -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(viewport={"width": width, "height": height}, base_url=self.url)
        context.add_cookies([self.cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        return page


@pytest.fixture
def desk(committed_app: Flask) -> Iterator[Desk]:
    """A manager, and another one who is to look at campaigns before their launch."""
    manager = Manager(committed_app)
    factories.person(manager.org, "manager", name="Ruth Second")
    db.session.get_one(Organization, manager.org.id).second_person = True
    db.session.commit()
    name = committed_app.config["SESSION_COOKIE_NAME"]
    kept = manager.browser.get_cookie(name)
    assert kept is not None
    with serving(committed_app) as url:
        yield Desk(url, manager, {"name": name, "value": kept.value, "url": url})


def no_barriers(page: Page) -> None:
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = """[...document.querySelectorAll("main .btn, main summary.btn, main .answers-change")]
      .filter(one => one.offsetParent && one.getBoundingClientRect().height < 44).map(one => one.innerText)"""
    assert page.evaluate(small) == []


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_in_anybodys_way(chromium: Browser, desk: Desk, size: str) -> None:
    page = desk.page(chromium, size)
    page.goto("/o/ohio/campaigns/new")
    no_barriers(page)
    page.goto(desk.manager.path("setup"))
    expect(page.get_by_role("heading", name="Next: Purpose and sender")).to_be_visible()
    no_barriers(page)
    page.goto(desk.manager.path("purpose"))
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert", name="There is a problem")).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    no_barriers(page)
    set_up(desk.manager)
    for rest in ("hours", "volunteers", "copy", "answers", "setup"):
        page.goto(desk.manager.path(rest))
        no_barriers(page)
    page.goto(desk.manager.path("answers"))
    ask = page.get_by_role("button", name="Ask a second person")
    expect(page.get_by_text("First send the test to your phone, then ask here.")).to_be_visible()
    expect(ask).to_have_count(0)
    desk.manager.try_out()
    page.reload()
    no_barriers(page)
    ask.click()
    expect(page.get_by_text("has asked the other managers")).to_be_visible()


def test_a_campaign_is_begun_and_described_with_keys_alone(chromium: Browser, desk: Desk) -> None:
    page = desk.page(chromium, "desk")
    page.goto("/o/ohio/campaigns/new")
    page.get_by_label("Name").focus()
    page.keyboard.type("Spring fair")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Spring fair")).to_be_visible()
    page.get_by_role("link", name="Go on").focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Get out the vote").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Invite to an event")).to_be_checked()
    page.get_by_role("button", name="Save and continue").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/campaigns/\d+/list$"))
    page.go_back()
    page.goto(page.url.replace("/list", "/setup").replace("/purpose", "/setup"))
    purpose = page.get_by_role("listitem").filter(
        has=page.get_by_role("link", name="Purpose and sender")
    )
    expect(purpose).to_contain_text("Invite to an event")
    expect(purpose).to_contain_text("Done")
