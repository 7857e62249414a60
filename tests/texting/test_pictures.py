"""Pictures over the wire: what was seen on the card is what the carrier fetched."""

import dataclasses
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from flask import Flask
from sqlalchemy import select, text

from p2ptext.audience.models import Recipient
from p2ptext.background import transaction
from p2ptext.campaigns import enclosures, writing
from p2ptext.campaigns.enclosure_models import MediaFile
from p2ptext.campaigns.models import SendingNumber
from p2ptext.clock import now
from p2ptext.config import Settings
from p2ptext.extensions import db
from p2ptext.sms.provider import Accepted, NotSent, Refused, Unknown
from p2ptext.texting import media_address, sweeping
from p2ptext.texting.evidence_models import Click
from p2ptext.texting.models import Attempt, Message
from tests.simulator.rig import Simulator, simulator
from tests.texting.pictures import Line, digest_of, enclose, jpeg, line_to, with_picture
from tests.texting.scene import Carrier, Scene, scene

AGENT = "Ohio_Votes_agent"


@pytest.fixture(scope="module")
def carrier(settings: Settings) -> Iterator[Simulator]:
    key = serialization.load_pem_private_key(settings.vonage_private_key.encode(), None)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with simulator(
        SIMULATOR_PUBLIC_KEY=public.decode(),
        VONAGE_APPLICATION_ID=settings.vonage_application_id,
        VONAGE_SIGNATURE_SECRET=settings.vonage_signature_secret,
        SIMULATOR_PERSONAS="off",
    ) as running:
        yield running


def attempts(message_id: int) -> list[tuple[str, str | None]]:
    """Channel and outcome of every call, in the order of time."""
    rows = db.session.execute(
        select(Attempt.channel, Attempt.outcome)
        .where(Attempt.message_id == message_id)
        .order_by(Attempt.started_at)
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]


def at_ends_in(made: Scene, digit: str) -> int:
    """The place of the first person whose number ends like this."""
    return next(place for place in range(len(made.contacts)) if made.phone(place).endswith(digit))


def send_to(made: Scene, place: int) -> int:
    cards = made.deck()["cards"]
    card = next(card for card in cards if card["id"].startswith(f"{made.contacts[place]}:"))
    answer = made.send(card)
    assert answer.status_code == 202, answer.text
    message_id: int = answer.get_json()["message"]
    made.dispatch()
    return message_id


def test_a_picture_leaves_by_mms_and_the_carrier_fetches_what_the_card_showed(
    committed_app: Flask, carrier: Simulator, settings: Settings
) -> None:
    made, media_id = with_picture(committed_app)
    with line_to(committed_app, carrier, settings, made) as line:
        card = made.deck()["cards"][0]
        assert card["media"] == {
            "id": media_id,
            "url": f"../media/{media_id}",
            "kind": "image",
            "description": "A yard sign in the sun",
        }
        assert card["segments"] == 1
        message_id = send_to(made, 0)
        line.bring(made, 0)
        message = made.message(message_id)
        assert (message.channel, message.media_id, message.segments) == ("mms", media_id, 1)
        assert message.state == "delivered"
        (entry,) = carrier.taken(made.phone(0))
        assert (entry["channel"], entry["text"], entry["copies"]) == ("mms", card["text"], 1)
        assert entry["media"]["type"] == "image/jpeg"
        assert entry["media"]["sha256"] == digest_of(media_id)
        assert entry["media"]["fault"] == ""
        click = db.session.get_one(Click, message.click_id)
        assert click.checks["with"] == {"id": media_id, "sha256": digest_of(media_id)}
