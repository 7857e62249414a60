"""The pages of a list in a real browser: on a phone and a desk, by keyboard, with axe."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from p2ptext.audience import jobs
from p2ptext.audience.models import ContactImport
from p2ptext.clock import now
from p2ptext.extensions import db
from tests.audience.browsing import Manager, latest
from tests.browser.barriers import faults
from tests.browser.visiting import PATIENCE_MS, until
from tests.serving import serving

SIZES = {"phone": (390, 844), "desk": (1280, 800)}
SAMPLE = Path(__file__).parents[2] / "docs" / "sample-contacts.csv"


@dataclass
class Site:
    url: str
    path: str
    cookie: dict[str, str]
    manager: Manager


@pytest.fixture
def site(committed_app: Flask) -> Iterator[Site]:
    """A campaign without people, served to a manager's browser. No worker runs but the test."""
    with serving(committed_app) as url:
        manager = Manager(committed_app)
        name = committed_app.config["SESSION_COOKIE_NAME"]
        kept = manager.browser.get_cookie(name)
        assert kept is not None
        yield Site(url, manager.path("list"), {"name": name, "value": kept.value, "url": url}, manager)


def open_page(chromium: Browser, site: Site, size: str, scheme: str = "light", **more: bool) -> Page:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        base_url=site.url,
        color_scheme=scheme,  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )
    context.add_cookies([site.cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(site.path)
    return page


def no_barriers(page: Page) -> None:
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def see(page: Page, heading: str) -> None:
    """The page of this heading comes, by itself or after a press; the machine may be busy."""
    expect(page.get_by_role("heading", name=heading)).to_be_visible()


def agree(page: Page) -> None:
    """Say why the people of a list may be texted."""
    page.get_by_label("Why may you text them?").select_option("opted_in")
    page.get_by_label("Where is the list from?").fill("Sign-up sheets at the fair")
    page.get_by_label("From which day is it?").fill("2026-01-05")


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desk", "light")])
def test_a_list_from_upload_to_done_by_keyboard(
    chromium: Browser, site: Site, size: str, scheme: str
) -> None:
    page = open_page(chromium, site, size, scheme)
    no_barriers(page)
    page.get_by_text("Or paste rows instead").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(
        "cell phone\tname\tstate\tnote\n2025550104\tZoë\tOH\tx\n2025550105\tAnn\tTX\ty\n"
        "2025550104\tMaria\tOH\tz\n20255501\tBo\tOH\t\n"
    )
    agree(page)
    no_barriers(page)
    page.get_by_role("button", name="Upload").focus()
    page.keyboard.press("Enter")
    see(page, "Reading the list")
    no_barriers(page)
    jobs.check_list(latest().id)
    see(page, "What do the columns hold?")
    no_barriers(page)
    choice = page.get_by_label("name", exact=True)
    choice.focus()
    page.keyboard.type("First")
    expect(choice).to_have_value("first_name")
    page.get_by_role("button", name="Go on").focus()
    page.keyboard.press("Enter")
    see(page, "Reading the list")
    jobs.check_list(latest().id)
    see(page, "What would happen")
    expect(page.get_by_text("One row has the phone of somebody else")).to_be_visible()
    page.reload()
    no_barriers(page)
    page.get_by_role("button", name="Import 2 people").focus()
    page.keyboard.press("Enter")
    see(page, "Importing the list")
    no_barriers(page)
    jobs.import_contacts(latest().id)
    jobs.cut_batches(latest().id)
    see(page, "The list is in")
    no_barriers(page)
    page.goto(site.path)
    expect(page.get_by_role("row", name="pasted text")).to_contain_text("They asked for texts")
    no_barriers(page)
    page.context.close()


def test_a_refusal_keeps_the_chosen_file(chromium: Browser, site: Site) -> None:
    page = open_page(chromium, site, "phone")
    page.locator("input[type=file]").set_input_files(SAMPLE)
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("[data-error-summary]")).to_contain_text("Choose the reason.")
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.querySelector('input[type=file]').files[0].name") == SAMPLE.name
    expect(page.get_by_text("Choose your file once more")).to_have_count(0)
    no_barriers(page)
    agree(page)
    page.get_by_role("button", name="Upload").click()
    see(page, "Reading the list")
    row = latest()
    assert (row.file_name, row.size_bytes) == (SAMPLE.name, SAMPLE.stat().st_size)
    page.context.close()


def test_an_upload_that_breaks_off_can_be_tried_again(chromium: Browser, site: Site) -> None:
    page = open_page(chromium, site, "phone")
    page.locator("input[type=file]").set_input_files(SAMPLE)
    agree(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("[data-upload-fault]")).to_contain_text("The upload broke off.")
    page.context.set_offline(False)
    page.get_by_role("button", name="Upload").click()
    see(page, "Reading the list")
    page.context.close()


def test_an_error_of_the_server_leaves_the_form_as_it_was(chromium: Browser, site: Site) -> None:
    page = open_page(chromium, site, "phone")
    page.locator("input[type=file]").set_input_files(SAMPLE)
    agree(page)
    page.evaluate("document.querySelector('[data-upload] [name=csrf_token]').value = 'old'")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("[data-upload-fault]")).to_contain_text("This page was open too long.")
    expect(page.get_by_label("Where is the list from?")).to_have_value("Sign-up sheets at the fair")
    expect(page.get_by_role("button", name="Upload")).not_to_have_attribute("aria-busy", "true")
    page.context.close()


def test_hostile_headers_and_cells_break_no_page(chromium: Browser, site: Site) -> None:
    long, marks = "W" * 90, "z" + "\u0301" * 500
    rows = f'phone,{long},"\u202e<b>txet</b>",{marks}\n2025550104,{long},\u202e=1+1,{marks}\n'
    row = site.manager.agreed(rows)
    page = open_page(chromium, site, "phone")
    for step in ("columns", "check"):
        page.goto(site.manager.list_path(row.id, step))
        no_barriers(page)
    page.context.close()


def test_everything_works_without_script(chromium: Browser, site: Site) -> None:
    page = open_page(chromium, site, "phone", java_script_enabled=False)
    page.locator("input[type=file]").set_input_files(SAMPLE)
    agree(page)
    page.get_by_role("button", name="Upload").click()
    see(page, "Reading the list")
    jobs.check_list(latest().id)
    # The page looks again by itself, every three seconds.
    see(page, "What do the columns hold?")
    page.get_by_role("button", name="Go on").click()
    see(page, "What would happen")
    page.get_by_role("button", name="Import").click()
    see(page, "Importing the list")
    jobs.import_contacts(latest().id)
    jobs.cut_batches(latest().id)
    see(page, "The list is in")
    page.context.close()


SPOKEN = """
  window.spoken = [];
  new MutationObserver((changes) => {
    const words = document.querySelector("[data-live=polite]").textContent;
    if (words) window.spoken.push(words);
  }).observe(document.querySelector("[data-live=polite]"), { childList: true });
"""


def test_progress_is_shown_every_second_and_spoken_seldom(chromium: Browser, site: Site) -> None:
    site.manager.upload(b"phone\n2025550104\n")
    row = latest()
    began = now()

    def far(status: str, read: int) -> None:
        db.session.rollback()
        changed = db.session.get_one(ContactImport, row.id)
        changed.status, changed.rows_read, changed.started_at = status, 1_000 * read, began
        changed.units_read, changed.units_total = read, 100
        db.session.commit()

    far("checking", 1)
    page = open_page(chromium, site, "phone")
    page.goto(site.manager.list_path(row.id))
    page.evaluate(SPOKEN)
    for read in (10, 30, 35, 40, 60):
        far("checking", read)
        expect(page.locator("[data-import-detail]")).to_contain_text(f"{read},000 rows read")
        expect(page.locator("[data-import-bar]")).to_have_js_property("value", read)
    far("running", 100)
    expect(
        page.get_by_text("Step 1 of 2: sorting out duplicates and who opted out").first
    ).to_be_visible()
    expect(page.locator("[data-import-bar]:not([value])")).to_be_visible()
    no_barriers(page)
    until(lambda: len(page.evaluate("window.spoken")) == 3)
    assert page.evaluate("window.spoken") == [
        "25 percent read",
        "50 percent read",
        "Step 1 of 2: sorting out duplicates and who opted out",
    ]
    page.get_by_text("Cancel this list").first.click()
    page.get_by_role("button", name="Cancel this list").click()
    expect(page.get_by_text("Stopping").first).to_be_visible()
    jobs.import_contacts(row.id)
    see(page, "The list is cancelled")
    page.context.close()
