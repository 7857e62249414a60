"""A volunteer with a batch in hand, a carrier that answers as told, and signed webhooks."""

import hashlib
import json
import time
import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from p2ptext.accounts.models import Organization, Person
from p2ptext.audience.models import Batch, Contact, Recipient
from p2ptext.background import settings, transaction
from p2ptext.campaigns.models import Campaign, SendingNumber
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.rules import optout
from p2ptext.sms.provider import Accepted, OutboundText, SendResult
from p2ptext.texting import claiming, dispatching, settling
from p2ptext.texting.models import Message
from tests import factories
from tests.world import csrf_token

OURS = "+16145550190"


class Carrier:
    """A Provider whose ledger is the truth: it notes every text and answers as told."""

    def __init__(self, *answers: SendResult) -> None:
        self.texts: list[OutboundText] = []
        self._answers = list(answers)

    def send(self, message: OutboundText) -> SendResult:
        self.texts.append(message)
        return self._answers.pop(0) if self._answers else Accepted(str(uuid.uuid4()))


@dataclass
class Scene:
    """Ids, not rows: rows do not outlive the requests in between."""

    app: Flask
    org: str
    org_id: int
    volunteer: int
    campaign: int
    contacts: list[int]
    browser: FlaskClient
    csrf: str
    carrier: Carrier = field(default_factory=Carrier)

    @property
    def base(self) -> str:
        return f"/o/{self.org}/texting/{self.campaign}"

    def post(self, path: str, **body: Any) -> TestResponse:
        headers = {"X-CSRFToken": self.csrf, "Accept": "application/json"}
        return self.browser.post(path, json=body, headers=headers)

    def deck(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.browser.get(f"{self.base}/cards").get_json()
        return answer

    def send(self, card: dict[str, Any], **changes: Any) -> TestResponse:
        return self.post(
            f"{self.base}/send", **{"token": card["token"], "hash": card["hash"], "age_ms": 40} | changes
        )

    def let_due(self) -> None:
        """Time passes: whatever waits in the outbox is due, and limits and people are rested."""
        db.session.execute(text("UPDATE outbox SET due_at = p2p_now() - interval '1 second'"))
        db.session.execute(
            text("UPDATE recipient SET last_texted_at = last_texted_at - interval '2 seconds'")
        )
        db.session.execute(
            text("UPDATE pacing_bucket SET refilled_at = refilled_at - interval '1 minute'")
        )
        db.session.commit()

    def dispatch(self) -> None:
        """What the dispatcher does with everything that is due."""
        self.let_due()
        while claimed := self.claim():
            carry(self.carrier, claimed)

    def claim(self, most: int = 100) -> list[int]:
        """What a dispatcher may take after a quiet minute, what another has let lie included."""
        db.session.execute(
            text("UPDATE pacing_bucket SET refilled_at = refilled_at - interval '1 minute'")
        )
        db.session.execute(
            text("UPDATE recipient SET last_texted_at = last_texted_at - interval '1 minute'")
        )
        db.session.execute(text("UPDATE outbox SET claimed_until = NULL"))
        db.session.commit()
        with transaction():
            return claiming.claim(most)

    def sent(self, place: int = 0) -> int:
        """Send the first card and let it go out; its message's id."""
        message_id: int = self.send(self.deck()["cards"][place]).get_json()["message"]
        self.dispatch()
        return message_id

    def message(self, message_id: int) -> Message:
        db.session.expire_all()
        return db.session.get_one(Message, message_id)

    def phone(self, place: int) -> str:
        return str(
            db.session.scalars(
                select(Recipient.phone)
                .join(Contact, Contact.recipient_id == Recipient.id)
                .where(Contact.id == self.contacts[place])
            ).one()
        )


def scene(app: Flask, people: int = 3, first: str = factories.TEXT, **campaign_values: Any) -> Scene:
    """A running campaign with `people` in one batch that the volunteer holds."""
    org = factories.organization()
    volunteer = factories.person(org, "volunteer", name="Amy Adams")
    number = db.session.scalars(select(SendingNumber).filter_by(phone=OURS)).first()
    number = number or factories.number(org, OURS)
    campaign = factories.campaign(org, volunteer, first=first, from_=number, **campaign_values)
    phones = [f"+1{area}5550{100 + n % 100}" for n in range(people) for area in (614 + n // 100,)]
    rows = factories.contacts(campaign, volunteer, phones)
    hold(rows[0].batch_id, volunteer)
    browser = factories.client(app, volunteer)
    made = Scene(app, org.slug, org.id, volunteer.id, campaign.id, [row.id for row in rows], browser, "")
    db.session.commit()
    made.csrf = csrf_token(app, browser)
    return made


def hold(batch_id: int | None, volunteer: Person) -> None:
    batch = db.session.get_one(Batch, batch_id)
    batch.state, batch.person_id, batch.leased_until = (
        "leased",
        volunteer.id,
        now() + timedelta(minutes=10),
    )
    db.session.flush()


def colleague(made: Scene, role: str = "volunteer") -> Scene:
    """The same campaign in another member's browser."""
    org = db.session.get_one(Organization, made.org_id)
    who = factories.person(org, role)
    browser = factories.client(made.app, who)
    other = Scene(
        made.app, made.org, made.org_id, who.id, made.campaign, made.contacts, browser, "", made.carrier
    )
    db.session.commit()
    other.csrf = csrf_token(made.app, browser)
    return other


def begin(message_ids: list[int], dispatcher: str = "test") -> dispatching.Begun:
    """Check claimed messages and commit the attempts of those that may leave."""
    with transaction():
        return dispatching.begin(message_ids, dispatcher, [uuid.uuid4() for _ in message_ids])


def answer(ready: dispatching.Ready, result: SendResult | None) -> None:
    """Write down how a call ended; None when it was given up before."""
    with transaction():
        if result is None:
            dispatching.abandon([ready.attempt_id])
            return
        ended = settling.Ended(ready.attempt_id, ready.number_id, result)
        if settling.is_plain(result):
            settling.finish([ended])
        else:
            settling.settle(ended)


def carry(carrier: Any, message_ids: list[int]) -> None:
    """What the dispatcher does with a claimed group, in one thread."""
    begun = begin(message_ids)
    for message_id in begun.forbidden:
        with transaction():
            dispatching.turn_back(message_id)
    for ready in begun.ready:
        answer(ready, dispatching.call(carrier, ready))


def set_campaign(made: Scene, **values: Any) -> None:
    campaign = db.session.get_one(Campaign, made.campaign)
    for name, value in values.items():
        setattr(campaign, name, value)
    db.session.commit()


def bearer(body: bytes, **changes: Any) -> str:
    """The Authorization header the carrier puts on a webhook with this body."""
    ours = settings()
    claims = {
        "iat": int(time.time()),
        "jti": str(uuid.uuid4()),
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(body).hexdigest(),
        "api_key": ours.vonage_api_key,
        "application_id": ours.vonage_application_id,
    }
    secret = changes.pop("secret", ours.vonage_signature_secret)
    return f"Bearer {jwt.encode(claims | changes, secret, algorithm='HS256')}"


def webhook(app: Flask, kind: str, body: dict[str, Any] | bytes, **claims: Any) -> TestResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": bearer(raw, **claims), "Content-Type": "application/json"}
    return app.test_client().post(f"/webhooks/vonage/{kind}", data=raw, headers=headers)


def inbound(app: Flask, sender: str, words: str, **values: Any) -> TestResponse:
    body = {
        "channel": "sms",
        "message_uuid": str(uuid.uuid4()),
        "to": OURS.lstrip("+"),
        "from": sender.lstrip("+"),
        "timestamp": "2026-11-24T19:00:00Z",
        "message_type": "text",
        "text": words,
        "sms": {"num_messages": "1", "total_count": "1"},
    }
    return webhook(app, "inbound", body | values)


PROBABLE = "Hm, perhaps no more of these"


def unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on PROBABLE may be a request to stop. Which words are is tested with the rules."""
    read = optout.classify

    def classify(words: str) -> optout.Verdict:
        verdict = read(words)
        if not words.startswith(PROBABLE):
            return verdict
        return replace(verdict, tier="review", kind="stop", reason="They may want no more texts.")

    monkeypatch.setattr(optout, "classify", classify)


def receipt(app: Flask, message: OutboundText, state: str, **values: Any) -> TestResponse:
    body = {
        "channel": "sms",
        "message_uuid": str(uuid.uuid4()),
        "to": message.to.lstrip("+"),
        "from": message.from_.lstrip("+"),
        "timestamp": "2026-11-24T19:00:03Z",
        "status": state,
        "client_ref": message.client_ref,
        "usage": {"currency": "EUR", "price": "0.0333"},
        "destination": {"network_code": "310260"},
    }
    return webhook(app, "status", body | values)
