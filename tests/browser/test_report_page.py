"""The report of a campaign in a real browser: readable on a phone, and one sheet of paper."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from p2ptext.counting import catching_up
from p2ptext.extensions import db
from tests import factories
from tests.browser.visiting import DESK, Visitor
from tests.insight.finished import finished
from tests.serving import serving

PAPERS = ("A4", "Letter")


@pytest.fixture
def visitor(committed_app: Flask, chromium: Browser) -> Iterator[tuple[Visitor, str]]:
    """A manager at a desk, and the address of the fullest report there can be."""
    with serving(committed_app) as url:
        made = finished()
        browser = factories.client(committed_app, made.manager)
        path = made.path
        db.session.commit()
        while not catching_up.catch_up():
            pass
        kept = browser.get_cookie(committed_app.config["SESSION_COOKIE_NAME"])
        assert kept is not None
        one = Visitor(chromium, url, DESK)
        one.context.add_cookies([{"name": kept.key, "value": kept.value, "url": url}])
        yield one, path
        one.close()


def test_the_fullest_report_is_one_sheet_and_in_nobodys_way(visitor: tuple[Visitor, str]) -> None:
    one, path = visitor
    one.page.goto(path)
    expect(one.page.get_by_role("heading", level=1)).to_contain_text("Library levy")
    one.look()
    for paper in PAPERS:
        sheets = re.findall(rb"/Type\s*/Page\b", one.page.pdf(format=paper, print_background=False))
        assert len(sheets) == 1, paper
    for width, height in ((390, 844), (320, 568)):
        one.page.set_viewport_size({"width": width, "height": height})
        one.look()
