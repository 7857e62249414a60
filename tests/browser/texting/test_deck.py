"""The cards in the hand: the next one is there at once, and each goes out once."""

from playwright.sync_api import Route, expect

from tests.browser.texting.hands import Leaving, Opening, until
from tests.browser.texting.stub import Stub


def test_the_next_card_is_there_before_the_server_answers(opened: Opening, stub: Stub) -> None:
    page = opened()
    stub.answer.clear()
    page.click("#send")
    expect(page.locator("#to")).to_have_text("Ana")
    expect(page.get_by_role("button", name="Send to Ana")).to_be_focused()
    expect(page.locator("#last")).to_have_text("Sending to Maria")
    assert stub.sent == {}
    stub.answer.set()
    expect(page.locator("#last")).to_have_text("Sent to Maria")


def test_an_answer_from_before_a_tap_does_not_turn_the_count_back(opened: Opening, stub: Stub) -> None:
    page = opened()
    held: list[Route] = []
    page.route("**/cards", lambda route: held.append(route))
    for number in range(14):  # the fourteenth tap asks for more cards while its own text leaves
        until(page, lambda: len(stub.sent) > number - 8)  # noqa: B023 - called at once
        page.click("#send")
    until(page, lambda: len(stub.sent) == 14 and len(held) == 1)
    expect(page.locator("#count")).to_have_text("14 of 50 sent")
    held[0].fulfill(json=stub.deck() | {"progress": {"sent": 13, "total": 50}})
    page.evaluate("() => fetch('/static/favicon.svg')")
    page.clock.run_for(1000)
    expect(page.locator("#count")).to_have_text("14 of 50 sent")


def test_eight_without_an_answer_and_then_it_waits_in_words(opened: Opening, stub: Stub) -> None:
    page = opened()
    stub.answer.clear()
    for _ in range(8):
        page.click("#send")
    expect(page.get_by_role("button", name="Wait: 8 texts have not left yet")).to_be_focused()
    page.click("#send", force=True)
    expect(page.locator("#to")).to_have_text("Fatima")
    stub.answer.set()
    expect(page.get_by_role("button", name="Send to Fatima")).to_be_focused()
    until(page, lambda: len(stub.sent) == 8)
    assert len(stub.tokens()) == 8


def test_a_whole_batch_goes_out_once_each_and_says_so(opened: Opening, stub: Stub) -> None:
    stub.total = 30
    page = opened()
    for number in range(30):
        until(page, lambda: len(stub.sent) > number - 8)  # noqa: B023 - called at once
        page.click("#send")
    expect(page.get_by_role("heading", name="Batch finished")).to_be_focused()
    expect(page.get_by_text("30 sent.")).to_be_visible()
    assert sorted(stub.tokens()) == sorted(f"token-{number}-0" for number in range(1, 31))
    page.clock.run_for(1000)
    page.get_by_role("button", name="Take more cards").click()
    expect(page.get_by_role("button", name="Send to Maria")).to_be_visible()


def test_the_last_thumb_beat_does_not_take_a_new_batch(opened: Opening, stub: Stub) -> None:
    stub.total = 1
    page = opened()
    page.click("#send")
    expect(page.get_by_role("button", name="Take more cards")).to_be_visible()
    page.evaluate("() => { performance.now = () => 0 }")  # still the same moment
    left = Leaving(page, "/take")
    page.get_by_role("button", name="Take more cards").click()
    assert left.now() == []


def test_skip_passes_the_card_on(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.click("#skip")
    expect(page.locator("#to")).to_have_text("Ana")
    expect(page.locator("#last")).to_have_text("Skipped Maria")
    until(page, lambda: stub.skipped == ["token-1-0"])
    page.keyboard.press("Alt+KeyN")
    until(page, lambda: stub.skipped == ["token-1-0", "token-2-0"])
    assert stub.posts == []


def test_a_changed_wording_is_shown_and_needs_a_new_tap(opened: Opening, stub: Stub) -> None:
    page = opened()
    stub.wording = 2
    page.click("#send")
    expect(page.locator("#text")).to_contain_text("Wording 2. Hi Maria")
    expect(page.locator("#look-again")).to_have_text(
        "The wording changed. Please look again before you send."
    )
    assert stub.sent == {}
    page.clock.run_for(1000)
    page.click("#send")
    until(page, lambda: len(stub.sent) == 1)
    assert [(post["token"], post["hash"]) for post in stub.posts] == [
        ("token-1-0", "hash-1"),
        ("token-1-0", "hash-2"),
    ]
    expect(page.locator("#text")).to_contain_text("Wording 2. Hi Ana")
    expect(page.locator("#look-again")).to_be_hidden()
