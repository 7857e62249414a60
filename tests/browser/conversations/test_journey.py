"""An evening of replies on phones, on the real processes: two volunteers, an organizer, real texts."""

import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.launcher.engines import Engines
from scripts.launcher.processes import Stack
from tests.browser.test_main_job import THUMB_MS, Phone, ledger, until, writes

HOME = "/o/ohio-votes"
PEOPLE = 3
STEPS = [
    {
        "key": "s1",
        "question": "Can we count on your vote?",
        "answers": [
            {
                "key": "a1",
                "label": "Yes",
                "texts": ["Great! Your library is on Main Street."],
                "next": None,
            },
            {"key": "a2", "label": "No", "texts": ["Thank you for telling me."], "next": None},
        ],
    }
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything running; the people at the other end write only what the test has them write."""
    overrides = {"SIMULATOR_SPEED": "0.01", "LOG_LEVEL": "WARNING"}
    with (
        Engines(tmp_path_factory.mktemp("evening")) as engines,
        Stack(engines, overrides=overrides) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def rows(stack: Stack) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(stack.engines.database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def people(stack: Stack, rows: psycopg.Connection[Any]) -> dict[str, dict[str, str]]:
    """The sign-ins; everybody has accepted the terms, and the script asks a question."""
    lines = [json.loads(line) for line in stack.flask("demo").splitlines() if line.startswith("{")]
    rows.execute("UPDATE membership SET terms_accepted_at = now()")
    rows.execute(
        """WITH made AS (
             INSERT INTO script_version (campaign_id, organization_id, number, created_by, document)
             SELECT v.campaign_id, v.organization_id, v.number + 1, v.created_by,
               v.document || jsonb_build_object('steps', %s::jsonb)
             FROM script_version v JOIN campaign a ON a.script_version_id = v.id
             WHERE a.status = 'running' RETURNING id, campaign_id
           ) UPDATE campaign SET script_version_id = made.id FROM made WHERE campaign.id = made.campaign_id""",
        (json.dumps(STEPS),),
    )
    return {person["email"].split("@")[0]: person for person in lines}


def test_an_evening_of_replies(
    stack: Stack,
    rows: psycopg.Connection[Any],
    people: dict[str, dict[str, str]],
    chromium: Browser,
) -> None:
    amy, ben, lead = (Phone(chromium, stack.url) for _ in range(3))
    amy.sign_in(people["amy"])
    first, second, third = send_cards(amy.page, rows)
    answer_with_a_chip(amy, stack, rows, first)
    opt_somebody_out(amy, stack, rows, second)
    writes(stack, third["phone"], third["ours"], "Puede escribirme en espanol?")
    lead.sign_in(people["organizer"])
    ask_and_advise(amy, lead, third)
    ben.sign_in(people["ben"])
    hand_over(amy, ben, third)
    answer_after_a_dead_spot(ben, stack, third)
    read_but_not_write(amy, third)
    for phone in (amy, ben, lead):
        phone.complaints = [
            words for words in phone.complaints if "ERR_INTERNET_DISCONNECTED" not in words
        ]
        phone.close()


def send_cards(page: Page, rows: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    page.goto(f"{HOME}/texting")
    page.locator("form[action$='/take'] button").first.tap()
    for number in range(1, PEOPLE + 1):
        expect(page.locator("#send")).to_be_enabled()
        page.locator("#send").tap()
        page.wait_for_timeout(THUMB_MS)
        expect(page.locator("#count")).to_contain_text(re.compile(rf"\b{number} of "))

    def sent() -> list[dict[str, Any]]:
        found = rows.execute(
            """SELECT r.phone, n.phone, t.id, coalesce(nullif(c.first_name, ''), 'No name')
               FROM conversation t JOIN recipient r ON r.id = t.recipient_id
               JOIN contact c ON c.id = t.contact_id JOIN sending_number n ON n.id = t.number_id
               WHERE t.last_sent_at IS NOT NULL ORDER BY t.id"""
        ).fetchall()
        names = ("phone", "ours", "id", "to")
        return [dict(zip(names, row, strict=True)) for row in found]

    return list(until(lambda: (found := sent()) and len(found) == PEOPLE and found))


def answer_with_a_chip(
    amy: Phone, stack: Stack, rows: psycopg.Connection[Any], who: dict[str, Any]
) -> None:
    """The reply appears in the open list; one press answers the question, the words are changed and go."""
    page = amy.page
    amy.listens_at(f"{HOME}/replies")
    writes(stack, who["phone"], who["ours"], "Yes! Where is it?")
    page.locator(f"[data-talk='{who['id']}']").tap()
    expect(page.locator("#whom")).to_be_focused()
    expect(page.locator(".bubble-in").last).to_contain_text("Where is it?")
    amy.look()
    page.get_by_role("button", name="Yes", exact=True).tap()
    expect(page.locator("#draft")).to_have_value(re.compile("^Great! Your library"))
    page.locator("#draft").press("End")
    page.locator("#draft").press_sequentially(" Until 8.")
    page.locator("#answer").tap()
    expect(page.locator("#went, .alert").first).to_contain_text("Sent to")
    amy.look()
    words = "Great! Your library is on Main Street. Until 8."
    until(lambda: [entry for entry in ledger(stack) if entry["text"] == words])
    (sent,) = [entry for entry in ledger(stack) if entry["text"] == words]
    assert (sent["to"], sent["from"]) == (who["phone"], who["ours"])
    assert rows.execute(
        "SELECT step_key, answer_key, edited FROM message WHERE text = %s", (words,)
    ).fetchall() == [("s1", "a1", True)]
    assert rows.execute("SELECT step_key, answer_key FROM survey_answer").fetchall() == [("s1", "a1")]


def opt_somebody_out(
    amy: Phone, stack: Stack, rows: psycopg.Connection[Any], who: dict[str, Any]
) -> None:
    page = amy.page
    writes(stack, who["phone"], who["ours"], "I vote the other way, sorry")
    page.goto(f"{HOME}/replies/{who['id']}")
    page.get_by_role("button", name="Opt out").tap()
    expect(page.get_by_role("button", name="Keep the conversation")).to_be_focused()
    amy.look()
    page.get_by_role("button", name=re.compile("^Opt .* out$")).tap()
    page.wait_for_url(re.compile("/replies$"))

    def suppressed() -> bool:
        query = "SELECT suppressed_at IS NOT NULL FROM recipient WHERE phone = %s"
        return bool((rows.execute(query, (who["phone"],)).fetchone() or (False,))[0])

    assert suppressed()
    page.goto(f"{HOME}/replies/{who['id']}")
    expect(page.locator("#draft")).to_have_count(0)
    amy.look()


def ask_and_advise(amy: Phone, lead: Phone, who: dict[str, Any]) -> None:
    """A question to the organizer, and the answer in the conversation that is still open."""
    page = amy.page
    amy.listens_at(f"{HOME}/replies/{who['id']}")
    expect(page.locator(".bubble-in").last).to_contain_text("espanol")
    page.locator("#foot").get_by_role("button", name="Ask an organizer").tap()
    page.get_by_label("What would you like to know?").fill("Who speaks Spanish?")
    page.get_by_role("button", name="Ask", exact=True).tap()
    expect(page.locator(".notices")).to_contain_text("An organizer has been asked.")
    lead.page.goto(f"{HOME}/replies/{who['id']}")
    expect(lead.page.get_by_text("Who speaks Spanish?")).to_be_visible()
    lead.look()
    lead.page.locator("#foot").get_by_role("button", name="Advise").tap()
    lead.page.get_by_label("Your advice").fill("Ben does. Pass it on.")
    lead.page.get_by_role("button", name="Advise", exact=True).tap()
    expect(page.get_by_text("Ben does. Pass it on.")).to_be_visible()
    amy.look()


def hand_over(amy: Phone, ben: Phone, who: dict[str, Any]) -> None:
    """Amy passes it on; Ben, who is there, takes it from the top of his list."""
    ben.listens_at(f"{HOME}/replies")
    ben.look()
    page = amy.page
    page.locator("#foot").get_by_role("button", name="More").tap()
    page.get_by_role("button", name="Pass on to somebody else").tap()
    page.get_by_label("A word for whoever comes next").fill("She writes Spanish.")
    page.get_by_role("button", name="A language I do not speak").tap()
    page.wait_for_url(re.compile("/replies$"))
    take = ben.page.get_by_role("button", name=re.compile("^Take over"))
    expect(take).to_be_visible()
    ben.look()
    take.tap()
    ben.page.wait_for_url(re.compile(f"/replies/{who['id']}$"))
    expect(ben.page.get_by_text("You are taking over from Amy")).to_be_visible()
    expect(ben.page.get_by_text("She writes Spanish.").first).to_be_visible()
    ben.look()


def answer_after_a_dead_spot(ben: Phone, stack: Stack, who: dict[str, Any]) -> None:
    page = ben.page
    page.locator("#draft").press_sequentially("Claro que si. ")
    ben.context.set_offline(True)
    expect(page.locator("#trouble")).to_contain_text("No connection")
    page.locator("#draft").press_sequentially("Soy Ben.")
    page.locator("#draft").press("Control+Enter")
    expect(page.locator("#draft")).to_have_value("Claro que si. Soy Ben.")
    ben.context.set_offline(False)
    expect(page.locator("#trouble")).to_be_hidden()
    page.locator("#answer").tap()
    expect(page.locator(".bubble-out").last).to_contain_text("Soy Ben.")
    until(lambda: [entry for entry in ledger(stack) if entry["text"] == "Claro que si. Soy Ben."])
    assert [entry["to"] for entry in ledger(stack) if "Soy Ben." in entry["text"]] == [who["phone"]]


def read_but_not_write(amy: Phone, who: dict[str, Any]) -> None:
    """Whoever had it before may read on, and is told who answers now."""
    page = amy.page
    page.goto(f"{HOME}/replies/{who['id']}")
    expect(page.locator(".bubble-out").last).to_contain_text("Soy Ben.")
    expect(page.locator("[data-verdict]")).to_contain_text("Ben answers")
    expect(page.locator("#draft")).to_have_count(0)
    amy.look()
