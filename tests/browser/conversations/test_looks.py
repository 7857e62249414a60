"""How the pages of replies look: nothing in anybody's way, nothing cut, reached by keys alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import CONTRAST, SMALL_PARTS, faults, settled
from tests.browser.conversations.states import LIST, STATES, State, ordinary
from tests.browser.texting.hands import (
    DESK,
    PHONE,
    SMALL,
    THREAD,
    WITH_BARS,
    Opening,
    stand_still,
    until,
)
from tests.browser.texting.stub import Stub

OVER_KEYBOARD = (390, 480)
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
COVERED = """() => {
  const part = document.activeElement, box = part.getBoundingClientRect();
  if (part === document.body || !box.width) return "";
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
  const seen = [0.2, 0.5, 0.8].some((at) => {
    const top = document.elementFromPoint(x, box.top + box.height * at);
    return top && (part.contains(top) || top.contains(part));
  });
  return seen ? "" : part.id || part.textContent.trim();
}"""
"""The name of what has the focus where something else lies over it."""


def begin(opened: Opening, stub: Stub, state: State, size: tuple[int, int] = PHONE) -> Page:
    ordinary(stub)
    state.prepare(stub)
    page = opened(state.path, size, reduced_motion="reduce")
    state.act(page, stub)
    return page


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_no_state_breaks_an_accessibility_rule(opened: Opening, stub: Stub, state: State) -> None:
    page = begin(opened, stub, state)
    assert faults(page) == []
    assert page.evaluate(SMALL_PARTS) == []
    assert page.evaluate(SIDEWAYS) <= 0
    page.emulate_media(color_scheme="dark")
    assert faults(page, **CONTRAST) == []


@pytest.mark.parametrize("size", [PHONE, WITH_BARS, SMALL, OVER_KEYBOARD, DESK])
def test_their_last_text_send_and_opt_out_are_in_view(
    opened: Opening, stub: Stub, size: tuple[int, int]
) -> None:
    ordinary(stub)
    page = opened(THREAD, size)
    page.focus("#draft")
    page.keyboard.type("At the library.")
    for part in ("text=Opt out", "#answer", "#draft"):
        expect(page.locator(part).first).to_be_in_viewport(ratio=1)
    settled(page)
    box, panel = (
        page.locator(part).last.bounding_box() for part in (".bubble-in .bubble-text", ".panel")
    )
    assert box is not None
    assert panel is not None
    assert box["y"] + box["height"] <= panel["y"]


@pytest.mark.parametrize(("width", "letters"), [(320, "100%"), (390, "200%")])
def test_nothing_sticks_out_sideways(opened: Opening, stub: Stub, width: int, letters: str) -> None:
    states = {state.name: state for state in STATES}
    for name in ("lines", "review", "crisis", "taken-over", "organizer", "list-find"):
        page = begin(opened, stub, states[name], (width, 844))
        page.evaluate("size => { document.documentElement.style.fontSize = size }", letters)
        settled(page)
        assert page.evaluate(SIDEWAYS) <= 0, name
        page.close()


def test_a_conversation_by_keys_alone(opened: Opening, stub: Stub) -> None:
    """An answer is chosen, changed, sent and taken back; nobody's focus is lost or covered."""
    ordinary(stub)
    page = opened(THREAD, WITH_BARS)
    stand_still(page)
    expect(page.locator("#whom")).to_be_focused()
    to(page, "Yes")
    page.keyboard.press("Enter")
    expect(page.locator("#draft")).to_have_value("Great! Your polling place is the main library.")
    expect(page.get_by_role("button", name="Yes", exact=True)).to_be_focused()
    while page.evaluate("document.activeElement.id") != "draft":
        tab(page)
    page.keyboard.press("End")
    page.keyboard.type(" Until 8.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/replies/32")
    expect(page.locator("#whom")).to_be_focused()
    to(page, "Undo the text to Maria")
    page.keyboard.press("Enter")
    page.wait_for_url("**/replies/31")
    page.keyboard.press("Alt+o")
    expect(page.get_by_role("button", name="Keep the conversation")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/replies/32")
    expect(page.locator("#whom")).to_be_focused()
    assert [reply["text"] for reply in stub.talks.replies] == [
        "Great! Your polling place is the main library. Until 8."
    ]
    assert len(stub.talks.named("opt_out")) == 1


def tab(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate(COVERED) == ""


def to(page: Page, name: str) -> None:
    """By the tab key to what has this name."""
    for _ in range(30):
        tab(page)
        if page.evaluate("document.activeElement.textContent").strip().startswith(name):
            return
    raise AssertionError(f"{name} is not reached")


def test_what_happens_is_said_once(opened: Opening, stub: Stub) -> None:
    ordinary(stub)
    stub.talks.next_id = None
    page = opened(THREAD)
    page.evaluate(
        """() => {
          window.heard = [];
          document.querySelectorAll("[data-live]").forEach((region) => new MutationObserver(() => {
            if (region.textContent) window.heard.push(region.textContent);
          }).observe(region, { childList: true, characterData: true, subtree: true }));
        }"""
    )
    page.get_by_role("button", name="Yes", exact=True).click()
    until(page, lambda: bool(page.evaluate("heard.length")))
    assert page.evaluate("heard") == ["Saved: Yes."]
    expect(page.locator("#draft")).not_to_be_empty()  # the words come with what follows the answer
    page.click("#answer")
    until(page, lambda: page.evaluate("heard.length") == 2)
    assert page.evaluate("heard")[1] == "Sent to Maria"


def test_without_script_every_deed_is_a_form(opened: Opening, stub: Stub) -> None:
    ordinary(stub)
    page = opened(THREAD, java_script_enabled=False)
    page.get_by_role("link", name="Great question! You can look up").click()
    expect(page.get_by_label("Your answer to Maria")).to_have_value(
        "Great question! You can look up your polling place at https://example.org/vote"
    )
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".bubble-out")).to_have_count(2)
    page.get_by_role("button", name="Yes", exact=True).click()
    page.wait_for_url("**" + LIST)
    page.goto(THREAD)
    page.get_by_role("link", name="Ask an organizer").click()
    page.get_by_label("What would you like to know?").fill("Is it open on Sunday?")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url("**" + LIST)
    page.goto(THREAD)
    page.get_by_role("link", name="More").click()
    page.get_by_role("button", name="Skip: come back to it later").click()
    expect(page).to_have_url(f"{page.url.split('/o/')[0]}{LIST}")
    assert len(stub.talks.replies) == 1
    assert [name for name, _ in stub.talks.posts] == ["answer", "ask", "skip"]
