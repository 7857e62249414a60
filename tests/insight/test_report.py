"""The report of a campaign: every number counted once more from the auditor's views."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.counting import catching_up, reading
from p2ptext.counting.reading import Reading, Sums
from p2ptext.extensions import db
from p2ptext.insight import queries, report
from p2ptext.insight.report import Report
from tests import factories, world
from tests.insight.finished import CONTACTS, DELIVERED, ENDED, FAILED, Finished, finished
from tests.insight.test_numbers import rows_on_all_pages


@pytest.fixture
def made(app: Flask) -> Iterator[Finished]:
    with world.undone():
        found = finished()
        while not catching_up.catch_up():
            pass  # more has changed than a page counts by itself
        yield found


def shown(made: Finished) -> Report:
    return report.of(made.campaign, reading.of(made.campaign.id, *report.DIMENSIONS))


def rows(query: str, made: Finished) -> list[dict[str, Any]]:
    found = db.session.execute(text(query), {"c": made.campaign.id}).mappings()
    return [dict(row) for row in found]


def test_everybody_is_either_reached_or_told_why_not(made: Finished) -> None:
    found = shown(made)
    (reached,) = rows(
        "SELECT count(DISTINCT contact_id) AS n FROM qa_message WHERE campaign_id = :c AND state = 'delivered'"
        " AND kind = 'first'",
        made,
    )
    (all_,) = rows("SELECT count(*) AS n FROM qa_contact WHERE campaign_id = :c", made)
    assert (
        (found.reached.successes, found.reached.n) == (reached["n"], all_["n"]) == (DELIVERED, CONTACTS)
    )
    assert sum(one.count for one in found.missed) == CONTACTS - DELIVERED
    assert [one.count for one in found.missed] == sorted(
        (one.count for one in found.missed), reverse=True
    )
    assert {(one.share.successes, one.share.n) for one in found.missed} == {
        (one.count, CONTACTS) for one in found.missed
    }


def test_reasons_are_those_of_the_rows(made: Finished) -> None:
    texts = rows(
        "SELECT reason AS why, count(*) AS n FROM qa_message WHERE campaign_id = :c AND kind = 'first'"
        " AND state IN ('rejected', 'undeliverable') GROUP BY 1",
        made,
    )
    assert {row["why"]: row["n"] for row in texts} == FAILED
    people = rows(
        "SELECT ended_reason AS why, count(*) AS n FROM qa_contact WHERE campaign_id = :c AND state = 'ended'"
        " GROUP BY 1",
        made,
    )
    assert {row["why"]: row["n"] for row in people} == ENDED
    said = {one.words: one.count for one in shown(made).missed}
    assert said == {
        "Nobody sent them a text": 6,
        "No text left: they had opted out": 5,
        "Not delivered: the number does not work": 4,
        "Not delivered: the phone company's filter stopped it": 3,
        "Not delivered: their phone could not be reached": 3,
        "Not delivered: other reasons": 4,
        "No text left: other reasons": 3,
        "Sent, and no receipt came: it may have arrived": 2,
        "The text is still on its way": 1,
        "Nobody can say whether the text left": 1,
    }


def test_people_days_answers_and_cost_are_those_of_the_views(made: Finished) -> None:
    found = shown(made)
    (views,) = rows(
        "SELECT count(DISTINCT person_id) AS people, count(DISTINCT created_at::date) AS days,"
        " sum(segments) FILTER (WHERE state NOT IN ('queued', 'unknown') OR price IS NOT NULL) AS segments,"
        " sum(price::numeric * segments) AS cost FROM qa_message WHERE campaign_id = :c",
        made,
    )
    assert found.people == views["people"] == 2
    assert len(found.days) == views["days"]
    assert found.cost.segments == views["segments"]
    assert found.cost.in_currency("EUR") == views["cost"]
    assert len(found.questions) + found.more_questions == 5
    for question in found.questions:
        answers = rows(
            f"SELECT * FROM qa_answer WHERE campaign_id = :c AND step_key = '{question.row.key}'", made
        )
        assert sum(one.count for one in question.answers) + question.more == len(answers)
        assert len(question.answers) == report.MOST_ANSWERS
    assert found.numbers == queries.numbers(reading.of(made.campaign.id))


def test_a_number_leads_to_as_many_rows(app: Flask, made: Finished) -> None:
    browser = factories.client(app, made.organizer)
    page = browser.get(made.path).text
    links = re.findall(
        r'href="([^"]+/rows/(\w+)[^"]*)">(?:<span class="visually-hidden">)?([\d,]+)[ <]', page
    )
    assert sum("by=reason" in url for url, _, _ in links) == report.MOST_REASONS
    assert {kind for _, kind, _ in links} >= {
        *("contacts", "sent", "delivered", "replied_to_sent", "answered_of_sent", "goal_of_sent"),
        *("not_texted", "on_the_way", "unknown", "no_receipt", "ended", "failed_of_sent"),
        *("asked", "answered", "chosen", "opted_out", "waiting"),
    }
    answers = [one for question in shown(made).questions for one in question.answers]
    assert sum(kind == "chosen" for _, kind, _ in links) == len(answers)
    for url, _, number in links:
        assert rows_on_all_pages(browser, unescape(url)) == int(number), url


def test_where_everybody_stands_is_known_and_has_no_range(app: Flask, made: Finished) -> None:
    page = factories.client(app, made.organizer).get(made.path).text
    told = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    share = f"{100 * DELIVERED / CONTACTS:.0f}% of {CONTACTS} contacts"
    assert f"Reached {DELIVERED} reached {share}" in told
    missed = page.split("Who was not reached")[1].split("</section>")[0]
    assert re.search(r"\d%</strong> of \d", missed)
    assert "–" not in missed
    assert re.search(r"Wrote back [\d,]+ wrote back \d+% \(\d+–\d+%\) of \d+ texted", told)
    assert re.search(r"As of \w{3} \d{1,2}, \d{4}, \d{1,2}:\d\d [ap]m E[DS]T ?\.", told)


def test_what_it_cost_is_for_managers(app: Flask, made: Finished) -> None:
    for person, sees in ((made.manager, True), (made.organizer, False)):
        page = unescape(factories.client(app, person).get(made.path).text)
        assert ("What it cost" in page) is ("Prices are those" in page) is sees
        assert "Get out the vote." in page
        assert "People who write back are not like all others" in page
        assert "The phone company was simulated" in page


def test_before_the_first_text_there_is_nothing_to_report(app: Flask, made: Finished) -> None:
    empty = factories.campaign(made.org, made.manager, name="Empty", status="draft")
    page = (
        factories.client(app, made.organizer).get(f"/o/{made.org.slug}/campaigns/{empty.id}/report").text
    )
    assert "There is nothing to report yet" in page
    assert "Reached" not in page


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({}, (None, None, 0, 0, 0)),
        ({"2-9": 3, "2-19": 4, "6-20": 1}, (9, 20, 8, 0, 0)),
        ({"1-7": 2, "1-8": 5, "1-21": 1, "": 6}, (7, 21, 8, 6, 3)),
        ({"3-12": 0, "3-13": 1}, (13, 13, 1, 0, 0)),
    ],
)
def test_hours_are_those_of_the_person_texted(keys: dict[str, int], told: tuple[Any, ...]) -> None:
    counted = Reading(
        datetime(2026, 11, 3, tzinfo=UTC),
        0,
        9,
        {},
        {"hour": {key: Sums(texts=n) for key, n in keys.items()}},
    )
    found = report.hours(counted)
    assert (found.first, found.last, found.known, found.unclear, found.outside) == told
