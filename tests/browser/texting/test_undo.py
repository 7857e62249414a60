"""Undo takes a text back for as long as it is held, and says so when it comes too late."""

from playwright.sync_api import expect

from tests.browser.texting.hands import Opening, heard, stand_still, until
from tests.browser.texting.stub import Stub


def test_undo_takes_the_text_back_and_the_card_comes_next(opened: Opening, stub: Stub) -> None:
    page = opened()
    stand_still(page)
    page.click("#send")
    expect(page.locator("#undo-left")).to_have_text("5")
    page.get_by_role("button", name="Undo sending to Maria").click()
    expect(page.locator("#last")).to_have_text("Undone: not sent to Maria")
    expect(page.locator("#undo")).to_be_hidden()
    assert stub.undone == [101]
    expect(page.locator("#to")).to_have_text("Ana")
    until(page, lambda: page.evaluate("document.activeElement.id") == "send")
    page.click("#send")
    expect(page.locator("#to")).to_have_text("Maria")
    until(page, lambda: list(stub.sent) == ["token-2-0"])
    page.click("#send")
    until(page, lambda: list(stub.sent) == ["token-2-0", "token-1-1"])


def test_undo_by_keys_walks_back(opened: Opening, stub: Stub) -> None:
    page = opened()
    stand_still(page)
    page.click("#send")
    page.click("#send")
    heard(lambda: len(stub.sent) == 2)
    page.keyboard.press("Control+z")
    heard(lambda: stub.undone == [102])
    page.keyboard.press("Control+z")
    heard(lambda: stub.undone == [102, 101])
    assert stub.sent == {}


def test_undo_before_the_answer_waits_for_it(opened: Opening, stub: Stub) -> None:
    page = opened()
    stand_still(page)
    stub.answer.clear()
    page.click("#send")
    page.click("#undo")
    expect(page.locator("#last")).to_have_text("Undoing")
    stub.answer.set()
    expect(page.locator("#last")).to_have_text("Undone: not sent to Maria")
    assert stub.undone == [101]


def test_undo_that_comes_too_late_says_so(opened: Opening, stub: Stub) -> None:
    page = opened()
    stand_still(page)
    stub.undo_fault = (409, {"code": "already_on_its_way", "words": "Already on its way."})
    page.click("#send")
    page.click("#undo")
    expect(page.locator("#last")).to_have_text("Already on its way.")
    assert len(stub.sent) == 1
    page.click("#send")
    expect(page.locator("#last")).to_have_text("Sent to Ana")
    page.clock.run_for(6000)
    expect(page.locator("#undo")).to_be_hidden()
    expect(page.locator("#last")).to_have_text("Sent to Ana")
