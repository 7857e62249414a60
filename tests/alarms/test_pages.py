"""Limits are set by managers, and what was once an alarm can be looked up."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.accounts.models import AuditEvent
from p2ptext.alarms import raising, watching
from p2ptext.alarms.acting import About, action
from p2ptext.alarms.kinds import KINDS
from p2ptext.alarms.listing import PAGE
from p2ptext.alarms.models import Alarm
from p2ptext.alarms.thresholds import Setting, thresholds
from p2ptext.alarms.wording import title, why
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.extensions import db
from tests import factories
from tests.alarms.many import alarms, texts
from tests.conversations.evening import Evening, evening


@pytest.fixture
def made(app: Flask) -> Evening:
    """Olga is a manager."""
    found = evening(app, waiting=0)
    db.session.execute(text("UPDATE membership SET role = 'manager' WHERE role = 'organizer'"))
    db.session.commit()
    return found


def as_shown(made: Evening) -> dict[str, str]:
    """The fields of the settings page, as a browser sends them."""
    page = made.browser("olga").get("/alarms/settings").get_data(as_text=True)
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        values = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if values.get("type") == "checkbox" and " checked" not in tag:
            continue
        if values.get("name"):
            fields[values["name"]] = values.get("value", "y")
    fields.pop("csrf_token", None)
    return fields


def of(made: Evening, kind: str) -> Setting:
    return thresholds(made.org_id).of(made.org_id, kind)


def test_what_is_shown_is_what_is_kept(made: Evening) -> None:
    fields = as_shown(made)
    for key, kind in KINDS.items():
        assert (key in fields) is (kind.threshold is not None)
        assert (f"{key}-on" in fields) is not kind.always
        if kind.threshold is not None:
            assert float(fields[key]) == kind.threshold
            assert kind.least <= kind.threshold <= kind.most
    assert made.browser("olga").post("/alarms/settings", **fields).status_code == 303
    assert db.session.scalar(text("SELECT count(*) FROM alarm_setting")) == 0


def test_whoever_turns_failures_off_reads_what_else_that_turns_off(made: Evening) -> None:
    page = made.browser("olga").get("/alarms/settings").get_data(as_text=True)
    assert "Turned off, no number stops by itself either." in page


def test_a_change_is_kept_and_recorded(made: Evening) -> None:
    fields = as_shown(made) | {"opt_outs": "7.5"}
    del fields["strays-on"]
    with transaction():
        raising.open_or_refresh(made.org_id, "strays", "", "warning", {"count": 1})
    assert made.browser("olga").post("/alarms/settings", **fields).status_code == 303
    assert of(made, "opt_outs") == Setting(True, 7.5)
    assert of(made, "strays") == Setting(False, 1)
    assert not alarms(made, "strays")  # nobody wants to be told of it any more
    events = db.session.scalars(db.select(AuditEvent).filter_by(action="alarm_setting"))
    details = {event.target: event.detail for event in events}
    assert set(details) == {"opt_outs", "strays"}
    assert (details["opt_outs"]["before"], details["opt_outs"]["threshold"]) == (5, 7.5)
    other = evening(made.app, waiting=0)
    assert of(other, "opt_outs") == Setting(True, 5)


@pytest.mark.parametrize("value", ["0.5", "51", "", "many", "-1", "NaN", "sNaN", "Infinity"])
def test_limits_that_make_no_sense_are_refused_in_words(made: Evening, value: str) -> None:
    answer = made.browser("olga").post(
        "/alarms/settings", script=False, **as_shown(made) | {"opt_outs": value}
    )
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert "There is a problem" in page
    if value in ("0.5", "51", "-1", ""):  # in the summary and at the field, each with its alarm's name
        assert page.count("Many people opt out: enter 1 to 50.") == 2
    assert of(made, "opt_outs") == Setting(True, 5)


def test_what_cannot_be_turned_off_stays_on(made: Evening) -> None:
    assert made.browser("olga").post("/alarms/settings", **as_shown(made)).status_code == 303
    db.session.execute(
        text("INSERT INTO alarm_setting (organization_id, kind, is_on) VALUES (:org, 'halted', false)"),
        {"org": made.org_id},
    )
    assert of(made, "halted").is_on


def test_a_budget_that_is_used_up_does_not_run_out() -> None:
    facts = {"name": "Rides", "percent": 99}
    assert title("budget", facts) == "The budget of Rides runs out"
    assert title("budget", facts | {"percent": 344}) == "The budget of Rides is used up"


def test_an_absence_is_told_by_the_moment_it_is_read(made: Evening) -> None:
    facts = {
        "count": 87,
        "for_organizers": 2,
        "oldest": (now() - timedelta(minutes=60)).isoformat(),
        "gone": (now() - timedelta(minutes=29)).isoformat(),
        "promises": [20],
    }
    words = why("nobody", facts, now())
    assert words.startswith(
        "87 people wait for an answer, 2 of them for a decision of yours, the first for 60 minutes. "
        "You promise one within 20 minutes. Nobody has had a page of texts or replies open for 29 minutes"
    )
    assert "the first for 30 minutes" in why("nobody", facts, now() - timedelta(minutes=30))


def test_what_failed_is_told_to_managers_and_to_who_asked(app: Flask) -> None:
    made = evening(app, waiting=0)
    with transaction():
        for person in ("olga", "ben"):
            facts = {
                "id": 1,
                "file": f"of-{person}",
                "name": "",
                "fault": "It broke.",
                "person": made.people[person],
            }
            raising.open_or_refresh(made.org_id, "exports", f"export {person}", "warning", facts)
    ids = {one.subject: one.id for one in alarms(made, "exports")}
    olga = made.browser("olga")
    page = olga.get("/alarms").get_data(as_text=True)
    assert "of-olga" in page
    assert "of-ben" not in page
    assert "of-ben" not in olga.get("/now").get_data(as_text=True)
    assert olga.post(f"/alarms/{ids['export ben']}/known", note="").status_code == 404
    assert olga.post(f"/alarms/{ids['export olga']}/known", note="").status_code == 303
    db.session.execute(text("UPDATE membership SET role = 'manager' WHERE role = 'organizer'"))
    db.session.commit()
    assert "of-ben" in made.browser("olga").get("/alarms").get_data(as_text=True)


def test_past_alarms_are_kept(made: Evening) -> None:
    for place in range(PAGE + 1):
        factories.add(
            Alarm(
                organization_id=made.org_id,
                kind="strays",
                level="warning",
                facts={"count": place},
                until=now(),
                put_aside_by=made.people["olga"] if place == 0 else None,
                note="I called <b>them</b>." if place == 0 else "",
            )
        )
    factories.add(
        Alarm(organization_id=made.org_id, kind="of_old", level="danger", facts={}, until=now())
    )
    db.session.commit()
    olga = made.browser("olga")
    first, second = (olga.get(f"/alarms/past?page={page}").get_data(as_text=True) for page in (1, 2))
    assert "Of old" in first
    assert "I called &lt;b&gt;them&lt;/b&gt;." in second
    assert "Olga Long" in second
    assert olga.get("/alarms/past?page=3").status_code == 404
    assert olga.get("/alarms/past?page=0").status_code == 404


def test_the_page_says_that_the_dispatcher_is_gone(made: Evening) -> None:
    """Nobody else can: the watching is its chore."""
    db.session.execute(
        text(
            """INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id)
               SELECT :id, :org, 2, p2p_now() - interval '2 minutes', 1"""
        ),
        {"id": _message(made), "org": made.org_id},
    )
    db.session.commit()
    olga = made.browser("olga")
    assert "1 text is due and nobody takes them" in olga.get("/alarms").get_data(as_text=True)
    db.session.execute(text("DELETE FROM outbox"))
    db.session.commit()
    assert "1 text is due" not in olga.get("/now").get_data(as_text=True)
    assert not alarms(made, "stuck")


def _message(made: Evening) -> int:
    texts(made, 1, state="queued")
    return int(db.session.scalar(text("SELECT max(id) FROM message")) or 0)


def test_titles_and_words_of_kinds_that_are_no_more(app: Flask) -> None:
    assert title("of_old", {}) == "Of old"
    assert title("timing", {}) == KINDS["timing"].title
    assert why("of_old", {}, now()) == ""
    assert action("of_old", About(None, {}, True, True)) is None
    assert watching.CHORES[0][0] <= 15


def test_titles_say_whom_they_are_about(made: Evening) -> None:
    with transaction():
        for name in ("Amy {Long}", "Ben <b>Long</b>"):
            facts = {
                "name": name,
                "person": made.people["amy"],
                "words": "60 presses in a row",
                "size": 1,
            }
            raising.open_or_refresh(made.org_id, "timing", name, "warning", facts)
    for path in ("/now", "/alarms"):
        page = made.browser("olga").get(path).get_data(as_text=True)
        assert "Amy {Long} presses like a machine" in page
        assert "Ben &lt;b&gt;Long&lt;/b&gt; presses like a machine" in page
