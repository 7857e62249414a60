"""An answer that the carrier refuses leaves its person waiting as before, unless that is over."""

import pytest
from flask import Flask

from p2ptext.rules.delivery import ErrorKind
from p2ptext.sms.provider import Refused
from tests.conversations.talking import replies, reply, talk, waiting_scene
from tests.texting.scene import Scene, inbound, receipt

CONTENT = Refused(ErrorKind.CONTENT_PROBLEM, 30, "It was filtered.")
UNREACHABLE = {"error": {"title": "1300", "type": "", "detail": "", "instance": ""}}


@pytest.fixture
def made(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr("p2ptext.texting.pacing.wait_ms", lambda *_: 0)
    return waiting_scene(app)


def taken(made: Scene) -> None:
    """Their answer goes to the carrier, which takes it."""
    assert reply(made, "It is Amy.").status_code == 202
    made.dispatch()
    assert replies(made)[-1].state == "accepted"
    assert talk(made).waiting_since is None


def test_a_refused_answer_leaves_them_waiting(made: Scene) -> None:
    since = talk(made).waiting_since
    reply(made, "It is Amy.")
    made.carrier._answers = [CONTENT]
    made.dispatch()
    assert replies(made)[0].state == "rejected"
    assert since is not None
    assert talk(made).waiting_since == since


@pytest.mark.parametrize("state", ["rejected", "undeliverable"])
def test_an_answer_that_a_receipt_says_failed_leaves_them_waiting(
    app: Flask, made: Scene, state: str
) -> None:
    since = talk(made).waiting_since
    taken(made)
    receipt(app, made.carrier.texts[-1], state, **UNREACHABLE)
    assert replies(made)[0].state == state
    assert talk(made).waiting_since == since


def test_who_has_an_answer_since_does_not_wait(app: Flask, made: Scene) -> None:
    taken(made)
    failed = made.carrier.texts[-1]
    assert reply(made, "Are you still there?").status_code == 202
    receipt(app, failed, "undeliverable", **UNREACHABLE)
    assert talk(made).waiting_since is None


def test_who_opted_out_does_not_wait(app: Flask, made: Scene) -> None:
    taken(made)
    inbound(app, made.phone(0), "STOP")
    receipt(app, made.carrier.texts[-1], "undeliverable", **UNREACHABLE)
    assert talk(made).waiting_since is None


def test_what_the_carrier_calls_an_opt_out_closes_it(made: Scene) -> None:
    reply(made, "It is Amy.")
    made.carrier._answers = [Refused(ErrorKind.OPTED_OUT, None, "They opted out.")]
    made.dispatch()
    assert (talk(made).state, talk(made).waiting_since) == ("closed", None)
