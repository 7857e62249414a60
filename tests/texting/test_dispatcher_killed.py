"""A dispatcher process that is killed, stopped or asked to end, at every place where it could hurt.

The carrier is a server of the test's own that notes what it took: whatever happens to the dispatcher, it
never takes the same text twice, and what it took ends in the right state.
"""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.audience.models import Contact
from p2ptext.audience.suppression import suppress
from p2ptext.background import transaction
from p2ptext.config import Settings
from p2ptext.extensions import db
from p2ptext.sms.provider import OutboundText, steady
from p2ptext.texting import dispatching, sweeping
from p2ptext.texting.models import Outbox
from tests.audience.test_interrupted import environment
from tests.texting.scene import Scene, receipt, scene
from tests.texting.test_dispatching import attempts
from tests.waiting import PATIENCE_S, until


class Taking:
    """A carrier that takes every text and notes it; while `closed`, answers wait."""

    def __init__(self) -> None:
        self.taken: list[dict[str, str]] = []
        self.open = threading.Event()
        self.open.set()
        carrier = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                carrier.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                carrier.open.wait(20)
                body = json.dumps({"message_uuid": str(uuid.uuid4())}).encode()
                self.send_response(202)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def texts(self) -> list[OutboundText]:
        return [
            OutboundText("+" + one["to"], "+" + one["from"], one["text"], one["client_ref"])
            for one in self.taken
        ]


@pytest.fixture
def carrier() -> Iterator[Taking]:
    taking = Taking()
    yield taking
    taking.open.set()
    taking.server.shutdown()
    taking.server.server_close()


@contextmanager
def dispatcher(
    settings: Settings, carrier: Taking, place: str = "", blow: int = 0
) -> Iterator[subprocess.Popen[str]]:
    """A dispatcher process at work; with `place` one that meets this signal there."""
    ours = dataclasses.replace(
        settings, vonage_api_host=f"http://127.0.0.1:{carrier.server.server_port}"
    )
    arguments = [place, str(blow)] if place else []
    process = subprocess.Popen(  # noqa: S603  # this interpreter, with words of this file
        [sys.executable, "-m", "tests.texting.interrupted_dispatcher", *arguments],
        env=environment(ours),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def waiting_text(app: Flask) -> tuple[Scene, int]:
    made = scene(app)
    message_id: int = made.send(made.deck()["cards"][0]).get_json()["message"]
    made.let_due()
    db.session.remove()
    return made, message_id


def state_of(made: Scene, message_id: int) -> str:
    db.session.rollback()
    return made.message(message_id).state


def half_a_minute_after_the_deadline() -> None:
    db.session.execute(
        text("UPDATE attempt SET deadline_at = p2p_now() - interval '31 s' WHERE outcome IS NULL")
    )
    db.session.execute(text("UPDATE outbox SET claimed_until = p2p_now() - interval '1 s'"))
    db.session.commit()


# Where the process dies -> whether the carrier has the text, the state it leaves, and the state after
# the sweep and another dispatcher.
DEATHS = [
    ("not claimed yet", 0, "queued", "accepted"),
    ("claimed", 0, "queued", "accepted"),
    ("attempt not committed", 0, "queued", "accepted"),
    ("attempt committed", 0, "sending", "unknown"),
    ("about to write", 0, "sending", "unknown"),
    ("taken by the carrier", 1, "sending", "unknown"),
    ("outcome not committed", 1, "sending", "unknown"),
]


@pytest.mark.parametrize(("place", "taken", "left", "ended"), DEATHS)
def test_killed_anywhere_nothing_is_doubled_and_nothing_is_lost(
    committed_app: Flask,
    settings: Settings,
    carrier: Taking,
    place: str,
    taken: int,
    left: str,
    ended: str,
) -> None:
    made, message_id = waiting_text(committed_app)
    with dispatcher(settings, carrier, place, signal.SIGKILL) as process:
        assert process.wait(PATIENCE_S) == -signal.SIGKILL
    assert (len(carrier.taken), state_of(made, message_id)) == (taken, left)
    half_a_minute_after_the_deadline()
    sweeping.sweep()
    another: int = made.send(made.deck()["cards"][0]).get_json()["message"]
    made.let_due()
    with dispatcher(settings, carrier) as process:
        until(lambda: state_of(made, another) == "accepted")
        until(lambda: state_of(made, message_id) == ended)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    assert len(carrier.taken) - 1 == (1 if ended == "accepted" else taken)
    if taken:
        assert receipt(committed_app, carrier.texts()[0], "delivered").status_code == 200
        assert state_of(made, message_id) == "delivered"


def stopped(process: subprocess.Popen[str]) -> bool:
    """Whether the process stands still, as after Ctrl-Z."""
    found, status = os.waitpid(process.pid, os.WNOHANG | os.WUNTRACED)
    return found == process.pid and os.WIFSTOPPED(status)


def stand_still(process: subprocess.Popen[str]) -> None:
    until(lambda: stopped(process))
    woken = steady() + dispatching.FROZEN_S + 0.1
    until(lambda: steady() > woken)


@pytest.mark.parametrize("place", ["attempt committed", "about to write"])
def test_a_text_stopped_during_a_long_stand_still_does_not_leave(
    committed_app: Flask, settings: Settings, carrier: Taking, place: str
) -> None:
    """SIGSTOP between the checks and the call; the person opts out; SIGCONT."""
    made, message_id = waiting_text(committed_app)
    with dispatcher(settings, carrier, place, signal.SIGSTOP) as process:
        stand_still(process)
        with transaction():
            suppress(db.session.get_one(Contact, made.contacts[0]).recipient_id, "test", None)
        process.send_signal(signal.SIGCONT)
        until(lambda: state_of(made, message_id) not in ("sending", "queued"))
    assert state_of(made, message_id) == "blocked"
    assert carrier.taken == []


@pytest.mark.parametrize("place", ["attempt committed", "about to write"])
def test_a_long_stand_still_starts_over(
    committed_app: Flask, settings: Settings, carrier: Taking, place: str
) -> None:
    made, message_id = waiting_text(committed_app)
    with dispatcher(settings, carrier, place, signal.SIGSTOP) as process:
        stand_still(process)
        process.send_signal(signal.SIGCONT)
        until(lambda: state_of(made, message_id) == "accepted")
    assert len(carrier.taken) == 1
    assert attempts(message_id)[-1] == "accepted"
    assert len(attempts(message_id)) == 2


def test_asked_to_end_it_finishes_its_calls_and_begins_no_more(
    committed_app: Flask, settings: Settings, carrier: Taking
) -> None:
    made, message_id = waiting_text(committed_app)
    carrier.open.clear()
    with dispatcher(settings, carrier) as process:
        until(lambda: carrier.taken)
        process.send_signal(signal.SIGTERM)
        later: int = made.send(made.deck()["cards"][0]).get_json()["message"]
        made.let_due()
        assert state_of(made, message_id) == "sending"
        carrier.open.set()
        assert process.wait(PATIENCE_S) == 0
    assert state_of(made, message_id) == "accepted"
    assert state_of(made, later) == "queued"
    waits = db.session.scalars(select(Outbox)).one()
    assert (waits.message_id, waits.claimed_until) == (later, None)
    assert len(carrier.taken) == 1


def test_the_databases_end_of_a_connection_loses_no_answer(
    committed_app: Flask, settings: Settings, carrier: Taking
) -> None:
    """All connections of the dispatcher are cut while the carrier has the text and has not answered."""
    made, message_id = waiting_text(committed_app)
    carrier.open.clear()
    with dispatcher(settings, carrier):
        until(lambda: carrier.taken)
        db.session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        db.session.remove()
        carrier.open.set()
        until(lambda: state_of(made, message_id) == "accepted")
    assert attempts(message_id) == ["accepted"]
