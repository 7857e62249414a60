"""Taps that the server has not acknowledged: nothing is lost, doubled or late."""

import pytest
from playwright.sync_api import expect

from tests.browser.texting.hands import (
    Leaving,
    Opening,
    stand_still,
    two_a_second,
    until,
)
from tests.browser.texting.stub import Stub


def test_a_busy_server_and_a_pace_limit_get_the_same_token_again(opened: Opening, stub: Stub) -> None:
    page = opened()
    stand_still(page)
    stub.faults = [(503, {}), (429, {"code": "pace", "words": "", "retry_after_ms": 1200}), (500, {})]
    page.click("#send")
    until(page, lambda: len(stub.sent) == 1)
    assert stub.tokens() == ["token-1-0"] * 4
    ages = [post["age_ms"] for post in stub.posts]
    assert ages[0] < 500
    assert ages[1] - ages[0] >= 450
    assert ages[2] - ages[1] >= 1150
    expect(page.locator("#trouble")).to_be_hidden()


def test_after_trouble_taps_leave_in_order_two_a_second(opened: Opening, stub: Stub) -> None:
    page = opened()
    stub.fault = (503, {})
    for _ in range(4):
        page.click("#send")
    expect(page.locator("#trouble")).to_have_text(
        "The server is busy. 4 texts wait and leave by themselves."
    )
    stand_still(page)
    stub.fault = None
    two_a_second(page, lambda: len(stub.sent) == 4)
    assert list(stub.sent) == [f"token-{number}-0" for number in range(1, 5)]


def test_without_connection_taps_wait_and_leave_when_it_is_back(opened: Opening, stub: Stub) -> None:
    page = opened()
    stand_still(page)
    page.context.set_offline(True)
    page.click("#send")
    page.click("#send")
    expect(page.locator("#trouble")).to_have_text(
        "No connection. 2 texts wait and leave by themselves when it is back."
    )
    page.clock.run_for(30_000)
    assert stub.posts == []
    page.context.set_offline(False)
    two_a_second(page, lambda: len(stub.sent) == 2)
    assert list(stub.sent) == ["token-1-0", "token-2-0"]
    assert all(25_000 < post["age_ms"] < 60_000 for post in stub.posts)
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_tap_older_than_a_minute_never_leaves_and_says_so(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.context.set_offline(True)
    page.click("#send")
    expect(page.locator("#trouble")).to_be_visible()
    page.clock.run_for(61_000)
    page.context.set_offline(False)
    page.click("text=Not sent (1)")
    expect(page.locator("#tray")).to_contain_text("Maria")
    expect(page.locator("#tray")).to_contain_text("within 60 seconds of your tap")
    page.keyboard.press("Escape")
    page.clock.run_for(20_000)
    page.click("#send")
    until(page, lambda: list(stub.sent) == ["token-2-0"])
    assert stub.tokens() == ["token-2-0"]
    expect(page.locator("#to")).to_have_text("Maria")


def test_a_sleeping_page_does_not_deliver_late(opened: Opening, stub: Stub) -> None:
    """Where the page's own clock stands still during sleep, the wall clock makes the tap expire."""
    page = opened()
    page.context.set_offline(True)
    page.click("#send")
    expect(page.locator("#trouble")).to_be_visible()
    page.evaluate("() => { const real = Date.now; Date.now = () => real() + 120_000 }")
    left = Leaving(page, "/send")
    page.context.set_offline(False)
    expect(page.locator("#tray-open")).to_have_text("Not sent (1)")
    assert left.now() == []


def test_a_refusal_lands_in_the_tray_in_words(opened: Opening, stub: Stub) -> None:
    page = opened()
    stub.faults = [(409, {"code": "opted_out", "words": "They opted out a moment ago."})]
    page.click("#send")
    page.click("text=Not sent (1)")
    expect(page.locator("#tray-list li")).to_have_text(["MariaThey opted out a moment ago."])
    page.keyboard.press("Escape")
    expect(page.locator("#to")).to_have_text("Ana")
    expect(page.locator("#undo")).to_be_hidden()


def test_signed_out_says_so_and_offers_the_way_back(opened: Opening, stub: Stub) -> None:
    page = opened()
    stub.signed_out = True
    page.click("#send")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_focused()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert stub.sent == {}


def test_a_sign_in_page_of_a_cafe_is_not_an_answer(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.route(
        "**/send", lambda route: route.fulfill(status=200, content_type="text/html", body="Hello")
    )
    page.click("#send")
    expect(page.locator("#trouble")).to_contain_text("No connection")
    page.unroute("**/send")
    until(page, lambda: list(stub.sent) == ["token-1-0"])


def test_a_press_in_the_list_tries_the_same_token_again_and_once(opened: Opening, stub: Stub) -> None:
    """The first attempt did arrive, and only its answer was lost: both count as one."""
    page = opened()
    stand_still(page)
    left = Leaving(page, "/send")
    stub.unheard = True
    page.click("#send")
    until(page, lambda: list(stub.sent) == ["token-1-0"])
    page.clock.run_for(61_000)
    left.answered()  # an attempt that is heard after all would leave nothing to press for
    stub.unheard = False
    page.click("text=Not sent (1)")
    again = page.get_by_role("button", name="Try again for Maria")
    again.evaluate("button => button.click()")  # a program's press is none
    expect(page.locator("#tray-list")).to_contain_text("Hi Maria")
    stub.posts.clear()
    again.click()
    expect(page.locator("#tray-list li")).to_have_count(0)
    until(page, lambda: stub.tokens() == ["token-1-0"])
    assert stub.posts[0]["age_ms"] < 5000
    page.keyboard.press("Escape")
    expect(page.locator("#tray-open")).to_be_hidden()
    expect(page.locator("#last")).to_have_text("Sent to Maria")
    assert list(stub.sent) == ["token-1-0"]


def test_a_card_sent_after_all_leaves_the_list(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.context.set_offline(True)
    page.click("#send")
    expect(page.locator("#trouble")).to_be_visible()
    page.clock.run_for(61_000)
    page.context.set_offline(False)
    expect(page.locator("#tray-open")).to_have_text("Not sent (1)")
    page.click("#send")
    expect(page.locator("#to")).to_have_text("Maria")
    until(page, lambda: list(stub.sent) == ["token-2-0"])
    page.click("#send")
    until(page, lambda: list(stub.sent) == ["token-2-0", "token-1-0"])
    expect(page.locator("#tray-open")).to_be_hidden()


def test_a_server_that_sheds_load_is_asked_again_when_it_says(opened: Opening, stub: Stub) -> None:
    page = opened()
    stand_still(page)
    left = Leaving(page, "/send")
    stub.fault, stub.headers = (429, {"code": "busy", "words": ""}), {"Retry-After": "3"}
    page.click("#send")
    expect(page.locator("#trouble")).to_contain_text("The server is busy")
    stub.fault, stub.headers = None, {}
    page.clock.run_for(2900)
    assert left.tokens() == ["token-1-0"]
    page.clock.run_for(200)
    until(page, lambda: list(stub.sent) == ["token-1-0"])


@pytest.mark.parametrize("code", ["cap_reached", "carrier_slow", "a_code_of_tomorrow"])
def test_what_cannot_go_now_is_told_and_the_next_card_comes(
    opened: Opening, stub: Stub, code: str
) -> None:
    page = opened()
    stub.faults = [(409, {"code": code, "words": "Not before 2:40 pm.", "opens_at": None})]
    page.click("#send")
    page.click("text=Not sent (1)")
    expect(page.locator("#tray-list li")).to_have_text(["MariaNot before 2:40 pm."])
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    page.keyboard.press("Escape")
    page.clock.run_for(1000)
    page.click("#send")
    until(page, lambda: len(stub.sent) == 1)


def test_a_page_whose_proof_is_too_old_keeps_the_tap_and_asks_to_sign_in(
    opened: Opening, stub: Stub
) -> None:
    page = opened()
    stub.faults = [(400, {"code": "form_expired", "words": "This page was open too long."})]
    page.click("#send")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_focused()
    page.clock.run_for(1000)
    page.get_by_role("link", name="Sign in").click()
    until(page, lambda: list(stub.sent) == ["token-1-0"])
