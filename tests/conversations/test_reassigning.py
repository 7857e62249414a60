"""Organizers move many conversations at once, after they have seen how many."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.accounts.models import AuditEvent
from p2ptext.background import transaction
from p2ptext.conversations import handover, reassigning
from p2ptext.conversations.reassigning import Filter
from p2ptext.extensions import db
from tests.conversations.evening import Evening, evening, hears, suspend

PATH = "/conversations/reassign"


def owners(made: Evening) -> list[str]:
    names = {person: name for name, person in made.people.items()}
    return [names[made.talk(talk).person_id] for talk in made.talks]


def test_the_number_is_shown_before_anything_moves(app: Flask) -> None:
    made = evening(app, waiting=3)
    olga = made.browser("olga")
    assert "3 conversations</h2>" in olga.get(f"{PATH}?owner={made.people['amy']}").get_data(
        as_text=True
    )
    form = {
        "which": "all",
        "owner": str(made.people["amy"]),
        "to": str(made.people["ben"]),
        "note": "Amy went home",
    }
    question = olga.post(PATH, script=False, **form)
    assert "Move 3 conversations to Ben Long?" in question.get_data(as_text=True)
    assert "Your note: <bdi>Amy went home</bdi>" in question.get_data(as_text=True)
    assert owners(made) == ["amy"] * 3
    answer = olga.post(PATH, script=False, **form, confirmed="yes")
    assert answer.status_code == 303
    assert owners(made) == ["ben"] * 3
    (change,) = handover.history(made.talks[0])
    assert (change.why, change.note, change.from_name) == ("organizer", "Amy went home", "Amy")
    event = db.session.query(AuditEvent).filter_by(action="conversations_moved").one()
    assert (event.detail, event.person_id) == ({"moved": 3}, made.people["olga"])
    assert "3 conversations moved." in olga.get(PATH).get_data(as_text=True)


def test_to_whoever_is_on_shift(app: Flask) -> None:
    made = evening(app, waiting=2)
    olga = made.browser("olga")
    assert "Offer 2 conversations to whoever is on shift?" in olga.post(
        PATH, script=False, to="anybody", which="all"
    ).get_data(as_text=True)
    olga.post(PATH, script=False, to="anybody", which="all", confirmed="yes")
    assert {made.talk(talk).offered_why for talk in made.talks} == {"organizer"}
    assert owners(made) == ["amy"] * 2


def test_only_those_that_were_picked(app: Flask) -> None:
    made = evening(app, waiting=3)
    made.browser("olga").post(
        PATH,
        script=False,
        to=str(made.people["cleo"]),
        id=[made.talks[0], made.talks[2]],
        confirmed="yes",
    )
    assert owners(made) == ["cleo", "amy", "cleo"]


def test_what_was_answered_after_the_question_stays(app: Flask) -> None:
    made = evening(app, waiting=2)
    wanted = Filter()
    ids = reassigning.ids_of(made.org_id, wanted)
    db.session.execute(
        text("UPDATE conversation SET waiting_since = NULL WHERE id = :id"), {"id": made.talks[0]}
    )
    db.session.commit()
    with transaction():
        moved = reassigning.move_some(made.org_id, wanted, ids, made.people["ben"], made.people["olga"])
    assert (moved, owners(made)) == (1, ["amy", "ben"])


def narrow(made: Evening) -> dict[str, tuple[dict[str, str], int]]:
    """Filters as the form sends them, and how many of three conversations they mean."""
    first, second, third = made.talks
    db.session.execute(
        text("UPDATE conversation SET waiting_since = NULL WHERE id = :id"), {"id": first}
    )
    db.session.execute(
        text(
            """UPDATE conversation SET waiting_since = waiting_since - interval '40 minutes',
                 offered_at = p2p_now(), offered_why = 'waited' WHERE id = :id"""
        ),
        {"id": second},
    )
    tag = db.session.scalar(
        text("INSERT INTO tag (organization_id, name) VALUES (:org, 'Press') RETURNING id"),
        {"org": made.org_id},
    )
    db.session.execute(
        text(
            """INSERT INTO conversation_tag (conversation_id, tag_id, organization_id, person_id)
               VALUES (:talk, :tag, :org, :by)"""
        ),
        {"talk": third, "tag": tag, "org": made.org_id, "by": made.people["amy"]},
    )
    db.session.commit()
    return {
        "waiting": ({}, 2),
        "all": ({"show": "all"}, 3),
        "long": ({"minutes": "30"}, 1),
        "offered": ({"offered": "yes"}, 1),
        "tag": ({"tag": str(tag)}, 1),
        "campaign": ({"campaign": str(made.campaign)}, 2),
        "other campaign": ({"campaign": "999999"}, 0),
        "owner": ({"owner": str(made.people["ben"])}, 0),
        "nonsense": ({"minutes": "many", "tag": "' OR 1=1", "campaign": "10" * 20}, 2),
    }


def test_each_filter_means_what_it_says(app: Flask) -> None:
    made = evening(app, waiting=3)
    olga = made.browser("olga")
    for name, (asked, count) in narrow(made).items():
        page = olga.get(PATH + "?" + "&".join(f"{k}={v}" for k, v in asked.items())).get_data(
            as_text=True
        )
        words = "1 conversation" if count == 1 else f"{count} conversations"
        assert f'<h2 id="found">{words}</h2>' in page, name


def suspended(made: Evening) -> int:
    suspend(made, "ben")
    return made.people["ben"]


def stranger(made: Evening) -> int:
    return evening(made.app).people["ben"]


@pytest.mark.parametrize(("whom", "status"), [(suspended, 409), (stranger, 409)])
def test_nobody_gets_them_who_cannot_answer(
    app: Flask, whom: Callable[[Evening], int], status: int
) -> None:
    made = evening(app)
    answer = made.browser("olga").post(PATH, to=str(whom(made)), which="all", confirmed="yes")
    assert answer.status_code == status
    assert owners(made) == ["amy"]


@pytest.mark.parametrize("form", [{}, {"to": "nobody"}])
def test_somebody_has_to_be_chosen(app: Flask, form: dict[str, Any]) -> None:
    made = evening(app)
    answer = made.browser("olga").post(PATH, **form, which="all", note="Amy left", confirmed="yes")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Choose the new volunteer, or whoever is on shift." in page
    assert 'value="Amy left"' in page
    assert owners(made) == ["amy"]


def test_without_a_selection_nothing_is_meant(app: Flask) -> None:
    made = evening(app, waiting=2)
    answer = made.browser("olga").post(PATH, to=str(made.people["ben"]), confirmed="yes")
    assert answer.status_code == 422
    assert "Select at least one conversation" in answer.get_data(as_text=True)
    assert owners(made) == ["amy"] * 2


def test_a_selection_does_not_narrow_all_that_match(app: Flask) -> None:
    made = evening(app, waiting=3)
    made.browser("olga").post(
        PATH, to=str(made.people["ben"]), which="all", id=[made.talks[0]], confirmed="yes"
    )
    assert owners(made) == ["ben"] * 3


def test_their_last_words_tell_people_apart(app: Flask) -> None:
    made = evening(app, waiting=3)
    hears(made.talks[0], "Where is my polling place? " * 9)
    hears(made.talks[1], "You are the worst", abusive=True)
    first, second, _ = sorted(reassigning.rows(made.org_id, Filter()), key=lambda row: row.id)
    assert first.last_words.startswith("Where is my polling place?")
    assert first.last_words.endswith(" …")
    assert len(first.last_words) <= reassigning.LONGEST_WORDS
    assert (second.last_words, second.abusive) == ("", True)
    page = made.browser("olga").get(PATH).get_data(as_text=True)
    assert "You are the worst" not in page


def test_a_page_can_be_selected_without_script(app: Flask) -> None:
    made = evening(app, waiting=3)
    olga = made.browser("olga")
    assert "checked>" not in olga.get(PATH).get_data(as_text=True).split('name="which"')[0]
    page = olga.get(f"{PATH}?select=page").get_data(as_text=True)
    for talk in made.talks:
        assert f'name="id" value="{talk}" checked' in page


def test_who_waits_in_a_closed_one_is_moved_too(app: Flask) -> None:
    """A wrong number is closed and waits to be looked at: nobody is left behind with who has gone."""
    made = evening(app, waiting=3)
    db.session.execute(
        text("UPDATE conversation SET state = 'closed', closed_reason = 'wrong_number' WHERE id = :id"),
        {"id": made.talks[0]},
    )
    db.session.execute(
        text("UPDATE conversation SET state = 'closed', waiting_since = NULL WHERE id = :id"),
        {"id": made.talks[1]},
    )
    db.session.commit()
    assert reassigning.count(made.org_id, Filter()) == 2
    assert reassigning.count(made.org_id, Filter(waiting=False)) == 2
    made.browser("olga").post(PATH, to=str(made.people["ben"]), which="all", confirmed="yes")
    assert owners(made) == ["ben", "amy", "ben"]
    moved = made.talk(made.talks[0])
    assert (moved.state, moved.closed_reason) == ("closed", "wrong_number")
    assert moved.waiting_since is not None


def test_another_organizations_conversations_stay_where_they_are(app: Flask) -> None:
    made, other = evening(app), evening(app)
    made.browser("olga").post(
        PATH, to=str(made.people["ben"]), id=[other.talks[0], made.talks[0]], confirmed="yes"
    )
    assert owners(other) == ["amy"]
    assert owners(made) == ["ben"]


def test_more_than_one_transactions_worth_moves(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("p2ptext.conversations.reassign_views.MOST_AT_ONCE", 2)
    made = evening(app, waiting=5)
    made.browser("olga").post(PATH, to=str(made.people["ben"]), which="all", confirmed="yes")
    assert owners(made) == ["ben"] * 5
    assert db.session.query(AuditEvent).filter_by(action="conversations_moved").count() == 3


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


def test_a_closed_conversation_is_not_moved(app: Flask) -> None:
    made = evening(app, waiting=2)
    db.session.execute(
        text("UPDATE conversation SET state = 'closed', waiting_since = NULL WHERE id = :id"),
        {"id": made.talks[0]},
    )
    assert reassigning.count(made.org_id, Filter(waiting=False)) == 1
    hears(made.talks[0], "One more thing")
    assert reassigning.count(made.org_id, Filter(waiting=False)) == 2
