"""On the do-not-text list by hand or by file: each place that could still text them says no.

Import: test_suppression_erasing.py and test_importing.py. Their own STOP: tests/texting.
"""

import io

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.accounts.models import Organization, Person
from p2ptext.audience import suppression_importing
from p2ptext.audience.models import Contact
from p2ptext.audience.suppression_jobs import import_suppressions
from p2ptext.background import transaction
from p2ptext.extensions import db
from p2ptext.texting import sweeping
from p2ptext.texting.models import Conversation
from tests import factories
from tests.texting.scene import Scene, inbound, scene
from tests.world import csrf_token


def by_hand(made: Scene, phone: str) -> None:
    """A manager adds the number on the page."""
    org = db.session.get_one(Organization, made.org_id)
    browser = factories.client(made.app, factories.person(org, "manager"))
    db.session.commit()
    answer = browser.post(
        f"/o/{made.org}/do-not-text/add",
        data={"phone": phone, "reason": "asked", "csrf_token": csrf_token(made.app, browser)},
    )
    assert answer.status_code == 303


def by_file(made: Scene, phone: str) -> None:
    """A list with the number comes in."""
    with transaction():
        person = db.session.get_one(Person, made.volunteer)
        row = suppression_importing.receive(
            made.org_id, io.BytesIO(f"phone\n{phone}\n".encode()), "stop.csv", "asked", person.id
        )
        import_id = row.id
    import_suppressions(import_id)


ways = pytest.mark.parametrize("way", [by_hand, by_file])


def by_the_flag_alone(made: Scene, phone: str) -> None:
    """As after a list that came in at the same moment: the contact still says it is ready."""
    db.session.execute(
        text("UPDATE recipient SET suppressed_at = p2p_now() WHERE phone = :phone"), {"phone": phone}
    )
    db.session.commit()


every_way = pytest.mark.parametrize("way", [by_hand, by_file, by_the_flag_alone])


def done(made: Scene) -> None:
    """The volunteer gives their batch back."""
    made.post(f"{made.base}/done")


@every_way
def test_at_hand_out(app: Flask, way: object) -> None:
    made = scene(app, people=2)
    done(made)
    way(made, made.phone(0))  # type: ignore[operator]
    made.post(f"{made.base}/take")
    assert [card["id"] for card in made.deck()["cards"]] == [f"{made.contacts[1]}:1"]
    done(made)
    way(made, made.phone(1))  # type: ignore[operator]
    made.post(f"{made.base}/take")
    assert made.deck()["cards"] == []
    assert db.session.scalar(text("SELECT count(*) FROM batch WHERE state = 'leased'")) == 0


@every_way
def test_at_the_card(app: Flask, way: object) -> None:
    made = scene(app, people=2)
    way(made, made.phone(0))  # type: ignore[operator]
    assert [card["id"] for card in made.deck()["cards"]] == [f"{made.contacts[1]}:1"]


@every_way
def test_at_the_click(app: Flask, way: object) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    way(made, made.phone(0))  # type: ignore[operator]
    answer = made.send(card)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "opted_out")


@every_way
def test_at_dispatch(app: Flask, way: object) -> None:
    made = scene(app)
    message_id = made.send(made.deck()["cards"][0]).get_json()["message"]
    way(made, made.phone(0))  # type: ignore[operator]
    made.dispatch()
    assert made.carrier.texts == []
    assert (made.message(message_id).state, made.message(message_id).reason) == ("blocked", "opted_out")
    assert db.session.get_one(Contact, made.contacts[0]).state == "ended"


@ways
def test_an_answer_is_not_waited_for_any_more(app: Flask, way: object) -> None:
    made = scene(app)
    message_id = made.sent()
    phone = made.phone(0)
    inbound(app, phone, "Who is this?")
    talk_id = made.message(message_id).conversation_id
    assert db.session.get_one(Conversation, talk_id).waiting_since is not None
    way(made, phone)  # type: ignore[operator]
    assert sweeping.sweep()["closed"] == 1
    db.session.expire_all()
    talk = db.session.get_one(Conversation, talk_id)
    assert (talk.state, talk.closed_reason, talk.waiting_since) == ("closed", "opted_out", None)
    assert sweeping.sweep()["closed"] == 0


def test_others_still_wait_for_their_answer(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, made.phone(0), "Who is this?")
    assert sweeping.sweep()["closed"] == 0


@ways
def test_a_finished_batch_does_not_open_for_who_was_blocked(app: Flask, way: object) -> None:
    made = scene(app, people=1)
    made.send(made.deck()["cards"][0])
    done(made)
    way(made, made.phone(0))  # type: ignore[operator]
    made.dispatch()
    assert db.session.scalars(text("SELECT state FROM batch")).all() == ["done"]
