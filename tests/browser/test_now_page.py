"""The page of the running evening in a real browser: what happens shows by itself, nothing is in the way."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from p2ptext.accounts.models import Person
from p2ptext.alarms import raising
from p2ptext.background import hint, transaction
from p2ptext.extensions import db
from p2ptext.texting import live
from tests import factories
from tests.alarms.many import texts
from tests.browser.visiting import DESK, PHONE, Visitor, until
from tests.conversations.evening import Evening, evening, hears
from tests.serving import serving

SHOTS = os.environ.get("SHOTS_DIR", "")
NUMBER = ".now-tile:has(#waiting-title) .now-number"


@dataclass
class Site:
    url: str
    made: Evening
    cookie: dict[str, str]

    def visit(self, chromium: Browser, device: dict[str, object]) -> Visitor:
        visitor = Visitor(chromium, self.url, device)
        visitor.context.add_cookies([self.cookie])  # type: ignore[list-item]
        return visitor


@pytest.fixture
def site(committed_app: Flask) -> Iterator[Site]:
    """Two people wait, texts leave, one alarm is open; Olga is a manager."""
    with serving(committed_app) as url:
        made = evening(committed_app, waiting=2)
        db.session.execute(text("UPDATE membership SET role = 'manager' WHERE role = 'organizer'"))
        for minutes in range(1, 12):
            texts(made, minutes % 4 + 1, ago=f"{minutes} minutes")
        made.come("amy")
        with transaction():
            raising.open_or_refresh(made.org_id, "strays", "", "warning", {"count": 2, "size": 2})
        browser = factories.client(committed_app, db.session.get_one(Person, made.people["olga"]))
        name = committed_app.config["SESSION_COOKIE_NAME"]
        kept = browser.get_cookie(name)
        assert kept is not None
        db.session.commit()
        yield Site(url, made, {"name": name, "value": kept.value, "url": url})


def test_what_happens_shows_by_itself(chromium: Browser, site: Site) -> None:
    visitor = site.visit(chromium, DESK)
    page = visitor.page
    page.goto(f"/o/{site.made.org}/now")
    number = page.locator(NUMBER)
    expect(number).to_have_text("2")
    page.evaluate("document.body.dataset.same = 'yes'")  # gone after a reload
    page.locator("#people-numbers summary").click()
    until(lambda: live.HUB.hears)

    made = site.made
    quiet = db.session.scalar(text("SELECT min(id) FROM conversation WHERE waiting_since IS NULL"))
    hears(quiet, "Where do I vote?")
    with transaction():
        # What the webhook says to the one who texted them.
        hint(live.person_channel(made.org_id, made.people["amy"]), "reply 1")
    expect(number).to_have_text("3")
    expect(page.locator("#people-numbers")).to_have_attribute("open", "")
    expect(page.get_by_role("link", name="Amy Long")).to_be_visible()

    with transaction():
        facts = {"because": "silent"}
        raising.open_or_refresh(made.org_id, "halted", "", "danger", facts)
    expect(page.locator(".now-pill").first).to_contain_text("The phone company takes no texts")
    said = page.locator("[data-live=polite]")
    expect(said).to_contain_text("New alarm: The phone company takes no texts.")
    with transaction():
        raising.close(made.org_id, "halted")
    expect(page.locator(".now-pill")).to_have_count(1)
    expect(said).to_contain_text("An alarm has ended.")
    assert page.evaluate("document.body.dataset.same") == "yes"
    visitor.close()


def test_pages_have_no_barriers_and_somebody_knows(chromium: Browser, site: Site) -> None:
    base = f"/o/{site.made.org}"
    for name, device in (("desk", DESK), ("phone", PHONE)):
        visitor = site.visit(chromium, device)
        for path in (
            "now",
            "now?large=1",
            "alarms",
            "alarms/past",
            "alarms/failures",
            "alarms/settings",
        ):
            visitor.page.goto(f"{base}/{path}")
            visitor.look()
            if SHOTS:
                file = path.replace("/", "-").replace("?large=1", "-large")
                visitor.page.screenshot(path=f"{SHOTS}/{file}-{name}.png", full_page=True)
        page = visitor.page
        if name == "desk":
            page.goto(f"{base}/alarms")
            page.get_by_text("I know", exact=True).click()
            page.get_by_label("What is being done").fill("I call them back.")
            visitor.look()
            page.get_by_role("button", name="Put it aside").click()
            expect(page.get_by_role("heading", name="Somebody knows of it")).to_be_visible()
            expect(page.get_by_text("“I call them back.”")).to_be_visible()
            page.goto(f"{base}/alarms/settings")
            field = page.get_by_role("group", name="Many people opt out")
            field.get_by_label("Limit, in percent (5 as it comes)").fill("8")
            page.get_by_role("region", name="Campaigns").get_by_role("button", name="Save").click()
            expect(page.get_by_text("Saved.")).to_be_visible()
            page.goto(f"{base}/alarms/settings")
            expect(field.get_by_label("Limit, in percent (5 as it comes)")).to_have_value("8")
        visitor.close()


def test_it_works_without_script(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(base_url=site.url, java_script_enabled=False)
    context.add_cookies([site.cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"/o/{site.made.org}/now")
    expect(page.locator(NUMBER)).to_have_text("2")
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", name="Now", exact=True)).to_be_visible()
    context.close()
