"""Two people, one conversation, the same instant: threads on connections of their own, repeated."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.background import transaction
from p2ptext.conversations import answering, asking, closing, undoing
from p2ptext.conversations.answering import Answered, Reply
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.texting.clicking import Clicker
from tests.conversations.talking import clicker, organizer, replies, talk, token, waiting_scene
from tests.texting.scene import Scene, inbound
from tests.texting.test_races import at_once, unpaced

TIMES = 15


def sending(who: Clicker, talk_id: int, made_token: str, words: str) -> Callable[[], Answered]:
    def send() -> Answered:
        with transaction():
            return answering.send_reply(who, talk_id, Reply(made_token, words))

    return send


def in_transaction(act: Callable[..., object], *values: object) -> Callable[[], object]:
    def run() -> object:
        with transaction():
            return act(*values)

    return run


def wait_again(made: Scene) -> None:
    """The answer has left, and the person has written once more."""
    db.session.execute(text("DELETE FROM outbox"))
    db.session.execute(text("UPDATE message SET state = 'delivered' WHERE state = 'queued'"))
    db.session.commit()
    inbound(made.app, made.phone(0), "Hm?")


def code(outcome: object) -> str:
    return outcome.code if isinstance(outcome, Refused) else type(outcome).__name__


def test_owner_and_organizer_at_the_same_instant_are_one_message(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpaced(monkeypatch)
    made = waiting_scene(committed_app)
    boss = organizer(made)
    people = (clicker(made), clicker(boss))
    talk_id = talk(made).id
    for round_ in range(TIMES):
        tokens = (token(made, talk_id), token(boss, talk_id))
        db.session.commit()
        before = len(replies(made))
        db.session.remove()
        outcomes = at_once(
            committed_app,
            *(sending(who, talk_id, one, "Hello") for who, one in zip(people, tokens, strict=True)),
        )
        assert sorted(map(code, outcomes)) == ["Answered", "already_answered"], round_
        assert len(replies(made)) == before + 1
        wait_again(made)


def test_one_token_on_two_devices_is_one_message(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpaced(monkeypatch)
    made = waiting_scene(committed_app)
    who, talk_id = clicker(made), talk(made).id
    for _ in range(TIMES):
        one = token(made, talk_id)
        before = len(replies(made))
        db.session.remove()
        outcomes = at_once(committed_app, *[sending(who, talk_id, one, "Hello")] * 3)
        assert {type(outcome) for outcome in outcomes} == {Answered}, outcomes
        assert len({outcome.message_id for outcome in outcomes if isinstance(outcome, Answered)}) == 1
        assert len(replies(made)) == before + 1
        wait_again(made)


def test_two_texts_under_one_token_are_one_message(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpaced(monkeypatch)
    made = waiting_scene(committed_app)
    who, talk_id = clicker(made), talk(made).id
    for _ in range(TIMES):
        one = token(made, talk_id)
        before = len(replies(made))
        db.session.remove()
        send = partial(sending, who, talk_id, one)
        outcomes = at_once(committed_app, send("Hello"), send("Good evening"))
        assert sorted(map(code, outcomes)) == ["Answered", "already_answered"]
        assert len(replies(made)) == before + 1
        wait_again(made)


def test_an_answer_and_a_hand_over_at_the_same_instant(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either the answer came first, or its writer is told who answers now; never both."""
    unpaced(monkeypatch)
    made = waiting_scene(committed_app)
    boss = organizer(made)
    who, chief, talk_id = clicker(made), clicker(boss), talk(made).id
    for _ in range(TIMES):
        db.session.execute(text("UPDATE conversation SET person_id = :p"), {"p": made.volunteer})
        db.session.commit()
        one = token(made, talk_id)
        before = len(replies(made))
        db.session.remove()
        sent, taken = at_once(
            committed_app,
            sending(who, talk_id, one, "Hello"),
            in_transaction(asking.take_over, chief, talk_id),
        )
        assert not isinstance(taken, Exception), taken
        assert talk(made).person_id == boss.volunteer
        assert code(sent) in ("Answered", "handed_over")
        assert len(replies(made)) == before + isinstance(sent, Answered)
        wait_again(made)


def test_an_answer_and_an_opt_out_at_the_same_instant(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is opted out gets nothing, whatever was in the outbox."""
    unpaced(monkeypatch)
    made = waiting_scene(committed_app)
    boss = organizer(made)
    who, chief, talk_id = clicker(made), clicker(boss), talk(made).id
    for _ in range(TIMES):
        one = token(made, talk_id)
        db.session.remove()
        sent, stopped = at_once(
            committed_app,
            sending(who, talk_id, one, "Hello"),
            in_transaction(closing.opt_out, chief, talk_id),
        )
        assert not isinstance(stopped, Exception), stopped
        assert code(sent) in ("Answered", "opted_out")
        assert {message.state for message in replies(made)} <= {"blocked"}
        assert talk(made).closed_reason == "opted_out"
        inbound(committed_app, made.phone(0), "START")
        assert talk(made).waiting_since is not None


def test_undo_and_a_new_text_at_the_same_instant(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person waits since the first text that nobody answered, whichever comes first."""
    unpaced(monkeypatch)
    made = waiting_scene(committed_app)
    who, talk_id = clicker(made), talk(made).id
    for _ in range(5):
        since = talk(made).waiting_since
        one = token(made, talk_id)
        with transaction():
            sent = answering.send_reply(who, talk_id, Reply(one, "Hello"))
        phone = made.phone(0)
        db.session.remove()
        undone, received = at_once(
            committed_app,
            in_transaction(undoing.undo, who, talk_id, sent.message_id),
            lambda phone=phone: inbound(committed_app, phone, "Hello?").status_code,
        )
        assert (undone, received) == ("Hello", 200)
        assert talk(made).waiting_since == since
        with transaction():
            db.session.execute(text("DELETE FROM draft"))
