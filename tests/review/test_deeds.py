"""What is done with many conversations at once is done with those that were shown, and with no others."""

import random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts.models import AuditEvent
from p2ptext.background import transaction
from p2ptext.extensions import db
from p2ptext.review import deeds, lost_jobs, record
from p2ptext.review.models import ReviewDeed
from p2ptext.texting.stopping import stop
from tests.conversations.evening import Evening, evening, hears
from tests.conversations.test_surveying import write_script
from tests.review.deeds_by_hand import STEPS, begin, do, run, shown, states, tag


def details(made: Evening, deed: str) -> dict[str, str]:
    return {
        "reassign": {"to": str(made.people["ben"]), "note": "Amy went home"},
        "tag": {"tag": "the tag"},
        "untag": {"tag": "the tag"},
        "answer": {"answer": "s1:a1"},
        "opt_out": {"reason": "asked at the door"},
    }.get(deed, {})


def ground(app: Flask) -> tuple[Evening, int]:
    """Twelve people in every state, of whom a filter means some; and the tag that some have."""
    made = evening(app, waiting=12)
    write_script(made.campaign, STEPS)
    pressed = tag(made)
    dice = random.Random(11)
    marks = (
        "UPDATE conversation SET waiting_since = NULL, state = 'closed', "
        "closed_reason = 'no_reply_needed' WHERE id = :id",
        "UPDATE conversation SET review_reason = 'maybe' WHERE id = :id",
        "UPDATE conversation SET crisis_reason = 'danger' WHERE id = :id",
        "UPDATE conversation SET person_id = :ben WHERE id = :id",
        "UPDATE contact SET replied_at = p2p_now() WHERE id = "
        "(SELECT contact_id FROM conversation WHERE id = :id)",
        "INSERT INTO conversation_tag VALUES (:id, :tag, :org, :ben)",
        "INSERT INTO pass_mark SELECT contact_id, organization_id, campaign_id, :ben FROM conversation "
        "WHERE id = :id",
    )
    columns = "(conversation_id, tag_id, organization_id, person_id)"
    for talk in made.talks[:10]:
        for statement in dice.sample(marks, 2):
            statement = statement.replace(
                "conversation_tag VALUES", f"conversation_tag {columns} VALUES"
            )
            db.session.execute(
                text(statement.replace("pass_mark SELECT", "pass_mark (contact_id, organization_id,"
                                       " campaign_id, person_id) SELECT")),
                {"id": talk, "ben": made.people["ben"], "tag": pressed, "org": made.org_id},
            )  # fmt: skip
    with transaction():
        stop(made.talk(made.talks[10]).recipient_id, "their own words", None)
    return made, pressed


def may(deed: str, before: tuple[Any, ...], made: Evening, pressed: int, replied: bool) -> bool:
    """The same in Python, of one conversation as it stands."""
    state, _, waits, owner, _, review, suppressed, _, tags, answers, marked = before
    told: dict[str, bool] = {
        "reassign": (state == "open" or waits) and owner != made.people["ben"],
        "tag": pressed not in (tags or []),
        "untag": pressed in (tags or []),
        "answer": "a1" not in (answers or []),
        "opt_out": not suppressed,
        "close": not review and not suppressed and (state == "open" or waits),
        "mark": not suppressed and not replied and not marked,
        "unmark": marked,
    }
    return told[deed]


@pytest.mark.parametrize("deed", [one for one in deeds._NOT_WITH if one != "list"] + ["reassign"])
def test_each_deed_changes_exactly_those_it_can_be_done_with(app: Flask, deed: str) -> None:
    made, pressed = ground(app)
    other = evening(app, waiting=3)
    olga = made.browser("olga")
    before = states()
    replied = set(
        db.session.scalars(
            text(
                "SELECT t.id FROM conversation t JOIN contact c ON c.id = t.contact_id "
                "WHERE c.replied_at IS NOT NULL"
            )
        )
    )
    danger = set(db.session.scalars(text("SELECT id FROM conversation WHERE crisis_reason IS NOT NULL")))
    expected = {
        talk
        for talk in made.talks
        if may(deed, before[talk], made, pressed, talk in replied)
        and not (deed == "close" and talk in danger)
    }
    assert expected
    place = begin(olga, deed, campaign=str(made.campaign))
    told = {name: str(pressed) if value == "the tag" else value
            for name, value in details(made, deed).items()}  # fmt: skip
    if told:
        assert olga.post(f"{place}/details", script=False, **told).status_code == 303
    assert states() == before
    assert shown(olga, place)["number"] == str(len(expected))
    do(olga, place)
    after = states()
    assert {talk for talk in after if after[talk] != before[talk]} == expected
    assert not expected.intersection(other.talks)
    row = db.session.query(ReviewDeed).one()
    assert (row.status, row.done, row.place) == ("done", len(expected), 12)
    assert sum(row.left_out.values()) == 12 - len(expected)
    event = db.session.query(AuditEvent).filter_by(action="conversations_changed").one()
    assert (event.person_id, sorted(event.detail["conversations"])) == (
        made.people["olga"],
        sorted(expected),
    )
    others = len(expected) - 1
    line = (
        f"{RECORDED[deed]}, with {others} {'other' if others == 1 else 'others'}"
        if others
        else RECORDED[deed]
    )
    told_in = {talk for talk in made.talks if line in said(made, talk)}
    assert told_in == expected


RECORDED = {
    "reassign": "Given to Ben Long",
    "tag": "Put the tag “Press” on",
    "untag": "Took the tag “Press” off",
    "answer": "Wrote down an answer",
    "opt_out": "Opted out",
    "close": "Closed: no reply needed",
    "mark": "Marked for the next pass",
    "unmark": "Took the mark for the next pass off",
}
"""What the record of each conversation says of it."""


def said(made: Evening, talk: int) -> list[str]:
    """The record of a conversation, without who and when."""
    return [one.what for one in record.deeds(made.org_id, talk)]


def test_the_record_knows_an_offer_and_a_tag_that_is_gone(app: Flask) -> None:
    made = evening(app, waiting=2)
    olga = made.browser("olga")
    for deed, told in (("tag", {"tag": str(tag(made))}), ("reassign", {"to": "anybody"})):
        place = begin(olga, deed, made.talks[0])
        olga.post(f"{place}/details", script=False, **told)
        do(olga, place)
    run("DELETE FROM conversation_tag")
    run("DELETE FROM tag")
    told_now = said(made, made.talks[0])
    assert "Put a tag on that is gone now" in told_now
    assert "Offered to whoever was on shift" in told_now
    assert len(told_now) == len(said(made, made.talks[1])) + 2


def test_what_is_over_is_forgotten_after_a_day(app: Flask) -> None:
    made = evening(app, waiting=3)
    olga = made.browser("olga")
    ended = begin(olga, "close", *made.talks[:2])
    do(olga, ended)
    undecided = begin(olga, "close", made.talks[2])
    assert lost_jobs.forget() == {"deeds_undecided": 0, "deeds_ended": 0}
    run("UPDATE review_deed SET asked_at = asked_at - interval '25 hours', finished_at = finished_at - "
        "interval '25 hours'")  # fmt: skip
    assert lost_jobs.forget() == {"deeds_undecided": 1, "deeds_ended": 1}
    assert olga.get(undecided).status_code == 404
    page = olga.get(ended).get_data(as_text=True)
    assert "2 conversations closed." in page
    assert "not looked at" not in page
    row = db.session.scalars(select(ReviewDeed)).one()
    assert (row.status, row.done, row.ids, row.inbound_ids) == ("done", 2, [], [])
    assert said(made, made.talks[0])[-1] == "Closed: no reply needed, with 1 other"
    assert lost_jobs.forget() == {"deeds_undecided": 0, "deeds_ended": 0}


def test_nothing_happens_before_the_number_was_seen(app: Flask) -> None:
    made = evening(app, waiting=3)
    olga = made.browser("olga")
    before = states()
    place = begin(olga, "reassign", *made.talks[:2])
    page = olga.get(place).get_data(as_text=True)
    assert "You ticked 2 conversations" in page
    assert "Who is this?" in page
    assert olga.post(f"{place}/details", script=False, to="").status_code == 422
    assert olga.post(f"{place}/do", script=False, number="2", stamp="made up").status_code == 303
    olga.post(f"{place}/details", script=False, to="anybody")
    assert "Offer 2 conversations to whoever is on shift?" in olga.get(place).get_data(as_text=True)
    assert states() == before
    assert "2 conversations offered to whoever is on shift." in do(olga, place)
    assert [made.talk(talk).offered_why for talk in made.talks] == ["organizer", "organizer", None]


def test_a_change_is_shown_before_anything_is_done(app: Flask) -> None:
    made = evening(app, waiting=3)
    olga = made.browser("olga")
    place = begin(olga, "close", status="waiting")
    seen = shown(olga, place)
    assert seen["number"] == "3"
    run("UPDATE conversation SET waiting_since = NULL WHERE id = :id", id=made.talks[0])
    before = states()
    page = olga.post(f"{place}/do", script=False, **seen)
    assert page.status_code == 303
    assert states() == before
    again = olga.get(place).get_data(as_text=True)
    assert "Nothing is done yet. Look at the new number first." in again
    assert "Close 2 conversations?" in again
    assert "They do not match what you looked for any more." in again
    assert "2 conversations closed." in do(olga, place)


def test_who_has_written_since_is_left_alone(app: Flask) -> None:
    """Nobody closes a text that nobody has read."""
    made = evening(app, waiting=25)
    olga = made.browser("olga")
    place = begin(olga, "close", status="waiting")
    seen = shown(olga, place)
    hears(made.talks[7], "Are you still there?")
    db.session.commit()
    olga.post(f"{place}/do", script=False, **seen)
    page = olga.get(place).get_data(as_text=True)
    assert "24 conversations closed." in page
    assert "They have written since you looked." in page
    assert made.talk(made.talks[7]).waiting_since is not None


def test_a_stop_in_between_stays(app: Flask) -> None:
    made = evening(app, waiting=4)
    write_script(made.campaign, STEPS)
    olga = made.browser("olga")
    person = made.talk(made.talks[1]).recipient_id
    places = {deed: begin(olga, deed, campaign=str(made.campaign)) for deed in ("close",)}
    seen = shown(olga, places["close"])
    with transaction():
        stop(person, "their own words", None)
    before = states()[made.talks[1]]
    olga.post(f"{places['close']}/do", script=False, **seen)
    do(olga, places["close"])
    assert states()[made.talks[1]] == before
    for deed, told in (("answer", {"answer": "s1:a1"}), ("reassign", {"to": str(made.people["ben"])})):
        place = begin(olga, deed, campaign=str(made.campaign))
        olga.post(f"{place}/details", script=False, **told)
        do(olga, place)
    assert states()[made.talks[1]][6:8] == (True, "their own words")
