"""Pages of exports in a real browser: in nobody's way, and true after a download."""

from flask import Flask
from playwright.sync_api import Browser, expect

from p2ptext.accounts.models import Person
from p2ptext.extensions import db
from tests import factories
from tests.accounts.conftest import PASSWORD
from tests.browser.visiting import DESK, Visitor
from tests.exports.test_pages import Desk
from tests.serving import serving


def test_a_download_is_counted_on_the_page(committed_app: Flask, chromium: Browser) -> None:
    desk = Desk(committed_app)
    path = f"{desk.base}/{desk.finished('van')}"
    with serving(committed_app) as url:
        browser = factories.client(committed_app, db.session.get_one(Person, desk.found.owner_id))
        db.session.commit()
        kept = browser.get_cookie(committed_app.config["SESSION_COOKIE_NAME"])
        assert kept is not None
        one = Visitor(chromium, url, DESK)
        one.context.add_cookies([{"name": kept.key, "value": kept.value, "url": url}])
        one.page.goto(path)
        expect(one.page.locator("#downloads")).to_have_text("none")
        for width, height in ((1280, 800), (390, 844)):
            one.page.set_viewport_size({"width": width, "height": height})
            for shown in (path, desk.base, f"{desk.base}/columns"):
                one.page.goto(shown)
                one.look()
        one.page.goto(path)
        one.page.get_by_label("Your password").fill(PASSWORD)
        with one.page.expect_download():
            one.page.get_by_role("button", name="Download").click()
        expect(one.page.locator("#downloads")).to_have_text("1")
        one.close()
