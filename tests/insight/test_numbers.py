"""Every number is a count of rows, and its list holds exactly those rows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import Cursor
from sqlalchemy import text

from p2ptext.counting import catching_up, reading
from p2ptext.extensions import cursor, db
from p2ptext.insight import kinds, queries, rows, rows_filter, volunteers
from p2ptext.rules.delivery import STATES
from p2ptext.rules.stats import wilson
from tests import factories, world
from tests.insight import histories
from tests.insight.counted import counted
from tests.insight.histories import MEANS, STORIES, Setting, Story, setting

# One of everything, so that each rule is met whatever the generator makes.
EVERYTHING = [
    *[Story(alive=state, outcomes=["accepted"]) for state in histories.ALIVE],
    Story(alive="rejected", outcomes=["refused"]),
    Story(alive="rejected", outcomes=["refused", "accepted"]),
    Story(alive="rejected", outcomes=["not_sent", None]),
    Story(alive="rejected", outcomes=["unknown"]),
    Story(alive="rejected"),
    Story(),
    Story(contact_state="ended"),
    Story(contact_state="ended", opted_out=True),
    Story(dead=["cancelled"], replies=1, waiting=True, owner=1),
    Story(dead=["expired", "blocked"], alive="delivered", replies=2, waiting=True, owner=1),
    Story(alive="unknown", replies=1, texted_by=1),
    Story(alive="delivered", opted_out=True, replies=1, texted_by=1),
    Story(earlier_round=True),
    Story(earlier_round=True, alive="accepted", texted_by=1),
]
exploring = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def listed(made: Setting, kind: str, by: str = "", key: str = "") -> list[int]:
    """The contacts on all pages of a list."""
    ids: list[int] = []
    after = ""
    while True:
        found = rows.rows(made.org.id, made.campaign.id, rows_filter.asked(kind, by, key), after)
        ids += [row.id for row in found.rows]
        after = found.following
        if not after:
            return ids


def test_the_python_side_knows_every_number() -> None:
    assert set(MEANS) == set(kinds.KINDS)


@exploring
@given(st.lists(STORIES, max_size=8))
@example(EVERYTHING)
@example([])
def test_every_number_and_its_list_equal_a_count_by_hand(app: Flask, stories: list[Story]) -> None:
    with world.undone():
        made = setting(stories)
        wanted = histories.expected(made.campaign)
        tiles = queries.numbers(counted(made.campaign.id))
        for kind, ids in wanted.items():
            assert tiles.of(kind) == len(ids), kind
            found = listed(made, kind)
            assert len(found) == len(set(found)), kind
            assert set(found) == ids, kind
        assert sum(tiles.of(place) for place in kinds.PLACES) == tiles.contacts
        both = wanted["replied"] & wanted["sent"]
        assert (tiles.reply_rate.successes, tiles.reply_rate.n) == (len(both), len(wanted["sent"]))
        assert (tiles.reply_rate.low, tiles.reply_rate.high) == wilson(len(both), len(wanted["sent"]))


@exploring
@given(st.lists(STORIES, max_size=8))
@example(EVERYTHING)
def test_volunteers_parts_equal_counts_by_hand(app: Flask, stories: list[Story]) -> None:
    """In texts: whoever was texted in two rounds counts for both volunteers."""
    with world.undone():
        made = setting(stories)
        texts = histories.texts_of(made.campaign)
        found = counted(made.campaign.id)
        table = {
            one.person_id: one for one in volunteers.volunteers(made.org.id, made.campaign.id, found)
        }
        for volunteer in made.volunteers:
            mine = [one for one in texts if one.text is not None and one.text.person_id == volunteer.id]
            for kind in kinds.OF_VOLUNTEERS:
                ids = [one.contact.id for one in mine if MEANS[kind](one)]
                shown = getattr(table[volunteer.id].sums, kind) if volunteer.id in table else 0
                assert shown == len(ids), kind
                assert sorted(listed(made, kind, "person", str(volunteer.id))) == sorted(ids), kind
            waiting = [
                one.contact.id
                for one in texts
                if MEANS["waiting"](one) and one.talk and one.talk.person_id == volunteer.id
            ]
            assert (table[volunteer.id].waiting if volunteer.id in table else 0) == len(waiting)
            assert sorted(listed(made, "waiting", "owner", str(volunteer.id))) == sorted(waiting)


@exploring
@given(st.lists(STORIES, max_size=8))
@example(EVERYTHING)
def test_rounds_equal_counts_by_hand(app: Flask, stories: list[Story]) -> None:
    with world.undone():
        made = setting(stories)
        texts = [one for one in histories.texts_of(made.campaign) if one.text is not None]
        found = {row.round: row.sums for row in queries.rounds(counted(made.campaign.id))}
        assert list(found) == sorted(found)
        seen = {one.text.round for one in texts if one.text}
        assert set(found) == (seen if max(seen, default=1) > 1 else set())
        for round_, sums in found.items():
            of_round = [one for one in texts if one.text and one.text.round == round_]
            for kind in ("sent", "replied", "opted_out", "failed", "replied_to_sent"):
                ids = [one.contact.id for one in of_round if MEANS[kind](one)]
                assert getattr(sums, kind) == len(ids), kind
                assert sorted(listed(made, kind, "round", str(round_))) == sorted(ids), kind


@exploring
@given(st.lists(STORIES, max_size=6))
@example(EVERYTHING)
def test_the_list_of_campaigns_says_what_each_campaign_says(app: Flask, stories: list[Story]) -> None:
    with world.undone():
        made = setting(stories)
        counted(made.campaign.id)
        found = queries.campaigns(made.org.id)
        assert len(found) == 2
        for row in found:
            tiles = queries.numbers(reading.of(row.id))
            assert (row.contacts, row.sums) == (tiles.contacts, tiles.sums)


def test_every_state_of_a_text_has_a_place_and_words(app: Flask) -> None:
    made = setting([Story(alive=s) if s in histories.ALIVE else Story(dead=[s]) for s in sorted(STATES)])
    browser = factories.client(app, made.organizer)
    page = browser.get(f"/o/{made.org.slug}/campaigns/{made.campaign.id}/rows/contacts")
    assert page.status_code == 200
    assert page.text.count('<th scope="row"') == len(STATES)


def test_tiles_lead_to_as_many_rows_as_they_say(app: Flask) -> None:
    stories = [*EVERYTHING, *[Story(alive="delivered", replies=n % 2) for n in range(rows.PAGE + 3)]]
    made = setting(stories)
    browser = factories.client(app, made.organizer)
    page = browser.get(f"/o/{made.org.slug}/campaigns/{made.campaign.id}").text
    tiles = re.findall(
        r'href="([^"]+/rows/[^"]+)">\s*<span class="stat-label">[^<]*</span>\s*'
        r'<span class="stat-value">([\d,]+)</span>',
        page,
    )
    assert [url.rsplit("/", 1)[1] for url, _ in tiles] == list(kinds.TILES)
    page = browser.get(f"/o/{made.org.slug}/campaigns/{made.campaign.id}/rates/volunteers").text
    of_volunteers = re.findall(r'href="([^"]+/rows/[^"]+)">([\d,]+)<span', page)
    assert len(of_volunteers) > 5
    for url, number in tiles + of_volunteers:
        assert rows_on_all_pages(browser, url.replace("&amp;", "&")) == int(number), url


def rows_on_all_pages(browser: FlaskClient, url: str) -> int:
    count = 0
    following: str | None = url
    while following:
        page = browser.get(following).text
        count += page.count('<th scope="row"')
        link = re.search(r'href="([^"]+)">Next<', page)
        following = link[1].replace("&amp;", "&") if link else None
    return count


def test_the_numbers_carry_the_time_of_the_one_clock(app: Flask) -> None:
    made = setting([])
    at = queries.numbers(counted(made.campaign.id)).at
    assert abs((at - db.session.execute(text("SELECT p2p_now()")).scalar_one()).total_seconds()) < 5
    browser = factories.client(app, made.organizer)
    page = browser.get(f"/o/{made.org.slug}/campaigns/{made.campaign.id}").text
    assert re.search(r"Numbers as of <time[^>]*>\d?\d:\d\d:\d\d [ap]m UTC</time>", page)


def test_before_everything_has_been_counted_once_there_is_no_moment(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an update that brought the counting: zeros would not be true of any moment."""
    made = setting([Story(alive="delivered")] * 3)
    db.session.execute(text("DELETE FROM counted"))
    monkeypatch.setattr(reading, "MOST_AT_A_PAGE", 1)
    browser = factories.client(app, made.organizer)
    path = f"/o/{made.org.slug}/campaigns/{made.campaign.id}"
    for page in ("", "/report", "/rates/groups", "/rates/groups?format=csv&by=number"):
        told = browser.get(path + page).text
        assert "ot counted yet" in told, page
        assert "s of <time" not in told
    assert catching_up.catch_up()
    assert "ot counted yet" not in browser.get(path).text


class Counting(Cursor[Any]):
    """A cursor that counts what it is asked."""

    asked = 0

    def execute(self, *args: Any, **kwargs: Any) -> "Counting":
        type(self).asked += 1
        return super().execute(*args, **kwargs)


@contextmanager
def counting() -> Iterator[None]:
    """Every statement counts, through SQLAlchemy or beside it: both use the driver's cursors."""
    connection = cursor().connection
    before = connection.cursor_factory
    connection.cursor_factory, Counting.asked = Counting, 0
    try:
        yield
    finally:
        connection.cursor_factory = before


def many(made: Setting, count: int) -> None:
    """Delivered first texts, every fifth answered, put in by a few statements."""
    values = {
        "org": made.org.id,
        "campaign": made.campaign.id,
        "person": made.volunteers[0].id,
        "count": count,
    }
    for statement in MANY.split(";"):
        db.session.execute(text(statement), values)
        # As autovacuum does within a minute: a planner that believes the tables empty joins row by row.
        db.session.execute(text("ANALYZE contact, recipient, conversation, click, message"))


MANY = """
INSERT INTO web_session (token_digest, person_id) VALUES ('many', :person);
INSERT INTO contact_import (organization_id, campaign_id, file_name, stored_as, size_bytes, status, zone_sets,
    created_by)
  VALUES (:org, :campaign, 'many.csv', '', 0, 'done', '{}', :person);
INSERT INTO recipient (organization_id, phone_hash, phone)
  SELECT :org, decode(lpad(to_hex(n), 8, '0'), 'hex'), '+16145550100' FROM generate_series(1, :count) n;
INSERT INTO contact (organization_id, campaign_id, recipient_id, import_id, line, zones, zone_evidence,
    position, state)
  SELECT :org, :campaign, r.id, i.id, 1, '{}', '', r.id, 'texted'
  FROM recipient r, contact_import i
  WHERE r.organization_id = :org AND length(r.phone_hash) = 4 AND i.file_name = 'many.csv';
INSERT INTO conversation (organization_id, campaign_id, contact_id, recipient_id, number_id, person_id,
    waiting_since)
  SELECT :org, :campaign, c.id, c.recipient_id, n.number_id, :person,
    CASE WHEN c.recipient_id % 5 = 0 THEN p2p_now() END
  FROM contact c, campaign_number n WHERE c.campaign_id = :campaign AND n.campaign_id = :campaign;
INSERT INTO click (organization_id, person_id, session_id, contact_id, kind, shown_at, age_ms, token_digest,
    text_commitment, zone_evidence, checks)
  SELECT :org, :person, s.id, c.id, 'first', p2p_now(), 1, decode(lpad(to_hex(c.id), 16, '0'), 'hex'), 'x', '',
    '{}'
  FROM contact c, web_session s WHERE c.campaign_id = :campaign AND s.token_digest = 'many';
INSERT INTO message (organization_id, campaign_id, contact_id, conversation_id, recipient_id, number_id,
    person_id, click_id, kind, text, encoding, segments, state)
  SELECT :org, :campaign, c.id, t.id, c.recipient_id, t.number_id, :person, k.id, 'first', 'Hi', 'GSM-7', 1,
    'delivered'
  FROM contact c JOIN conversation t ON t.contact_id = c.id JOIN click k ON k.contact_id = c.id
  WHERE c.campaign_id = :campaign
"""


def test_fifty_thousand_texts_take_one_statement_a_panel(app: Flask) -> None:
    made = setting([])
    many(made, 50_000)
    # Not a measure of speed: a plan that joins row by row takes many minutes, and this says so earlier.
    db.session.execute(text("SET LOCAL statement_timeout = '100s'"))
    found = counted(made.campaign.id)
    db.session.execute(text("ANALYZE text_fact"))
    with counting():
        tiles = queries.numbers(found)
        everything = queries.campaigns(made.org.id)
        assert Counting.asked == 3
        page = rows.rows(made.org.id, made.campaign.id, rows_filter.asked("waiting"))
        assert Counting.asked == 4
    assert tiles.of("sent") == tiles.of("delivered") == tiles.contacts == 50_000
    assert tiles.of("waiting") == 10_000
    assert len(page.rows) == rows.PAGE
    assert 50_000 in [row.sums.sent for row in everything]


@pytest.mark.parametrize(
    "path", ["", "/numbers-now", "/rows/contacts", "/rates/volunteers", "/rates/groups"]
)
def test_a_page_asks_no_more_of_a_large_campaign(app: Flask, path: str) -> None:
    asked = []
    for stories in ([Story(alive="delivered", replies=1)], EVERYTHING * 3):
        made = setting(stories)
        browser = factories.client(app, made.organizer)
        with counting():
            answer = browser.get(f"/o/{made.org.slug}/campaigns/{made.campaign.id}{path}")
            asked.append(Counting.asked)
        assert answer.status_code == 200
    assert asked[0] == asked[1] > 0
