"""An organizer's evening on the real processes: twenty volunteers text, people answer, and one organizer
watches, reads, decides, moves work and looks at the numbers, which in the end are those of the rows."""

import csv
import io
import json
import re
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.drills.histories import Clock, History
from scripts.drills.stage import PASSWORD, Player, Show, Stage, build
from scripts.drills.system import System
from scripts.drills.volunteers import Habits, Volunteer
from scripts.launcher.engines import Engines
from scripts.launcher.processes import Stack
from tests.browser.visiting import DESK, PATIENCE_MS, PHONE, Visitor, until
from tests.serving import another_application

VOLUNTEERS = 20
ORG = "north"
SETTINGS = {
    "SIMULATOR_SPEED": "30",
    "LOG_LEVEL": "WARNING",
    # More people ask to stop here than in life; the campaigns shall go on all the same.
    "PAUSE_AT_OPT_OUTS_PERCENT": "0",
}
SLOW_MS = 120_000
"""Something that the evening has to bring about by itself, on a busy machine."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    expect.set_options(timeout=PATIENCE_MS)
    with (
        Engines(tmp_path_factory.mktemp("installation")) as engines,
        Stack(engines, overrides=SETTINGS) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def stage(stack: Stack) -> Stage:
    system = cast(System, SimpleNamespace(stack=stack, engines=stack.engines))
    with another_application():
        return build(system, seed=7, volunteers=VOLUNTEERS * 3 // 2, people=1200)


@pytest.fixture
def rows(stack: Stack) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(stack.engines.database_url, autocommit=True) as connection:
        yield connection


@contextmanager
def texting(stack: Stack, stage: Stage) -> Iterator[threading.Event]:
    """Everybody texts until the block ends, or the event is set."""
    shows: list[Show] = stage.shows_of(ORG)
    people = stage.of(ORG, "volunteer")
    assert len(people) == VOLUNTEERS
    history = History(Clock())
    working = [
        Volunteer(player, shows, stack.url, history, "evening", Habits(pace_s=1.5)) for player in people
    ]
    over = threading.Event()
    for one in working:
        one.ended = over
        one.start()
    try:
        yield over
    finally:
        over.set()
        for one in working:
            one.join(30)


def sign_in(visitor: Visitor, player: Player) -> None:
    page = visitor.page
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(player.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click(timeout=SLOW_MS)
    page.wait_for_url(re.compile("/o/"))


def tile(page: Page, heading: str) -> int:
    """The large number of a part of the page."""
    words = page.get_by_role("region", name=heading).locator(".now-number").inner_text()
    return int(words.replace(",", ""))


def number(rows: psycopg.Connection[Any], sql: str, *values: Any) -> int:
    found = rows.execute(sql, values).fetchone()
    return int(found[0]) if found else 0


def test_an_organizers_evening(
    stack: Stack, stage: Stage, chromium: Browser, rows: psycopg.Connection[Any]
) -> None:
    (player,) = stage.of(ORG, "organizer")
    organizer = Visitor(chromium, stack.url, DESK)
    sign_in(organizer, player)
    with texting(stack, stage) as over:
        watches(organizer)
        reads_and_answers(organizer, rows)
        searches(organizer, rows)
        moves(organizer, rows)
        looks_at_a_phone(chromium, stack, player)
        over.set()
    comes_to_rest(stack, rows)
    numbers_are_those_of_the_rows(organizer, rows, stage.shows_of(ORG)[0])
    wordings_are_not_judged_early(organizer, stage.shows_of(ORG)[0])
    organizer.close()
    (manager,) = stage.of(ORG, "manager")
    takes_the_answers_home(chromium, stack, manager, rows, stage.shows_of(ORG)[0])


def watches(organizer: Visitor) -> None:
    """The first page is the running evening, and it moves by itself."""
    page = organizer.page
    expect(page.get_by_role("heading", level=1, name="Now")).to_be_visible()
    page.evaluate("window.stillHere = true")
    page.wait_for_function(
        "() => Number(document.querySelector('.now-presses .now-number').textContent.replace(',', '')) >= 10",
        timeout=SLOW_MS,
    )
    page.wait_for_function(
        "() => [...document.querySelectorAll('[aria-labelledby=waiting-title] .now-number')]"
        ".some(one => Number(one.textContent.replace(',', '')) > 2)",
        timeout=SLOW_MS,
    )
    assert page.evaluate("window.stillHere"), "the page was loaded anew"
    until(lambda: tile(page, "Here now") >= 1)
    organizer.look()


def reads_and_answers(organizer: Visitor, rows: psycopg.Connection[Any]) -> None:
    """Who waits is read beside the list with the keyboard alone, and answered."""
    page = organizer.page
    page.get_by_role("region", name="Waiting replies").locator(".now-number a").click()
    expect(page.get_by_role("heading", level=1, name="Review")).to_be_visible()
    expect(page).to_have_url(re.compile("status=waiting"))
    organizer.look()
    page.locator(".review-row").first.focus()
    page.keyboard.press("j")
    # Whoever may have asked to stop gets no answer before somebody has decided.
    for _ in range(page.locator(".review-row").count()):
        if "May ask to stop" not in page.locator(".review-row:focus").inner_text():
            break
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    talk = page.locator("[data-talk]")
    expect(talk).to_be_visible()
    expect(page.locator("#talk-title")).to_be_focused()
    organizer.look()
    talk_id = talk.get_attribute("data-talk")
    answer = "Thank you for writing back. We are glad to hear from you."
    page.locator("[data-talk] textarea[name=text]").first.fill(answer)
    page.locator("[data-talk]").get_by_role("button", name=re.compile("^Send")).first.click()
    ours = "SELECT click_id FROM qa_message WHERE conversation_id = %s AND text = %s"
    # The volunteer whose conversation it is may write in the same moment.
    ((click_id,),) = until(lambda: rows.execute(ours, (talk_id, answer)).fetchall())
    assert click_id is not None


def searches(organizer: Visitor, rows: psycopg.Connection[Any]) -> None:
    """A word that people wrote is found, in the address so that it can be passed on."""
    page = organizer.page
    page.goto(f"/o/{ORG}/review")
    page.get_by_label("Words they or we wrote").fill("glad hear")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 conversation", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"words=glad\+hear"))
    expect(page.locator(".review-row mark").first).to_be_visible()


def moves(organizer: Visitor, rows: psycopg.Connection[Any]) -> None:
    """Two conversations are given to somebody else; first the page says with how many."""
    page = organizer.page
    page.goto(f"/o/{ORG}/review?status=waiting")
    picked = page.locator(".review-pick input")
    ids = [int(picked.nth(place).get_attribute("value") or 0) for place in range(2)]
    for place in range(2):
        picked.nth(place).check()
    page.get_by_label("What to do").select_option("reassign")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("New volunteer", exact=True)).to_be_visible()
    page.get_by_label("New volunteer", exact=True).select_option(
        label=someone(page, "north-volunteer-1")
    )
    page.get_by_role("button", name="Continue").click()
    question = page.get_by_role("region", name=re.compile(r"\?$"))
    expect(question).to_be_visible()
    organizer.look()
    question.get_by_role("button").first.click()
    expect(page.locator(".lead")).to_be_visible(timeout=SLOW_MS)
    told = re.match(r"(\d+) conversation", page.locator("main .lead").last.inner_text())
    moved = number(
        rows,
        "SELECT count(*) FROM qa_handover h JOIN person p ON p.id = h.to_id "
        "WHERE h.why = 'organizer' AND p.name = 'north-volunteer-1' AND h.conversation_id = ANY(%s)",
        ids,
    )
    assert told is not None
    assert moved == int(told[1]) > 0
    organizer.look()


def someone(page: Page, name: str) -> str:
    """The words of the choice that names this person."""
    options = page.get_by_label("New volunteer", exact=True).locator("option").all_inner_texts()
    return next(words for words in options if re.search(rf"\b{name}\b", words))


def looks_at_a_phone(chromium: Browser, stack: Stack, player: Player) -> None:
    """The same evening in a hand, on the way to the kitchen."""
    phone = Visitor(chromium, stack.url, PHONE)
    sign_in(phone, player)
    expect(phone.page.get_by_role("heading", level=1, name="Now")).to_be_visible()
    phone.look()
    for path in ("alarms", "inbox", "review"):
        phone.page.goto(f"/o/{ORG}/{path}")
        phone.look()
    phone.close()


def json_of(url: str) -> Any:
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def comes_to_rest(stack: Stack, rows: psycopg.Connection[Any]) -> None:
    """Nothing is on its way any more, and everything is counted."""
    moving = (
        "SELECT count(*) FROM qa_message WHERE state IN ('queued', 'sending', 'accepted', 'submitted')"
    )

    def still() -> bool:
        """Some receipts never come; what matters is that nothing moves any more."""
        before = number(rows, moving)
        waiting = json_of(f"{stack.carrier_url}/ledger/summary")["webhooks"]["waiting"]
        left = number(rows, "SELECT count(*) FROM outbox")
        return not waiting and not left and number(rows, moving) == before

    until(still, seconds=120)
    until(lambda: number(rows, "SELECT count(*) FROM changed_contact") == 0)


SENT = """
SELECT count(DISTINCT m.contact_id) FROM qa_message m
WHERE m.campaign_id = %s AND m.kind = 'first'
  AND (m.state IN ('accepted', 'submitted', 'delivered', 'undeliverable', 'no_receipt')
    OR m.state = 'rejected' AND EXISTS (
      SELECT 1 FROM qa_attempt a WHERE a.message_id = m.id AND a.outcome IN ('accepted', 'unknown')))
"""
REPLIED = "SELECT count(DISTINCT contact_id) FROM qa_inbound WHERE campaign_id = %s"


def numbers_are_those_of_the_rows(organizer: Visitor, rows: psycopg.Connection[Any], show: Show) -> None:
    """Each tile says what the auditor's views say, and leads to as many people."""
    page = organizer.page
    page.goto(f"/o/{ORG}/campaigns/{show.id}")
    for label, sql in (("Sent", SENT), ("Replied", REPLIED)):
        audited = number(rows, sql, show.id)
        assert audited > 0
        shown = page.locator("a.stat", has_text=re.compile(f"^\\s*{label}\\b")).first
        assert int(shown.locator(".stat-value").inner_text().replace(",", "")) == audited
        shown.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"{audited:,}")
        page.go_back()
    for tab in ("funnel", "time", "hours", "wordings", "groups", "answers", "volunteers"):
        page.goto(f"/o/{ORG}/campaigns/{show.id}/rates/{tab}")
        organizer.look()


def wordings_are_not_judged_early(organizer: Visitor, show: Show) -> None:
    """Nobody is told that anything is better where nothing is to be compared."""
    page = organizer.page
    page.goto(f"/o/{ORG}/campaigns/{show.id}/rates/wordings")
    expect(page.get_by_role("main")).not_to_contain_text("is better")


def takes_the_answers_home(
    chromium: Browser, stack: Stack, manager: Player, rows: psycopg.Connection[Any], show: Show
) -> None:
    """A manager exports the contacts with their answers, and prints the report for the board."""
    visitor = Visitor(chromium, stack.url, DESK)
    page = visitor.page
    sign_in(visitor, manager)
    page.goto(f"/o/{ORG}/exports")
    visitor.look()
    page.get_by_role("radio", name=re.compile("^Contacts")).first.check()
    page.locator("select[name=campaign_id]").select_option(str(show.id))
    page.get_by_role("button", name="Make the file").click()
    page.get_by_role("link", name="Download").first.click(timeout=SLOW_MS)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    with page.expect_download() as asked:
        page.get_by_role("button", name=re.compile("^Download")).click()
    text = asked.value.path().read_text("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert len(found) == number(rows, "SELECT count(*) FROM qa_contact WHERE campaign_id = %s", show.id)
    for path in (f"campaigns/{show.id}/report", f"campaigns/{show.id}/money", "money", "now"):
        page.goto(f"/o/{ORG}/{path}")
        visitor.look()
    visitor.close()
