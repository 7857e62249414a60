"""Long texts that come in pieces: any order, doubled, from two processes at once, one missing."""

import itertools
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from p2ptext.audience.models import Recipient, SuppressionEvent
from p2ptext.extensions import db
from p2ptext.sms.provider import Inbound, Piece
from p2ptext.sms.vonage_events import parse
from p2ptext.texting import sweeping
from p2ptext.texting.models import Conversation, InboundText, Message, ProviderEvent
from p2ptext.texting.piece_models import InboundPart
from tests.texting.scene import OURS, Scene, scene, webhook
from tests.waiting import until, waiting_for_locks

EXAMPLE = Path(__file__).parent.parent / "data" / "vonage" / "net-smsapi-inbound-concat.json"
PHONE = "+16145550100"
WORDS = ["Where is my polling ", "place, and how long ", "are the lines there?"]


def piece(app: Flask, number: int, words: str = "", **values: Any) -> TestResponse:
    """One piece as Vonage's older interface hands it on; the text has three."""
    body = {
        "msisdn": PHONE[1:],
        "to": OURS[1:],
        "messageId": uuid.uuid4().hex,
        "text": words or WORDS[number - 1],
        "type": "text",
        "keyword": "WHERE",
        "message-timestamp": "2026-11-24 19:00:00",
        "concat": "true",
        "concat-ref": "17",
        "concat-total": "3",
        "concat-part": str(number),
    }
    return webhook(app, "inbound", body | values)


def texts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(InboundText.text).order_by(InboundText.id)))


def count(model: Any, **by: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).filter_by(**by)) or 0


def talk() -> Conversation:
    db.session.expire_all()
    return db.session.scalars(select(Conversation)).one()


def stopped(phone: str = PHONE) -> bool:
    db.session.expire_all()
    return db.session.scalars(select(Recipient).filter_by(phone=phone)).one().suppressed_at is not None


def let_pass(seconds: int) -> None:
    db.session.execute(
        text("UPDATE inbound_part SET received_at = received_at - make_interval(secs => :s)"),
        {"s": seconds},
    )
    db.session.commit()


@pytest.fixture
def made(app: Flask) -> Scene:
    begun = scene(app)
    begun.sent()
    return begun


def test_vonages_own_example_is_a_piece() -> None:
    body = json.dumps(json.loads(EXAMPLE.read_text())["body"]).encode()
    (found,) = [event for event in parse(body, expected="inbound") if isinstance(event, Inbound)]
    assert found.piece == Piece("1", 2, 3)
    assert found.text == "Hello world"


NO_PIECES = [
    {"concat": "false"},
    {"concat": None},
    {"concat-total": "1"},
    {"concat-total": "0"},
    {"concat-total": "256"},
    {"concat-total": "many"},
    {"concat-part": "0"},
    {"concat-part": "4"},
    {"concat-part": "-1"},
    {"concat-ref": ""},
    {"concat-ref": None},
    {"concat-ref": ["17"]},
]


@pytest.mark.parametrize("values", NO_PIECES, ids=str)
def test_a_piece_that_makes_no_sense_is_a_text(app: Flask, made: Scene, values: dict[str, Any]) -> None:
    assert piece(app, 1, **values).status_code == 200
    assert texts() == [WORDS[0]]


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))), ids=str)
def test_pieces_in_any_order_are_one_text(app: Flask, made: Scene, order: tuple[int, ...]) -> None:
    for number in order:
        assert texts() == []
        assert talk().waiting_since is None
        piece(app, number)
    assert texts() == ["".join(WORDS)]
    assert talk().waiting_since is not None
    assert count(ProviderEvent, kind="inbound") == 3
    assert count(InboundPart, inbound_id=None) == 0
    assert sweeping.store_pieces() == 0


def test_doubled_pieces_are_counted_once(app: Flask, made: Scene) -> None:
    """The carrier repeats a webhook as it was, or under another id, before the text is whole and after."""
    for number, same in ((1, "a"), (1, "a"), (1, "b"), (2, "c"), (3, "d"), (3, "d"), (2, "e"), (1, "f")):
        assert piece(app, number, messageId=same).status_code == 200
    let_pass(61)
    assert sweeping.store_pieces() == 0
    assert texts() == ["".join(WORDS)]


def test_two_texts_with_references_of_their_own_do_not_mix(app: Flask, made: Scene) -> None:
    for number in (1, 2, 3):
        piece(app, number)
        piece(app, number, f"second {number} ", **{"concat-ref": "18"})
    piece(app, 1, "short ", **{"concat-total": "2"})
    piece(app, 2, "one", **{"concat-total": "2"})
    assert texts() == ["".join(WORDS), "second 1 second 2 second 3", "short one"]


def test_a_reference_that_is_used_again_is_another_text(app: Flask, made: Scene) -> None:
    for number in (1, 2, 3):
        piece(app, number)
    let_pass(601)
    for number in (1, 2, 3):
        piece(app, number)
    assert texts() == ["".join(WORDS)] * 2


GAPS = [
    ((1, 2), "Where is my polling place, and how long  [a part is missing]"),
    ((1, 3), "Where is my polling  [a part is missing] are the lines there?"),
    ((2, 3), "[a part is missing] place, and how long are the lines there?"),
    ((3,), "[a part is missing] are the lines there?"),
]


@pytest.mark.parametrize(("came", "whole"), GAPS)
def test_what_has_come_is_stored_after_a_minute(
    app: Flask, made: Scene, came: tuple[int, ...], whole: str
) -> None:
    for number in came:
        piece(app, number)
    let_pass(59)
    assert sweeping.store_pieces() == 0
    let_pass(2)
    assert sweeping.store_pieces() == 1
    assert sweeping.store_pieces() == 0
    assert texts() == [whole]
    assert talk().waiting_since is not None


def test_a_piece_that_comes_too_late_is_still_seen(app: Flask, made: Scene) -> None:
    piece(app, 1)
    piece(app, 2)
    let_pass(61)
    sweeping.store_pieces()
    piece(app, 3)
    let_pass(61)
    assert sweeping.store_pieces() == 1
    assert texts()[1] == "[a part is missing] are the lines there?"


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_stop_in_any_piece_counts_at_once(app: Flask, made: Scene, place: int) -> None:
    """No text leaves any more, though the others have not come; the one confirmation goes with the whole."""
    words = ["I have asked you before, ", "and before that too, ", "so listen now please. "]
    words[place - 1] = "STOP texting me. "
    piece(app, place, words[place - 1])
    assert stopped()
    assert (talk().state, talk().closed_reason) == ("closed", "opted_out")
    assert texts() == []
    for number in {1, 2, 3} - {place}:
        piece(app, number, words[number - 1])
    assert texts() == ["".join(words).strip()]
    came = db.session.scalars(select(InboundText)).one()
    assert came.tier == "auto"
    assert count(Message, kind="stop_confirmation") == 1
    assert count(SuppressionEvent) == 1


def test_a_stop_in_a_piece_stands_whatever_the_whole_says(app: Flask, made: Scene) -> None:
    piece(app, 1, "I told them I would rather not, and they do not ")
    piece(app, 2, "STOP")
    assert stopped()
    let_pass(61)
    sweeping.store_pieces()
    assert stopped()
    assert db.session.scalars(select(InboundText.tier)).one() == "auto"
    assert count(Message, kind="stop_confirmation") == 1


def test_a_stop_cut_in_two_counts_with_the_whole(app: Flask, made: Scene) -> None:
    piece(app, 1, "Please st", **{"concat-total": "2"})
    assert not stopped()
    piece(app, 2, "op texting me", **{"concat-total": "2"})
    assert stopped()
    assert count(Message, kind="stop_confirmation") == 1


def test_two_long_texts_that_both_stop_are_confirmed_once(app: Flask, made: Scene) -> None:
    other = {"concat-ref": "18", "concat-total": "2"}
    piece(app, 1, "First of all, ", **{"concat-total": "2"})
    piece(app, 1, "And again: ", **other)
    piece(app, 2, "STOP", **{"concat-total": "2"})
    piece(app, 2, "STOP", **other)
    assert len(texts()) == 2
    assert count(Message, kind="stop_confirmation") == 1


def test_who_had_stopped_before_gets_no_second_confirmation(app: Flask, made: Scene) -> None:
    piece(app, 1, "STOP", concat="false")
    for number in (1, 2, 3):
        piece(app, number, "STOP texting me. ")
    assert count(Message, kind="stop_confirmation") == 1


def test_pieces_from_somebody_unknown_and_from_a_short_code(app: Flask, made: Scene) -> None:
    for sender in ("19375550133", "72345"):
        for number in (3, 1, 2):
            piece(app, number, msisdn=sender)
    assert texts() == ["".join(WORDS)] * 2
    assert count(InboundText, conversation_id=None) == 2


def test_pieces_to_a_number_not_in_use_are_kept_for_the_operator(app: Flask, made: Scene) -> None:
    piece(app, 1, to="16145550112")
    assert count(InboundPart) == 0
    assert count(ProviderEvent, note="It was written to a number that is not in use here.") == 1


def at_once(app: Flask, sends: list[dict[str, Any]]) -> list[int]:
    """These pieces from as many processes; all of them have begun before the first may end."""

    def send(values: dict[str, Any]) -> int:
        with app.app_context():
            return piece(app, **values).status_code

    with db.engine.connect() as gate, ThreadPoolExecutor(len(sends)) as processes:
        held = gate.begin()
        gate.execute(text("SELECT pg_advisory_xact_lock(5, hashtext(:who))"), {"who": _source()})
        answers = [processes.submit(send, values) for values in sends]
        until(lambda: len(waiting_for_locks("advisory")) == len(sends))
        held.rollback()
        return [one.result() for one in answers]


def _source() -> str:
    number_id = db.session.scalar(text("SELECT id FROM sending_number WHERE phone = :p"), {"p": OURS})
    db.session.rollback()
    return f"{number_id} {PHONE}"


def test_all_pieces_at_once_from_several_processes_are_one_text(committed_app: Flask) -> None:
    scene(committed_app).sent()
    sends = [{"number": 1}, {"number": 2}, {"number": 3}, {"number": 2}, {"number": 3}]
    assert at_once(committed_app, sends) == [200] * 5
    assert texts() == ["".join(WORDS)]
    assert count(InboundPart, inbound_id=None) == 0
    assert talk().waiting_since is not None


def test_the_same_piece_at_once_is_kept_once(committed_app: Flask) -> None:
    """The second copy waits for the first on its key, not at the gate."""
    scene(committed_app).sent()
    same = {"number": 1, "messageId": "same"}

    def send(values: dict[str, Any]) -> int:
        with committed_app.app_context():
            return piece(committed_app, **values).status_code

    who = _source()
    with db.engine.connect() as gate, ThreadPoolExecutor(2) as processes:
        held = gate.begin()
        gate.execute(text("SELECT pg_advisory_xact_lock(5, hashtext(:who))"), {"who": who})
        answers = [processes.submit(send, same) for _ in range(2)]
        until(lambda: len(waiting_for_locks()) == 2)
        held.rollback()
        assert [one.result() for one in answers] == [200, 200]
    assert count(InboundPart) == 1


def test_the_last_piece_and_the_end_of_patience_at_once_make_one_text(committed_app: Flask) -> None:
    scene(committed_app).sent()
    piece(committed_app, 1)
    piece(committed_app, 2)
    let_pass(61)
    who = _source()

    def give_up() -> int:
        with committed_app.app_context():
            return sweeping.store_pieces()

    def last() -> int:
        with committed_app.app_context():
            return piece(committed_app, 3).status_code

    with db.engine.connect() as gate, ThreadPoolExecutor(2) as processes:
        held = gate.begin()
        gate.execute(text("SELECT pg_advisory_xact_lock(5, hashtext(:who))"), {"who": who})
        first = processes.submit(last)
        until(lambda: len(waiting_for_locks("advisory")) == 1)
        second = processes.submit(give_up)
        until(lambda: len(waiting_for_locks("advisory")) == 2)
        held.rollback()
        assert first.result() == 200
        second.result()
    let_pass(61)
    sweeping.store_pieces()
    stored = texts()
    assert sum(words.count("are the lines there?") for words in stored) == 1
    assert sum(words.count("Where is my polling") for words in stored) == 1


def test_a_stop_that_waits_for_somebody_who_texts_them_is_not_lost(committed_app: Flask) -> None:
    """A piece that says STOP meets the lock of a click or a dispatcher: it comes after it, and stops."""
    made = scene(committed_app)
    message_id = made.send(made.deck()["cards"][0]).get_json()["message"]

    def send() -> int:
        with committed_app.app_context():
            return piece(committed_app, 2, "STOP texting me").status_code

    with db.engine.connect() as dispatcher, ThreadPoolExecutor(1) as processes:
        held = dispatcher.begin()
        dispatcher.execute(
            text("SELECT 1 FROM recipient WHERE phone = :p FOR NO KEY UPDATE"), {"p": PHONE}
        )
        answer = processes.submit(send)
        until(lambda: waiting_for_locks("recipient"))
        held.rollback()
        assert answer.result() == 200
    assert stopped()
    assert made.message(message_id).state == "blocked"


def test_who_begins_again_before_the_rest_came_is_not_stopped_a_second_time(
    app: Flask, made: Scene
) -> None:
    piece(app, 1, "STOP")
    assert stopped()
    piece(app, 1, "START", concat="false")
    assert not stopped()
    let_pass(61)
    assert sweeping.store_pieces() == 1
    assert not stopped()
    assert count(Message, kind="stop_confirmation") == 0
    assert talk().waiting_since is not None


def test_a_piece_that_stops_after_they_began_again_counts(app: Flask, made: Scene) -> None:
    piece(app, 1, "I have asked you before, ")
    piece(app, 1, "STOP", concat="false")
    piece(app, 1, "START", concat="false")
    let_pass(30)
    piece(app, 2, "STOP texting me. ")
    let_pass(61)
    assert sweeping.store_pieces() == 1
    assert stopped()
