"""Every state of the texting screen, and how to come to it: for the tests that look at all of them,
and for the pictures in docs/texting-screen.md.

Times are those of the page's own clock, which is moved, never waited for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.texting.stub import Stub

Prepare = Callable[[Stub], None]
Act = Callable[[Page, Stub], None]
LONG = "{name}, the levy that keeps our branches open is on the ballot on May 6. " * 12


@dataclass(frozen=True)
class State:
    """One state: what is so before the page opens, and what happens on it."""

    name: str
    when: str
    """When a volunteer sees it, for the picture's caption."""
    prepare: Prepare = lambda stub: None
    act: Act = lambda page, stub: None
    panel: bool = False
    """Whether it takes the place of the card and its button."""


def _from_server(name: str, words: str, opens_min: int | None = None, sent: int = 37) -> Prepare:
    def prepare(stub: Stub) -> None:
        stub.state, stub.words = name, words
        stub.sent = {stub.token(number): 100 + number for number in range(1, sent + 1)}
        if opens_min is not None:
            stub.opens_at = (stub.now() + timedelta(minutes=opens_min)).isoformat()

    return prepare


def _long(stub: Stub) -> None:
    stub.text, stub.names = LONG, ("Bartholomew-Alexandrina Featherstonehaugh", "Ana")


def _right_to_left(stub: Stub) -> None:
    stub.names = ("فاطمة الزهراء", "Ana")
    stub.text = "مرحبا {name}، أنا إيمي، متطوعة من أصدقاء المكتبة. هل يمكننا الاعتماد على صوتك؟"


def _one_card(stub: Stub) -> None:
    stub.total = 1


def _send(page: Page, stub: Stub) -> None:
    page.click("#send")
    expect(page.locator("#last")).to_have_text("Sent to Maria")


def _skip(page: Page, stub: Stub) -> None:
    page.click("#skip")
    expect(page.locator("#last")).to_have_text("Skipped Maria")


def _undo(page: Page, stub: Stub) -> None:
    _send(page, stub)
    page.click("#undo")
    expect(page.locator("#last")).to_have_text("Undone: not sent to Maria")


def _new_wording(page: Page, stub: Stub) -> None:
    stub.wording = 2
    page.click("#send")
    expect(page.locator("#look-again")).to_be_visible()


def _eight(page: Page, stub: Stub) -> None:
    stub.answer.clear()
    for _ in range(8):
        page.click("#send")
    expect(page.locator("#send")).to_contain_text("Wait: 8 texts")


def _no_connection(page: Page, stub: Stub) -> None:
    page.context.set_offline(True)
    page.click("#send")
    page.click("#send")
    expect(page.locator("#trouble")).to_contain_text("2 texts wait")


def _refused(status: int, code: str, words: str) -> Act:
    def act(page: Page, stub: Stub) -> None:
        stub.fault = (status, {"code": code, "words": words, "retry_after_ms": 1200})
        page.click("#send")
        page.click("#send")
        expect(page.locator("#trouble")).to_be_visible()

    return act


def _not_sent(page: Page, stub: Stub) -> None:
    stub.faults = [(409, {"code": "opted_out", "words": "They have opted out and get no more texts."})]
    page.click("#send")
    expect(page.locator("#tray-open")).to_be_visible()
    page.context.set_offline(True)
    page.click("#send")
    expect(page.locator("#trouble")).to_be_visible()
    page.clock.run_for(61_000)
    page.context.set_offline(False)
    page.click("#tray-open")
    expect(page.locator("#tray-list li")).to_have_count(2)


def _signed_out(page: Page, stub: Stub) -> None:
    stub.signed_out = True
    page.click("#send")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


def _removed(page: Page, stub: Stub) -> None:
    words = "You are not a member of this organization any more."
    stub.fault = (403, {"code": "not_allowed", "words": words})
    page.click("#send")
    expect(page.get_by_role("heading", name="This is not open to you any more")).to_be_visible()


def _offline(page: Page, stub: Stub) -> None:
    page.context.set_offline(True)
    page.click("#skip")
    for _ in range(8):
        page.clock.run_for(1000)
        page.evaluate("() => fetch('/static/favicon.svg').catch(() => 0)")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()


def _finishing(page: Page, stub: Stub) -> None:
    stub.answer.clear()
    page.click("#send")
    expect(page.get_by_role("heading", name="Almost done")).to_be_visible()


def _elsewhere(page: Page, stub: Stub) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("#here-instead").evaluate("button => button.click()")
    page.bring_to_front()
    expect(page.get_by_role("heading", name="another tab")).to_be_visible()


def _updated(page: Page, stub: Stub) -> None:
    stub.page_version = "two"
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("heading", name="This page was updated")).to_be_visible()


def _loading(stub: Stub) -> None:
    stub.away = True


STATES = (
    State("card", "A card. The name in the button is the check."),
    State("sent", "A text was sent; for five seconds it can be taken back.", act=_send),
    State("undone", "It was taken back.", act=_undo),
    State("skipped", "A card was passed on to somebody else.", act=_skip),
    State("long", "A long name, and a text that scrolls in its box.", _long),
    State("right-to-left", "A name and a text that run from right to left.", _right_to_left),
    State("new-wording", "An organizer changed the message under the card.", act=_new_wording),
    State("waits", "Eight texts have had no answer yet: the button waits.", act=_eight),
    State("no-connection", "No connection, two texts wait.", act=_no_connection),
    State("server-busy", "The server is away or overloaded.", act=_refused(503, "database", "")),
    State("too-fast", "Faster than a hand.", act=_refused(429, "pace", "")),
    State("not-sent", "The list of what did not leave.", act=_not_sent),
    State("keys", "Keys and help.", act=lambda page, stub: page.click("#help-open")),
    State("loading", "The next cards take longer than a moment.", _loading, panel=True),
    State("finishing", "The last texts of a batch are leaving.", _one_card, _finishing, panel=True),
    State(
        "no-batch",
        "No cards in hand.",
        _from_server("no_batch", "Take a batch and the first card appears here.", sent=0),
        panel=True,
    ),
    State(
        "batch-finished",
        "A batch is done.",
        _from_server("batch_finished", "50 sent. This batch is finished.", sent=50),
        panel=True,
    ),
    State(
        "list-finished",
        "Nothing is left for this volunteer.",
        _from_server(
            "list_finished",
            "Everybody on this list has been texted, or is with other volunteers.",
            sent=50,
        ),
        panel=True,
    ),
    State(
        "hours-closed",
        "Texting hours ended where the people on the cards live.",
        _from_server(
            "hours_closed",
            "It is outside the texting hours where the people on your cards live. They open at "
            "9:00 am in Ohio, 19 h from now.",
            1126,
        ),
        panel=True,
    ),
    State(
        "paused",
        "An organizer, or the program itself, paused the campaign.",
        _from_server("paused", "An organizer has paused this campaign."),
        panel=True,
    ),
    State(
        "ended",
        "The campaign is over.",
        _from_server("archived", "This campaign is over. Thank you."),
        panel=True,
    ),
    State(
        "carrier-slow",
        "The phone company takes no more for now.",
        _from_server("carrier_slow", "The phone company is behind by 6 min.", 6),
        panel=True,
    ),
    State(
        "cap-reached",
        "Everybody left has had as many texts as a day allows.",
        _from_server(
            "cap_reached",
            "The people left on your cards had a text from your organization in the last 24 hours.",
            840,
        ),
        panel=True,
    ),
    State("no-cards", "A reason that this page does not know yet.", _from_server("new", ""), panel=True),
    State("offline", "No card left and no connection.", _one_card, _offline, panel=True),
    State("signed-out", "Signed out while a text was waiting.", act=_signed_out, panel=True),
    State("removed", "No longer a member.", act=_removed, panel=True),
    State("another-tab", "Another tab took over.", act=_elsewhere, panel=True),
    State("updated", "The server has a newer page.", act=_updated, panel=True),
)
