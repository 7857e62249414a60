"""The volunteer's pages in a real browser, against a stand-in for the server.

Time is the browser's own: tests move its clock instead of waiting.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.stub import TEXT, Serving, Stub, conversation, row, said

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, WITH_BARS, SMALL, DESK = (390, 844), (390, 664), (320, 568), (1280, 800)
SCREEN, THREAD = "/o/library/texting/7", "/o/library/replies/31"
LONG = "{name}, the levy that keeps our branches open is on the ballot on May 6. " * 12
# The browser's own notes about an answer that refuses, and about a stream that is a sign-in page.
EXPECTED_NOISE = ("Failed to load resource", "EventSource's response has a MIME type")


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Stub, str]]:
    stub = Stub()
    with Serving(stub) as url:
        yield stub, url


@pytest.fixture
def stub(served: tuple[Stub, str]) -> Stub:
    served[0].reset()
    return served[0]


Opening = Callable[..., Page]


@pytest.fixture
def opened(served: tuple[Stub, str], stub: Stub, chromium: Browser) -> Iterator[Opening]:
    """Opens a page in a new profile; at the end, no script may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None,
        )

    def opening(path: str = SCREEN, size: tuple[int, int] = PHONE, **wishes: Any) -> Page:
        viewport: Any = {"width": size[0], "height": size[1]}
        context = chromium.new_context(base_url=served[1], viewport=viewport, **wishes)
        context.set_default_timeout(5000)
        contexts.append(context)
        page = context.new_page()
        hear(page)
        if wishes.get("java_script_enabled", True):
            page.clock.install()
        page.goto(path)
        return page

    yield opening
    stub.answer.set()
    for context in contexts:
        context.close()
    assert [words for words in complaints if not words.startswith(EXPECTED_NOISE)] == []


def until(page: Page, done: Callable[[], bool], what: str = "") -> None:
    """Let the page's time run, half a second at a time, until `done`."""
    for _ in range(60):
        if done():
            return
        page.clock.run_for(500)
        page.evaluate("() => fetch('/static/favicon.svg').catch(() => 0)")  # answers on their way arrive
    raise AssertionError(what or "it never came to that")


def send_one(page: Page, stub: Stub) -> None:
    """One real tap, which proves that nothing before it had sent anything."""
    page.click("#send")
    until(page, lambda: len(stub.sent) == 1)
    assert stub.tokens() == ["token-1-0"]


# Gestures


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
    page.click("#send")
    page.hover("#send")
    page.mouse.down()
    expect(page.locator("#text")).to_contain_text("Wording 2. Hi Ana")
    page.mouse.up()
    page.clock.run_for(1000)
    page.click("#send")
    until(page, lambda: len(stub.sent) == 2)
    assert stub.tokens() == ["token-1-0", "token-2-0", "token-2-0"]


# The deck


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
    page.get_by_role("button", name="Take more cards").click()
    assert stub.total == 1


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
    page = opened()
    before = page.locator("#send").bounding_box()
    page.focus("#send")
    stub.state, stub.words = state, "Words from the server."
    stub.opens_at = (datetime.now(UTC) + timedelta(hours=3, minutes=1)).isoformat()
    page.clock.run_for(61_000)
    expect(page.get_by_role("heading", name=heading)).to_be_focused()
    expect(page.get_by_text("Words from the server.")).to_be_visible()
    expect(page.locator("[data-opens]:visible")).to_contain_text("3 h from now")
    act = page.locator("[data-action]:visible .btn")
    expect(act).to_have_text(action)
    assert act.bounding_box() == before
    stub.state, stub.words = "ready", ""
    page.clock.run_for(61_000)
    expect(page.get_by_role("button", name="Send to Maria")).to_be_focused()


# The outbox


def test_a_busy_server_and_a_pace_limit_get_the_same_token_again(opened: Opening, stub: Stub) -> None:
    page = opened()
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
    # From here on the page's time moves only when told, so that a slow machine changes nothing.
    page.clock.pause_at(page.evaluate("() => Date.now()") / 1000 + 1)
    stub.fault = None
    for _ in range(60):
        before = len(stub.posts)
        page.clock.run_for(400)
        page.evaluate("() => fetch('/static/favicon.svg')")  # answers on their way arrive
        assert len(stub.posts) - before <= 1
        if len(stub.sent) == 4:
            break
    assert list(stub.sent) == [f"token-{number}-0" for number in range(1, 5)]


def test_without_connection_taps_wait_and_leave_when_it_is_back(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.context.set_offline(True)
    page.click("#send")
    page.click("#send")
    expect(page.locator("#trouble")).to_have_text(
        "No connection. 2 texts wait and leave by themselves when it is back."
    )
    page.clock.run_for(30_000)
    assert stub.posts == []
    page.context.set_offline(False)
    until(page, lambda: len(stub.sent) == 2)
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
    assert stub.posts == []
    page.click("#send")
    until(page, lambda: list(stub.sent) == ["token-2-0"])
    expect(page.locator("#to")).to_have_text("Maria")


def test_a_sleeping_page_does_not_deliver_late(opened: Opening, stub: Stub) -> None:
    """Where the page's own clock stands still during sleep, the wall clock makes the tap expire."""
    page = opened()
    page.context.set_offline(True)
    page.click("#send")
    expect(page.locator("#trouble")).to_be_visible()
    page.evaluate("() => { const real = Date.now; Date.now = () => real() + 120_000 }")
    page.context.set_offline(False)
    expect(page.locator("#tray-open")).to_have_text("Not sent (1)")
    assert stub.posts == []


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


# Undo


def test_undo_takes_the_text_back_and_the_card_comes_next(opened: Opening, stub: Stub) -> None:
    page = opened()
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
    page.click("#send")
    until(page, lambda: list(stub.sent) == ["token-2-0", "token-1-1"])


def test_undo_by_keys_walks_back(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.click("#send")
    page.click("#send")
    until(page, lambda: len(stub.sent) == 2)
    page.keyboard.press("Control+z")
    until(page, lambda: stub.undone == [102])
    page.keyboard.press("Control+z")
    until(page, lambda: stub.undone == [102, 101])
    assert stub.sent == {}


def test_undo_before_the_answer_waits_for_it(opened: Opening, stub: Stub) -> None:
    page = opened()
    stub.answer.clear()
    page.click("#send")
    page.click("#undo")
    expect(page.locator("#last")).to_have_text("Undoing")
    stub.answer.set()
    expect(page.locator("#last")).to_have_text("Undone: not sent to Maria")
    assert stub.undone == [101]


def test_undo_that_comes_too_late_says_so(opened: Opening, stub: Stub) -> None:
    page = opened()
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


# What is heard, and what is kept


def test_each_event_is_announced_once(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.evaluate(
        """() => {
            window.heard = [];
            for (const region of document.querySelectorAll("[data-live]"))
                new MutationObserver(() => { if (region.textContent) window.heard.push(region.textContent) })
                    .observe(region, {childList: true, characterData: true, subtree: true});
        }"""
    )

    def heard() -> list[str]:
        page.clock.run_for(4000)
        found = page.evaluate("() => window.heard.splice(0)")
        return list(found)

    page.click("#send")
    until(page, lambda: len(stub.sent) == 1)
    assert heard() == []  # a text a second would drown everything else
    stub.faults = [(409, {"code": "opted_out", "words": "They opted out."})]
    page.click("#send")
    expect(page.locator("#tray-open")).to_be_visible()
    assert heard() == ["Not sent to Ana. They opted out."]
    stub.waiting = 2
    stub.tell("reply", "31")
    stub.tell("reply", "32")
    expect(page.locator(".count")).to_have_text("2 waiting")
    assert heard() == ["2 replies wait"]
    page.context.set_offline(True)
    page.click("#send")
    expect(page.locator("#trouble")).to_be_visible()
    assert heard() == ["No connection. 1 text waits and leaves by itself when it is back."]
    page.context.set_offline(False)
    until(page, lambda: len(stub.sent) == 2)
    expect(page.locator("#trouble")).to_be_hidden()
    assert heard() == ["Connected again."]


def test_cards_are_read_out_for_those_who_ask(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.keyboard.press("Control+Slash")
    page.get_by_label("Read each card to my screen reader").check()
    page.keyboard.press("Escape")
    page.click("#send")
    page.clock.run_for(1000)
    expect(page.locator("[data-live=polite]")).to_contain_text("1 of 50. To Ana: Hi Ana")


def test_nothing_about_anybody_stays_on_the_phone(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.context.set_offline(True)
    for _ in range(3):
        page.click("#send")
    expect(page.locator("#trouble")).to_be_visible()
    kept = page.evaluate(
        """async () => JSON.stringify([{...localStorage}, {...sessionStorage},
            (await indexedDB.databases()).map((one) => one.name), await caches.keys()])"""
    )
    assert kept == "[{},{},[],[]]"


def test_what_a_screen_costs_to_load(served: tuple[Stub, str], opened: Opening, stub: Stub) -> None:
    page = opened("/o/library/not-sent")
    sizes = page.evaluate(
        """() => Promise.all(["app", "live", "texting"].map(async (name) => {
            const code = (await fetch(`/static/js/${name}.js`)).body.pipeThrough(new CompressionStream("gzip"));
            return (await new Response(code).arrayBuffer()).byteLength;
        }))"""
    )
    assert sum(sizes) < 60_000


# Without script


def test_without_script_the_same_token_goes_by_a_form(opened: Opening, stub: Stub) -> None:
    page = opened(java_script_enabled=False)
    page.get_by_role("button", name="Send to Maria").click()
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("button", name="Send to José")).to_be_visible()
    assert [(post["token"], post["hash"]) for post in stub.posts] == [("token-1-0", "hash-1")]
    assert stub.skipped == ["token-2-0"]


def test_without_script_opting_out_still_takes_two_steps(opened: Opening, stub: Stub) -> None:
    stub.conversation, stub.items = conversation(), [said("in", "Please stop")]
    page = opened(THREAD, java_script_enabled=False)
    expect(page.get_by_role("button", name="Opt Maria out")).to_be_hidden()
    page.get_by_role("link", name="Opt out").click()
    page.get_by_role("button", name="Opt Maria out").click()
    assert stub.opted_out == 1


# Replies


def talking(stub: Stub, **more: Any) -> None:
    stub.conversation = conversation(**more)
    stub.items = [
        said("out", TEXT.format(name="Maria"), state_words="delivered"),
        said("in", "Where do I vote?"),
    ]


def test_a_suggestion_fills_the_box_and_never_sends(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.fill("#draft", "Hi Maria!")
    page.click("text=Thanks")
    expect(page.locator("#draft")).to_have_value("Hi Maria! Thank you so much. Every vote counts.")
    expect(page.locator("#draft")).to_be_focused()
    expect(page.locator("#left")).to_have_text("113 characters left")
    page.fill("#draft", "ő")
    expect(page.locator("#left")).to_have_text("69 characters left")
    page.fill("#draft", "a" * 161)
    expect(page.locator("#left")).to_have_text("Goes out as 2 texts, 145 characters left")
    assert stub.replies == []


def test_an_answer_goes_once_and_a_program_cannot_send_it(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.fill("#draft", "At the school.")
    page.evaluate("() => document.getElementById('answer').click()")
    page.focus("#draft")
    page.keyboard.down("Control")
    for _ in range(5):
        page.keyboard.down("Enter")
    expect(page.locator(".bubble-out").last).to_contain_text("At the school.")
    assert [(reply["token"], reply["text"]) for reply in stub.replies] == [("reply-2", "At the school.")]


def test_a_new_text_appears_and_the_draft_stays(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.fill("#draft", "At the sch")
    until(page, lambda: bool(stub.streams))
    stub.items.append(said("in", "And until when?"))
    stub.tell("reply", "31")
    expect(page.locator(".bubble-in").last).to_contain_text("And until when?")
    expect(page.locator("#draft")).to_have_value("At the sch")
    expect(page.locator("#left")).to_have_text("They wrote again. Read it before you send.")
    page.type("#draft", "ool.")
    page.click("#answer")
    expect(page.locator(".bubble-out").last).to_contain_text("At the sch")
    assert stub.replies[0]["token"] == "reply-3"


def test_a_stop_closes_the_conversation_while_it_is_open(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.fill("#draft", "At the school.")
    until(page, lambda: bool(stub.streams))
    words = "They wrote STOP. They will get no more texts."
    stub.conversation = conversation(state="closed", can_reply=False, closed_words=words)
    stub.items.append(said("in", "STOP"))
    stub.tell("reply", "31")
    expect(page.locator("[data-verdict]")).to_have_text(words)
    expect(page.locator("#answer")).to_be_disabled()
    expect(page.locator("#draft")).to_have_value("At the school.")


def test_a_refused_answer_keeps_the_draft(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.refuse_reply = "They wrote again while you were typing. Read it and send again."
    page = opened(THREAD)
    page.fill("#draft", "At the school.")
    page.click("#answer")
    expect(page.get_by_role("alert").filter(has_text="They wrote again")).to_be_focused()
    expect(page.locator("#draft")).to_have_value("At the school.")


def test_without_connection_an_answer_stays_in_the_box(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.fill("#draft", "At the school.")
    page.context.set_offline(True)
    page.click("#answer")
    expect(page.locator("#left")).to_contain_text("No connection. Your words are still here")
    page.context.set_offline(False)
    page.click("#answer")
    expect(page.locator(".bubble-out").last).to_contain_text("At the school.")
    assert len(stub.replies) == 1


def test_opting_out_takes_two_steps_and_the_harmless_one_has_the_focus(
    opened: Opening, stub: Stub
) -> None:
    talking(stub)
    page = opened(THREAD)
    page.get_by_role("button", name="Opt out").press("Enter")
    expect(page.get_by_role("button", name="Keep the conversation")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert stub.opted_out == 0
    page.get_by_role("button", name="Opt out").click()
    page.get_by_role("button", name="Opt Maria out").click()
    expect(page.get_by_role("heading", name="Replies", exact=True)).to_be_visible()
    assert stub.opted_out == 1


def test_links_in_a_text_open_outside_and_tell_nothing(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.items.append(
        said(
            "in",
            "<b>see</b> https://example.org/a?b=1&c=2",
            media=[{"type": "image", "url": "https://example.org/x.jpg"}],
        )
    )
    page = opened(THREAD)
    expect(page.locator(".bubble-text").last).to_have_text("<b>see</b> https://example.org/a?b=1&c=2")
    for link in page.locator(".bubble a").all():
        assert link.get_attribute("rel") == "noopener noreferrer nofollow"
        assert link.get_attribute("target") == "_blank"
    assert page.locator(".bubble img").count() == 0


def test_the_list_grows_by_itself(opened: Opening, stub: Stub) -> None:
    page = opened("/o/library/replies")
    expect(page.get_by_role("heading", name="No replies yet")).to_be_visible()
    until(page, lambda: bool(stub.streams))
    stub.waiting, stub.rows = 1, [row(31, "Maria", "Yes!", waiting_since=datetime.now(UTC), unread=True)]
    stub.tell("reply", "31")
    expect(page.get_by_role("link", name="Maria")).to_be_visible()
    expect(page).to_have_title("Replies (1) · Friends of the Library · p2ptext")


def test_a_broken_stream_is_replaced_by_slow_asking(opened: Opening, stub: Stub) -> None:
    page = opened("/o/library/not-sent")
    page.route("**/live", lambda route: route.fulfill(status=503, body=""))
    page.goto(SCREEN)
    stub.waiting = 4
    until(page, lambda: page.locator(".count").inner_text().startswith("4"))


# How it looks


def dressed(stub: Stub) -> dict[str, tuple[str, Callable[[Page], object]]]:
    """Every page and state with data: where it is and what to do there first."""
    stub.names = ("Bartholomew-Alexandrina", "Ana")
    stub.text, stub.waiting, stub.not_sent, stub.next_id = LONG, 3, 2, 32
    talking(stub)
    stub.items.append(said("out", "At the school", state_words="not sent", failed=True))
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
SMALL_PARTS = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .filter((part) => !part.matches(".skip-link, p a, .bubble a, .check input, .people a"))
    .map((part) => [part.id || part.textContent.trim(), part.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < 43.9 || box.height < 43.9)).map(([name]) => name)"""


def faults(page: Page, **only: Any) -> list[tuple[str, str]]:
    found = Axe().run(page, options=only or {"runOnly": {"type": "tag", "values": TAGS}})
    return [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found.response["violations"]]


@pytest.mark.parametrize("name", STATES)
def test_no_page_breaks_an_accessibility_rule(opened: Opening, stub: Stub, name: str) -> None:
    path, act = dressed(stub)[name]
    page = opened(path, reduced_motion="reduce")
    act(page)
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert faults(page, runOnly={"type": "rule", "values": ["color-contrast"]}) == []
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
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
