"""From the outbox to the carrier: checked once more, called once, never again unless certain."""

from datetime import time as clock_time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.audience.models import Contact, Recipient
from p2ptext.audience.suppression import suppress
from p2ptext.background import transaction
from p2ptext.config import Settings
from p2ptext.extensions import db
from p2ptext.sms.provider import Accepted, NotSent, Refused, Unknown, steady
from p2ptext.texting import claiming, dispatching, settling, sweeping
from p2ptext.texting.models import Attempt, Conversation, Message, Outbox
from p2ptext.texting.pace_models import PacingBucket
from tests.texting.scene import OURS, Carrier, Scene, answer, begin, carry, receipt, scene, set_campaign


def state_of(made: Scene, message_id: int) -> tuple[str, str | None]:
    message = made.message(message_id)
    return message.state, message.reason


def attempts(message_id: int) -> list[str | None]:
    return list(
        db.session.scalars(
            select(Attempt.outcome).filter_by(message_id=message_id).order_by(Attempt.started_at)
        )
    )


def test_an_accepted_text_is_on_the_wire_once_with_the_right_words(app: Flask) -> None:
    made = scene(app)
    message_id = made.sent()
    made.dispatch()
    (text_,) = made.carrier.texts
    assert (text_.to, text_.from_, text_.text) == (made.phone(0), OURS, made.message(message_id).text)
    assert len(text_.client_ref) == 32
    assert 20 <= (text_.ttl_s or 0) <= 6 * 3600 + 60  # never past the end of the hours at 20:00
    assert state_of(made, message_id) == ("accepted", None)
    assert db.session.scalars(select(Outbox)).all() == []
    talk = db.session.scalars(select(Conversation)).one()
    assert talk.last_sent_at is not None
    assert db.session.get_one(Recipient, talk.recipient_id).last_texted_at is not None


# What the carrier answers -> the message's state and reason, whether its contact is ready again.
ANSWERS: list[tuple[Any, str, str | None, str]] = [
    (Accepted("x"), "accepted", None, "texted"),
    (Unknown("no answer in 15 s"), "unknown", None, "texted"),
    (NotSent("429", 1.0), "queued", None, "texted"),
    (Refused("invalid_number", 1170, "no such number"), "rejected", "invalid_number", "texted"),
    (Refused("filtered", 1210, "spam"), "rejected", "filtered", "texted"),
    # The sender's own trouble: nothing has left, and no further call is made by itself.
    (Refused("account_problem", 1070, "no credit"), "not_sent", "account_problem", "ready"),
    (Refused("sender_problem", 1120, "not your number"), "not_sent", "sender_problem", "ready"),
    (NotSent("1030: internal error", None, 1030), "queued", None, "texted"),
    (Refused("opted_out", 1240, "they said stop"), "rejected", "opted_out", "texted"),
]


@pytest.mark.parametrize(("answer", "state", "reason", "contact"), ANSWERS, ids=lambda v: str(v)[:30])
def test_what_the_carrier_answers_decides(
    app: Flask, answer: Any, state: str, reason: str | None, contact: str
) -> None:
    made = scene(app)
    made.carrier = Carrier(answer)
    message_id = made.sent()
    assert state_of(made, message_id) == (state, reason)
    assert db.session.get_one(Contact, made.contacts[0]).state == contact


def test_unknown_is_never_sent_again_by_itself(app: Flask) -> None:
    made = scene(app)
    made.carrier = Carrier(Unknown("connection dropped"))
    message_id = made.sent()
    for _ in range(3):
        made.dispatch()
        sweeping.sweep()
    assert len(made.carrier.texts) == 1
    assert made.message(message_id).state == "unknown"


def test_a_receipt_resolves_an_unknown_text(app: Flask) -> None:
    made = scene(app)
    made.carrier = Carrier(Unknown("connection dropped"))
    message_id = made.sent()
    assert receipt(app, made.carrier.texts[0], "delivered").status_code == 200
    assert made.message(message_id).state == "delivered"


def test_certainly_not_sent_is_tried_again_until_it_is_too_old(app: Flask) -> None:
    made = scene(app)
    made.carrier = Carrier(*[NotSent("refused")] * 9)
    message_id = made.sent()
    for _ in range(3):
        made.dispatch()
    assert state_of(made, message_id) == ("queued", None)
    assert len({sent.client_ref for sent in made.carrier.texts}) == 4
    grow_old(made)
    made.dispatch()
    assert len(made.carrier.texts) == 4
    assert state_of(made, message_id) == ("expired", "too_old")
    assert db.session.get_one(Contact, made.contacts[0]).state == "ready"


def test_a_code_that_passes_by_itself_is_taken_for_that_three_times(app: Flask) -> None:
    made = scene(app)
    made.carrier = Carrier(*[NotSent("1000: throttled", None, 1000)] * 9)
    message_id = made.sent()
    for _ in range(9):
        made.dispatch()
    assert len(made.carrier.texts) == settling.MOST_CODED
    assert state_of(made, message_id) == ("not_sent", "carrier_unreachable")
    assert db.session.get_one(Contact, made.contacts[0]).state == "ready"


def test_the_wait_before_another_attempt_doubles() -> None:
    assert [settling.wait_before(n) for n in (1, 2, 3, 7, 40)] == [2, 4, 8, 120, 120]


def test_the_carriers_wish_to_wait_is_kept(app: Flask) -> None:
    made = scene(app)
    made.carrier = Carrier(NotSent("429", 90.0))
    made.sent()
    wait = db.session.scalar(select(func.extract("epoch", Outbox.due_at - func.p2p_now())))
    assert wait is not None
    assert 89 < wait < 90 * 1.25


def test_a_refused_account_stops_every_call_for_a_while(app: Flask) -> None:
    made = scene(app)
    made.carrier = Carrier(Refused("account_problem", 1070, "no credit"))
    first, second = made.deck()["cards"][:2]
    made.send(first)
    made.dispatch()
    made.send(second)
    made.dispatch()
    assert len(made.carrier.texts) == 1
    bucket = db.session.get_one(PacingBucket, "account")
    assert bucket.halted_reason == "refused"


def opt_out(made: Scene) -> None:
    with transaction():
        suppress(db.session.get_one(Contact, made.contacts[0]).recipient_id, "test", None)


def close_hours(made: Scene) -> None:
    set_campaign(made, opens=clock_time(8), closes=clock_time(9))


def lock_conversation(made: Scene) -> None:
    db.session.execute(text("UPDATE conversation SET review_reason = 'maybe stop'"))
    db.session.commit()


def grow_old(made: Scene) -> None:
    db.session.execute(text("UPDATE message SET created_at = p2p_now() - interval '31 minutes'"))
    db.session.commit()


@pytest.mark.parametrize(
    ("what", "state", "reason", "contact"),
    [
        (opt_out, "blocked", "opted_out", "ended"),
        (close_hours, "expired", "hours", "ready"),
        (lambda made: set_campaign(made, status="paused"), "blocked", "paused", "ready"),
        (lambda made: set_campaign(made, status="archived"), "blocked", "paused", "ready"),
        (lock_conversation, "blocked", "conversation_locked", "ready"),
        (grow_old, "expired", "too_old", "ready"),
    ],
)
def test_what_happens_after_the_click_stops_the_text(
    app: Flask, what: Any, state: str, reason: str, contact: str
) -> None:
    made = scene(app)
    message_id = made.send(made.deck()["cards"][0]).get_json()["message"]
    what(made)
    made.dispatch()
    assert made.carrier.texts == []
    assert attempts(message_id) == []
    assert state_of(made, message_id) == (state, reason)
    assert db.session.get_one(Contact, made.contacts[0]).state == contact
    assert len(made.browser.get(f"/o/{made.org}/waiting").get_json()) == 2
    assert made.browser.get(f"/o/{made.org}/waiting").get_json()["not_sent"] == 1


def test_a_dispatcher_that_stood_still_before_the_call_starts_over(app: Flask) -> None:
    made = scene(app)
    message_id = made.send(made.deck()["cards"][0]).get_json()["message"]
    made.let_due()
    with transaction():
        (claimed,) = claiming.claim(10)
    (ready,) = begin([claimed]).ready
    answer(ready, None)
    assert made.message(message_id).state == "queued"
    made.dispatch()
    assert attempts(message_id) == ["abandoned", "accepted"]
    assert len(made.carrier.texts) == 1


def test_standing_still_is_noticed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    made = scene(app)
    made.send(made.deck()["cards"][0])
    made.let_due()
    with transaction():
        claimed = claiming.claim(10)
    started = steady()
    # The process's own clock jumps between its checks and the call, as after SIGSTOP.
    ticks = iter([started, started + dispatching.FROZEN_S + 0.1])
    monkeypatch.setattr(dispatching, "steady", lambda: next(ticks))
    carry(made.carrier, claimed)
    assert made.carrier.texts == []
    monkeypatch.undo()
    made.dispatch()
    assert len(made.carrier.texts) == 1


def test_a_vanished_process_leaves_unknown_and_nothing_is_repeated(app: Flask) -> None:
    made = scene(app)
    message_id = made.send(made.deck()["cards"][0]).get_json()["message"]
    made.let_due()
    with transaction():
        (claimed,) = claiming.claim(10)
    assert len(begin([claimed], "vanishes").ready) == 1
    sweeping.sweep()
    assert made.message(message_id).state == "sending"  # its deadline has not come
    db.session.execute(text("UPDATE attempt SET deadline_at = p2p_now() - interval '31 seconds'"))
    db.session.commit()
    assert sweeping.sweep()["unknown"] == 1
    assert state_of(made, message_id) == ("unknown", None)
    made.dispatch()
    assert made.carrier.texts == []


def test_a_claim_runs_out_when_its_dispatcher_dies_before_the_attempt(app: Flask) -> None:
    made = scene(app)
    made.send(made.deck()["cards"][0])
    made.let_due()
    with transaction():
        assert len(claiming.claim(10)) == 1
    with transaction():
        assert claiming.claim(10) == []
    db.session.execute(text("UPDATE outbox SET claimed_until = p2p_now() - interval '1 second'"))
    db.session.commit()
    made.dispatch()
    assert len(made.carrier.texts) == 1


def test_permits_are_shared_and_refill(app: Flask) -> None:
    made = scene(app)
    made.send(made.deck()["cards"][0])
    made.let_due()
    later = text("clock_timestamp() + interval '1 hour'")  # none comes in, however long this takes
    db.session.add(PacingBucket(name="account", permits=0.0, refilled_at=later))
    db.session.commit()
    with transaction():
        assert claiming.claim(10) == []
    db.session.execute(
        text("UPDATE pacing_bucket SET refilled_at = clock_timestamp() - interval '1 second'")
    )
    db.session.commit()
    with transaction():
        assert len(claiming.claim(10)) == 1


def test_no_second_carries_more_than_the_carrier_takes(app: Flask, settings: Settings) -> None:
    """After a quiet minute: what was saved up and what comes in anew, together within the limit of 30."""
    made = scene(app, people=40)
    for place in range(40):
        if place % 20 == 0:
            cards = made.deck()["cards"]
        assert made.send(cards[place % 20]).status_code == 202
        db.session.execute(text("ALTER TABLE click DISABLE TRIGGER USER"))
        db.session.execute(text("UPDATE click SET received_at = received_at - interval '2 minutes'"))
    claimed = 0
    db.session.add(PacingBucket(name="account", permits=float(settings.sms_per_second)))
    back = "UPDATE pacing_bucket SET refilled_at = clock_timestamp() - interval '{}'"
    made.let_due()
    for passed in ("1 minute", *["100 ms"] * 9):
        db.session.execute(text(back.format(passed)))
        db.session.commit()
        with transaction():
            claimed += len(claiming.claim(100))
    assert 20 <= claimed <= 30


def test_replies_leave_before_first_texts(app: Flask) -> None:
    made = scene(app)
    for card in made.deck()["cards"][:2]:
        made.send(card)
    second = max(db.session.scalars(select(Message.id)))
    db.session.execute(text("UPDATE outbox SET urgency = 1 WHERE message_id = :id"), {"id": second})
    made.let_due()
    with transaction():
        assert claiming.claim(10)[0] == second


def test_an_answer_that_comes_twice_changes_nothing(app: Flask) -> None:
    made = scene(app)
    message_id = made.sent()
    attempt = db.session.scalars(select(Attempt)).one()
    with transaction():
        settling.finish([settling.Ended(attempt.id, 1, Unknown("late"))])
    assert made.message(message_id).state == "accepted"
