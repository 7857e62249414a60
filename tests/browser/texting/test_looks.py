"""How the pages look: nothing in anybody's way, nothing cut, Send always at its place."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import CONTRAST, SMALL_PARTS, faults, settled
from tests.browser.conversations.talks import row, said
from tests.browser.texting.hands import (
    DESK,
    PHONE,
    SCREEN,
    SMALL,
    THREAD,
    WITH_BARS,
    Opening,
    talking,
    until,
)
from tests.browser.texting.states import LONG
from tests.browser.texting.stub import Stub


def dressed(stub: Stub) -> dict[str, tuple[str, Callable[[Page], object]]]:
    """Every page and state with data: where it is and what to do there first."""
    stub.names = ("Bartholomew-Alexandrina", "Ana")
    stub.text, stub.waiting, stub.not_sent, stub.talks.next_id = LONG, 3, 2, 32
    talking(stub)
    stub.talks.items.append(said("out", "At the school", state_words="not sent", failed=True))
    stub.rows = [
        row(31, "Maria", "Yes! " * 60, waiting_since=datetime.now(UTC), unread=True),
        row(32, "Ana", "No", state="closed"),
    ]
    names = {
        "status": "running",
        "can_take": True,
        "held": 0,
        "sent_by_me": 0,
        "words": "",
        "opens_at": None,
    }
    stub.campaigns = [
        {"id": 7, "name": "Library levy", **names, "held": 12},
        {"id": 8, "name": "Food drive", **names},
        {
            "id": 9,
            "name": "Town hall",
            **names,
            "status": "paused",
            "can_take": False,
            "words": "Paused for now.",
        },
    ]

    def trouble(page: Page) -> None:
        stub.fault = (503, {})
        page.click("#send")
        expect(page.locator("#trouble")).to_be_visible()

    return {
        "home": ("/o/library/texting", lambda page: None),
        "card": (SCREEN, lambda page: None),
        "trouble": (SCREEN, trouble),
        "tray": (SCREEN, lambda page: page.click("#tray-open")),
        "help": (SCREEN, lambda page: page.click("#help-open")),
        "replies": ("/o/library/replies", lambda page: None),
        "thread": (THREAD, lambda page: None),
        "opt out": (THREAD, lambda page: page.click("text=Opt out")),
    }


STATES = ["home", "card", "trouble", "tray", "help", "replies", "thread", "opt out"]


@pytest.mark.parametrize("name", STATES)
def test_no_page_breaks_an_accessibility_rule(opened: Opening, stub: Stub, name: str) -> None:
    path, act = dressed(stub)[name]
    page = opened(path, reduced_motion="reduce")
    act(page)
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert faults(page, **CONTRAST) == []
    assert page.evaluate(SMALL_PARTS) == []


@pytest.mark.parametrize(
    ("path", "empty"),
    [
        ("/o/library/texting", "campaigns"),
        ("/o/library/replies", "rows"),
        ("/o/library/not-sent", "rows"),
    ],
)
def test_empty_pages_say_what_comes_next(opened: Opening, stub: Stub, path: str, empty: str) -> None:
    page = opened(path)
    assert getattr(stub, empty) == []
    expect(page.locator(".empty h2")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize("size", [PHONE, WITH_BARS, SMALL, DESK])
def test_send_and_opt_out_are_in_view_and_send_never_moves(
    opened: Opening, stub: Stub, size: tuple[int, int]
) -> None:
    path, trouble = dressed(stub)["trouble"]
    stub.not_sent = 0
    page = opened(path, size)
    places = [page.locator("#send").bounding_box()]
    page.click("#send")
    until(page, lambda: len(stub.sent) == 1)
    places.append(page.locator("#send").bounding_box())
    stub.faults = [(409, {"code": "opted_out", "words": "They opted out."})]
    page.click("#send")
    expect(page.locator("#tray-open")).to_be_visible()
    places.append(page.locator("#send").bounding_box())
    trouble(page)
    places.append(page.locator("#send").bounding_box())
    assert places == [places[0]] * 4
    expect(page.locator("#send")).to_be_in_viewport(ratio=1)
    expect(page.locator("#text")).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0

    page = opened(THREAD, size)
    for part in ("text=Opt out", "#answer", "#draft"):
        expect(page.locator(part).first).to_be_in_viewport(ratio=1)
    expect(page.locator(".bubble").last).to_be_in_viewport(ratio=0.5)


@pytest.mark.parametrize(("width", "text"), [(320, "100%"), (390, "200%")])
def test_nothing_sticks_out_sideways(opened: Opening, stub: Stub, width: int, text: str) -> None:
    page = opened("/o/library/not-sent", (width, 844))
    for path in sorted({path for path, _ in dressed(stub).values()}):
        page.goto(path)
        page.evaluate("size => { document.documentElement.style.fontSize = size }", text)
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_with_letters_twice_as_large_opt_out_stays_whole(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.waiting = 12
    page = opened(THREAD)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    settled(page)
    box = page.get_by_role("button", name="Opt out").bounding_box()
    assert box is not None
    assert 0 <= box["x"] < box["x"] + box["width"] <= PHONE[0]
    expect(page.get_by_role("heading", name="Maria")).to_be_in_viewport(ratio=1)
