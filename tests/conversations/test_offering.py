"""A reply waits for one volunteer no longer than promised, and for one who has left not at all."""

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.background import transaction
from p2ptext.conversations import offering
from p2ptext.extensions import db
from tests.conversations.evening import evening, suspend


@pytest.mark.parametrize(("minutes", "offered"), [(18, 0), (21, 1)])
def test_after_twenty_minutes_of_shift_a_reply_is_offered(
    app: Flask, minutes: int, offered: int
) -> None:
    made = evening(app)
    made.minutes_pass(minutes)
    assert made.tend()["offered"] == offered
    talk = made.talk(made.talks[0])
    assert talk.offered_why == ("waited" if offered else None)
    assert talk.person_id == made.people["amy"]  # hers until somebody takes it
    assert made.tend()["offered"] == 0


def test_a_night_without_anybody_does_not_use_the_promise_up(app: Flask) -> None:
    made = evening(app)
    made.minutes_pass(10)
    made.minutes_pass(600, on_shift=False)
    made.minutes_pass(8)
    assert made.tend()["offered"] == 0
    made.minutes_pass(4)
    assert made.tend()["offered"] == 1


def test_an_organization_sets_its_own_promise(app: Flask) -> None:
    made = evening(app)
    db.session.execute(text("UPDATE organization SET reply_promise_min = 5"))
    made.minutes_pass(7)
    assert made.tend()["offered"] == 1


def test_anothers_shift_keeps_nobodys_promise(app: Flask) -> None:
    made, other = evening(app), evening(app)
    made.minutes_pass(30, on_shift=False)
    other.minutes_pass(0)
    db.session.execute(
        text(
            """INSERT INTO shift_minute SELECT :org, date_trunc('minute', p2p_now()) - make_interval(mins => n)
               FROM generate_series(0, 29) AS n"""
        ),
        {"org": other.org_id},
    )
    made.tend()
    assert made.talk(made.talks[0]).offered_at is None
    assert other.talk(other.talks[0]).offered_why == "waited"


def test_what_may_ask_to_stop_and_what_is_over_is_offered_to_nobody(app: Flask) -> None:
    made = evening(app, waiting=2)
    db.session.execute(
        text("UPDATE conversation SET review_reason = 'perhaps a STOP' WHERE id = :id"),
        {"id": made.talks[0]},
    )
    made.minutes_pass(30)
    assert made.tend()["offered"] == 1
    other = evening(app)
    db.session.execute(
        text("UPDATE campaign SET status = 'archived' WHERE id = :id"), {"id": other.campaign}
    )
    other.minutes_pass(30)
    assert other.tend()["offered"] == 0


@pytest.mark.parametrize("status", ["suspended", "removed"])
def test_who_has_left_leaves_nobody_waiting(app: Flask, status: str) -> None:
    made = evening(app, waiting=2)
    db.session.execute(
        text("UPDATE conversation SET review_reason = 'perhaps a STOP' WHERE id = :id"),
        {"id": made.talks[0]},
    )
    suspend(made, "amy", status)
    assert made.tend()["offered"] == 2
    assert {made.talk(talk).offered_why for talk in made.talks} == {"left"}


def test_a_disabled_person_has_left_as_well(app: Flask) -> None:
    made = evening(app)
    db.session.execute(
        text("UPDATE person SET disabled_at = p2p_now() WHERE id = :id"), {"id": made.people["amy"]}
    )
    assert made.tend()["offered"] == 1


def test_more_than_one_transactions_worth_is_offered_in_one_go(app: Flask) -> None:
    made = evening(app, waiting=offering.MOST_AT_ONCE + 3)
    suspend(made, "amy")
    assert made.tend()["offered"] == offering.MOST_AT_ONCE + 3


def test_organizers_see_who_waits_while_nobody_is_there(app: Flask) -> None:
    made = evening(app, waiting=2)
    nobody = "2 people wait for an answer and nobody is here."
    assert offering.standing(made.org_id).words == nobody  # though nothing is offered yet
    made.come("amy")
    assert offering.standing(made.org_id).words == ""
    made.minutes_pass(5)
    suspend(made, "amy")
    made.tend()
    assert offering.standing(made.org_id).words == "2 people wait for an answer and nobody is here."
    inbox = made.browser("olga").get("/inbox").get_data(as_text=True)
    assert "2 people wait for an answer and nobody is here." in inbox
    made.come("ben")
    found = offering.standing(made.org_id)
    assert (found.offered, found.on_shift) == (2, 1)
    assert "nobody is here" not in found.words


def test_an_answered_reply_is_offered_no_more(app: Flask) -> None:
    made = evening(app)
    made.minutes_pass(30)
    made.tend()
    with transaction():
        db.session.execute(
            text(
                """UPDATE conversation SET waiting_since = NULL, offered_at = NULL, offered_why = NULL
                   WHERE id = :id"""
            ),
            {"id": made.talks[0]},
        )
    assert offering.standing(made.org_id).offered == 0
    assert made.tend()["offered"] == 0
