"""Pictures with texts in a real browser: put there by a manager, seen by a volunteer, with axe."""

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from p2ptext.accounts.models import Organization
from p2ptext.extensions import db
from p2ptext.rules.tree import Answer, Step
from tests import factories
from tests.browser.barriers import faults
from tests.conversations.talking import do, organizer, talk, waiting_scene
from tests.serving import serving
from tests.texting.pictures import enclose
from tests.texting.scene import Scene

STEPS = (Step("s1", "Will you come?", (Answer("a1", "Yes", ("Great, {first_name}.",), None),)),)
WORDS = "A yard sign in the sun"


def sign() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((640, 400)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def made(committed_app: Flask) -> Scene:
    """Somebody has answered the first of three texts, and pictures go with first texts and with an answer."""
    made = waiting_scene(committed_app, "Yes!", steps=STEPS)
    enclose(made, "first", sign())
    enclose(made, "s1.a1", sign())
    do(made, "answer", step="s1", answer="a1")
    return made


@pytest.fixture
def url(committed_app: Flask) -> Iterator[str]:
    with serving(committed_app) as url:
        yield url


def pages(
    chromium: Browser, url: str, app: Flask, who: FlaskClient, path: str
) -> Iterator[tuple[str, Page]]:
    """The page on a phone and on a desk, light and dark."""
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = who.get_cookie(name)
    assert cookie is not None
    for label, size, scheme in (("phone", (390, 844), "light"), ("desk", (1280, 800), "dark")):
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=url, color_scheme=scheme
        )
        context.add_cookies([{"name": name, "value": cookie.value, "url": url}])
        page = context.new_page()
        page.goto(path)
        yield label, page
        context.close()


def look(page: Page, name: str) -> None:
    """No fault of accessibility, nothing wider than the screen; a picture of it where one is wanted."""
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_volunteer_sees_what_goes_with_the_text_and_sends_just_that(
    committed_app: Flask, chromium: Browser, url: str, made: Scene
) -> None:
    for label, page in pages(chromium, url, committed_app, made.browser, made.base):
        picture = page.get_by_role("img", name=WORDS)
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.complete || image.decode().then(() => true)")
        assert picture.evaluate("image => image.naturalWidth") == 640
        look(page, f"card-{label}")
        send = page.get_by_role("button", name="Send to Maria")
        expect(send).to_be_in_viewport()


def test_an_answers_picture_comes_with_its_words_and_may_be_left_out(
    committed_app: Flask, chromium: Browser, url: str, made: Scene
) -> None:
    path = f"/o/{made.org}/replies/{talk(made).id}"
    for label, page in pages(chromium, url, committed_app, made.browser, path):
        with page.expect_response(
            "**/draft"
        ):  # what is in the box is saved once, and not after it is gone
            page.locator(".suggestion").first.click()
        picture = page.locator("#goes-with").get_by_role("img", name=WORDS)
        expect(picture).to_be_visible()
        look(page, f"reply-{label}")
        expect(page.locator("#offered")).to_have_value(re.compile(r"\.m"))
        page.get_by_role("button", name="Leave it out").click()
        expect(picture).to_be_hidden()
        expect(page.locator("#offered")).to_have_value("s1.a1.0")
        page.goto("about:blank")
        do(made, "draft", text="")


def test_a_manager_puts_a_picture_to_the_first_message(
    committed_app: Flask, chromium: Browser, url: str, made: Scene, tmp_path: Path
) -> None:
    org = db.session.get_one(Organization, made.org_id)
    browser = factories.client(committed_app, factories.person(org, "manager"))
    db.session.commit()
    file = tmp_path / "sign.jpg"
    file.write_bytes(sign())
    base = f"/o/{made.org}/campaigns/{made.campaign}"
    for label, page in pages(chromium, url, committed_app, browser, f"{base}/message"):
        expect(page.get_by_role("img", name=WORDS).first).to_be_visible()
        look(page, f"message-{label}")
        page.get_by_role("link", name="Change or remove it").click()
        expect(page.get_by_label("File")).to_be_visible()
        look(page, f"enclosure-{label}")
        page.get_by_label("File").set_input_files(file)
        page.get_by_role("button", name="Replace it").click()
        expect(page.get_by_role("alert").first).to_be_visible()
        look(page, f"enclosure-fault-{label}")
        page.get_by_label("File").set_input_files(file)
        page.get_by_label("What is to be seen or heard").fill(WORDS)
        page.get_by_role("button", name="Replace it").click()
        expect(page.get_by_text("It goes with the text from now on.")).to_be_visible()


def test_an_organizer_sees_in_review_what_goes_with_an_answer(
    committed_app: Flask, chromium: Browser, url: str, made: Scene
) -> None:
    olga = organizer(made)
    for path in (f"/review/{talk(made).id}", f"/review?open={talk(made).id}"):
        for label, page in pages(chromium, url, committed_app, olga.browser, f"/o/{made.org}{path}"):
            page.get_by_role("button", name="Yes", exact=True).first.click()
            picture = page.get_by_role("img", name=WORDS).last
            expect(picture).to_be_visible()
            look(page, f"review-{label}")
            page.get_by_role("button", name="Leave it out").click()
            expect(page.locator("[data-goes-with]")).to_be_hidden()
            expect(page.locator("[data-offered]")).to_have_value("s1.a1.0")
            expect(page.locator("[data-answer]")).to_be_focused()
