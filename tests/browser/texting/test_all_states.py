"""What holds in every state of the texting screen, at every size: nothing in anybody's way, and the
thumb's button where it always is."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.barriers import CONTRAST, SMALL_PARTS, faults, settled
from tests.browser.texting.hands import (
    DESK,
    PHONE,
    SCREEN,
    SMALL,
    WITH_BARS,
    Opening,
    heard,
    stand_still,
)
from tests.browser.texting.states import STATES, State
from tests.browser.texting.stub import Serving, Stub

SIZES = (PHONE, WITH_BARS, SMALL, DESK)
Box = dict[str, float] | None
MOVING = """() => document.getAnimations().filter((one) => one.effect.getTiming().duration > 1)
    .map((one) => one.animationName ?? "a transition")"""
WITHOUT_EDGE = """() => [...document.querySelectorAll(".btn, .card-text")]
    .filter((part) => part.checkVisibility() && getComputedStyle(part).borderTopWidth === "0px")
    .map((part) => part.id || part.textContent.trim())"""


def thumb(page: Page) -> Box:
    """Where the one button is, be it Send or what stands in its place."""
    found: Any = page.locator("#send:visible, [data-action]:visible .btn:visible")
    return found.bounding_box() if found.count() else None


@pytest.fixture(scope="module")
def places(chromium: Browser) -> dict[tuple[int, int], Box]:
    """Where Send is on an ordinary card, at each size."""
    found: dict[tuple[int, int], Box] = {}
    with Serving(Stub()) as url:
        context = chromium.new_context(base_url=url)
        page = context.new_page()
        for size in SIZES:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.goto(SCREEN)
            settled(page)
            found[size] = thumb(page)
        context.close()
    return found


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_every_state_is_without_barriers_and_its_button_at_its_place(
    opened: Opening, stub: Stub, places: dict[tuple[int, int], Box], state: State
) -> None:
    state.prepare(stub)
    page = opened(reduced_motion="reduce")
    state.act(page, stub)
    page.clock.run_for(400)
    if state.panel:
        panel = page.locator("[data-state]:visible")
        expect(panel).to_have_count(1)
        expect(panel.locator("h2")).not_to_be_empty()
        expect(panel.locator("[data-words]")).not_to_be_empty()
        expect(page.locator("[data-action]:visible .btn:visible")).to_have_count(
            0 if state.name == "finishing" else 1
        )
    assert page.evaluate(MOVING) == []
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert faults(page, **CONTRAST) == []
    page.emulate_media(forced_colors="active")
    assert page.evaluate(WITHOUT_EDGE) == []
    page.emulate_media(color_scheme="light", forced_colors="none")
    for size in SIZES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert thumb(page) in (places[size], None), size
        assert (thumb(page) is None) == (state.name == "finishing")
        assert page.evaluate("[scrollY, document.documentElement.scrollWidth]") == [0, size[0]], size
        assert page.evaluate(SMALL_PARTS) == []


def test_nothing_that_cannot_be_taken_back_is_near_send(opened: Opening, stub: Stub) -> None:
    page = opened()
    stand_still(page)
    page.click("#send")
    expect(page.locator("#undo")).to_be_visible()
    settled(page)
    send = page.locator("#send").bounding_box()
    assert send is not None
    near = []
    for part in page.locator("a:visible, button:visible").all():
        box = part.bounding_box()
        assert box is not None
        gap = max(send["y"] - box["y"] - box["height"], box["y"] - send["y"] - send["height"])
        if gap < 24:
            near.append((part.get_attribute("id"), gap >= 8))
    assert sorted(near, key=str) == [("send", False), ("skip", True), ("undo", True)]


@pytest.mark.parametrize("name", ["long", "right-to-left", "new-wording", "no-connection", "waits"])
def test_with_letters_twice_as_large_the_words_stay_in_view(
    opened: Opening, stub: Stub, name: str
) -> None:
    state = next(state for state in STATES if state.name == name)
    state.prepare(stub)
    page = opened()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    state.act(page, stub)
    expect(page.locator("#send")).to_be_in_viewport(ratio=1)
    page.locator("#text").scroll_into_view_if_needed()
    expect(page.locator("#text")).to_be_in_viewport()
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


@pytest.mark.parametrize("name", [state.name for state in STATES if state.act is State.act])
def test_without_script_every_state_is_read_and_acted_on(opened: Opening, stub: Stub, name: str) -> None:
    state = next(state for state in STATES if state.name == name)
    state.prepare(stub)
    page = opened(java_script_enabled=False)
    if state.panel:
        panel = page.locator("[data-state]:visible")
        expect(panel).to_have_count(1)
        expect(panel.locator("[data-words]")).not_to_be_empty()
        if stub.words:
            expect(panel).to_contain_text(stub.words)
        if stub.opens_at:
            expect(panel).to_contain_text(f"{stub.opens_at[11:16]} UTC")
        expect(page.locator("[data-action]:visible .btn:visible")).to_have_count(1)
    else:
        page.locator("#send").click()
        heard(stub.tokens)
        assert stub.tokens() == ["token-1-0"]
