"""Taps that have not left survive a reload, and are neither late, nor doubled, nor somebody else's."""

from playwright.sync_api import Page, expect

from tests.browser.texting.hands import (
    AHEAD_S,
    SCREEN,
    Leaving,
    Opening,
    heard,
    stand_still,
    two_a_second,
    until,
)
from tests.browser.texting.stub import Stub


def tap_in_vain(page: Page, stub: Stub, taps: int = 2) -> None:
    """Taps while the server is away; it remembers none of them, and none is on the wire any more."""
    stand_still(page)
    left = Leaving(page, "/send")
    stub.fault = (503, {})
    for _ in range(taps):
        page.click("#send")
    expect(page.locator("#trouble")).to_contain_text("The server is busy")
    until(page, lambda: len(stub.posts) >= taps)
    heard(lambda: len(stub.posts) == len(left.now()))
    stub.posts.clear()


def leave(page: Page, path: str = SCREEN) -> None:
    """Another page in the same tab; the question whether to stay is answered with no."""
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(path)


def test_taps_leave_after_a_reload_once_each_and_not_faster_than_two_a_second(
    opened: Opening, stub: Stub
) -> None:
    page = opened()
    tap_in_vain(page, stub, taps=3)
    left = Leaving(page, "/send")
    page.clock.run_for(20_000)
    heard(lambda: len(stub.posts) == len(left.now()))
    stub.fault, stub.posts = None, []
    leave(page)
    expect(page.locator("#to")).to_have_text("Wei")  # theirs are on their way and not shown again
    expect(page.locator("#trouble")).to_contain_text("you tapped before")
    two_a_second(page, lambda: len(stub.sent) == 3)
    assert stub.tokens() == ["token-1-0", "token-2-0", "token-3-0"]
    assert all(20_000 <= post["age_ms"] < 60_000 for post in stub.posts)
    expect(page.locator("#trouble")).to_be_hidden()
    expect(page.locator("#count")).to_have_text("3 of 50 sent")


def test_a_tap_that_arrived_before_the_reload_is_not_doubled(opened: Opening, stub: Stub) -> None:
    page = opened()
    stand_still(page)
    left = Leaving(page, "/send")
    stub.unheard = True
    page.click("#send")
    until(page, lambda: list(stub.sent) == ["token-1-0"])
    left.answered()
    stub.unheard, stub.posts = False, []
    leave(page)
    until(page, lambda: len(stub.posts) >= 1)
    assert set(stub.tokens()) == {"token-1-0"}
    assert list(stub.sent) == ["token-1-0"]
    expect(page.locator("#to")).to_have_text("Ana")


def test_a_tap_older_than_a_minute_is_dropped_after_the_reload_and_told(
    opened: Opening, stub: Stub
) -> None:
    page = opened()
    tap_in_vain(page, stub, taps=1)
    leave(page, "/sign-in")
    stub.fault, stub.late = (
        None,
        61 + AHEAD_S,
    )  # the server's clock has moved on, whatever the phone's says
    left = Leaving(page, "/send")
    page.goto(SCREEN)
    page.click("text=Not sent (1)")
    expect(page.locator("#tray-list")).to_contain_text("Maria")
    page.keyboard.press("Escape")
    expect(page.locator("#to")).to_have_text("Maria")
    page.clock.run_for(5000)
    assert left.now() == []


def test_a_phone_whose_clock_was_set_back_delivers_nothing_late(opened: Opening, stub: Stub) -> None:
    page = opened()
    tap_in_vain(page, stub, taps=1)
    leave(page, "/sign-in")
    stub.fault, stub.late = None, 61 + AHEAD_S
    page.context.add_init_script("const real = Date.now; Date.now = () => real() - 7_200_000;")
    left = Leaving(page, "/send")
    page.goto(SCREEN)
    expect(page.locator("#tray-open")).to_have_text("Not sent (1)")
    assert left.now() == []


def test_another_person_on_the_same_phone_sends_nothing_of_theirs(opened: Opening, stub: Stub) -> None:
    page = opened()
    tap_in_vain(page, stub, taps=2)
    stub.fault, stub.person = None, 2
    left = Leaving(page, "/send")
    leave(page)
    page.clock.run_for(5000)
    assert left.now() == []
    expect(page.locator("#tray-open")).to_be_hidden()
    stub.person = 1
    page.goto(SCREEN)
    until(page, lambda: sorted(stub.sent) == ["token-1-0", "token-2-0"])


def test_whoever_signs_in_again_within_the_minute_finds_their_taps(opened: Opening, stub: Stub) -> None:
    page = opened()
    stub.signed_out = True
    page.click("#send")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_focused()
    expect(page.locator("#trouble")).to_contain_text("1 text waits for you to sign in")
    stub.signed_out = False
    page.clock.run_for(1000)  # what came up where Send was is not pressed by the same beat of the thumb
    page.get_by_role("link", name="Sign in").click()
    until(page, lambda: list(stub.sent) == ["token-1-0"])
    expect(page.locator("#to")).to_have_text("Ana")


def test_who_stays_signed_out_is_told_after_the_minute(opened: Opening, stub: Stub) -> None:
    page = opened()
    stub.signed_out = True
    page.click("#send")
    expect(page.locator("#trouble")).to_be_visible()
    page.clock.run_for(61_000)
    expect(page.locator("#tray-open")).to_have_text("Not sent (1)")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert stub.posts == []


def test_what_was_taken_back_before_it_left_stays_taken_back(opened: Opening, stub: Stub) -> None:
    page = opened()
    tap_in_vain(page, stub, taps=3)
    page.click("#undo")  # the third has not been tried yet
    expect(page.locator("#last")).to_contain_text("Undone: not sent to José")
    stub.fault = None
    leave(page)
    until(page, lambda: len(stub.sent) == 2)
    assert set(stub.tokens()) == {"token-1-0", "token-2-0"}
    expect(page.locator("#to")).to_have_text("José")


def test_a_newer_page_on_the_server_asks_for_a_reload_and_loses_no_tap(
    opened: Opening, stub: Stub
) -> None:
    page = opened()
    tap_in_vain(page, stub, taps=1)
    stub.page_version = "two"
    page.clock.run_for(4000)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("heading", name="This page was updated")).to_be_visible()
    stub.fault, stub.posts = None, []
    page.clock.run_for(1000)
    page.get_by_role("link", name="Reload").click()
    expect(page.get_by_role("button", name="Send to Ana")).to_be_visible()
    until(page, lambda: list(stub.sent) == ["token-1-0"])


def test_a_browser_that_keeps_nothing_still_sends(opened: Opening, stub: Stub) -> None:
    page = opened("/sign-in")
    page.context.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined});")
    page.goto(SCREEN)
    page.click("#send")
    until(page, lambda: list(stub.sent) == ["token-1-0"])


LATE_LOCK = """
const request = navigator.locks.request.bind(navigator.locks);
const free = new Promise((go) => document.addEventListener("lock is free", go, { once: true }));
navigator.locks.request = async (...args) => { await free; return request(...args); };
"""
"""A busy phone tells a page late that it is the only one: it can have been tapped by then."""
HOLDS = "async () => (await navigator.locks.query()).held.length"


def before_the_lock(opened: Opening, stub: Stub, script: str = "") -> Page:
    """A page that does not hold the batch yet, in a moment that does not pass, and a server that is away."""
    page = opened("/sign-in")
    stand_still(page)
    page.context.add_init_script(LATE_LOCK + script)
    page.goto(SCREEN)
    stub.fault = (503, {})
    return page


def lock_comes(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new Event('lock is free'))")
    page.wait_for_function(HOLDS)


def test_a_tap_made_before_the_page_holds_the_batch_counts_once(opened: Opening, stub: Stub) -> None:
    page = before_the_lock(opened, stub)
    left = Leaving(page, "/send")
    page.click("#send")
    left.answered()
    lock_comes(page)
    stub.fault = None
    until(page, lambda: list(stub.sent) == ["token-1-0"])
    until(page, lambda: page.locator("#last").text_content() == "Sent to Maria")
    page.clock.run_for(5000)
    left.answered()
    assert left.tokens() == ["token-1-0"] * 2  # in vain, and again
    expect(page.locator("#count")).to_have_text("1 of 50 sent")
    expect(page.locator("#trouble")).to_be_hidden()


def test_what_was_taken_back_before_the_page_holds_the_batch_stays_taken_back(
    opened: Opening, stub: Stub
) -> None:
    forgets_slowly = "IDBObjectStore.prototype.delete = function () { return this.count(); };"
    page = before_the_lock(opened, stub, forgets_slowly)
    left = Leaving(page, "/send")
    page.click("#send")
    left.answered()
    page.click("#send")
    page.click("#undo")
    expect(page.locator("#last")).to_contain_text("Undone: not sent to Ana")
    lock_comes(page)
    stub.fault = None
    until(page, lambda: "token-1-0" in stub.sent)
    for _ in range(8):
        page.clock.run_for(1000)
        left.answered()
    assert list(stub.sent) == ["token-1-0"]
