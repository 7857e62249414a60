"""What should not happen but will: odd bodies, a STOP at the worst moment, a database that interrupts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts.models import Organization, Person
from p2ptext.audience import cutting
from p2ptext.audience.jobs import complete
from p2ptext.audience.models import Batch, Contact, ContactImport, Recipient
from p2ptext.background import transaction
from p2ptext.extensions import db
from p2ptext.sms.provider import NotSent, OutboundText, Refused, SendResult
from p2ptext.texting import admission, claiming, sweeping
from p2ptext.texting.dispatcher import Dispatcher
from p2ptext.texting.models import Conversation, Message
from p2ptext.texting.pace_models import PacingBucket
from tests import factories
from tests.audience.lists import check, confirm
from tests.texting.scene import Carrier, Scene, answer, begin, inbound, receipt, scene
from tests.waiting import until, waiting_for_locks

BODIES = [
    b"[]",
    b"null",
    b'"x"',
    b"3",
    b"{",
    b'{"token": "\\ud800", "hash": "\\ud800"}',
    b'{"token": [1]}',
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("path", ["{base}/send", "{base}/skip", "/o/{org}/texting/undo"])
def test_no_body_makes_an_error(app: Flask, path: str, body: bytes) -> None:
    made = scene(app)
    headers = {"X-CSRFToken": made.csrf, "Content-Type": "application/json"}
    answer = made.browser.post(path.format(base=made.base, org=made.org), data=body, headers=headers)
    assert 400 <= answer.status_code < 500


def kinds(made: Scene) -> list[tuple[str, str]]:
    rows = select(Message.kind, Message.state).order_by(Message.id)
    db.session.expire_all()
    return [tuple(row) for row in db.session.execute(rows)]


def test_an_answer_to_help_does_not_leave_after_a_stop(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, made.phone(0), "HELP")
    inbound(app, made.phone(0), "STOP")
    made.dispatch()
    assert kinds(made)[1:] == [("help", "blocked"), ("stop_confirmation", "accepted")]


def test_an_answer_to_help_that_is_tried_again_does_not_leave_after_a_stop(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, made.phone(0), "HELP")
    made.let_due()
    with transaction():
        (claimed,) = claiming.claim(10)
    (ready,) = begin([claimed]).ready
    inbound(app, made.phone(0), "STOP")
    answer(ready, NotSent("429"))
    made.dispatch()
    assert kinds(made)[1:] == [("help", "blocked"), ("stop_confirmation", "accepted")]


def test_who_is_opted_out_already_is_still_told_how_to_get_help(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, made.phone(0), "STOP")
    inbound(app, made.phone(0), "HELP")
    made.dispatch()
    assert kinds(made)[1:] == [("stop_confirmation", "accepted"), ("help", "accepted")]


def test_an_opt_out_the_carrier_knows_of_closes_the_conversation(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, made.phone(0), "Who is this?")
    talk = db.session.scalars(select(Conversation)).one()
    page = made.browser.get(f"/o/{made.org}/replies/{talk.id}").get_data(as_text=True)
    token = page.split('name="token" value="')[1].split('"')[0]
    answer = {"token": token, "text": "Ohio Votes", "csrf_token": made.csrf}
    made.browser.post(f"/o/{made.org}/replies/{talk.id}/reply", data=answer)
    made.carrier = Carrier(Refused("opted_out", 1240, "they said stop"))
    made.dispatch()
    db.session.expire_all()
    talk = db.session.scalars(select(Conversation)).one()
    assert (talk.state, talk.closed_reason, talk.waiting_since) == ("closed", "opted_out", None)
    assert db.session.get_one(Recipient, talk.recipient_id).suppressed_at is not None


@pytest.mark.parametrize("state", ["submitted", "delivered"])
def test_a_receipt_proves_that_a_text_about_to_be_tried_again_has_left(app: Flask, state: str) -> None:
    """Whatever the answer to the call said: who has the text is not sent it again."""
    made = scene(app)
    made.carrier = Carrier(NotSent("429"))
    message_id = made.sent()
    assert made.message(message_id).state == "queued"
    assert receipt(app, made.carrier.texts[0], state).status_code == 200
    made.dispatch()
    assert len(made.carrier.texts) == 1
    assert made.message(message_id).state == state


class Signalling(Carrier):
    """Says when it has got a text."""

    def __init__(self) -> None:
        super().__init__()
        self.got_one = threading.Event()

    def send(self, message: OutboundText) -> SendResult:
        result = super().send(message)
        self.got_one.set()
        return result


def test_a_stop_while_a_list_is_cut_ends_the_contact_it_makes(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the worst moment: the import has looked for the last time, and has not committed."""
    made = scene(committed_app, status="draft")
    phone = made.phone(0)
    other = factories.campaign(
        db.session.get_one(Organization, made.org_id),
        db.session.get_one(Person, made.volunteer),
        status="draft",
    )
    import_id = check(other, f"phone\n{phone}\n").id
    confirm(other, import_id)
    other_id = other.id
    db.session.remove()
    looked, go_on = threading.Event(), threading.Event()
    cut_list = cutting.cut_list

    def cut_and_wait(row: ContactImport) -> None:
        cut_list(row)
        looked.set()
        assert go_on.wait(20)

    monkeypatch.setattr(cutting, "cut_list", cut_and_wait)

    def read() -> None:
        with committed_app.app_context():
            complete(import_id)

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    assert looked.wait(20)
    assert inbound(committed_app, phone, "STOP").status_code == 200
    go_on.set()
    reading.join(20)
    assert sweeping.sweep()["stopped"] == 1
    states = select(Contact.state, Contact.ended_reason).where(Contact.import_id == import_id)
    assert db.session.execute(states).one() == ("ended", "opted_out")
    batches = select(Batch.state).where(Batch.campaign_id == other_id)
    assert db.session.scalars(batches).all() == ["done"]


def test_too_many_clicks_are_turned_away_before_anybody_is_looked_up(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    db.session.execute(text("UPDATE web_session SET ended_at = p2p_now()"))
    db.session.commit()
    for _ in range(admission.MOST_IN_FLIGHT):
        admission.enter()
    try:
        answer = made.send(card)
        assert (answer.status_code, answer.get_json()["code"]) == (429, "busy")
        assert answer.get_json()["retry_after_ms"] == admission.RETRY_AFTER_MS
    finally:
        for _ in range(admission.MOST_IN_FLIGHT):
            admission.leave()
    assert made.send(card).status_code == 401  # nobody had looked: the session is over
    db.session.execute(text("UPDATE web_session SET ended_at = NULL"))
    db.session.commit()
    for _ in range(admission.MOST_IN_FLIGHT + 1):  # each gives its place back, refused or not
        assert made.send(card, hash="other").status_code == 409
    assert made.send(card).status_code == 202


@contextmanager
def stopped(dispatcher: Dispatcher, running: threading.Thread) -> Iterator[None]:
    try:
        yield
    finally:
        dispatcher.stop()
        running.join(20)


@pytest.mark.parametrize("how", ["pg_cancel_backend", "pg_terminate_backend"])
def test_the_dispatcher_outlives_an_interrupted_statement(committed_app: Flask, how: str) -> None:
    """As after a deadlock, a time limit or a restart of the database."""
    made = scene(committed_app)
    made.send(made.deck()["cards"][0])
    made.let_due()
    db.session.add(PacingBucket(name="account", permits=5.0))
    db.session.commit()
    carrier = Signalling()
    dispatcher = Dispatcher(committed_app, carrier)
    running = threading.Thread(target=dispatcher.run, daemon=True)
    with stopped(dispatcher, running), db.engine.connect() as holder, db.engine.connect() as other:
        other = other.execution_options(isolation_level="AUTOCOMMIT")
        holder.execute(text("SELECT 1 FROM pacing_bucket FOR UPDATE"))
        running.start()
        other.execute(
            text(f"SELECT {how}(:pid)"), {"pid": until(lambda: waiting_for_locks("pacing_bucket"))[0]}
        )
        holder.rollback()
        assert carrier.got_one.wait(10)


def test_a_lost_connection_answers_503_and_the_next_request_works(committed_app: Flask) -> None:
    made = scene(committed_app)
    made.sent()
    answers: list[Any] = []
    with db.engine.connect() as holder, db.engine.connect() as other:
        other = other.execution_options(isolation_level="AUTOCOMMIT")
        holder.execute(text("LOCK TABLE inbound_text"))
        phone = made.phone(0)
        db.session.remove()

        def ask() -> None:
            with committed_app.app_context():
                answers.append(inbound(committed_app, phone, "STOP", message_uuid="again"))

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        (pid,) = until(lambda: waiting_for_locks("take_inbound"))
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        asking.join(10)
    assert [answer.status_code for answer in answers] == [503]
    assert inbound(committed_app, phone, "STOP", message_uuid="again").status_code == 200
    assert db.session.scalars(select(Recipient.suppressed_at).where(Recipient.phone == phone)).one()
