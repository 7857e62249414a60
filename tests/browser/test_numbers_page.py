"""The pages of numbers and registrations in a real browser: on a phone and a desk, with axe."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from p2ptext.campaigns.models import CampaignNumber, Registration, SendingNumber
from p2ptext.clock import now
from p2ptext.extensions import db
from tests import factories
from tests.browser.barriers import faults
from tests.browser.visiting import PATIENCE_MS
from tests.serving import serving

SIZES = {"phone": (390, 844), "desk": (1280, 800)}


@dataclass
class Site:
    url: str
    org: str
    campaign: int
    refused: int
    registration: int
    cookie: dict[str, str]

    def path(self, rest: str) -> str:
        return f"/o/{self.org}/{rest}"


@pytest.fixture
def site(committed_app: Flask) -> Iterator[Site]:
    """An owner's organization with a number of every standing."""
    with serving(committed_app) as url:
        org = factories.organization(name="Ohio Votes")
        owner = factories.person(org, "owner", name="Olivia Owner")
        active = _registration(
            org.id, "Library levy 2026", state="active", brand="BX7Q2LM", use_case="Political"
        )
        active.segments_per_minute, active.expires_on = 4500, date(2027, 1, 31)
        pending = _registration(org.id, "Food drive", use_case="Charity")
        first = _number(org.id, "+16145550190", label="Columbus office", registration_id=active.id)
        campaign = factories.campaign(org, owner, name="Library levy", from_=first, status="draft")
        _number(org.id, "+12165550191", registration_id=pending.id)
        refused = _number(org.id, "+13305550192", out_since=now(), out_reason="refused")
        _number(org.id, "+18885550193", kind="toll_free")
        other = factories.add(
            CampaignNumber(campaign_id=campaign.id, number_id=refused.id, organization_id=org.id)
        )
        browser = factories.client(committed_app, owner)
        made = (org.slug, other.campaign_id, refused.id, pending.id)
        db.session.commit()
        name = committed_app.config["SESSION_COOKIE_NAME"]
        kept = browser.get_cookie(name)
        assert kept is not None
        yield Site(url, *made, {"name": name, "value": kept.value, "url": url})


def _registration(organization_id: int, name: str, **values: object) -> Registration:
    row = Registration(organization_id=organization_id, name=name, **values)
    return factories.add(row)  # type: ignore[no-any-return]


def _number(organization_id: int, phone: str, **values: object) -> SendingNumber:
    row = SendingNumber(organization_id=organization_id, phone=phone, **values)
    return factories.add(row)  # type: ignore[no-any-return]


def open_page(chromium: Browser, site: Site, size: str, rest: str) -> Page:
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, base_url=site.url)
    context.add_cookies([site.cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(site.path(rest))
    return page


def no_barriers(page: Page) -> None:
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", SIZES)
def test_an_owner_sees_how_every_number_stands_and_puts_one_back(
    chromium: Browser, site: Site, size: str
) -> None:
    page = open_page(chromium, site, size, "numbers")
    for words in ("Active", "Pending", "Out of use", "Simulated"):
        expect(page.get_by_text(words, exact=True).first).to_be_visible()
    no_barriers(page)
    page.get_by_role("link", name="(330) 555-0192").click()
    expect(page.get_by_label("Put it back into use")).to_be_visible()
    no_barriers(page)
    page.get_by_label("Put it back into use").check()
    page.get_by_label("Registration").select_option("Library levy 2026")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The number is saved.")).to_be_visible()
    expect(page.get_by_text("Out of use", exact=True)).to_have_count(0)


@pytest.mark.parametrize("size", SIZES)
def test_an_owner_writes_a_registration_down(chromium: Browser, site: Site, size: str) -> None:
    page = open_page(chromium, site, size, "registrations/new")
    page.get_by_label("Name", exact=True).fill("food DRIVE")
    page.get_by_label("State").select_option("active")
    page.get_by_label("Use case").select_option("Charity")
    page.get_by_label("Segments a minute").fill("5")
    page.get_by_role("button", name="Save").click()
    problem = page.get_by_role("alert", name="There is a problem")
    expect(problem).to_contain_text("Enter 10 to 100,000.")
    page.get_by_label("Class").select_option("high")
    page.get_by_label("Segments a minute").fill("75")
    page.get_by_role("button", name="Save").click()
    expect(problem).to_contain_text("There is a registration of this name already.")
    page.get_by_label("Name", exact=True).fill("Town hall")
    page.get_by_role("button", name="Save").click()
    expect(problem).to_contain_text("The charity use case is for 501(c)(3) organizations.")
    for summary in page.locator("details:not([data-menu]) > summary").all():
        summary.click()
    no_barriers(page)
    page.get_by_label("IRS letter: 501(c)(3)").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The registration is saved.")).to_be_visible()
    expect(page.get_by_label("Segments a minute")).to_have_value("2400")
    expect(page.get_by_role("cell", name="Written down: Active")).to_be_visible()
    assert page.get_by_label("State").locator("option").all_inner_texts() == [
        "Active", "Suspended", "Expired", "Campaign sent",
    ]  # fmt: skip
    no_barriers(page)


@pytest.mark.parametrize("size", SIZES)
def test_pages_around_a_number_are_usable_at_both_sizes(
    chromium: Browser, site: Site, size: str
) -> None:
    page = open_page(chromium, site, size, "numbers/bring")
    no_barriers(page)
    page.get_by_label("Number", exact=True).fill("(614) 555-0188")
    page.get_by_label("Where it is now").fill("Old Bell")
    page.get_by_role("button", name="Ask for the move").click()
    expect(page.get_by_role("heading", name="(614) 555-0188")).to_be_visible()
    page.get_by_label("Note").fill("Please not before noon")
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_text("Please not before noon")).to_be_visible()
    no_barriers(page)
    page.goto(site.path("numbers/ask"))
    page.locator("summary", has_text="Which kind is right?").click()
    no_barriers(page)
    page.goto(site.path("public-pages/terms"))
    no_barriers(page)
    page.get_by_label("E-mail address for the public").fill("hello@example.org")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("link", name="/p/").click()
    expect(page.get_by_role("heading", name="Terms of texting", level=1)).to_be_visible()
    no_barriers(page)


@pytest.mark.parametrize("size", SIZES)
def test_a_campaign_shows_how_the_numbers_it_may_choose_stand(
    chromium: Browser, site: Site, size: str
) -> None:
    page = open_page(chromium, site, size, f"campaigns/{site.campaign}/numbers")
    expect(page.get_by_text("Out of use")).to_be_visible()
    no_barriers(page)
