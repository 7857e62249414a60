"""Deeds on many conversations and alike replies in a real browser: axe on a phone and a desk, by keyboard."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, text

from p2ptext.accounts.models import Person
from p2ptext.background import transaction
from p2ptext.conversations.models import Tag
from p2ptext.extensions import db
from p2ptext.review import grouping, jobs
from p2ptext.review.models import ReplyGroup
from p2ptext.texting.models import Message
from tests import factories
from tests.browser.visiting import DESK, PHONE, Visitor, until
from tests.conversations.evening import Evening, evening
from tests.serving import serving

SHOTS = os.environ.get("SHOTS_DIR", "")
SAID = (
    "Who is this?", "who is this", "Sorry, who is this please?", "whos this?? I do not know you",
    "Yes!", "yes please", "I already voted", "already voted by mail", "Ask me in May",
)  # fmt: skip


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast one person may click has its own test."""
    monkeypatch.setattr("p2ptext.texting.pacing.wait_ms", lambda *_: 0)


@pytest.fixture
def made(committed_app: Flask) -> Iterator[tuple[Evening, str, str]]:
    """Nine people wait, most of them in groups; the address, and an organizer's session."""
    with serving(committed_app) as url:
        made = evening(committed_app, waiting=len(SAID), first_name="Maria")
        columns = '{"first_name": {"column": 0, "header": "First"}}'
        db.session.execute(
            text("UPDATE contact_import SET column_map = CAST(:map AS jsonb)"), {"map": columns}
        )
        db.session.execute(text("UPDATE membership SET role = 'manager' WHERE role = 'organizer'"))
        # As long as may be: what can still be undone is pressed on a busy machine.
        db.session.execute(text("UPDATE campaign SET undo_s = 15"))
        factories.add(Tag(organization_id=made.org_id, name="Press"))
        for talk, words in zip(made.talks, SAID, strict=True):
            db.session.execute(
                text("UPDATE inbound_text SET text = :words WHERE conversation_id = :id"),
                {"words": words, "id": talk},
            )
        db.session.commit()
        with transaction():
            grouping_id = grouping.ask(made.org_id, made.campaign, made.people["olga"]).id
        jobs.group_replies(grouping_id)
        browser = factories.client(committed_app, db.session.get_one(Person, made.people["olga"]))
        kept = browser.get_cookie(committed_app.config["SESSION_COOKIE_NAME"])
        assert kept is not None
        db.session.commit()
        yield made, url, kept.value


def visit(chromium: Browser, app: Flask, url: str, cookie: str, device: dict[str, object]) -> Visitor:
    visitor = Visitor(chromium, url, device)
    name = app.config["SESSION_COOKIE_NAME"]
    visitor.context.add_cookies([{"name": name, "value": cookie, "url": url}])
    return visitor


def looked_at(visitor: Visitor, name: str) -> None:
    visitor.look()
    if SHOTS:
        width = visitor.page.viewport_size["width"]  # type: ignore[index]
        visitor.page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)


def test_pages_have_no_barriers_and_lead_from_one_to_the_next(
    chromium: Browser, committed_app: Flask, made: tuple[Evening, str, str]
) -> None:
    evening_, url, cookie = made
    base = f"/o/{evening_.org}/review"
    for device, deed, label in ((PHONE, "tag", "Put it on"), (DESK, "reassign", "Offer them")):
        visitor = visit(chromium, committed_app, url, cookie, device)
        page = visitor.page
        page.goto(f"{base}?status=waiting")
        page.get_by_label("All 9 that match").check()
        page.get_by_label("What to do").select_option(deed)
        looked_at(visitor, "list")
        with page.expect_navigation():
            page.get_by_role("button", name="Continue").click()
        looked_at(visitor, f"{deed}-details")
        page.get_by_role("combobox").last.select_option(index=1)
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="9 conversations")).to_be_visible()
        looked_at(visitor, f"{deed}-question")
        page.get_by_role("button", name=label).click()
        expect(page.get_by_text("Done")).to_be_visible()
        looked_at(visitor, f"{deed}-done")
        page.goto(f"{base}/groups?campaign={evening_.campaign}")
        looked_at(visitor, "groups")
        with page.expect_navigation():
            page.get_by_role("link", name="Answer them one by one").first.click()
        looked_at(visitor, "group")
        page.get_by_label("Or write one").or_(page.get_by_label("Write one")).fill(
            "Hi {first_name}, this is {volunteer_name} with Ohio Votes."
        )
        page.get_by_role("button", name="Offer it").click()
        expect(page.get_by_role("button", name="Send to").first).to_be_visible()
        looked_at(visitor, "group-answer")
        visitor.close()


def sent() -> int:
    db.session.rollback()
    return db.session.query(Message).filter_by(kind="reply").count()


def test_enter_sends_to_one_person_and_goes_on(
    chromium: Browser, committed_app: Flask, made: tuple[Evening, str, str]
) -> None:
    evening_, url, cookie = made
    group = db.session.scalars(select(ReplyGroup).order_by(ReplyGroup.position)).first()
    assert group is not None
    group.suggestion = "This is Olga with Ohio Votes."
    path = f"/o/{evening_.org}/review/groups/{group.id}"
    db.session.commit()
    visitor = visit(chromium, committed_app, url, cookie, DESK)
    page: Page = visitor.page
    page.goto(path)
    buttons = page.get_by_role("button", name="Send to")
    people = buttons.count()
    assert people >= 3
    buttons.first.focus()
    # Held down, it is one press: the repeats of the key fall on the next person's button, and do nothing.
    page.keyboard.down("Enter")
    for _ in range(5):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    until(lambda: sent() == 1)
    expect(page.get_by_text("Sent to Maria").first).to_be_visible()
    page.evaluate("document.querySelectorAll('[data-answer] button').forEach((one) => one.click())")
    expect(page.locator("[data-one]").nth(1).get_by_role("button", name="Send to")).to_be_focused()
    page.keyboard.press("Enter")
    until(lambda: sent() == 2)
    page.locator("[data-one]").nth(1).get_by_role("button", name="Undo").click()
    expect(page.locator("[data-one]").nth(1).get_by_text("Taken back.")).to_be_visible()
    assert sent() == 2
    states = db.session.scalars(select(Message.state).filter_by(kind="reply").order_by(Message.id)).all()
    assert states == ["queued", "cancelled"]
    visitor.close()
