"""The page of the running evening: every number is that of the rows, and it stays one organization's."""

import math
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.clock import now as moment
from p2ptext.counting import catching_up, presses
from p2ptext.extensions import db
from p2ptext.insight import now
from p2ptext.review import inbox
from p2ptext.texting import live, who_waits
from tests import factories
from tests.alarms.many import texts
from tests.conversations.evening import Evening, evening, hears


def rows(statement: str, **values: Any) -> list[Any]:
    return list(db.session.execute(text(statement), values))


@pytest.fixture
def busy(app: Flask) -> tuple[Evening, int]:
    """An evening with two campaigns, of which the second's id is given too, beside another organization's."""
    made, other = evening(app, waiting=3), evening(app, waiting=1)
    olga = db.session.get_one(factories.Person, made.people["olga"])
    org = db.session.get_one(factories.Organization, made.org_id)
    second = factories.campaign(org, olga).id
    tests = factories.campaign(org, olga, is_tests=True, name="Tests").id
    db.session.commit()
    for minutes in (0, 1, 2, 4, 6, 29, 31, 600):
        texts(made, minutes % 5 + 2, ago=f"{minutes} minutes 5 seconds")
        texts(made, 3, ago=f"{minutes} minutes 50 seconds", campaign=second)
        texts(other, 9, ago=f"{minutes} minutes 5 seconds")
    texts(made, 4, state="queued", campaign=second)
    texts(made, 3, state="queued")
    texts(other, 5, state="queued")
    queued = rows("SELECT id, organization_id, number_id FROM message WHERE state = 'queued'")
    for place, row in enumerate(queued):
        db.session.execute(
            text(
                """INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id)
                   VALUES (:id, :org, 2, p2p_now() + make_interval(secs => :s), :number)"""
            ),
            {"id": row[0], "org": row[1], "number": row[2], "s": -7 * place if place % 4 else 600},
        )
    first = rows("SELECT min(id) FROM conversation WHERE campaign_id = :id", id=second)[0][0]
    hears(first, "Yes")
    quiet = "SELECT min(id) FROM conversation WHERE campaign_id = :id AND waiting_since IS NULL"
    hears(rows(quiet, id=made.campaign)[0][0], "Hm")
    db.session.execute(
        text("UPDATE conversation SET review_reason = 'may ask to stop' WHERE id = :id"),
        {"id": made.talks[2]},
    )
    db.session.execute(
        text("UPDATE conversation SET offered_at = p2p_now(), offered_why = 'waited' WHERE id = :id"),
        {"id": made.talks[1]},
    )
    texts(made, 1, campaign=tests, ago="9 hours")
    hears(rows("SELECT id FROM conversation WHERE campaign_id = :id", id=tests)[0][0], "A test")
    db.session.commit()
    made.come("amy", "ben")
    other.come("cleo")
    return made, second


@pytest.mark.parametrize("of_one", [False, True])
@pytest.mark.parametrize("kept", ["nothing", "some", "all", "of a clock ahead", "twice"])
def test_presses_are_those_of_the_rows(busy: tuple[Evening, int], of_one: bool, kept: str) -> None:
    made, second = busy
    if kept != "nothing":
        _keep_minutes(kept)
    found = now.pressed(made.org_id, second if of_one else None)
    this_minute = found.at.replace(second=0, microsecond=0)
    wanted = [0] * now.MINUTES
    last_minute, people = 0, set()
    for at, person, campaign in rows(
        """SELECT k.received_at, k.person_id, m.campaign_id FROM qa_click k
           JOIN qa_message m ON m.click_id = k.id WHERE m.organization_id = :org""",
        org=made.org_id,
    ):
        ago = (this_minute - at.replace(second=0, microsecond=0)) // timedelta(minutes=1)
        if 0 <= ago < now.MINUTES and (campaign == second or not of_one):
            wanted[now.MINUTES - 1 - ago] += 1
            last_minute += found.at - at < timedelta(minutes=1)
            people |= {person} if found.at - at < timedelta(minutes=now.LATELY_MIN) else set()
    assert found.minutes == wanted
    assert sum(wanted) > 0
    assert found.last_minute == last_minute > 0
    assert found.people == len(people) == 1
    assert found.most == max(wanted)
    assert found.begins(0) == this_minute - timedelta(minutes=now.MINUTES - 1)


def _keep_minutes(kept: str) -> None:
    assert presses.count()
    if kept == "some":
        earlier = "SELECT pressed_until - interval '5 minutes' FROM counted"
        db.session.execute(text(f"DELETE FROM press_minute WHERE minute >= ({earlier})"))
        db.session.execute(text(f"UPDATE counted SET pressed_until = ({earlier})"))
    elif kept == "of a clock ahead":
        db.session.execute(text("UPDATE counted SET pressed_until = p2p_now() + interval '1 hour'"))
        db.session.execute(text("UPDATE press_minute SET presses = 1000"))
    elif kept == "twice":
        db.session.execute(text("UPDATE counted SET pressed_until = p2p_now() + interval '1 hour'"))
        db.session.execute(text("UPDATE press_minute SET presses = 1000"))
        db.session.commit()
        assert presses.count()
    db.session.commit()


def test_a_minute_is_counted_once_and_not_before_it_is_settled(busy: tuple[Evening, int]) -> None:
    assert presses.count()
    assert not rows("SELECT 1 FROM press_minute WHERE minute > p2p_now() - interval '2 minutes'")
    until = rows("SELECT pressed_until FROM counted")[0][0]
    kept = (
        "SELECT * FROM press_minute WHERE minute < :until ORDER BY organization_id, campaign_id, minute"
    )
    before = rows(kept, until=until)
    assert {row[0] for row in before} > {busy[0].org_id}
    db.session.execute(text("UPDATE counted SET pressed_until = pressed_until - interval '1 minute'"))
    db.session.execute(
        text("DELETE FROM press_minute WHERE minute >= (SELECT pressed_until FROM counted)")
    )
    db.session.commit()
    assert presses.count()
    assert rows(kept, until=until) == before


@pytest.mark.parametrize("of_one", [False, True])
def test_what_leaves_is_that_of_the_rows(busy: tuple[Evening, int], of_one: bool) -> None:
    made, second = busy
    found = now.leaving(made.org_id, second if of_one else None)
    at = moment()
    due = [
        row[0]
        for row in rows(
            """SELECT o.due_at FROM outbox o JOIN qa_message m ON m.id = o.message_id
               WHERE m.organization_id = :org AND (m.campaign_id = :one OR NOT :of_one)""",
            org=made.org_id,
            one=second,
            of_one=of_one,
        )
    ]
    ages = sorted((at - one).total_seconds() for one in due if one <= at)
    assert (found.waiting, found.due) == (len(due), len(ages))
    assert 0 < found.due < found.waiting or of_one
    assert found.oldest_s == pytest.approx(ages[-1], abs=1)
    assert found.half_s == pytest.approx(_share(ages, 0.5), abs=1)
    assert found.most_s == pytest.approx(_share(ages, 0.95), abs=1)


def _share(ages: list[float], share: float) -> float:
    """The quantile as PostgreSQL's percentile_cont has it."""
    place = share * (len(ages) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ages) - 1)
    return ages[low] + (place - low) * (ages[high] - ages[low])


@pytest.mark.parametrize("of_one", [False, True])
def test_who_waits_is_that_of_the_rows(busy: tuple[Evening, int], of_one: bool) -> None:
    made, second = busy
    db.session.execute(text("UPDATE campaign SET reply_promise_min = 7 WHERE id = :id"), {"id": second})
    db.session.execute(
        text("UPDATE conversation SET waiting_since = waiting_since - interval '8 minutes'")
    )
    found = who_waits.of(made.org_id, second if of_one else None)
    waits = rows(
        """SELECT t.waiting_since, t.review_reason, t.offered_at, t.campaign_id FROM qa_conversation t
           JOIN qa_campaign a ON a.id = t.campaign_id
           WHERE t.organization_id = :org AND t.waiting_since IS NOT NULL AND a.name <> 'Tests'
             AND (t.campaign_id = :one OR NOT :of_one)""",
        org=made.org_id,
        one=second,
        of_one=of_one,
    )
    assert found.people == len(waits) == (1 if of_one else 5)
    assert found.oldest == min(row[0] for row in waits)
    assert found.offered == sum(row[2] is not None for row in waits) == (0 if of_one else 1)
    assert found.for_organizers == sum(row[1] is not None for row in waits) == (0 if of_one else 1)
    assert found.late == sum(row[1] is None and row[3] == second for row in waits) == 1
    assert found.promises == ([7] if of_one else [7, 20])


def test_who_is_here(busy: tuple[Evening, int]) -> None:
    made, _ = busy
    found = now.people(made.org_id)
    assert [row.name for row in found.rows] == ["Amy Long", "Ben Long"]
    assert found.total == 2
    (waits,) = rows(
        """SELECT count(*) FROM qa_conversation WHERE organization_id = :org AND person_id = :amy
             AND waiting_since IS NOT NULL AND review_reason IS NULL""",
        org=made.org_id,
        amy=made.people["amy"],
    )
    assert found.rows[0].waiting == waits[0]


def test_campaigns_are_those_under_way(busy: tuple[Evening, int]) -> None:
    made, second = busy
    olga = db.session.get_one(factories.Person, made.people["olga"])
    org = db.session.get_one(factories.Organization, made.org_id)
    paused = factories.campaign(org, olga, status="paused").id
    for status in ("draft", "archived"):
        factories.campaign(org, olga, status=status)
    db.session.commit()
    while not catching_up.catch_up(5000):
        pass
    found = now.running(made.org_id)
    assert {row.id for row in found[:2]} == {made.campaign, second}
    assert (found[2].id, found[2].outlook) == (paused, None)
    assert len(found) == 3
    outlooks = {row.id: row.outlook for row in now.running(made.org_id, second)}
    assert [one for one, outlook in outlooks.items() if outlook] == [second]
    for row in found:
        (counts,) = rows(
            """SELECT count(DISTINCT m.id) FILTER (WHERE m.state NOT IN ('queued', 'sending')),
                 count(DISTINCT m.id) FILTER (WHERE m.state = 'queued'),
                 count(DISTINCT i.conversation_id) FROM qa_message m
               LEFT JOIN qa_conversation t ON t.id = m.conversation_id
               LEFT JOIN qa_inbound i ON i.conversation_id = t.id
               WHERE m.campaign_id = :id AND m.kind = 'first'""",
            id=row.id,
        )
        assert (row.sums.sent, row.sums.on_the_way, row.sums.replied) == tuple(counts)
        successes, n, low, high = row.reply_rate
        assert (successes, n) == (row.sums.replied_to_sent, row.sums.sent)
        assert 0 <= low <= high <= 1


def test_the_days_share_is_told(app: Flask) -> None:
    made = evening(app, waiting=0)
    db.session.execute(
        text(
            """INSERT INTO registration (organization_id, name, brand, state, t_mobile_per_day)
               VALUES (:org, 'Levy', 'B1', 'active', 2000), (:org, 'Again', 'B1', 'active', 2000),
                 (:org, 'No brand', '', 'active', 2000), (:org, 'Old', 'B2', 'expired', 2000)"""
        ),
        {"org": made.org_id},
    )
    db.session.execute(
        text(
            """INSERT INTO pacing_bucket (name, permits)
               SELECT 'day ' || :org || ' B1 ' || (p2p_now() AT TIME ZONE 'America/Los_Angeles')::date, 500"""
        ),
        {"org": made.org_id},
    )
    (cap,) = now.caps(made.org_id)
    assert (cap.name, cap.used, cap.cap, cap.percent) == ("Levy", 500, 2000, 25)
    assert timedelta() < cap.ends - moment() <= timedelta(hours=25)


def test_the_page_and_its_parts(busy: tuple[Evening, int]) -> None:
    made, second = busy
    olga = made.browser("olga")
    page = olga.get("/now").get_data(as_text=True)
    assert "Texts a minute" in page
    assert f'data-now="/o/{made.org}/now/part"' in page
    for path in ("/now?large=1", "/now/part", f"/now?campaign={second}", f"/now/part?campaign={second}"):
        assert olga.get(path).status_code == 200, path
    assert olga.get("/now?campaign=2000000000").status_code == 404
    waits = inbox.waits(made.org_id)
    assert waits > 0
    assert re.search(rf"data-inbox-count><span>{waits}<", page)  # as fresh as the page, by now.js
    assert f'data-inbox="{waits}"' in olga.get("/now/part").get_data(as_text=True)
    lines = olga.get("/now/presses.csv").get_data(as_text=True).splitlines()
    assert lines[0] == "minute_begins_utc,presses"
    assert len(lines) == now.MINUTES + 1
    assert sum(int(line.split(",")[1]) for line in lines[1:]) == sum(
        now.pressed(made.org_id, None).minutes
    )
    assert datetime.fromisoformat(lines[1].split(",")[0])
    numbers = re.findall(r'class="now-number"[^>]*>(?:<a [^>]*>)?(\d+)', page)
    leaving = now.leaving(made.org_id, None).waiting
    assert [int(one) for one in numbers[1:]] == [5, leaving, 2]


def test_organizers_begin_here_while_a_campaign_runs(app: Flask) -> None:
    made = evening(app, waiting=0)
    olga, amy = made.browser("olga"), made.browser("amy")
    assert olga.client.get("/").headers["Location"] == f"/o/{made.org}/now"
    assert amy.client.get("/").headers["Location"] == f"/o/{made.org}/texting"
    db.session.execute(text("UPDATE campaign SET status = 'paused'"))
    db.session.commit()
    assert olga.client.get("/").headers["Location"] == f"/o/{made.org}/campaigns"


def test_a_page_hears_that_something_happened_and_not_what(app: Flask) -> None:
    made = evening(app, waiting=0)
    heard = live.pulse(live.everybody(made.org_id), 0.0)
    assert next(heard).startswith("retry")  # type: ignore[union-attr]
    live.HUB._pass_on(f"hints:{made.org_id + 1}:7", "reply 12")
    live.HUB._pass_on(f"hints:{made.org_id}:7", "reply 34")
    live.HUB._pass_on(live.everybody(made.org_id), "alarm")
    assert next(heard) == "event: now\ndata: \n\n"
    assert next(heard) == "event: now\ndata: \n\n"
    heard.close()  # type: ignore[attr-defined]
