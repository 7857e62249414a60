"""Test to your phone, links and the volunteers' guide in a real browser: by keyboard, both sizes, with axe."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from p2ptext.accounts.models import Organization
from p2ptext.background import transaction
from p2ptext.campaigns import linking, writing
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.extensions import db
from tests import factories
from tests.audience.browsing import Manager
from tests.browser.barriers import faults
from tests.serving import serving
from tests.texting.scene import Scene, inbound

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
OWN = "+16145550177"
FIRST = (
    "Hi {first_name|there}, this is {volunteer_name} with Ohio Votes. Here is where you vote: {vote_page} "
    "Reply STOP to opt out."
)
STEPS = [
    {
        "key": "s1",
        "question": "Can we count on your vote for the library levy?",
        "answers": [
            {"key": "a1", "label": "Yes", "texts": ["Great, thank you!"], "next": None},
            {"key": "a2", "label": "Not sure", "texts": [], "next": None},
        ],
    }
]


@dataclass
class Site:
    url: str
    page: Page
    manager: Manager
    scene: Scene

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)


@pytest.fixture
def site(committed_app: Flask, chromium: Browser) -> Iterator[Site]:
    """A draft with a link and a list, in its manager's browser."""
    with serving(committed_app) as url:
        manager = Manager(committed_app)
        organization = db.session.get_one(Organization, manager.org.id)
        organization.links_on, organization.link_domain = True, "go.example.org"
        campaign = db.session.get_one(Campaign, manager.campaign.id)
        campaign.about = "We ask people in three counties to vote for the library levy on May 6."
        version = db.session.get_one(ScriptVersion, campaign.script_version_id)
        version.document = {
            "first": [FIRST],
            "canned": [{"title": "Where do I vote?", "text": "See {vote_page}"}],
            "steps": STEPS,
        }
        contacts = factories.contacts(campaign, manager.person, ["+16145550104", "+16145550105"])
        made = Scene(
            committed_app, "ohio", manager.org.id, manager.person.id, campaign.id,
            [one.id for one in contacts], manager.browser, manager.token,
        )  # fmt: skip
        with transaction():
            person_id, org_id = made.volunteer, made.org_id
            linking.add(campaign.id, org_id, "vote_page", "https://www.example.org/vote", person_id, {})
            assert writing.document_of(campaign)["first"] == [FIRST]
        name = committed_app.config["SESSION_COOKIE_NAME"]
        kept = manager.browser.get_cookie(name)
        assert kept is not None
        context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
        context.add_cookies([{"name": name, "value": kept.value, "url": url}])
        yield Site(url, context.new_page(), manager, made)
        context.close()


def look(page: Page) -> None:
    """No rule of accessibility is broken and nothing sticks out, on a phone and on a desk."""
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_script_is_tried_by_keyboard_and_the_page_tells_what_became_of_it(site: Site) -> None:
    page, campaign = site.page, site.scene.campaign
    site.open(f"/o/ohio/campaigns/{campaign}/try")
    look(page)
    page.get_by_label("Number of your own mobile phone").focus()
    page.keyboard.type("614 555 0177")
    page.keyboard.press("Enter")
    send = page.get_by_role("button", name="Send to my phone")
    expect(send).to_be_visible()
    expect(page.get_by_text("https://go.example.org/l/")).to_be_visible()
    send.focus()
    page.keyboard.press("Enter")
    tests = page.get_by_role("region", name="Tests sent")
    expect(tests.get_by_text("Leaving in a moment.")).to_be_visible()
    site.scene.dispatch()
    (sent,) = site.scene.carrier.texts
    assert sent.to == OWN
    expect(tests.get_by_text("Sent.")).to_be_visible()
    inbound(site.scene.app, OWN, "Arrived, looks fine", to=sent.from_.lstrip("+"))
    expect(tests.get_by_text("Arrived, looks fine")).to_be_visible()
    look(page)
    tests.get_by_role("link", name="Answer it as a volunteer would").click()
    expect(page.get_by_text("Can we count on your vote for the library levy?")).to_be_visible()


def test_links_guide_and_help_are_pages_for_everybody(site: Site) -> None:
    page, campaign = site.page, site.scene.campaign
    site.open(f"/o/ohio/campaigns/{campaign}/links")
    look(page)
    page.get_by_label("Name", exact=True).fill("sign_up")
    page.get_by_label("Page it leads to").fill("https://bit.ly/abc")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_contain_text("public shortener")
    page.get_by_label("Page it leads to").fill("https://www.example.org/sign-up")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="{sign_up}")).to_be_visible()
    page.get_by_role("button", name="shortener").press("Enter")
    expect(page.get_by_text("hides where they lead")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("hides where they lead")).not_to_be_visible()
    for path in ("/help", "/help/one-text-at-a-time", f"/o/ohio/campaigns/{campaign}/guide"):
        site.open(path)
        look(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="If somebody may be in danger")).to_be_visible()
    expect(page.get_by_role("navigation", name="You are here")).not_to_be_visible()
    sheets = page.pdf(format="Letter").count(b"/Type /Page\n")
    assert 1 <= sheets <= 2
