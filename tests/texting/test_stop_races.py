"""STOPs race a dispatcher that works in groups: whoever wins, nothing begins after the opt-out."""

import dataclasses
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.audience.models import Recipient
from p2ptext.background import transaction
from p2ptext.extensions import db
from p2ptext.texting import dispatching, sending
from p2ptext.texting.dispatcher import Dispatcher
from p2ptext.texting.models import Attempt, Message
from tests.texting.scene import Scene, inbound, scene
from tests.texting.test_races import Ledger, cards_of, clicker, unpaced
from tests.waiting import until

PEOPLE = int(os.environ.get("STOP_RACES", "200"))
STOPPING = 4


@contextmanager
def dispatchers(app: Flask, carrier: Ledger, how_many: int) -> Iterator[None]:
    """So many dispatchers at once, as on as many machines."""
    working = [Dispatcher(app, carrier, senders=16) for _ in range(how_many)]  # type: ignore[arg-type]
    threads = [threading.Thread(target=one.run, daemon=True) for one in working]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for one in working:
            one.stop()
        for thread in threads:
            thread.join(30)


@pytest.fixture
def queued(committed_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Texts to PEOPLE people that are all due now, and a carrier that takes hundreds a second."""
    fast = dataclasses.replace(committed_app.config["SETTINGS"], sms_per_second=400)
    monkeypatch.setitem(committed_app.config, "SETTINGS", fast)
    made = scene(committed_app, people=PEOPLE, undo_s=0)
    db.session.execute(text("UPDATE sending_number SET per_second = 1000"))
    db.session.commit()
    unpaced(monkeypatch)
    who = clicker(made)
    for token, digest in cards_of(made, PEOPLE):
        with transaction():
            sending.send_first(who, made.campaign, token, digest, 0)
    return made


def states() -> dict[str, int]:
    db.session.rollback()
    found = select(Message.state, func.count()).where(Message.kind == "first").group_by(Message.state)
    return dict(db.session.execute(found).all())  # type: ignore[arg-type]


def test_no_attempt_begins_after_an_opt_out(committed_app: Flask, queued: Scene) -> None:
    """The STOPs come in the order in which the texts leave, so that they meet again and again."""
    phones = db.session.scalars(
        select(Recipient.phone).join(Message, Message.recipient_id == Recipient.id).order_by(Message.id)
    ).all()
    db.session.remove()
    carrier = Ledger()

    def stop(phone: str | None) -> int:
        with committed_app.app_context():
            return inbound(committed_app, str(phone), "STOP").status_code

    with dispatchers(committed_app, carrier, 2), ThreadPoolExecutor(STOPPING) as people:
        assert set(people.map(stop, phones)) == {200}
        until(lambda: not {"queued", "sending"} & set(states()))
    leaked = db.session.execute(
        select(Attempt.id)
        .join(Message, Message.id == Attempt.message_id)
        .join(Recipient, Recipient.id == Message.recipient_id)
        .where(Message.kind == "first", Attempt.started_at > Recipient.suppressed_at)
    ).all()
    assert leaked == []
    ended = states()
    assert set(ended) <= {"accepted", "blocked"}
    assert sum(ended.values()) == PEOPLE
    called = db.session.scalars(
        select(Attempt.id)
        .join(Message, Message.id == Attempt.message_id)
        .where(Message.kind == "first", Attempt.outcome == "accepted")
    ).all()
    confirmations = db.session.scalar(
        select(func.count()).select_from(Message).where(Message.kind == "stop_confirmation")
    )
    assert confirmations == PEOPLE
    assert len(set(carrier.taken)) == len(carrier.taken)
    assert {row.hex for row in called} <= set(carrier.taken)
    assert len(called) == ended.get("accepted", 0)


def test_many_dispatchers_send_each_text_once(committed_app: Flask, queued: Scene) -> None:
    carrier = Ledger()
    db.session.remove()
    with dispatchers(committed_app, carrier, 3):
        until(lambda: set(states()) == {"accepted"})
    assert len(carrier.taken) == len(set(carrier.taken)) == PEOPLE
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == PEOPLE


def test_one_text_that_cannot_be_begun_holds_nobody_up(committed_app: Flask, queued: Scene) -> None:
    """A contact whose time zone no computer knows: its text stays, all others leave."""
    db.session.execute(
        text("UPDATE contact SET zones = '{Nowhere/Land}' WHERE id = :id"), {"id": queued.contacts[7]}
    )
    db.session.commit()
    db.session.remove()
    carrier = Ledger()
    with dispatchers(committed_app, carrier, 1):
        until(lambda: states() == {"accepted": PEOPLE - 1, "queued": 1})
    assert len(carrier.taken) == PEOPLE - 1


def test_a_commit_whose_answer_is_lost_starts_over(
    committed_app: Flask, queued: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attempts are committed, and the dispatcher never hears of it: nobody was called."""
    real = dispatching.begin
    lost: list[int] = []

    def begin_and_lose(message_ids: list[int], *args: Any) -> dispatching.Begun:
        begun = real(message_ids, *args)
        if not lost:
            lost.extend(ready.message_id for ready in begun.ready)
            db.session.commit()
            raise psycopg.OperationalError("server closed the connection unexpectedly")
        return begun

    monkeypatch.setattr(dispatching, "begin", begin_and_lose)
    carrier = Ledger()
    db.session.remove()
    with dispatchers(committed_app, carrier, 1):
        until(lambda: set(states()) == {"accepted"})
    assert len(carrier.taken) == len(set(carrier.taken)) == PEOPLE
    given_up = select(Attempt.message_id).where(Attempt.outcome == "abandoned")
    assert lost
    assert set(db.session.scalars(given_up)) == set(lost)
