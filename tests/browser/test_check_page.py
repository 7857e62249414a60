"""The pre-flight page in a real browser: everything it can show, on a phone and a desk, with axe; and an
owner who lets something stand by keyboard."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from p2ptext.audience.models import ContactImport
from p2ptext.extensions import db
from tests import factories
from tests.browser.barriers import faults
from tests.browser.visiting import PATIENCE_MS
from tests.serving import serving

FIRST = (
    "Hi {first_name}, this is {volunteer_name} with Ohio Votes. Raffle tickets are $5 at bit.ly/x "
    "[EVENT DATE]. Reply STOP to opt out."
)


@dataclass
class Site:
    url: str
    path: str
    cookie: dict[str, str]


@pytest.fixture
def site(committed_app: Flask) -> Iterator[Site]:
    """An owner's campaign with findings of every kind."""
    with serving(committed_app) as url:
        org = factories.organization(name="Ohio Votes")
        owner = factories.person(org, "owner", name="Olivia Owner")
        campaign = factories.campaign(org, owner, name="Library levy", first=FIRST, status="draft")
        phones = [f"+1614555{line:04d}" for line in range(100, 108)]
        made = factories.contacts(campaign, owner, phones, zone_evidence="nothing")
        for contact in made[1:]:
            contact.fields = {}
        upload = db.session.get_one(ContactImport, made[0].import_id)
        upload.column_map = {"first_name": {"column": 0, "header": "First"}}
        upload.suppressed, upload.households = 12, 3
        browser = factories.client(committed_app, owner)
        path = f"/o/{org.slug}/campaigns/{campaign.id}/check"
        db.session.commit()
        name = committed_app.config["SESSION_COOKIE_NAME"]
        kept = browser.get_cookie(name)
        assert kept is not None
        yield Site(url, path, {"name": name, "value": kept.value, "url": url})


def open_page(chromium: Browser, site: Site, width: int, height: int) -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": height}, base_url=site.url, reduced_motion="reduce"
    )
    context.add_cookies([site.cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(site.path)
    return page


def no_barriers(page: Page) -> None:
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_everything_it_says_can_be_read_and_reached(chromium: Browser, site: Site) -> None:
    page = open_page(chromium, site, 1280, 800)
    expect(page.get_by_role("heading", name="To put right first (3)")).to_be_visible()
    page.locator("details.disclose summary").first.click()
    no_barriers(page)
    page.set_viewport_size({"width": 390, "height": 844})
    no_barriers(page)
    small = page.evaluate(
        """[...document.querySelectorAll('main a.btn, main button, main summary')]
           .filter(one => one.checkVisibility() && !one.matches('[popovertarget]')
                   && one.getBoundingClientRect().height < 44)
           .map(one => one.textContent.trim())"""
    )
    assert small == []
    page.emulate_media(color_scheme="dark")
    no_barriers(page)


def test_an_owner_puts_in_a_default_and_lets_a_rule_stand_by_keyboard(
    chromium: Browser, site: Site
) -> None:
    page = open_page(chromium, site, 390, 844)
    page.get_by_role("button", name="Write {first_name|there}").press("Enter")
    expect(page.get_by_text("The first message says now")).to_be_visible()
    page.locator("summary", has_text="Let it stand").press("Enter")
    page.get_by_label("Why may it stand?").fill("A raffle of our own, with a state licence.")
    page.get_by_role("button", name="Let it stand").press("Enter")
    allowed = page.get_by_role("region", name="Let stand by an owner (1)")
    expect(allowed).to_contain_text("Olivia Owner")
    expect(allowed).to_contain_text("A raffle of our own, with a state licence.")
    expect(page.get_by_role("heading", name="To put right first (1)")).to_be_visible()
    no_barriers(page)
