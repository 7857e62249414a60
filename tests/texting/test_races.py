"""Races, run for real: threads on connections of their own, repeated."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.audience import batching, handing_out
from p2ptext.audience.models import Contact, Recipient
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.sms.provider import Accepted, OutboundText, SendResult
from p2ptext.texting import cards, outbox, pacing, sending
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.evidence_models import Click
from p2ptext.texting.models import Attempt, Message
from tests import factories
from tests.texting.scene import Scene, carry, inbound, scene
from tests.waiting import until, waiting_for_locks

TIMES = 200


def at_once(app: Flask, *actions: Callable[[], object]) -> list[object]:
    """Run the actions in threads that start at the same instant; what each returned or raised."""
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        with app.app_context():
            barrier.wait()
            try:
                return action()
            except Exception as error:
                return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def cards_of(made: Scene, people: int) -> list[tuple[str, str]]:
    """Tokens and hashes for every contact, as the screen would hand them out one batch after another."""
    script = cards.Script(0, {"first": [factories.TEXT]}, True, "Amy")
    shown = now().timestamp()
    result = []
    for contact_id in made.contacts[:people]:
        contact = db.session.get_one(Contact, contact_id)
        digest = cards.script.text_hash(script.text_for(contact_id, contact.fields))
        claims = cards.CardClaims(made.org_id, made.volunteer, contact_id, 1, digest, shown)
        result.append((cards.make_token(claims), digest))
    return result


def clicker(made: Scene) -> Clicker:
    session_id = db.session.scalar(
        text("SELECT id FROM web_session WHERE person_id = :p"), {"p": made.volunteer}
    )
    return Clicker(made.org_id, made.volunteer, session_id or 0, "Amy", "127.0.0.1", "test")


def test_two_identical_sends_at_the_same_instant_are_one_message(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = scene(committed_app, people=TIMES)
    tokens = cards_of(made, TIMES)
    send = sender(made, clicker(made))
    db.session.remove()
    unpaced(monkeypatch)
    for token, digest in tokens:
        first, second = at_once(committed_app, send(token, digest), send(token, digest))
        assert isinstance(first, int)
        assert first == second
    assert db.session.scalar(select(func.count()).select_from(Message)) == TIMES
    assert db.session.scalar(select(func.count()).select_from(Click)) == TIMES


def sender(made: Scene, who: Clicker) -> Callable[[str, str], Callable[[], int]]:
    def send(token: str, digest: str) -> Callable[[], int]:
        def action() -> int:
            with transaction():
                return sending.send_first(who, made.campaign, token, digest, 0).message_id

        return action

    return send


def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Races are about rows; how fast one person may click has its own test."""
    monkeypatch.setattr(pacing, "wait_ms", lambda *_: 0)


def test_two_cards_for_one_contact_are_one_message(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two different tokens for the same contact: the index on first texts decides."""
    made = scene(committed_app, people=20)
    unpaced(monkeypatch)
    early = cards_of(made, 20)
    late = cards_of(made, 20)
    assert early != late
    send = sender(made, clicker(made))
    db.session.remove()
    for one, other in zip(early, late, strict=True):
        answers = at_once(committed_app, send(*one), send(*other))
        assert len([answer for answer in answers if isinstance(answer, int)]) == 1
    first_texts = select(Message.contact_id, func.count()).group_by(Message.contact_id)
    assert all(count == 1 for _, count in db.session.execute(first_texts))


def one_after_the_other(
    app: Flask, held_up_by: str, first: Callable[[], object], second: Callable[[], object]
) -> list[object]:
    """Run both actions so that `first` stands before `second` at a lock: the statement `held_up_by`
    holds it until both wait for it. What each returned or raised."""

    def run(action: Callable[[], object]) -> object:
        with app.app_context():
            try:
                return action()
            except Exception as error:
                return error

    with ThreadPoolExecutor(2) as pool, db.engine.connect() as gate:
        gate.execute(text(held_up_by))
        running = []
        for waiting, action in enumerate((first, second), start=1):
            running.append(pool.submit(run, action))
            until(partial(locks_waited_for, waiting))
        gate.rollback()
        return [future.result() for future in running]


def locks_waited_for(number: int) -> bool:
    return len(waiting_for_locks()) == number


@pytest.mark.parametrize("click_first", [True, False])
def test_a_click_or_taking_the_batch_back_wins_and_leaves_no_empty_batch(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch, click_first: bool
) -> None:
    """The only card of a batch is clicked while a manager takes the batch back: it is sent and the
    batch is done, or the click is refused and the batch waits for somebody."""
    made = scene(committed_app, people=1)
    unpaced(monkeypatch)
    who = clicker(made)
    (card,) = cards_of(made, 1)
    db.session.remove()

    def click() -> object:
        with transaction():
            return sending.send_first(who, made.campaign, *card, 0)

    def take_back() -> object:
        with transaction():
            return batching.take_back(made.campaign, made.volunteer)

    order = (click, take_back) if click_first else (take_back, click)
    outcomes = one_after_the_other(committed_app, "SELECT 1 FROM batch FOR UPDATE", *order)
    clicked = outcomes[order.index(click)]
    batch = text("SELECT state, (SELECT state FROM contact WHERE batch_id = b.id) FROM batch b")
    found = tuple(db.session.execute(batch).one())
    if click_first:
        assert isinstance(clicked, sending.Clicked)
        assert found == ("done", "texted")
    else:
        assert getattr(clicked, "code", clicked) == "not_yours"
        assert found == ("open", "ready")


def test_clicks_racing_a_batch_taken_back_never_leave_a_batch_in_no_hand(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same without an order, as often as chance has it either way."""
    made = scene(committed_app, people=1)
    unpaced(monkeypatch)
    who = clicker(made)
    (card,) = cards_of(made, 1)

    def click() -> object:
        with transaction():
            return sending.send_first(who, made.campaign, *card, 0)

    def take_back() -> object:
        with transaction():
            return batching.take_back(made.campaign, made.volunteer)

    batch = text("SELECT state, (SELECT state FROM contact WHERE batch_id = b.id) FROM batch b")
    for _ in range(40):
        clicked, _taken = at_once(committed_app, click, take_back)
        found = tuple(db.session.execute(batch).one())
        db.session.rollback()
        if isinstance(clicked, sending.Clicked):
            assert found == ("done", "texted")
            with transaction():
                outbox.undo(made.org_id, made.volunteer, clicked.message_id)
            (card,) = cards_of(made, 1)
        else:
            assert getattr(clicked, "code", clicked) == "not_yours"
            assert found == ("open", "ready")
        with transaction():
            assert handing_out.hand_out(made.campaign, made.volunteer) is not None


class Ledger:
    """A carrier that notes what it took."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def send(self, message: OutboundText) -> SendResult:
        self.taken.append(message.client_ref)
        return Accepted(f"id-{message.client_ref}")


def test_no_attempt_commits_after_the_opt_out(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A STOP races a queued text: whatever wins, no attempt begins after the opt-out was committed."""
    made = scene(committed_app, people=TIMES)
    unpaced(monkeypatch)
    who = clicker(made)
    for token, digest in cards_of(made, TIMES):
        with transaction():
            sending.send_first(who, made.campaign, token, digest, 0)
    db.session.execute(text("UPDATE outbox SET due_at = p2p_now() - interval '1 second'"))
    queued = list(db.session.scalars(select(Message.id).order_by(Message.id)))
    db.session.commit()
    phones = dict(
        db.session.execute(
            select(Message.id, Recipient.phone).join(Recipient, Recipient.id == Message.recipient_id)
        ).all()
    )
    db.session.remove()
    carrier = Ledger()
    for message_id in queued:
        dispatch = partial(carry, carrier, [message_id])
        stop = partial(inbound, committed_app, str(phones[message_id]), "STOP")
        dispatched, stopped = at_once(committed_app, dispatch, stop)
        assert dispatched is None
        assert getattr(stopped, "status_code", stopped) == 200
    db.session.remove()
    leaked = db.session.execute(
        select(Attempt.id)
        .join(Message, Message.id == Attempt.message_id)
        .join(Recipient, Recipient.id == Message.recipient_id)
        .where(Message.kind == "first", Attempt.started_at > Recipient.suppressed_at)
    ).all()
    assert leaked == []
    states = dict(
        db.session.execute(
            select(Message.state, func.count()).where(Message.kind == "first").group_by(Message.state)
        ).all()
    )
    attempts = {row.hex for row in db.session.scalars(select(Attempt.id))}
    assert set(carrier.taken) == attempts
    assert len(carrier.taken) == states.get("accepted", 0)
    assert states.get("accepted", 0) + states.get("blocked", 0) == TIMES
