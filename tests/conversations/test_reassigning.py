"""Conversations are given to who can answer, with a note; the promise of an organization is a manager's."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.accounts.models import AuditEvent
from p2ptext.conversations import handover
from p2ptext.extensions import db
from tests.conversations.evening import Evening, evening, suspend
from tests.review.deeds_by_hand import begin, do, shown


def owners(made: Evening) -> list[str]:
    names = {person: name for name, person in made.people.items()}
    return [names[made.talk(talk).person_id] for talk in made.talks]


def test_the_note_goes_with_them(app: Flask) -> None:
    made = evening(app, waiting=3)
    olga = made.browser("olga")
    place = begin(olga, "reassign", volunteer=str(made.people["amy"]))
    olga.post(f"{place}/details", script=False, to=str(made.people["ben"]), note="Amy  went home")
    assert "Give 3 conversations to Ben Long?" in olga.get(place).get_data(as_text=True)
    assert owners(made) == ["amy"] * 3
    do(olga, place)
    assert owners(made) == ["ben"] * 3
    (change,) = handover.history(made.talks[0])
    assert (change.why, change.note, change.from_name) == ("organizer", "Amy went home", "Amy")


def test_to_whoever_is_on_shift(app: Flask) -> None:
    made = evening(app, waiting=2)
    olga = made.browser("olga")
    place = begin(olga, "reassign", status="waiting")
    olga.post(f"{place}/details", script=False, to="anybody")
    do(olga, place)
    assert {made.talk(talk).offered_why for talk in made.talks} == {"organizer"}
    assert owners(made) == ["amy"] * 2


def suspended(made: Evening) -> int:
    suspend(made, "ben")
    return made.people["ben"]


def stranger(made: Evening) -> int:
    return evening(made.app).people["ben"]


@pytest.mark.parametrize("whom", [suspended, stranger])
def test_nobody_can_be_chosen_who_cannot_answer(app: Flask, whom: Callable[[Evening], int]) -> None:
    made = evening(app)
    olga = made.browser("olga")
    place = begin(olga, "reassign", made.talks[0])
    assert olga.post(f"{place}/details", script=False, to=str(whom(made))).status_code == 422
    assert owners(made) == ["amy"]


def test_who_was_suspended_after_the_question_gets_none(app: Flask) -> None:
    made = evening(app)
    olga = made.browser("olga")
    place = begin(olga, "reassign", made.talks[0])
    olga.post(f"{place}/details", script=False, to=str(made.people["ben"]))
    agreed = shown(olga, place)
    suspend(made, "ben")
    olga.post(f"{place}/do", script=False, **agreed)
    assert "This person cannot answer here just now" in olga.get(place).get_data(as_text=True)
    assert owners(made) == ["amy"]


def test_the_promise_and_last_names_are_managers_to_set(app: Flask) -> None:
    made = evening(app)
    manager = made.browser("olga")
    path = "/settings/replies"
    assert manager.get(path).status_code == 403
    db.session.execute(
        text("UPDATE membership SET role = 'manager' WHERE person_id = :id"), {"id": made.people["olga"]}
    )
    assert "20" in manager.get(path).get_data(as_text=True)
    assert manager.post(path, reply_promise_min="0").status_code == 200
    assert manager.post(path, reply_promise_min="7", show_last_names="y").status_code == 302
    values = db.session.execute(
        text("SELECT reply_promise_min, show_last_names FROM organization WHERE id = :id"),
        {"id": made.org_id},
    ).one()
    assert tuple(values) == (7, True)
    event = db.session.query(AuditEvent).filter_by(action="settings_changed").one()
    assert event.detail == {"fields": ["reply_promise_min", "show_last_names"]}
