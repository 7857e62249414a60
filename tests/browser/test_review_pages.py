"""Message review in a real browser: by keyboard at a desk, by thumb on a phone, and without script."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select, text

from p2ptext.accounts.models import Person
from p2ptext.background import hint, transaction
from p2ptext.extensions import db
from p2ptext.texting import live
from p2ptext.texting.models import InboundText, Message
from tests import factories, world
from tests.browser.visiting import DESK, PHONE, Visitor, until
from tests.conversations.evening import Evening, evening, hears
from tests.serving import serving

SHOTS = os.environ.get("SHOTS_DIR", "")
WORDS = (
    "Yes, count on me",
    "Where is my polling place?",
    "No",
    "Yes, and my neighbor too",
    "Call 614 555 0104, yes",
)


@dataclass
class Site:
    url: str
    made: Evening
    cookie: dict[str, Any]

    def visit(self, chromium: Browser, device: dict[str, Any], **more: Any) -> Visitor:
        visitor = Visitor(chromium, self.url, device | more)
        visitor.context.add_cookies([self.cookie])  # type: ignore[list-item]
        return visitor


@pytest.fixture
def site(committed_app: Flask) -> Iterator[Site]:
    with serving(committed_app) as url:
        made = evening(committed_app, waiting=len(WORDS))
        for talk, words in zip(made.talks, WORDS, strict=True):
            hears(talk, words)
        # As long as may be: what can still be undone is looked for on a busy machine.
        db.session.execute(text("UPDATE campaign SET undo_s = 15"))
        db.session.commit()
        olga = factories.client(committed_app, db.session.get_one(Person, made.people["olga"]))
        db.session.commit()
        name = committed_app.config["SESSION_COOKIE_NAME"]
        kept = olga.get_cookie(name)
        assert kept is not None
        yield Site(url, made, {"name": name, "value": kept.value, "url": url})


def shot(visitor: Visitor, name: str) -> None:
    if SHOTS:
        visitor.page.screenshot(path=f"{SHOTS}/review-{name}.png")


def sent() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Message.id).filter_by(kind="reply")).all())


def test_an_organizer_goes_through_a_filter_by_keyboard(site: Site, chromium: Browser) -> None:
    visitor = site.visit(chromium, DESK)
    page = visitor.page
    page.goto(f"/o/{site.made.org}/review")
    # No single key does anything while nothing of the list has the focus.
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.locator("[data-talk]")).to_have_count(0)
    page.get_by_label("Words they or we wrote").fill("yes")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="3 conversations")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/review\?words=yes$"))
    expect(page.locator("mark")).to_have_count(3)
    assert "555 0104" not in page.content()
    shot(visitor, "list-desk")
    visitor.look()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#talk-title")).to_be_focused()
    expect(page).to_have_url(re.compile("open="))
    first = page.locator("[data-talk]").get_attribute("data-talk")
    page.keyboard.press("n")
    until(lambda: page.locator("[data-talk]").get_attribute("data-talk") != first)
    expect(page.locator("#talk-title")).to_be_focused()
    shot(visitor, "split-desk")
    visitor.look()
    page.keyboard.press("p")
    until(lambda: page.locator("[data-talk]").get_attribute("data-talk") == first)
    expect(page.locator("#talk-title")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(f"[data-row='{first}']")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Words they or we wrote")).to_be_focused()
    before = sent()
    for key in "abcdefghijklmnopqrstuvwxyz ":
        page.locator("#talk-title").focus()
        page.keyboard.press(key)
    assert sent() == before
    page.reload()
    shot(visitor, "split-again")
    page.get_by_label("Your answer to").fill("Thank you, see you there.")
    page.get_by_role("button", name="Send to").click()
    expect(page.get_by_role("button", name="Undo the answer")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/review\?"))
    assert sent() == before + 1
    visitor.close()


def test_a_thumb_reads_and_closes_one(site: Site, chromium: Browser) -> None:
    visitor = site.visit(chromium, PHONE)
    page = visitor.page
    page.goto(f"/o/{site.made.org}/review?status=waiting")
    shot(visitor, "list-phone")
    visitor.look()
    page.locator("[data-row]").first.tap()
    expect(page.locator("#talk-title")).to_be_visible()
    expect(page).not_to_have_url(re.compile(r"/review\?"))
    shot(visitor, "talk-phone")
    visitor.look()
    page.get_by_role("button", name="No reply needed").tap()
    expect(page.get_by_text("Closed:")).to_be_visible()
    page.get_by_role("link", name="Next").tap()
    expect(page.locator("#talk-title")).to_be_visible()
    visitor.close()


def test_without_script_every_row_is_a_page(site: Site, chromium: Browser) -> None:
    visitor = site.visit(chromium, DESK, java_script_enabled=False)
    page = visitor.page
    page.goto(f"/o/{site.made.org}/review?words=neighbor")
    page.locator("a.review-row").click()
    expect(page.locator("#talk-title")).to_be_visible()
    page.get_by_text("Write a note").click()
    page.get_by_label("For the team only").fill("Ask about the neighbor")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("Ask about the neighbor")).to_be_visible()
    assert f"/review/{site.made.talks[3]}" in page.url
    visitor.close()


def test_a_text_without_a_conversation_appears_and_is_put_into_one(
    site: Site, chromium: Browser
) -> None:
    visitor = site.visit(chromium, DESK)
    page = visitor.page
    page.goto(f"/o/{site.made.org}/inbox")
    expect(page.get_by_text("fits no conversation")).to_have_count(0)
    talk = site.made.talk(site.made.talks[2])
    event = world.provider_event(organization_id=talk.organization_id)
    stray = InboundText(
        organization_id=talk.organization_id, event_id=event.id, recipient_id=talk.recipient_id,
        number_id=talk.number_id, sender="+16145550102", text="Wait, who are you?",
    )  # fmt: skip
    factories.add(stray)
    db.session.commit()

    def told() -> bool:
        """The stream may not be open yet when the first hint is sent."""
        with transaction():
            hint(live.organizers_channel(site.made.org_id), "unrouted")
        page.wait_for_timeout(500)
        return page.get_by_text("Wait, who are you?").is_visible()

    until(told)
    shot(visitor, "inbox-desk")
    visitor.look()
    page.get_by_role("button", name="Put it there").click()
    expect(page.locator("#talk-title")).to_be_visible()
    expect(page.get_by_text("Wait, who are you?")).to_be_visible()
    visitor.close()
