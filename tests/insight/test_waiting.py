"""Waiting replies are one number: on Now, on the overview of campaigns, in message review and in the inbox."""

import re

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.counting import catching_up
from p2ptext.extensions import db
from tests import factories
from tests.conversations.evening import Browsing, Evening, evening, reply
from tests.insight.test_now import rows


@pytest.fixture
def late(app: Flask) -> tuple[Evening, dict[str, int]]:
    """Replies that wait in campaigns of every kind; one of them may ask to stop, one is offered."""
    made = evening(app, waiting=4)
    olga = db.session.get_one(factories.Person, made.people["olga"])
    amy = db.session.get_one(factories.Person, made.people["amy"])
    org = db.session.get_one(factories.Organization, made.org_id)
    ids = {"running": made.campaign}
    for name, values in {
        "second": {"reply_promise_min": 45},
        "paused": {"status": "paused"},
        "archived": {"status": "archived"},
        "tests": {"is_tests": True},
    }.items():
        campaign = factories.campaign(org, olga, name=name, **values)
        ids[name] = campaign.id
        phones = [f"+1{800 + len(ids)}555010{n}" for n in range(len(ids))]
        for contact in factories.contacts(campaign, olga, phones):
            reply(contact, campaign, amy)
    db.session.execute(
        text("UPDATE conversation SET review_reason = 'may ask to stop' WHERE id = :id"),
        {"id": made.talks[0]},
    )
    db.session.execute(
        text("UPDATE conversation SET offered_at = p2p_now(), offered_why = 'waited' WHERE id = :id"),
        {"id": made.talks[1]},
    )
    db.session.execute(
        text(
            """UPDATE conversation SET waiting_since = waiting_since - interval '30 minutes'
               WHERE organization_id = :org"""
        ),
        {"org": made.org_id},
    )
    db.session.commit()
    while not catching_up.catch_up(5000):
        pass
    return made, ids


WAIT = {"running": 4, "second": 2, "paused": 3, "archived": 4}


@pytest.mark.parametrize("name", [None, *WAIT])
def test_who_waits_is_one_number_everywhere(
    late: tuple[Evening, dict[str, int]], name: str | None
) -> None:
    made, ids = late
    olga = made.browser("olga")
    wanted = WAIT[name] if name else sum(WAIT.values()) - WAIT["archived"]
    assert (
        sum(row[0] for row in rows(
            """SELECT count(*) FROM qa_conversation t JOIN qa_campaign a ON a.id = t.campaign_id
               WHERE t.organization_id = :org AND t.waiting_since IS NOT NULL AND NOT a.is_tests
                 AND CASE WHEN :one = 0 THEN a.status <> 'archived' ELSE a.id = :one END""",
            org=made.org_id, one=ids.get(name or "", 0),
        ))
        == wanted
    )  # fmt: skip
    page = olga.get(f"/now?campaign={ids[name]}" if name else "/now").get_data(as_text=True)
    (on_now,) = re.findall(r'id="waiting-title".*?now-number[^>]*><a [^>]*>(\d+)<', page, re.DOTALL)
    assert int(on_now) == wanted
    for link, words in re.findall(r'href="/o/[^/]+(/review\?[^"]*)"[^>]*>(.*?)</a>', page):
        number = re.match(r"\d+", words)
        expected = int(number[0]) if number else wanted
        assert found_in(olga, link.replace("&amp;", "&")) == expected, link
    if name:
        overview = olga.get(f"/campaigns/{ids[name]}").get_data(as_text=True)
        (tile,) = re.findall(r'Waiting replies</span>\s*<span class="stat-value">(\d+)<', overview)
        assert int(tile) == wanted
    else:
        assert f"{wanted} people wait for an answer and nobody is here." in olga.get("/inbox").get_data(
            as_text=True
        )


def found_in(browser: Browsing, link: str) -> int:
    """How many conversations message review says there are."""
    (found,) = re.findall(
        r'id="found"[^>]*>(\d+) conversation', browser.get(link).get_data(as_text=True)
    )
    return int(found)
