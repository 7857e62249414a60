"""The pages of questions in a real browser: written by keyboard, without script, with axe."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.extensions import db
from p2ptext.rules.tree import Answer, Step
from tests import factories
from tests.audience.browsing import Manager
from tests.browser.barriers import faults
from tests.browser.visiting import PATIENCE_MS
from tests.serving import serving

SIZES = {"small": (320, 568), "phone": (390, 844), "desk": (1280, 800)}
STEPS = (
    Step(
        "s1",
        "Can we count on your vote for the library levy?",
        (
            Answer(
                "a1",
                "Yes",
                ("Great, {first_name|thank you}! Early or on the day?", "Wonderful! When?"),
                "s2",
            ),
            Answer("a2", "Not sure, tell me more please", ("What would you like to know?",), "s3"),
            Answer("a3", "No"),
        ),
    ),
    Step(
        "s2",
        "When will they vote?",
        (Answer("a1", "Early", ("Good plan.",), "s3"), Answer("a2", "On the day")),
    ),
    Step("s3", "What do they care about?", (Answer("a1", "Cost", ("It is no new tax.",)),)),
)


@dataclass
class Site:
    url: str
    cookie: dict[str, str]
    manager: Manager


@pytest.fixture
def site(committed_app: Flask) -> Iterator[Site]:
    """A campaign with one contact, served to a manager's browser."""
    with serving(committed_app) as url:
        manager = Manager(committed_app)
        factories.contacts(manager.campaign, manager.person, ["+16145550104"], first_name="Maria")
        db.session.commit()
        name = committed_app.config["SESSION_COOKIE_NAME"]
        kept = manager.browser.get_cookie(name)
        assert kept is not None
        yield Site(url, {"name": name, "value": kept.value, "url": url}, manager)


def write(site: Site, *steps: Step) -> None:
    with transaction():
        campaign = writing.lock(site.manager.campaign.id, site.manager.org.id)
        writing.save_steps(campaign, steps, site.manager.person.id)


def open_page(
    chromium: Browser, site: Site, size: str, rest: str, scheme: str = "light", script: bool = True
) -> Page:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        base_url=site.url,
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=script,
    )
    context.add_cookies([site.cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(site.manager.path(rest))
    return page


def no_barriers(page: Page) -> None:
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def press(target: Locator) -> None:
    """With the keyboard, as somebody does who has no mouse."""
    target.focus()
    expect(target).to_be_focused()
    target.press("Enter")


PAGES = ["questions", "questions/s1", "questions/new?step=s2&answer=a2", "questions/s1/answers/a1",
         "questions/s1/answers/new", "message?wording=2"]  # fmt: skip


@pytest.mark.parametrize("rest", PAGES)
@pytest.mark.parametrize(("size", "scheme"), [("small", "light"), ("phone", "dark"), ("desk", "light")])
def test_every_page_has_no_barriers(
    chromium: Browser, site: Site, size: str, scheme: str, rest: str
) -> None:
    write(site, *STEPS)
    page = open_page(chromium, site, size, rest, scheme)
    no_barriers(page)
    if os.environ.get("PICTURES"):
        name = re.sub(r"\W+", "-", rest)
        page.screenshot(path=Path(os.environ["PICTURES"]) / f"{name}-{size}.png", full_page=True)


def test_an_empty_outline_says_how_to_begin_and_faults_are_led_to(chromium: Browser, site: Site) -> None:
    page = open_page(chromium, site, "phone", "questions")
    no_barriers(page)
    page.get_by_role("link", name="Write the first question").click()
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title(re.compile("^Error: "))
    no_barriers(page)
    page.get_by_role("link", name="Write the question.").click()
    expect(page.get_by_label("Question")).to_be_focused()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_tree_is_written_with_the_keyboard_alone(chromium: Browser, site: Site, script: bool) -> None:
    page = open_page(chromium, site, "desk", "questions", script=script)
    press(page.get_by_role("link", name="Write the first question"))
    page.get_by_label("Question").fill("Can we count on your vote?")
    page.get_by_label("Answers, one a line").fill("Yes\nNo")
    press(page.get_by_role("button", name="Save"))
    press(page.get_by_role("link", name="Change the answer Yes"))
    page.get_by_label(re.compile("^Say")).fill("Great, {first_name}! Will you vote early?")
    if not script:  # with it, the preview follows the typing
        press(page.get_by_role("button", name="Preview"))
    expect(page.get_by_text("Great, Maria! Will you vote early?")).to_be_visible()
    page.get_by_label("This text asks").select_option("A new question")
    press(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("It is asked when they say “Yes”")).to_be_visible()
    page.get_by_role("textbox", name="Question").fill("Will you vote early?")
    page.get_by_label("Answers, one a line").fill("Yes\nOn the day")
    press(page.get_by_role("button", name="Save"))
    expect(page.get_by_role("heading", name="2. Will you vote early?")).to_be_visible()
    press(page.get_by_role("link", name="Change the answer Yes").first)
    press(page.get_by_role("button", name="Move down"))
    labels = page.locator("#s1 .say-label strong")
    expect(labels).to_have_text(["No", "Yes"])
    press(page.get_by_role("link", name="Change the question Will you vote early?"))
    page.get_by_text("Remove this question").click()
    press(page.get_by_role("button", name="Remove it"))
    expect(page.get_by_role("heading", name="2. Will you vote early?")).to_have_count(0)
