"""The do-not-text pages in a real browser: on a phone and a desk, by keyboard, with axe."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from p2ptext.audience import suppression, suppression_importing
from p2ptext.audience.suppression_jobs import import_suppressions
from p2ptext.audience.suppression_models import SuppressionImport
from p2ptext.extensions import db
from tests.accounts.conftest import PASSWORD
from tests.audience.suppression_office import Office
from tests.browser.barriers import faults
from tests.browser.visiting import PATIENCE_MS, until
from tests.serving import serving

SIZES = {"phone": (390, 844), "desk": (1280, 800)}


class Site:
    """An owner's browser, and the list it looks at. No worker runs but the test."""

    def __init__(self, app: Flask, url: str) -> None:
        self.url = url
        self.office = Office(app)
        name = app.config["SESSION_COOKIE_NAME"]
        kept = self.office.client.get_cookie(name)
        assert kept is not None
        self.cookie = {"name": name, "value": kept.value, "url": url}

    def open(self, chromium: Browser, size: str, scheme: str) -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            base_url=self.url,
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        context.add_cookies([self.cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(self.office.base)
        return page


@pytest.fixture
def site(committed_app: Flask) -> Iterator[Site]:
    with serving(committed_app) as url:
        yield Site(committed_app, url)


def no_barriers(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def press(page: Page, name: str) -> None:
    """A button, by the keyboard."""
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


looks = pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desk", "light")])


@looks
def test_a_number_comes_on_goes_off_and_is_erased(
    chromium: Browser, site: Site, size: str, scheme: str
) -> None:
    page = site.open(chromium, size, scheme)
    no_barriers(page, "empty")
    page.get_by_label("Look up a number").fill("202 555")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    no_barriers(page, "fault")
    page.get_by_label("Look up a number").fill("202 555 0104")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Not on the list")).to_be_visible()
    no_barriers(page, "unknown")
    page.get_by_label("Why?").fill("asked on the phone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="The number is on the list")).to_be_visible()
    no_barriers(page, "person")
    page.get_by_label("Why?").first.fill("wants our texts again")
    page.get_by_label("Your password").first.fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    no_barriers(page, "wrong-password")
    page.get_by_label("Your password").first.fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("May be texted", exact=True)).to_be_visible()
    page.get_by_text("Erase this person’s data").focus()
    page.keyboard.press("Enter")
    no_barriers(page, "lifted")
    erase = page.locator("details.disclose")
    erase.get_by_label("Why?").fill("asked by mail")
    erase.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Erased number")).to_be_visible()
    no_barriers(page, "erased")
    page.context.close()


@looks
def test_a_list_comes_in_and_goes_out(chromium: Browser, site: Site, size: str, scheme: str) -> None:
    for n in range(3):
        site.office.suppressed(f"+120255501{n:02d}", "their own words: STOP")
    suppression.suppress(
        site.office.recipient("+12025550109"), "their own words: “no more, please”", None
    )
    db.session.commit()
    page = site.open(chromium, size, scheme)
    no_barriers(page, "list")
    page.get_by_role("link", name="Bring in a list").click()
    press(page, "Put them on the list")
    expect(page.get_by_role("link", name="Choose a file or paste numbers.")).to_be_visible()
    no_barriers(page, "import")
    page.get_by_label("Or paste numbers").fill("202 555 0104\n202 555 0105\nAnn\n2025550100")
    page.get_by_label("Why must they not be texted?").fill("the party's own list")
    press(page, "Put them on the list")
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    no_barriers(page, "reading")
    number = db.session.query(SuppressionImport.id).scalar()
    db.session.rollback()
    import_suppressions(number)
    expect(page.get_by_role("heading", name="The list is in")).to_be_visible()
    no_barriers(page, "done")
    with page.expect_download() as refused:
        page.get_by_role("link", name="Download the refused rows").click()
    assert "Ann" in refused.value.path().read_text()
    page.get_by_role("link", name="To the do-not-text list").click()
    page.get_by_role("link", name="Download").click()
    expect(page.get_by_label("Your password")).to_be_visible()
    no_barriers(page, "download")
    page.get_by_label("Your password").fill(PASSWORD)
    with page.expect_download() as whole:
        page.keyboard.press("Enter")
    assert whole.value.path().read_text().count("\n") == 7
    page.context.close()


def test_the_bar_moves_while_a_list_is_read(chromium: Browser, site: Site) -> None:
    page = site.open(chromium, "phone", "light")
    page.goto(f"{site.office.base}/import")
    page.get_by_label("Or paste numbers").fill("202 555 0104\n202 555 0105")
    page.get_by_label("Why must they not be texted?").fill("asked")
    press(page, "Put them on the list")
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    row = db.session.query(SuppressionImport).one()
    work = suppression_importing.begin(row.id)
    assert work is not None
    row.rows_read, row.units_read = 1, row.units_total // 2
    db.session.commit()
    expect(page.get_by_text("1 row read")).to_be_visible()
    until(lambda: 45 <= page.get_by_role("progressbar").evaluate("bar => bar.value") <= 55)
    page.get_by_text("Stop reading", exact=True).click()
    press(page, "Stop reading it")
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()
    page.context.close()
