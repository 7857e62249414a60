"""The pages of hand-overs in a real browser: on a phone and a desk, with axe, and by keyboard."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from p2ptext.accounts import tokens
from p2ptext.accounts.models import Person
from p2ptext.extensions import db
from tests import factories
from tests.browser.test_hands_page import SIZES, no_barriers
from tests.browser.visiting import PATIENCE_MS
from tests.conversations.evening import Evening, evening, hears
from tests.serving import serving

SHOTS = os.environ.get("SHOTS_DIR", "")


@dataclass
class Site:
    url: str
    made: Evening
    cookies: dict[str, str]
    cookie_name: str
    off: str

    def page(self, chromium: Browser, size: str, name: str) -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(viewport={"width": width, "height": height}, base_url=self.url)
        cookie = {"name": self.cookie_name, "value": self.cookies[name], "url": self.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        return page


@pytest.fixture
def site(committed_app: Flask) -> Iterator[Site]:
    """Four people wait; Amy is done, and has passed one of them on for their words."""
    with serving(committed_app) as url:
        made = evening(committed_app, waiting=4)
        db.session.execute(text("UPDATE membership SET role = 'manager' WHERE role = 'organizer'"))
        hears(made.talks[1], "You are the worst", abusive=True)
        db.session.commit()
        amy = made.browser("amy")
        amy.post(f"/replies/{made.talks[1]}/pass-on", reason="abusive", note="Three in a row")
        amy.post("/done")
        made.minutes_pass(25, on_shift=False)
        cookies, cookie_name = {}, committed_app.config["SESSION_COOKIE_NAME"]
        for name in ("amy", "ben", "olga"):
            browser = factories.client(committed_app, db.session.get_one(Person, made.people[name]))
            kept = browser.get_cookie(cookie_name)
            assert kept is not None
            cookies[name] = kept.value
        member = db.session.scalar(
            text("SELECT id FROM membership WHERE person_id = :id"), {"id": made.people["amy"]}
        )
        db.session.commit()
        yield Site(url, made, cookies, cookie_name, f"/notices/off/{tokens.notices_token(member)}")


def looked_at(page: Page, size: str, name: str) -> None:
    """No barrier; and a picture, where somebody asks for pictures."""
    no_barriers(page)
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}-{size}.png", full_page=True)


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_have_no_barriers(chromium: Browser, site: Site, size: str) -> None:
    base = f"/o/{site.made.org}"
    for who, path, name in (
        ("olga", f"{base}/inbox", "inbox"),
        ("ben", f"{base}/replies", "offers"),
        ("amy", f"{base}/done", "done"),
        ("olga", f"{base}/settings/replies", "settings"),
        ("amy", "/profile", "profile"),
        ("amy", site.off, "notices"),
        ("amy", f"{base}/texting", "home"),
    ):
        page = site.page(chromium, size, who)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        looked_at(page, size, name)
        page.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_an_offer_is_taken_over_and_the_harsh_words_wait_for_a_tap(
    chromium: Browser, site: Site, size: str
) -> None:
    page = site.page(chromium, size, "ben")
    page.goto(f"/o/{site.made.org}/replies")
    expect(page.get_by_role("heading", name="4 people wait for somebody new")).to_be_visible()
    harsh = page.get_by_role("article", name="Maria1")
    expect(harsh.get_by_text("You are the worst")).to_be_hidden()
    harsh.get_by_text("Their words may be abusive. Show them").click()
    expect(harsh.get_by_text("You are the worst")).to_be_visible()
    expect(harsh.get_by_text("Amy passed it on.")).to_be_visible()
    hears(site.made.talks[0], "Hello?")
    db.session.commit()
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('p2ptext:live', { detail: { kind: 'reply' } }))"
    )
    expect(page.get_by_text("Hello?")).to_be_visible()
    expect(harsh.get_by_text("You are the worst")).to_be_visible()  # the list is another one now
    expect(harsh.locator("summary")).to_be_focused()
    page.get_by_role("article", name="Maria2").get_by_role("button", name="Take over").click()
    page.wait_for_url(f"**/replies/{site.made.talks[2]}")
    looked_at(page, size, "taken")
    page.context.close()
