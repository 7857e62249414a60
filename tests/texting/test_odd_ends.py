"""Rare orders of events: each once sent a text twice, lost an answer, or held everything up."""

import io
import threading
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.background import transaction
from p2ptext.campaigns.models import Registration, SendingNumber
from p2ptext.extensions import db
from p2ptext.rules.delivery import ErrorKind
from p2ptext.sms.provider import Accepted, NotSent, Refused, Unknown
from p2ptext.texting import admission, breakers, claiming, dispatching, lanes
from p2ptext.texting.dispatcher import Dispatcher
from p2ptext.texting.models import Attempt, Outbox
from p2ptext.texting.settling import Ended
from tests.texting.scene import OURS, Scene, answer, begin, carry, receipt, scene
from tests.texting.test_dispatching import attempts, grow_old, state_of
from tests.texting.test_resending import press, token_of, unclear


def click(made: Scene, place: int = 0) -> int:
    """A text that is due."""
    message_id: int = made.send(made.deck()["cards"][place]).get_json()["message"]
    made.let_due()
    return message_id


def claim() -> list[int]:
    with transaction():
        return claiming.claim(32)


def test_a_trial_that_may_not_leave_lets_the_next_text_be_tried(app: Flask) -> None:
    """After a long halt the front of the outbox is too old: a minute for each would never end it."""
    made = scene(app)
    old = click(made)
    with transaction():
        assert claiming.claim(1) == [old]
        breakers.note(Refused(ErrorKind.ACCOUNT_PROBLEM, 1070, "no credit"), 0)
    grow_old(made)
    db.session.execute(text("UPDATE pacing_bucket SET halted_until = p2p_now() - interval '1 second'"))
    db.session.commit()
    fresh = click(made)
    db.session.execute(text("UPDATE outbox SET claimed_until = NULL"))
    # The front: its hours end first.
    db.session.execute(
        text("UPDATE outbox SET closes_at = p2p_now() WHERE message_id = :old"), {"old": old}
    )
    db.session.commit()
    made.let_due()
    tried = claim()
    assert tried == [old], "one text is the trial"
    assert claim() == []
    carry(made.carrier, tried)
    assert state_of(made, old) == ("expired", "too_old")
    made.let_due()
    tried = claim()
    assert tried == [fresh]
    carry(made.carrier, tried)
    assert state_of(made, fresh) == ("accepted", None)


def test_a_trial_that_came_too_fast_is_followed_by_another(app: Flask) -> None:
    made = scene(app)
    first = click(made)
    with transaction():
        assert claiming.claim(1) == [first]
        breakers.note(Refused(ErrorKind.ACCOUNT_PROBLEM, 1070, "no credit"), 0)
    over = text("UPDATE pacing_bucket SET halted_until = p2p_now() - interval '1 second'")
    db.session.execute(over)
    db.session.execute(text("UPDATE outbox SET claimed_until = NULL"))
    db.session.commit()
    made.let_due()
    assert claim() == [first]
    with transaction():
        breakers.note(NotSent("Too many calls.", 2.0), 0)
    db.session.execute(text("UPDATE outbox SET claimed_until = NULL"))
    db.session.commit()
    assert claim() == [], "not before the moment the carrier asked for is over"
    db.session.execute(over)
    db.session.commit()
    assert claim() == [first]


def started(made: Scene) -> list[dispatching.Ready]:
    for place in (0, 0):
        made.send(made.deck()["cards"][place])
        made.let_due()
    ready = begin(made.claim()).ready
    assert len(ready) == 2
    return ready


@pytest.mark.parametrize(
    "strange", [Accepted("a\0b"), Unknown("\ud800"), Refused(ErrorKind.FILTERED, 10**12, "")]
)
def test_an_answer_that_cannot_be_stored_holds_up_no_other(app: Flask, strange: Any) -> None:
    made = scene(app)
    first, second = started(made)
    dispatcher = Dispatcher(app, made.carrier)  # type: ignore[arg-type]
    dispatcher.stop()  # so that it does not try for ever
    dispatcher._write(
        [
            Ended(first.attempt_id, first.number_id, strange),
            Ended(second.attempt_id, second.number_id, Accepted("fine")),
        ]
    )
    assert state_of(made, first.message_id) == ("sending", None)
    assert state_of(made, second.message_id) == ("accepted", None)


def test_texts_begun_one_by_one_are_not_lost_with_the_database(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of a group cannot be begun, so each is begun alone; then the database goes away."""
    made = scene(app)
    made.send(made.deck()["cards"][0])
    made.send(made.deck()["cards"][0])
    made.let_due()
    group = made.claim()
    real, calls = dispatching.begin, []

    def interrupted(message_ids: list[int], *rest: Any) -> dispatching.Begun:
        calls.append(message_ids)
        if len(message_ids) > 1:
            raise ValueError("one of them")
        if message_ids == group[1:]:
            raise psycopg.OperationalError("gone")
        return real(message_ids, *rest)

    monkeypatch.setattr(dispatching, "begin", interrupted)
    dispatcher = Dispatcher(app, made.carrier)  # type: ignore[arg-type]
    with pytest.raises(psycopg.OperationalError):
        dispatcher._begin(group)
    assert state_of(made, group[0]) == ("sending", None)
    monkeypatch.undo()
    dispatcher._let_go()
    assert state_of(made, group[0]) == ("queued", None)
    made.dispatch()
    assert len(made.carrier.texts) == 2


@pytest.mark.parametrize("late", [None, NotSent("could not be reached")])
def test_the_first_call_wakes_up_while_the_second_is_under_way(app: Flask, late: Any) -> None:
    """A process stood still for so long that the text counted as unclear and was sent once more."""
    made, desk, message_id = unclear(app)
    first = db.session.scalars(select(Attempt).filter_by(message_id=message_id)).one().id
    press(desk, message_id, token=token_of(desk, message_id))
    made.let_due()
    (again,) = begin(made.claim()).ready
    number_id = again.number_id
    answer(dispatching.Ready(first, message_id, number_id, again.text), late)
    assert state_of(made, message_id)[0] == "sending"
    assert db.session.scalars(select(Outbox)).all() == []
    answer(again, Accepted("z"))
    assert state_of(made, message_id) == ("accepted", None)


def test_the_first_call_turns_out_to_have_been_taken_before_the_second(app: Flask) -> None:
    made, desk, message_id = unclear(app)
    first = db.session.scalars(select(Attempt).filter_by(message_id=message_id)).one().id
    press(desk, message_id, token=token_of(desk, message_id))
    answer(dispatching.Ready(first, message_id, 0, made.carrier.texts[0]), Accepted("late"))
    made.dispatch()
    assert len(made.carrier.texts) == 1
    assert state_of(made, message_id) == ("accepted", None)
    assert db.session.scalars(select(Outbox)).all() == []


def test_a_resend_that_was_not_taken_is_still_tried_again(app: Flask) -> None:
    made, desk, message_id = unclear(app, NotSent("could not be reached"))
    press(desk, message_id, token=token_of(desk, message_id))
    made.dispatch()
    made.dispatch()
    assert attempts(message_id)[-2:] == ["not_sent", "accepted"]


def test_an_opt_out_the_carrier_tells_of_stops_a_text_that_waits(app: Flask) -> None:
    made, desk, message_id = unclear(app)
    press(desk, message_id, token=token_of(desk, message_id))
    error = {"type": "https://developer.vonage.com/api-errors/messages#1240", "title": "1240"}
    receipt(app, made.carrier.texts[0], "rejected", error=error)
    made.dispatch()
    assert len(made.carrier.texts) == 1


def test_a_registration_suspended_since_the_click_holds_its_texts_back(app: Flask) -> None:
    made = scene(app)
    message_id = click(made)
    number = db.session.scalars(select(SendingNumber).filter_by(phone=OURS)).one()
    row = Registration(organization_id=made.org_id, name="Levy", state="suspended")
    db.session.add(row)
    db.session.flush()
    number.registration_id = row.id
    db.session.commit()
    made.dispatch()
    assert made.carrier.texts == []
    assert state_of(made, message_id) == ("blocked", "number_out")


def test_a_database_clock_set_back_stops_nothing_for_long(app: Flask) -> None:
    made = scene(app)
    first = click(made)
    assert claim() == [first]
    db.session.execute(
        text(
            """UPDATE pacing_bucket SET permits = 0, refilled_at = clock_timestamp() + interval '1 hour',
                 measured_at = p2p_now() + interval '1 hour'"""
        )
    )
    second = made.send(made.deck()["cards"][0]).get_json()["message"]
    db.session.execute(text("UPDATE outbox SET due_at = p2p_now() - interval '1 second'"))
    db.session.commit()
    assert claim() == []
    # What has been learnt: time is counted from now on.
    db.session.execute(text("UPDATE pacing_bucket SET refilled_at = refilled_at - interval '1 minute'"))
    db.session.commit()
    assert claim() == [second]
    with transaction():
        assert lanes.waiting()["account"] == 2
        measured = db.session.scalar(
            text("SELECT measured_at <= p2p_now() FROM pacing_bucket WHERE name = 'account'")
        )
    assert measured is True


class Stalled(io.BytesIO):
    """The body of somebody who sends the head of a request and then nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go_on = threading.Event(), threading.Event()

    def read(self, size: int | None = -1) -> bytes:
        self.asked.set()
        self.go_on.wait(10)
        return b""


def test_bodies_that_never_come_keep_nobody_from_sending(app: Flask) -> None:
    made = scene(app)
    stalled = [Stalled() for _ in range(admission.MOST_IN_FLIGHT)]
    path = f"/o/{made.org}/texting/{made.campaign}/send"

    def ask(body: Stalled) -> None:
        app.test_client().post(
            path, input_stream=body, content_length=100, content_type="application/json"
        )

    asking = [threading.Thread(target=ask, args=(body,), daemon=True) for body in stalled]
    for one in asking:
        one.start()
    assert all(body.asked.wait(10) for body in stalled)
    card = made.deck()["cards"][0]
    try:
        assert made.send(card).status_code == 202
    finally:
        for body in stalled:
            body.go_on.set()
        for one in asking:
            one.join(10)


@pytest.mark.parametrize("field", ["token", "hash"])
def test_half_a_character_is_no_token(app: Flask, field: str) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    assert made.send(card, **{field: "\ud800"}).status_code == 409
