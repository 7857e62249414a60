"""Starter scripts, bringing in a script and other languages in a real browser, at both sizes, with axe."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from tests.audience.browsing import Manager
from tests.audience.lists import bring_in
from tests.browser.test_trying_page import PHONE, look
from tests.serving import serving

LIST = "phone,first name,language\n2025550104,Maria,Spanish\n2025550105,Zoe,English\n2025550106,Ana,es\n"
PASTED = """\
Hi {first_name|you}, Ohio Votes here. Can you come on Friday? Reply STOP to opt out.

If yes: See you there.
If no: Maybe another time.
  Go to question 7
"""


@pytest.fixture
def desk(committed_app: Flask, chromium: Browser) -> Iterator[tuple[Page, str]]:
    """A draft with a list in two languages, in its manager's browser, and the address of its desk."""
    with serving(committed_app) as url:
        manager = Manager(committed_app)
        bring_in(manager.campaign, LIST)
        with transaction():
            campaign = writing.lock(manager.campaign.id, manager.org.id)
            writing.save_document(campaign, {"first": [], "canned": []}, manager.person.id)
        name = committed_app.config["SESSION_COOKIE_NAME"]
        kept = manager.browser.get_cookie(name)
        assert kept is not None
        context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
        context.add_cookies([{"name": name, "value": kept.value, "url": url}])
        yield context.new_page(), f"{url}/o/ohio/campaigns/{manager.campaign.id}"
        context.close()


def document() -> dict[str, object]:
    db.session.rollback()
    campaign = db.session.query(Campaign).one()
    return writing.document_of(campaign)


def test_a_starter_is_taken_and_its_spanish_is_changed(desk: tuple[Page, str]) -> None:
    page, address = desk
    page.goto(f"{address}/starters")
    look(page)
    page.get_by_role("link", name="Event invitation").click()
    page.get_by_role("link", name="Spanish").click()
    expect(page.get_by_text("Le invitamos a [EVENT NAME]")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Take this script").click()
    expect(page.get_by_text("The script is yours now.")).to_be_visible()
    page.goto(f"{address}/languages")
    expect(page.get_by_text("2 people read Spanish.")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Write Spanish").click()
    box = page.get_by_label("In Spanish: Wording 1")
    expect(box).to_be_visible()
    look(page)
    box.fill("Hola {first_name|}, Ohio Votes le invita. Responda STOP para no recibir mensajes.")
    page.get_by_role("button", name="Save").click()
    shown = page.get_by_text(re.compile("Hola (Maria|Ana), Ohio Votes le invita."))
    expect(shown).to_be_visible()
    first = shown.inner_text()  # who of the two it is is not promised
    page.get_by_role("link", name="Next person").click()
    expect(shown).to_be_visible()
    expect(shown).not_to_have_text(first)


def test_a_script_is_pasted_by_keyboard_checked_and_taken(desk: tuple[Page, str]) -> None:
    page, address = desk
    page.goto(f"{address}/script")
    look(page)
    page.get_by_label("The script").focus()
    page.keyboard.insert_text('{"wrong": json}')
    page.get_by_role("button", name="Look at it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert", name="There is a problem")).to_contain_text(
        "Line 1: this is not valid JSON"
    )
    expect(page.get_by_label("The script")).to_have_value('{"wrong": json}')
    page.get_by_label("The script").fill(PASTED)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Line 5: There is no question “question 7” to go to.")).to_be_visible()
    assert document()["first"] == []
    look(page)
    page.get_by_role("button", name="Back to the text").click()
    expect(page.get_by_label("The script")).to_have_value(PASTED)
    page.get_by_role("button", name="Look at it").click()
    take = page.get_by_role("button", name="Use this script")
    take.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The script is taken over.")).to_be_visible()
    assert document()["first"] == [PASTED.splitlines()[0]]
    with page.expect_download() as download:
        page.goto(f"{address}/script")
        page.get_by_role("link", name="CSV file").click()
    assert download.value.suggested_filename.endswith(".csv")
