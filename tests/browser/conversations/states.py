"""Every state of the pages of replies: what the server says, and what is done first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conversations.talks import OFFER, conversation, question, row, said
from tests.browser.texting.hands import THREAD
from tests.browser.texting.stub import TEXT, Stub

LIST = "/o/library/replies"
PICTURE = {"type": "image/jpeg", "show": "/o/library/replies/31/picture", "caption": ""}
CRISIS = {
    "words": "They speak of ending their life.",
    "guidance": [
        "This person may be in danger, and you are not alone with it: an organizer has been told.",
        "Stay kind and do not argue; you need not solve anything.",
        "In the United States anyone can call or text 988, day and night, and talk to somebody.",
        "You may pass this conversation on at any time.",
    ],
}
HOURS = "It is outside the texting hours where they live. You can answer from 9:00 am there."
OFFERED = {
    "id": 41,
    "to": "Ruth",
    "campaign": "Library levy",
    "waited": "25 min",
    "why": "Ben has not got to it yet.",
    "abusive": False,
    "quotes": [
        {"theirs": False, "text": "Can we count on your vote?"},
        {"theirs": True, "text": "Maybe. When are you open?"},
    ],
    "answers": [("Can we count on your vote?", "Maybe")],
    "notes": ["She uses a wheelchair."],
}


def _nothing(page: Page, stub: Stub) -> None:
    """The page as it comes."""


@dataclass(frozen=True)
class State:
    """`prepare` turns the server's knobs over an ordinary conversation; `act` is done on the page."""

    name: str
    prepare: Callable[[Stub], object] = lambda stub: None
    act: Callable[[Page, Stub], object] = _nothing
    path: str = THREAD


def ordinary(stub: Stub) -> None:
    """A conversation with a question, suggestions and tags, and a list with everything in it."""
    talks, now = stub.talks, datetime.now(UTC)
    talks.conversation = conversation()
    talks.items = [
        said("out", TEXT.format(name="Maria"), state_words="delivered", id=1),
        said("in", "Yes, I think so! Where do I vote?", id=2),
    ]
    polling = "Great question! You can look up your polling place at https://example.org/vote"
    talks.state = {
        "question": question(),
        "suggestions": [
            {"title": "Where to vote", "text": polling, "source": "intent", "offered": ""},
            {"title": "Thanks", "text": "Thank you so much, Maria.", "source": "canned", "offered": ""},
        ],
        "tags": [{"name": "Moved", "on": True}, {"name": "Yard sign", "on": False}],
    }
    talks.next_id, stub.waiting = 32, 3
    stub.rows = [
        row(31, "Maria", "Yes, I think so!", waiting_since=now - timedelta(minutes=25), unread=True),
        row(32, "Ana", "Who is this?", waiting_since=now - timedelta(minutes=8), tags=["Moved"]),
        row(33, "No name", "", abusive=True, waiting_since=now - timedelta(minutes=3), place=""),
        row(34, "Wei", "Thanks", state="closed"),
        row(35, "Priya", "ok " * 80, reminder="Reminder at 9:00 am", set_aside=True),
    ]
    talks.list |= {
        "campaigns": [{"id": 7, "name": "Library levy"}, {"id": 8, "name": "Food drive"}],
        "all_tags": ["Moved", "Yard sign"],
        "thanks": 7,
        "offers": [OFFERED, OFFERED | {"id": 42, "to": "Sam"}],
        "offers_total": 2,
    }


def _lines(stub: Stub) -> None:
    stub.talks.items += [
        said("event", "Ben took over from Amy: they were done for the day."),
        said("in", "Loved “Hi Maria”", reaction="Loved", about=TEXT, about_id=1, id=3),
        said("in", "I am driving. I will answer later.", auto=True, id=4),
        said("note", "The main library is open until 8.", who="Olga", state_words="answered", id=5),
        said("out", "Until 8", who="Amy", id=6, state_words="not sent: no phone has it", failed=True),
        said("in", "look at this", id=7, media=[PICTURE]),
    ]


def _abusive(stub: Stub) -> None:
    stub.talks.items.append(said("in", "You idiot, go away", abusive=True, id=9))
    stub.talks.state |= {"pass_on": True, "others": ["Ben is writing too"]}


def _review(stub: Stub) -> None:
    stub.talks.conversation = conversation(
        review_words="They may be asking for no more texts: “leave me alone”.",
        can_reply=False,
        cannot_words="Opt them out, or leave it to an organizer.",
    )
    stub.talks.state |= {"state": "review", "suggestions": []}


def _hours(stub: Stub) -> None:
    stub.talks.conversation = conversation(can_reply=False, cannot_words=HOURS)
    stub.talks.state["opens_at"] = "2026-04-15T13:00:00+00:00"


def _stopped(stub: Stub) -> None:
    stub.talks.items.append(said("in", "STOP", id=9, verdict="Understood as: the word STOP."))
    stub.talks.conversation = conversation(
        state="closed", can_reply=False, closed_words="Opted out by their text, nothing to do."
    )
    stub.talks.state = {}


def _answered(stub: Stub) -> None:
    earlier = question("a1") | {"step": "s0", "text": "Is this Maria?"}
    offer = {"title": "Yes", "text": OFFER["text"], "source": "tree", "offered": OFFER["offer"]}
    stub.talks.state |= {"question": question("a3"), "path": [earlier], "suggestions": [offer]}


def _taken_over(stub: Stub) -> None:
    words = "the reply had waited longer than promised"
    note = "She wants to know about parking."
    stub.talks.state["takeover"] = {"from": "Amy", "words": words, "summary": [], "note": note}


def _organizer(stub: Stub) -> None:
    stub.talks.state |= {"owner": "Amy", "mine": True, "lead": {"asked": True, "words": "Amy asks."}}


def _type(page: Page, stub: Stub) -> None:
    page.fill("#draft", "At the main library on Third Street, until 8. Do you need a ride?")


def _send(page: Page, stub: Stub) -> None:
    stub.talks.next_id = None
    page.fill("#draft", "At the library.")
    page.click("#answer")
    expect(page.locator("#went")).to_be_visible()


def _offline(page: Page, stub: Stub) -> None:
    _type(page, stub)
    page.context.set_offline(True)
    expect(page.locator("#trouble")).to_be_visible()


def _broken(page: Page, stub: Stub) -> None:
    stub.talks.refuse["reply"] = (503, {})
    _type(page, stub)
    page.click("#answer")
    expect(page.locator("#again")).to_be_visible()


def _sheet(*ways: str) -> Callable[[Page, Stub], None]:
    def act(page: Page, stub: Stub) -> None:
        for way in ways:
            page.click(way)
        expect(page.get_by_role("dialog")).to_be_visible()

    return act


def _picture(page: Page, stub: Stub) -> None:
    page.click("[data-picture]")
    expect(page.get_by_role("img", name="The picture they sent")).to_be_visible()


def _tired(page: Page, stub: Stub) -> None:
    page.evaluate(
        """() => sessionStorage.setItem("reply-care", JSON.stringify(
             { began: Date.now() - 3_700_000, last: Date.now(), hurtful: {}, calm: 0 }))"""
    )
    page.reload()
    expect(page.locator("#nudge")).to_be_visible()


def _more(row_: str) -> Callable[[Page, Stub], None]:
    return _sheet("#foot >> text=More", f"#more >> text={row_}")


STATES = [
    State("ordinary"),
    State("answered", _answered),
    State("typed", act=_type),
    State("sent", act=_send),
    State("offline", act=_offline),
    State("broken", act=_broken),
    State("lines", _lines),
    State("picture", _lines, _picture),
    State("abusive", _abusive),
    State("abusive-shown", _abusive, lambda page, stub: page.click(".veiled summary")),
    State("review", _review),
    State("hours", _hours),
    State("stopped", _stopped),
    State("crisis", lambda stub: stub.talks.state.update(crisis=CRISIS)),
    State("taken-over", _taken_over),
    State("organizer", _organizer),
    State("opt-out", act=_sheet("text=Opt out")),
    State("ask", act=_sheet("#foot >> text=Ask an organizer")),
    State("more", act=_sheet("#foot >> text=More")),
    State("ready-answers", act=_more("Ready answers")),
    State("tags", act=_more("Tags")),
    State("pass-on", act=_more("Pass on")),
    State("keys", act=_more("Keys")),
    State("tired", act=_tired),
    State("list", path=LIST),
    State("list-find", act=lambda page, stub: page.click("text=Find and filter"), path=LIST),
]
