"""What counts as a press of Send: a person's own, once, for the card it began on."""

import pytest
from playwright.sync_api import expect

from tests.browser.texting.hands import Opening, heard, send_one, stand_still, until
from tests.browser.texting.stub import Stub


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_held_key_sends_once(opened: Opening, stub: Stub, key: str) -> None:
    page = opened()
    page.focus("#send")
    for _ in range(40):
        page.keyboard.down(key)
        page.clock.run_for(50)
    page.keyboard.up(key)
    until(page, lambda: len(stub.sent) == 1)
    assert stub.tokens() == ["token-1-0"]
    expect(page.locator("#send")).to_be_focused()
    page.keyboard.press(key)
    until(page, lambda: stub.tokens() == ["token-1-0", "token-2-0"])


def test_no_letter_sends_while_nothing_has_the_focus(opened: Opening, stub: Stub) -> None:
    page = opened()
    for key in [*"abcdefghijklmnopqrstuvwxyz0123456789;,./", "Space", "Enter", "Escape", "ArrowRight"]:
        page.keyboard.press(key)
    send_one(page, stub)


def test_events_made_by_a_program_send_nothing(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.evaluate(
        """() => {
            const send = document.getElementById("send");
            const form = send.form;
            send.focus();
            send.click();
            for (const kind of ["pointerdown", "pointerup"])
                send.dispatchEvent(new PointerEvent(kind, {bubbles: true, isPrimary: true}));
            for (const kind of ["mousedown", "mouseup", "click"])
                send.dispatchEvent(new MouseEvent(kind, {bubbles: true, cancelable: true, detail: 1}));
            for (const kind of ["keydown", "keypress", "keyup"])
                for (const key of ["Enter", " "])
                    send.dispatchEvent(new KeyboardEvent(kind, {key, bubbles: true, cancelable: true}));
            form.dispatchEvent(new SubmitEvent("submit", {bubbles: true, cancelable: true}));
            form.requestSubmit();
        }"""
    )
    send_one(page, stub)


def test_a_press_that_moves_off_the_button_sends_nothing(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.hover("#send")
    page.mouse.down()
    page.hover("#text")
    page.mouse.up()
    send_one(page, stub)


def test_a_double_tap_sends_two_cards_once_each(opened: Opening, stub: Stub) -> None:
    page = opened(has_touch=True, is_mobile=True)
    box = page.locator("#send").bounding_box()
    assert box is not None
    for _ in range(2):
        page.touchscreen.tap(box["x"] + 100, box["y"] + 20)
    until(page, lambda: len(stub.sent) == 2)
    assert sorted(stub.tokens()) == ["token-1-0", "token-2-0"]


def test_a_press_counts_for_the_card_it_began_on(opened: Opening, stub: Stub) -> None:
    """Another card comes up between finger down and finger up: neither is sent."""
    page = opened()
    page.click("#send")
    until(page, lambda: len(stub.sent) == 1)
    stub.wording = 2
    stub.answer.clear()
    page.click("#send")
    page.hover("#send")
    page.mouse.down()
    stub.answer.set()
    expect(page.locator("#text")).to_contain_text("Wording 2. Hi Ana")
    page.mouse.up()
    page.clock.run_for(1000)
    page.click("#send")
    until(page, lambda: len(stub.sent) == 2)
    assert stub.tokens() == ["token-1-0", "token-2-0", "token-2-0"]


def test_a_script_that_clicks_by_the_clock_sends_nothing(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.evaluate(
        """() => setInterval(() => {
            document.activeElement.click();
            document.getElementById("send").click();
            document.querySelector(".send-form").requestSubmit();
        }, 100)"""
    )
    page.focus("#send")
    page.clock.run_for(5000)
    send_one(page, stub)


def test_keys_with_a_modifier_are_listed_under_the_question_mark(opened: Opening, stub: Stub) -> None:
    page = opened()
    for keys in ("Control+Slash", "Control+Shift+Slash"):
        page.keyboard.press(keys)
        expect(page.get_by_role("heading", name="Keys and help")).to_be_focused()
        for key in ("Enter", "Z", "N", "R"):
            expect(page.locator("#help kbd").get_by_text(key, exact=True).first).to_be_visible()
        page.keyboard.press("Alt+KeyN")  # an open list takes no keys for the card behind it
        page.keyboard.press("Escape")
    page.keyboard.press("Slash")
    expect(page.locator("#help")).to_be_hidden()
    page.click("#skip")
    expect(page.locator("#to")).to_have_text("Ana")  # the first card was still there
    until(page, lambda: bool(stub.skipped))
    assert stub.skipped == ["token-1-0"]


def test_enter_with_a_modifier_or_elsewhere_sends_nothing(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.focus("#send")
    for keys in ("Control+Enter", "Alt+Enter", "Meta+Space"):
        page.keyboard.press(keys)
    page.focus("#text")
    page.keyboard.press("Enter")
    page.focus("#send")
    page.keyboard.down("Enter")
    page.focus("#text")  # the key comes up where it does not count
    page.keyboard.up("Enter")
    send_one(page, stub)


def test_the_loop_goes_by_keys_alone_and_the_focus_stays_on_send(opened: Opening, stub: Stub) -> None:
    page = opened()
    stand_still(page)
    page.focus("#send")
    for number in range(1, 6):
        page.keyboard.press("Space" if number % 2 else "Enter")
        heard(lambda: len(stub.sent) == number)  # noqa: B023 - called at once
        expect(page.locator("#send")).to_be_focused()
    page.keyboard.press("Control+KeyZ")
    heard(lambda: stub.undone == [105])
    expect(page.locator("#send")).to_be_focused()
    assert sorted(stub.tokens()) == [f"token-{number}-0" for number in range(1, 6)]
