"""Mails to whoever does not look while replies wait: seldom, by day, without anybody's name or words."""

import re

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.accounts import letter_texts, tokens
from p2ptext.accounts.models import Letter
from p2ptext.background import transaction
from p2ptext.conversations import noticing, tending
from p2ptext.extensions import db
from tests import factories
from tests.conversations.evening import Evening, evening, hears
from tests.world import csrf_token


def notices(made: Evening) -> int:
    """How many are asked for now."""
    asked = tending.notify()["notices"]
    db.session.expire_all()
    return asked


def letters(made: Evening) -> list[Letter]:
    found = db.session.query(Letter).filter_by(organization_id=made.org_id, kind=noticing.LETTER)
    return list(found.order_by(Letter.id))


def test_a_mail_says_how_many_wait_and_nothing_else(app: Flask) -> None:
    made = evening(app, waiting=3)
    made.minutes_pass(6)
    assert notices(made) == 1
    (letter,) = letters(made)
    subject, body = letter_texts.WRITERS[letter.kind](letter) or ("", "")
    assert subject == "3 people wait for your answer"
    assert f"http://localhost/o/{made.org}/replies" in body
    for word in ("Maria", "Who is this", "555", "Amy"):
        assert word not in subject + body
    assert letter.to_email == db.session.get_one(factories.Person, made.people["amy"]).email


def test_one_an_hour_and_only_for_something_new(app: Flask) -> None:
    made = evening(app, waiting=2)
    made.minutes_pass(6)
    assert (notices(made), notices(made)) == (1, 0)
    made.minutes_pass(61)
    assert notices(made) == 0  # the same two still wait
    db.session.execute(
        text("UPDATE conversation SET waiting_since = NULL WHERE id = :id"), {"id": made.talks[0]}
    )
    hears(made.talks[0], "Hello?")
    db.session.commit()
    assert notices(made) == 0  # others may follow within some minutes
    made.minutes_pass(6)
    assert notices(made) == 1
    made.minutes_pass(30)
    hears(made.talks[1], "Anybody?")
    assert notices(made) == 0


@pytest.mark.parametrize(("away", "asked"), [(9, 0), (11, 1)])
def test_who_looks_gets_none(app: Flask, away: int, asked: int) -> None:
    made = evening(app)
    made.come("amy")
    made.minutes_pass(away)
    assert notices(made) == asked


def test_nobody_is_called_to_work_while_the_hours_are_closed(app: Flask) -> None:
    # 14:00 Eastern: in Honolulu it is 9:00 or 8:00.
    made = evening(app, zones=["Pacific/Honolulu"])
    db.session.execute(text("UPDATE campaign SET opens = '11:00'"))
    made.minutes_pass(6)
    assert notices(made) == 0
    db.session.execute(text("UPDATE contact SET zones = '{America/New_York}'"))
    assert notices(made) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE membership SET wants_notices = false",
        "UPDATE membership SET status = 'suspended' WHERE role = 'volunteer'",
        "UPDATE person SET disabled_at = p2p_now()",
        "UPDATE campaign SET status = 'paused'",
        "UPDATE conversation SET review_reason = 'perhaps a STOP'",
        "UPDATE conversation SET offered_at = p2p_now(), offered_why = 'waited'",
    ],
)
def test_who_gets_none(app: Flask, change: str) -> None:
    made = evening(app)
    made.minutes_pass(6)
    db.session.execute(text(change))
    assert notices(made) == 0


def test_a_letter_whose_reason_is_gone_is_not_sent(app: Flask) -> None:
    made = evening(app)
    made.minutes_pass(6)
    notices(made)
    (letter,) = letters(made)
    db.session.execute(text("UPDATE conversation SET waiting_since = NULL"))
    assert letter_texts.WRITERS[letter.kind](letter) is None


def test_the_link_turns_them_off_with_one_press_and_without_signing_in(app: Flask) -> None:
    made = evening(app)
    made.minutes_pass(6)
    notices(made)
    (letter,) = letters(made)
    _, body = letter_texts.WRITERS[letter.kind](letter) or ("", "")
    (path,) = re.findall(r"http://localhost(/notices/off/\S+)", body)
    browser = app.test_client()
    assert "Stop these mails" in browser.get(path).get_data(as_text=True)
    assert notices_wanted(letter.about_id)  # programs that open links press nothing
    headers = {"X-CSRFToken": csrf_token(app, browser)}
    assert browser.post(path, headers=headers).status_code == 303
    assert not notices_wanted(letter.about_id)
    assert "You get no mails" in browser.get(path).get_data(as_text=True)
    forged = tokens.notices_token(letter.about_id)[:-2] + "xx"
    assert browser.get(f"/notices/off/{forged}").status_code == 404


def notices_wanted(membership_id: int) -> bool:
    db.session.expire_all()
    return bool(
        db.session.scalar(
            text("SELECT wants_notices FROM membership WHERE id = :id"), {"id": membership_id}
        )
    )


def test_the_switch_on_the_profile(app: Flask) -> None:
    made = evening(app)
    amy = made.browser("amy")
    membership_id = db.session.scalar(
        text("SELECT id FROM membership WHERE person_id = :id"), {"id": made.people["amy"]}
    )
    for wanted in ("no", "yes"):
        answer = amy.client.post(
            f"/profile/notices/{membership_id}", data={"wanted": wanted, "csrf_token": amy.csrf}
        )
        assert answer.status_code == 302
        assert notices_wanted(membership_id) is (wanted == "yes")
    assert "Stop these mails" in amy.client.get("/profile").get_data(as_text=True)


def test_a_reminder_that_is_due_is_told_once_and_may_be_mailed(app: Flask) -> None:
    made = evening(app)
    made.minutes_pass(6)
    notices(made)
    db.session.execute(
        text(
            """INSERT INTO reminder (conversation_id, person_id, organization_id, remind_at)
               VALUES (:talk, :amy, :org, p2p_now() + interval '60 minutes')"""
        ),
        {"talk": made.talks[0], "amy": made.people["amy"], "org": made.org_id},
    )
    db.session.commit()
    assert made.tend()["reminded"] == 0
    made.minutes_pass(61, on_shift=False)
    assert notices(made) == 0
    assert (made.tend()["reminded"], made.tend()["reminded"]) == (1, 0)
    assert notices(made) == 1


def test_nobody_is_asked_twice_by_two_processes(app: Flask) -> None:
    made = evening(app)
    made.minutes_pass(6)
    with transaction():
        assert (noticing.notify(), noticing.notify()) == (1, 0)
