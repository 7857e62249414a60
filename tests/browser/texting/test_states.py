"""Every state has words and one action, at the place where Send was."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.barriers import settled
from tests.browser.texting.hands import SCREEN, Opening, until
from tests.browser.texting.stub import Stub


def test_a_second_tab_waits_until_it_is_told(opened: Opening, stub: Stub) -> None:
    page = opened()
    other = page.context.new_page()
    other.goto(SCREEN)
    expect(other.get_by_role("heading", name="You are texting in another tab")).to_be_visible()
    other.get_by_role("button", name="Text in this tab instead").click()
    expect(other.get_by_role("button", name="Send to Maria")).to_be_visible()
    expect(page.get_by_role("heading", name="You are texting in another tab")).to_be_visible()
    page.clock.run_for(1000)  # a card that came by itself is to be read first
    other.click("#send")
    until(page, lambda: stub.tokens() == ["token-1-0"])


@pytest.mark.parametrize("state", ["batch_finished", "list_finished"])
def test_where_people_wait_answering_them_comes_first(opened: Opening, stub: Stub, state: str) -> None:
    stub.waiting = 38
    page = opened()
    before = page.locator("#send").bounding_box()
    stub.state, stub.words = state, "Words from the server."
    page.clock.run_for(61_000)
    act = page.locator("[data-action]:visible .btn:visible")
    expect(act).to_have_text("Answer 38 replies")
    settled(page)
    assert act.bounding_box() == before


@pytest.mark.parametrize(
    ("state", "heading", "action"),
    [
        ("no_batch", "No cards in your hand", "Take a batch"),
        ("batch_finished", "Batch finished", "Take more cards"),
        ("list_finished", "The list is finished", "See all campaigns"),
        ("hours_closed", "Texting hours are closed", "See all campaigns"),
        ("paused", "Paused by the organizer", "Check again"),
        ("archived", "This campaign has ended", "See all campaigns"),
        ("carrier_slow", "The phone company is behind", "Check again"),
    ],
)
def test_each_state_has_words_and_one_action_where_send_was(
    opened: Opening, stub: Stub, state: str, heading: str, action: str
) -> None:
    stub.waiting = 0
    page = opened()
    before = page.locator("#send").bounding_box()
    page.focus("#send")
    stub.state, stub.words = state, "Words from the server."
    stub.opens_at = (datetime.now(UTC) + timedelta(hours=3, minutes=1)).isoformat()
    page.clock.run_for(61_000)
    expect(page.get_by_role("heading", name=heading)).to_be_focused()
    expect(page.get_by_text("Words from the server.")).to_be_visible()
    expect(page.locator("[data-opens]:visible")).to_contain_text("3 h from now")
    act = page.locator("[data-action]:visible .btn:visible")
    expect(act).to_have_text(action)
    settled(page)
    assert act.bounding_box() == before
    stub.state, stub.words = "ready", ""
    page.clock.run_for(61_000)
    expect(page.get_by_role("button", name="Send to Maria")).to_be_focused()
