"""Texts over real HTTP to the simulated carrier, and its webhooks back into the program."""

import dataclasses
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from flask import Flask
from sqlalchemy import select

from p2ptext.audience.models import Contact, Recipient
from p2ptext.config import Settings
from p2ptext.extensions import db
from p2ptext.sms.vonage import VonageProvider
from p2ptext.texting import sweeping
from p2ptext.texting.models import InboundText
from tests.simulator.rig import Simulator, simulator, until
from tests.texting.scene import Scene, scene


@pytest.fixture(scope="module")
def carrier(settings: Settings) -> Iterator[Simulator]:
    """The simulated carrier, with the keys of the program under test."""
    key = serialization.load_pem_private_key(settings.vonage_private_key.encode(), None)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with simulator(
        SIMULATOR_PUBLIC_KEY=public.decode(),
        VONAGE_APPLICATION_ID=settings.vonage_application_id,
        VONAGE_SIGNATURE_SECRET=settings.vonage_signature_secret,
    ) as running:
        yield running


def texted(app: Flask, carrier: Simulator, settings: Settings, line: int) -> tuple[Scene, int]:
    """Send a first text over the wire to the person whose number ends in `line`."""
    made = scene(app, people=line + 1)
    made.carrier = VonageProvider(  # type: ignore[assignment]
        dataclasses.replace(settings, vonage_api_host=carrier.url, send_timeout_s=1)
    )
    for place in range(line):
        db.session.get_one(Contact, made.contacts[place]).state = "ended"
    db.session.commit()
    return made, made.sent()


def bring(app: Flask, carrier: Simulator, made: Scene, line: int) -> list[int]:
    """Wait until the carrier is done with this person, then pass its webhooks on; the answers."""
    until(carrier.quiet)
    answers = []
    for hook in carrier.hooks(made.phone(line)):
        headers = {"Authorization": hook.authorization, "Content-Type": "application/json"}
        answers.append(app.test_client().post(hook.path, data=hook.body, headers=headers).status_code)
        carrier.receiver.hooks.remove(hook)
    return answers


def test_accepted_then_dropped_is_one_copy_unknown_and_resolved_by_its_receipt(
    app: Flask, carrier: Simulator, settings: Settings
) -> None:
    made, message_id = texted(app, carrier, settings, 12)
    assert made.message(message_id).state == "unknown"
    for _ in range(3):
        made.dispatch()
        sweeping.sweep()
    (entry,) = carrier.taken(made.phone(12))
    assert entry["copies"] == 1
    assert made.message(message_id).state == "unknown"
    bring(app, carrier, made, 12)
    assert made.message(message_id).state == "delivered"


# The person's last two digits -> the text's state after the call, after the webhooks, copies taken.
LINES = [
    (0, "accepted", "delivered", 1),  # says yes
    (4, "accepted", "rejected", 1),  # filtered
    (7, "accepted", "accepted", 1),  # never a receipt
    (8, "accepted", "delivered", 1),  # receipts twice and out of order
    (11, "accepted", "delivered", 1),  # the receipt overtakes the answer
    (13, "unknown", "unknown", 1),  # never answers
    (14, "queued", "queued", 0),  # 429 at first
    (16, "unknown", "unknown", 0),  # 503
]


@pytest.mark.parametrize(("line", "called", "ended", "copies"), LINES)
def test_every_kind_of_answer(
    app: Flask, carrier: Simulator, settings: Settings, line: int, called: str, ended: str, copies: int
) -> None:
    made, message_id = texted(app, carrier, settings, line)
    assert made.message(message_id).state == called
    answers = bring(app, carrier, made, line)
    assert set(answers) <= {200}
    assert made.message(message_id).state == ended
    assert sum(entry["copies"] for entry in carrier.taken(made.phone(line))) == copies


def test_a_stop_over_the_wire_ends_it_and_is_confirmed_once(
    app: Flask, carrier: Simulator, settings: Settings
) -> None:
    made, _ = texted(app, carrier, settings, 1)
    bring(app, carrier, made, 1)
    person = db.session.scalars(select(Recipient).filter_by(phone=made.phone(1))).one()
    assert person.suppressed_at is not None
    made.dispatch()
    texts = [entry["text"] for entry in carrier.taken(made.phone(1))]
    assert texts.count("You are opted out and will get no more texts from us.") == 1


@pytest.mark.parametrize(("line", "status"), [(17, 503), (19, 401)])
def test_a_forged_or_changed_reply_is_not_kept(
    app: Flask, carrier: Simulator, settings: Settings, line: int, status: int
) -> None:
    made, _ = texted(app, carrier, settings, line)
    assert status in bring(app, carrier, made, line)
    assert db.session.scalars(select(InboundText)).all() == []


def test_a_replayed_reply_is_one_row(app: Flask, carrier: Simulator, settings: Settings) -> None:
    made, _ = texted(app, carrier, settings, 18)
    bring(app, carrier, made, 18)
    assert len(db.session.scalars(select(InboundText)).all()) == 1
