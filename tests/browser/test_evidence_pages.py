"""The evidence pack and the page on timing in a real browser: on a phone and a desk, by keyboard, with axe."""

import hashlib
import json
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from p2ptext.texting import sealing
from tests.accounts.conftest import PASSWORD, Visitor
from tests.browser.test_do_not_text import SIZES, looks, no_barriers, press
from tests.browser.visiting import PATIENCE_MS
from tests.insight.test_evidence import Owner, no_roots
from tests.insight.test_timing import MACHINE, Scene, notice
from tests.serving import serving
from tests.texting.scene import inbound, receipt, scene

pytestmark = pytest.mark.usefixtures("no_roots")
__all__ = ["no_roots"]


@pytest.fixture
def url(committed_app: Flask) -> Iterator[str]:
    with serving(committed_app) as url:
        yield url


def opened(chromium: Browser, url: str, whose: Visitor, size: str, scheme: str) -> Page:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        base_url=url,
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    context.add_cookies([{"name": "p2ptext", "value": whose.cookie(), "url": url}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


@looks
def test_a_pack_is_made_read_printed_and_kept(
    chromium: Browser, committed_app: Flask, url: str, size: str, scheme: str
) -> None:
    made = scene(committed_app)
    made.sent()
    receipt(committed_app, made.carrier.texts[0], "delivered")
    inbound(committed_app, made.phone(0), "STOP")
    sealing.seal()
    owner = Owner(made)
    page = opened(chromium, url, owner, size, scheme)
    page.goto(owner.evidence)
    no_barriers(page, "evidence-ask")
    page.get_by_label("Phone number").fill("614 555 0100")
    page.get_by_label("Your password").fill("wrong")
    press(page, "Make the evidence pack")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    no_barriers(page, "evidence-wrong-password")
    page.get_by_label("Your password").fill(PASSWORD)
    press(page, "Make the evidence pack")
    expect(page.get_by_role("heading", name="+1 614 555 0100")).to_be_visible()
    no_barriers(page, "evidence-pack")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download its data (JSON)").click()
    body = download.value.path().read_bytes()
    assert json.loads(body)["asked_for"] == "+16145550100"
    expect(page.get_by_text(hashlib.sha256(body).hexdigest())).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Download its data (JSON)")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    page.context.close()


@looks
def test_the_timing_of_a_volunteer(
    chromium: Browser, committed_app: Flask, url: str, size: str, scheme: str
) -> None:
    told = Scene(committed_app)
    told.clicks(MACHINE)
    notice()
    page = opened(chromium, url, told.organizer, size, scheme)
    page.goto(f"{told.base}/campaigns/{told.campaign.id}/rates/volunteers")
    expect(page.get_by_text("Look at the timing")).to_be_visible()
    page.get_by_role("link", name="Amy Adams", exact=True).click()
    expect(page.get_by_role("heading", name="As steady as a clock")).to_be_visible()
    no_barriers(page, "timing")
    page.get_by_label("What did you find?").fill("Called Amy: a broken mouse.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing to look at")).to_be_visible()
    no_barriers(page, "timing-seen")
    page.context.close()
