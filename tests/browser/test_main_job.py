"""The whole main job, in a phone's browser, on the real processes.

A manager uploads a list and launches; a volunteer sends twenty cards by touch; the carrier's own
count, the receipts, the replies, a STOP and the organizer's numbers all have to agree.
"""

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from scripts.launcher.engines import Engines
from scripts.launcher.processes import Stack
from tests.browser.visiting import PHONE, Visitor, until

SAMPLE = Path(__file__).parents[2] / "docs" / "sample-contacts.csv"
CARDS = 20
THUMB_MS = 400
"""Between two touches: the fastest people measured take 450 ms, and more than three a second are refused."""
OWN_PHONE = "+12025550150"
FIRST = (
    "Hello {first_name|neighbor}, {volunteer_name} of Ohio Votes. May we count on you? STOP to opt out."
)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything running, with people at the other end who answer in a second or two."""
    with (
        Engines(tmp_path_factory.mktemp("installation")) as engines,
        Stack(engines, overrides={"SIMULATOR_SPEED": "30", "LOG_LEVEL": "WARNING"}) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def people(stack: Stack) -> dict[str, dict[str, str]]:
    lines = [json.loads(line) for line in stack.flask("demo").splitlines() if line.startswith("{")]
    return {person["email"].split("@")[0]: person for person in lines}


class Phone(Visitor):
    """A person of the sample installation, on their phone."""

    def __init__(self, browser: Browser, url: str) -> None:
        super().__init__(browser, url, PHONE)

    def sign_in(self, person: dict[str, str]) -> None:
        self.page.goto("/sign-in")
        self.look()
        self.page.get_by_label("E-mail").fill(person["email"])
        self.page.get_by_label("Password", exact=True).fill(person["password"])
        self.page.get_by_role("button", name="Sign in").tap()
        self.page.wait_for_url(re.compile("/o/"))


def ledger(stack: Stack) -> list[dict[str, Any]]:
    """What the carrier says it took."""
    with urllib.request.urlopen(f"{stack.carrier_url}/ledger") as answer:
        document = json.load(answer)
    taken: list[dict[str, Any]] = document["messages"] if isinstance(document, dict) else document
    return taken


def writes(stack: Stack, sender: str, to: str, words: str) -> None:
    body = json.dumps({"from": sender, "to": to, "text": words}).encode()
    request = urllib.request.Request(f"{stack.carrier_url}/control/text", data=body, method="POST")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 202


def test_from_a_list_to_replies(
    stack: Stack, people: dict[str, dict[str, str]], chromium: Browser
) -> None:
    manager = Phone(chromium, stack.url)
    manager.sign_in(people["manager"])
    campaign_id = set_up(manager)
    manager.close()

    volunteer = Phone(chromium, stack.url)
    volunteer.sign_in(people["amy"])
    take_and_send(volunteer, campaign_id)

    with psycopg.connect(stack.engines.database_url, autocommit=True) as rows:
        sent = first_texts(rows, campaign_id)
        taken = until(lambda: carrier_agrees(stack, sent))
        until(lambda: receipts_are_in(rows, campaign_id))
        answered = answer_someone(volunteer, stack, rows, sent)
        stopped = someone_stops(
            volunteer, stack, rows, [row for row in sent if row["phone"] != answered]
        )
        assert {entry["to"] for entry in taken} == {row["phone"] for row in sent}
        assert stopped != answered
        until(lambda: stack_is_quiet(stack) and everything_is_counted(rows))
        organizer = Phone(chromium, stack.url)
        organizer.sign_in(people["organizer"])
        numbers_agree(organizer, rows, campaign_id)
        organizer.close()
    volunteer.close()


def set_up(manager: Phone) -> int:
    """New campaign, purpose, list, words, number, a test, launch. Returns the campaign's id."""
    page = manager.page
    page.goto("/o/ohio-votes/campaigns/new")
    manager.look()
    page.get_by_label("Name").fill("Main job")
    page.get_by_role("button", name="Begin").tap()
    page.wait_for_url(re.compile(r"/campaigns/\d+/setup"))
    manager.look()
    campaign_id = int(re.search(r"/campaigns/(\d+)/", page.url)[1])  # type: ignore[index]

    page.get_by_role("link", name="Go on").tap()
    page.wait_for_url(re.compile("/purpose$"))
    manager.look()
    page.get_by_label("Ask for opinions").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue").tap()
    page.wait_for_url(re.compile(f"/campaigns/{campaign_id}/list$"))
    manager.look()
    page.locator("input[type=file]").set_input_files(SAMPLE)
    page.locator("select[name=consent_basis]").select_option(index=1)
    page.locator("[name=consent_source]").fill("Sign-up sheets, library events")
    page.locator("[name=consent_date]").fill("2026-09-01")
    page.get_by_role("button", name="Upload").tap()
    page.wait_for_url(re.compile(r"/imports/\d+"))
    page.reload()  # the page survives it
    expect(page.get_by_role("heading", name="What do the columns hold?")).to_be_visible()
    manager.look()
    page.get_by_role("button", name="Go on").tap()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    manager.look()
    page.get_by_role("button", name=re.compile(r"^Import \d+ people$")).tap()
    expect(page.get_by_role("heading", name="The list is in")).to_be_visible()
    manager.look()

    page.goto(f"/o/ohio-votes/campaigns/{campaign_id}/message")
    page.locator("textarea").first.fill(FIRST)
    manager.look()
    with page.expect_navigation():
        page.get_by_role("button", name="Save").tap()
    page.goto(f"/o/ohio-votes/campaigns/{campaign_id}/numbers")
    manager.look()
    page.get_by_role("checkbox").first.check()
    with page.expect_navigation():
        page.get_by_role("button", name="Save").tap()
    page.goto(f"/o/ohio-votes/campaigns/{campaign_id}/hours")
    manager.look()
    page.goto(f"/o/ohio-votes/campaigns/{campaign_id}/check")
    manager.look()
    try_out(manager, campaign_id)
    page.goto(f"/o/ohio-votes/campaigns/{campaign_id}/answers")
    manager.look()
    with page.expect_navigation():
        page.get_by_role("button", name="Launch").tap()
    expect(page.get_by_text("The campaign is launched.")).to_be_visible()
    manager.look()
    return campaign_id


def try_out(manager: Phone, campaign_id: int) -> None:
    """A real text to the manager's own phone: without it nothing is launched."""
    page = manager.page
    page.goto("/o/ohio-votes/terms")
    manager.look()
    with page.expect_navigation():
        page.get_by_role("button", name="I agree").tap()
    page.goto(f"/o/ohio-votes/campaigns/{campaign_id}/try")
    page.get_by_label("Number of your own mobile phone").fill(OWN_PHONE)
    with page.expect_navigation():
        page.get_by_role("button", name="This is my phone").tap()
    with page.expect_navigation():
        page.get_by_role("button", name="Send to my phone").tap()
    expect(page.get_by_text("The script was tried as it is now.")).to_be_visible()
    manager.look()


def take_and_send(volunteer: Phone, campaign_id: int) -> None:
    """Twenty cards, one touch each."""
    page = volunteer.page
    page.goto("/o/ohio-votes/texting")
    volunteer.look()
    page.locator(f"form[action$='/texting/{campaign_id}/take'] button").tap()
    page.wait_for_url(re.compile(f"/texting/{campaign_id}$"))
    volunteer.look()
    for number in range(1, CARDS + 1):
        expect(page.locator("#send")).to_be_enabled()
        page.locator("#send").tap()
        page.wait_for_timeout(THUMB_MS)
        expect(page.locator("#count")).to_contain_text(re.compile(rf"\b{number} of "))
    volunteer.look()


def first_texts(rows: psycopg.Connection[Any], campaign_id: int) -> list[dict[str, Any]]:
    """The twenty rows, once all of them are there."""

    def read() -> list[dict[str, Any]]:
        found = rows.execute(
            """SELECT r.phone, m.text, c.first_name, n.phone, t.id FROM message m
               JOIN recipient r ON r.id = m.recipient_id JOIN contact c ON c.id = m.contact_id
               JOIN sending_number n ON n.id = m.number_id JOIN conversation t ON t.contact_id = c.id
               WHERE m.campaign_id = %s AND m.kind = 'first' ORDER BY m.id""",
            (campaign_id,),
        ).fetchall()
        names = ("phone", "text", "first_name", "ours", "conversation")
        return [dict(zip(names, row, strict=True)) for row in found]

    sent: list[dict[str, Any]] = until(lambda: (found := read()) and len(found) >= CARDS and found)
    assert len(sent) == CARDS
    for row in sent:
        name = row["first_name"] or "neighbor"
        assert row["text"] == FIRST.replace("{first_name|neighbor}", name).replace(
            "{volunteer_name}", "Amy"
        )
    return sent


def carrier_agrees(stack: Stack, sent: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """The carrier took exactly these texts, each once, to these people from our number."""
    phones = {row["phone"]: row for row in sent}
    taken = [
        entry
        for entry in ledger(stack)
        if entry["text"].startswith("Hello ") and entry["to"] != OWN_PHONE
    ]
    if len(taken) < CARDS:
        return None
    assert len(taken) == CARDS
    for entry in taken:
        assert (entry["text"], entry["from"], entry["copies"]) == (
            phones[entry["to"]]["text"],
            phones[entry["to"]]["ours"],
            1,
        )
    return taken


def receipts_are_in(rows: psycopg.Connection[Any], campaign_id: int) -> bool:
    """Nothing is on its way any more, and most of it was delivered."""
    states = dict(
        rows.execute(
            "SELECT state, count(*) FROM message WHERE campaign_id = %s AND kind = 'first' GROUP BY state",
            (campaign_id,),
        ).fetchall()
    )
    return states.get("delivered", 0) >= CARDS - 6 and not states.keys() & {
        "queued",
        "sending",
        "accepted",
    }


def answer_someone(
    volunteer: Phone, stack: Stack, rows: psycopg.Connection[Any], sent: list[dict[str, Any]]
) -> str:
    """A reply appears on the volunteer's open screen, is read and answered."""
    page = volunteer.page
    volunteer.listens_at("/o/ohio-votes/replies")
    volunteer.look()
    row = sent[0]
    writes(stack, row["phone"], row["ours"], "Where is my polling place?")
    expect(page.get_by_text("Where is my polling place?").first).to_be_visible()
    page.goto(f"/o/ohio-votes/replies/{row['conversation']}")
    volunteer.look()
    page.locator("#draft").fill("At the library on Main Street.")
    page.get_by_role("button", name=re.compile("^Send")).tap()
    expect(page.locator("#went")).to_contain_text("Sent to")
    until(
        lambda: [entry for entry in ledger(stack) if entry["text"] == "At the library on Main Street."]
    )
    (answer,) = [entry for entry in ledger(stack) if entry["text"] == "At the library on Main Street."]
    assert (answer["to"], answer["from"]) == (row["phone"], row["ours"])
    volunteer.look()
    return str(row["phone"])


def someone_stops(
    volunteer: Phone, stack: Stack, rows: psycopg.Connection[Any], candidates: list[dict[str, Any]]
) -> str:
    """STOP closes the conversation in words, is confirmed once, and nothing more can be sent."""
    page = volunteer.page
    row = next(
        row
        for row in candidates
        if not rows.execute(
            "SELECT 1 FROM recipient WHERE phone = %s AND suppressed_at IS NOT NULL", (row["phone"],)
        ).fetchone()
    )
    volunteer.listens_at(f"/o/ohio-votes/replies/{row['conversation']}")
    writes(stack, row["phone"], row["ours"], "Stop")
    expect(page.get_by_text("They asked for no more texts").first).to_be_visible()
    volunteer.look()
    page.reload()
    expect(page.locator("textarea:visible")).to_have_count(0)
    until(lambda: [e for e in ledger(stack) if e["to"] == row["phone"] and "opted out" in e["text"]])
    assert len([e for e in ledger(stack) if e["to"] == row["phone"] and "opted out" in e["text"]]) == 1
    return str(row["phone"])


def stack_is_quiet(stack: Stack) -> bool:
    """The carrier has brought every receipt and reply it has."""
    with urllib.request.urlopen(f"{stack.carrier_url}/ledger/summary") as answer:
        return bool(json.load(answer)["webhooks"]["waiting"] == 0)


def everything_is_counted(rows: psycopg.Connection[Any]) -> bool:
    """No contact has changed since the counts that pages show were made."""
    return rows.execute("SELECT 1 FROM changed_contact LIMIT 1").fetchone() is None


def numbers_agree(organizer: Phone, rows: psycopg.Connection[Any], campaign_id: int) -> None:
    """Every number of the organizer's page is a count of rows."""
    page = organizer.page
    page.goto("/o/ohio-votes/campaigns")
    organizer.look()
    page.goto(f"/o/ohio-votes/campaigns/{campaign_id}")
    organizer.look()

    def count(condition: str) -> int:
        found = rows.execute(f"SELECT count(*) FROM {condition}", (campaign_id,)).fetchone()
        return int(found[0]) if found else 0

    expected = {
        "Delivered": count("message WHERE campaign_id = %s AND kind = 'first' AND state = 'delivered'"),
        "Replied": count(
            "(SELECT DISTINCT t.contact_id FROM inbound_text i JOIN conversation t ON t.id = i.conversation_id"
            " WHERE t.campaign_id = %s) replied"
        ),
        "Waiting": count("conversation WHERE campaign_id = %s AND waiting_since IS NOT NULL"),
    }
    assert expected["Delivered"] > 0
    assert expected["Replied"] > 1
    for label, number in expected.items():
        tile = page.locator(".stat", has_text=re.compile(label)).first
        expect(tile).to_contain_text(re.compile(rf"\b{number}\b"))
