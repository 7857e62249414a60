"""Receipts that take an acceptance back, and receipts that come late: nobody gets a text twice for them."""

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.extensions import db
from p2ptext.sms.provider import Accepted, NotSent, SendResult, Unknown
from p2ptext.texting import settling, sweeping
from tests.texting.scene import Carrier, Scene, answer, begin, inbound, receipt, scene
from tests.texting.test_dispatching import attempts, grow_old, state_of


def rejected(made: Scene, place: int, code: int, **values: str) -> None:
    """The carrier lets go of the call at `place`, with this code."""
    error = {"type": f"https://developer.vonage.com/api-errors/messages#{code}", "title": str(code)}
    text_ = made.carrier.texts[place]
    assert receipt(made.app, text_, "rejected", error=error, **values).status_code == 200


@pytest.mark.parametrize("code", [1000, 1030, 1100, 1230])
def test_what_passes_by_itself_is_tried_anew(app: Flask, code: int) -> None:
    made = scene(app)
    message_id = made.sent()
    rejected(made, 0, code)
    assert state_of(made, message_id) == ("queued", None)
    made.dispatch()
    assert attempts(message_id) == ["refused", "accepted"]
    assert len({sent.client_ref for sent in made.carrier.texts}) == 2
    assert state_of(made, message_id) == ("accepted", None)


def test_three_attempts_are_all(app: Flask) -> None:
    made = scene(app)
    message_id = made.sent()
    for place in range(settling.MOST_CODED):
        rejected(made, place, 1230)
        made.dispatch()
    assert len(made.carrier.texts) == settling.MOST_CODED
    assert state_of(made, message_id) == ("rejected", "platform_temporary")


def test_answers_and_receipts_count_together(app: Flask) -> None:
    made = scene(app)
    made.carrier = Carrier(NotSent("1000", None, 1000), NotSent("1000", None, 1000), Accepted("z"))
    message_id = made.sent()
    made.dispatch()
    made.dispatch()
    rejected(made, 2, 1100)
    assert state_of(made, message_id) == ("rejected", "platform_temporary")


@pytest.mark.parametrize("code", [1210, 1240, 1170, 1320, 9999])
def test_any_other_code_is_the_end(app: Flask, code: int) -> None:
    made = scene(app)
    message_id = made.sent()
    rejected(made, 0, code)
    made.dispatch()
    assert len(made.carrier.texts) == 1
    assert made.message(message_id).state == "rejected"


def test_what_has_gone_on_to_their_carrier_is_not_tried_anew(app: Flask) -> None:
    made = scene(app)
    message_id = made.sent()
    receipt(app, made.carrier.texts[0], "submitted")
    rejected(made, 0, 1230)
    made.dispatch()
    assert len(made.carrier.texts) == 1
    assert state_of(made, message_id) == ("rejected", "platform_temporary")


def test_what_was_unknown_is_never_sent_again_by_itself(app: Flask) -> None:
    made = scene(app)
    made.carrier = Carrier(Unknown("dropped"))
    message_id = made.sent()
    rejected(made, 0, 1000)
    made.dispatch()
    assert len(made.carrier.texts) == 1
    assert state_of(made, message_id) == ("rejected", "throttled")


def test_who_has_written_since_has_got_it(app: Flask) -> None:
    made = scene(app)
    message_id = made.sent()
    inbound(app, made.phone(0), "Yes, count me in")
    rejected(made, 0, 1230)
    made.dispatch()
    assert len(made.carrier.texts) == 1
    assert made.message(message_id).state == "rejected"


def test_too_old_is_too_old(app: Flask) -> None:
    made = scene(app)
    message_id = made.sent()
    grow_old(made)
    rejected(made, 0, 1230)
    made.dispatch()
    assert len(made.carrier.texts) == 1
    assert made.message(message_id).state == "rejected"


def test_a_copy_of_the_receipt_changes_nothing(app: Flask) -> None:
    made = scene(app)
    message_id = made.sent()
    rejected(made, 0, 1230, message_uuid="one-and-the-same")
    made.dispatch()
    rejected(made, 0, 1230, message_uuid="one-and-the-same")
    rejected(made, 0, 1100)  # of the first call still, when the second has been accepted
    made.dispatch()
    assert len(made.carrier.texts) == 2
    assert state_of(made, message_id) == ("accepted", None)


def test_a_receipt_that_overtakes_the_answer(app: Flask) -> None:
    """The call has not come back yet: its answer must not undo what the receipt has decided."""
    made = scene(app)

    class Overtaken(Carrier):
        def send(self, message):  # type: ignore[no-untyped-def]
            answer = super().send(message)
            if len(self.texts) == 1:
                rejected(made, 0, 1230)
            return answer

    made.carrier = Overtaken()
    message_id = made.sent()
    assert state_of(made, message_id) == ("queued", None)
    assert attempts(message_id) == ["refused"]
    made.dispatch()
    assert state_of(made, message_id) == ("accepted", None)


def test_delivered_after_all_is_not_called_again(app: Flask) -> None:
    made = scene(app)
    message_id = made.sent()
    rejected(made, 0, 1230)
    receipt(app, made.carrier.texts[0], "delivered")
    made.dispatch()
    assert len(made.carrier.texts) == 1
    assert made.message(message_id).state == "delivered"
    assert db.session.scalar(text("SELECT count(*) FROM outbox")) == 0


@pytest.mark.parametrize(
    ("late", "state"),
    [(NotSent("refused"), "queued"), (Accepted("late"), "accepted"), (None, "queued")],
)
def test_an_answer_written_down_after_the_sweep_is_still_the_answer(
    app: Flask, late: SendResult | None, state: str
) -> None:
    """The database was away when the call ended; who made the call knows what became of it."""
    made = scene(app)
    message_id = made.send(made.deck()["cards"][0]).get_json()["message"]
    made.let_due()
    (ready,) = begin(made.claim()).ready
    db.session.execute(text("UPDATE attempt SET deadline_at = p2p_now() - interval '31 seconds'"))
    db.session.commit()
    assert sweeping.sweep()["unknown"] == 1
    answer(ready, late)
    assert made.message(message_id).state == state


@pytest.mark.parametrize(("state", "hours", "ended"), [
    ("accepted", 73, "no_receipt"),
    ("submitted", 73, "no_receipt"),
    ("submitted", 71, "submitted"),
    ("delivered", 73, "delivered"),
    ("unknown", 73, "unknown"),
])  # fmt: skip
def test_receipts_are_waited_for_three_days(app: Flask, state: str, hours: int, ended: str) -> None:
    made = scene(app)
    message_id = made.sent()
    db.session.execute(
        text(
            "UPDATE message SET state = :state, accepted_at = p2p_now() - make_interval(hours => :hours)"
        ),
        {"state": state, "hours": hours},
    )
    db.session.commit()
    assert sweeping.close_books() == {"no_receipt": int(ended == "no_receipt")}
    assert made.message(message_id).state == ended
    receipt(app, made.carrier.texts[0], "delivered")
    assert made.message(message_id).state == "delivered"
