"""Webhooks: signed or not, once, in any order; replies find their volunteer; STOP stops."""

import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as thoroughness
from hypothesis import strategies as st
from sqlalchemy import func, select

from p2ptext.accounts.models import Organization
from p2ptext.audience.models import Contact, Recipient, SuppressionEvent
from p2ptext.campaigns.models import SendingNumber
from p2ptext.extensions import db
from p2ptext.sms.provider import Accepted
from p2ptext.texting.models import Conversation, InboundText, Message, Outbox, ProviderEvent
from tests import factories
from tests.texting.scene import OURS, PROBABLE, Scene, bearer, inbound, receipt, scene, unsure, webhook
from tests.world import undone

PAYLOADS = sorted((Path(__file__).parent.parent / "data" / "vonage").glob("*.json"))


def count(model: Any, **by: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).filter_by(**by)) or 0


def talk(made: Scene, place: int = 0) -> Conversation:
    db.session.expire_all()
    return db.session.scalars(select(Conversation).filter_by(contact_id=made.contacts[place])).one()


def recipient(made: Scene, place: int = 0) -> Recipient:
    contact = db.session.get_one(Contact, made.contacts[place])
    db.session.expire_all()
    return db.session.get_one(Recipient, contact.recipient_id)


def test_a_reply_comes_to_the_volunteer_who_sent(app: Flask) -> None:
    made = scene(app)
    made.sent()
    assert inbound(app, made.phone(0), "Yes! Where do I vote?").status_code == 200
    assert talk(made).waiting_since is not None
    page = made.browser.get(f"/o/{made.org}/replies").text
    assert "Yes! Where do I vote?" in page
    thread = made.browser.get(f"/o/{made.org}/replies/{talk(made).id}").text
    assert "Yes! Where do I vote?" in thread
    assert made.phone(0).lstrip("+") not in thread


def test_the_same_webhook_again_is_one_reply(app: Flask) -> None:
    """Checklist item 43: replay, at once and after an hour, makes no second row and no second answer."""
    made = scene(app)
    made.sent()
    same = {"message_uuid": str(uuid.uuid4())}
    for _ in range(3):
        assert inbound(app, made.phone(0), "STOP", **same).status_code == 200
    assert count(InboundText) == 1
    assert count(Message, kind="stop_confirmation") == 1
    assert count(SuppressionEvent) == 1


def test_stop_ends_everything_in_the_webhooks_transaction(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, made.phone(0), "STOP")
    assert recipient(made).suppressed_at is not None
    assert (talk(made).state, talk(made).closed_reason, talk(made).waiting_since) == (
        "closed",
        "opted_out",
        None,
    )
    confirmation = db.session.scalars(select(Message).filter_by(kind="stop_confirmation")).one()
    assert (confirmation.click_id, confirmation.number_id) == (None, talk(made).number_id)
    made.dispatch()
    assert made.carrier.texts[-1].text == "You are opted out and will get no more texts from us."
    page = made.browser.get(f"/o/{made.org}/replies/{talk(made).id}").text
    assert "They asked for no more texts" in page


def test_stop_blocks_what_waits_in_the_outbox(app: Flask) -> None:
    made = scene(app)
    message_id = made.send(made.deck()["cards"][0]).get_json()["message"]
    inbound(app, made.phone(0), "Stop texting me")
    assert made.message(message_id).state == "blocked"
    assert count(Outbox, message_id=message_id) == 0
    made.dispatch()
    assert [sent.client_ref for sent in made.carrier.texts if "Maria" in sent.text] == []
    assert db.session.get_one(Contact, made.contacts[0]).state == "ended"


def test_the_carrier_may_confirm_instead_of_us(app: Flask) -> None:
    made = scene(app)
    made.sent()
    db.session.get_one(Organization, made.org_id).provider_confirms_stop = True
    db.session.commit()
    inbound(app, made.phone(0), "STOP")
    assert count(Message, kind="stop_confirmation") == 0
    assert recipient(made).suppressed_at is not None


def test_on_a_toll_free_number_the_network_confirms_and_help_is_ours(app: Flask) -> None:
    made = scene(app)
    made.sent()
    for sender in db.session.scalars(select(SendingNumber)):
        sender.kind = "toll_free"
    db.session.commit()
    inbound(app, made.phone(0), "HELP")
    assert count(Message, kind="help") == 1
    inbound(app, made.phone(0), "STOP")
    assert count(Message, kind="stop_confirmation") == 0
    assert recipient(made).suppressed_at is not None
    inbound(app, made.phone(0), "UNSTOP")
    assert recipient(made).suppressed_at is None


def test_a_second_stop_is_not_confirmed_again(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, made.phone(0), "STOP")
    inbound(app, made.phone(0), "STOP!!")
    assert count(Message, kind="stop_confirmation") == 1
    assert count(InboundText) == 2


def test_stop_from_someone_unknown_counts(app: Flask) -> None:
    made = scene(app)
    inbound(app, "+16145550188", "STOP")
    stranger = db.session.scalars(select(Recipient).filter_by(phone="+16145550188")).one()
    assert stranger.suppressed_at is not None
    assert stranger.organization_id == made.org_id
    assert count(InboundText, conversation_id=None) == 1


def test_start_in_their_own_words_lifts_and_yes_does_not(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, made.phone(0), "STOP")
    inbound(app, made.phone(0), "YES")
    assert recipient(made).suppressed_at is not None
    inbound(app, made.phone(0), "START")
    assert recipient(made).suppressed_at is None
    assert [event.action for event in db.session.scalars(select(SuppressionEvent))] == [
        "added",
        "lifted",
    ]


def test_help_is_answered_once_and_comes_to_the_volunteer(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, made.phone(0), "HELP")
    assert count(Message, kind="help") == 1
    assert talk(made).waiting_since is not None


def test_a_probable_request_locks_the_conversation(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    unsure(monkeypatch)
    made = scene(app)
    made.sent()
    inbound(app, made.phone(0), PROBABLE)
    assert talk(made).review_reason
    assert "may be a request to stop" in made.browser.get(f"/o/{made.org}/replies/{talk(made).id}").text


def test_a_reply_before_the_carriers_answer_finds_its_conversation(app: Flask) -> None:
    made = scene(app)

    class Quick:
        def __init__(self) -> None:
            self.texts: list[Any] = []

        def send(self, message: Any) -> Any:
            receipt(app, message, "delivered")
            inbound(app, message.to, "Who is this?")
            self.texts.append(message)
            return Accepted(f"id-{message.client_ref}")

    made.carrier = Quick()  # type: ignore[assignment]
    message_id = made.sent()
    assert made.message(message_id).state == "delivered"
    assert talk(made).waiting_since is not None


# The receipts in the order they come -> the state they leave.
ORDERS = [
    (["submitted", "delivered"], "delivered"),
    (["delivered", "submitted"], "delivered"),
    (["delivered", "rejected"], "delivered"),
    (["rejected", "delivered"], "rejected"),
    (["submitted", "submitted"], "submitted"),
    (["submitted", "undeliverable"], "undeliverable"),
]


@pytest.mark.parametrize(("states", "end"), ORDERS)
def test_receipts_only_move_forward(app: Flask, states: list[str], end: str) -> None:
    """Checklist item 45."""
    made = scene(app)
    message_id = made.sent()
    for state in states:
        assert receipt(app, made.carrier.texts[0], state).status_code == 200
    message = made.message(message_id)
    assert (message.state, message.price, message.currency, message.network) == (
        end,
        "0.0333",
        "EUR",
        "310260",
    )


def test_an_opted_out_code_suppresses(app: Flask) -> None:
    made = scene(app)
    message_id = made.sent()
    error = {"type": "https://developer.vonage.com/api-errors/messages#1240", "title": 1240}
    receipt(app, made.carrier.texts[0], "rejected", error=error)
    message = made.message(message_id)
    assert (message.state, message.reason, message.carrier_code) == ("rejected", "opted_out", 1240)
    assert recipient(made).suppressed_at is not None


def test_receipts_for_what_we_never_sent_are_kept_and_answered(app: Flask) -> None:
    made = scene(app)
    made.sent()
    text_ = made.carrier.texts[0]
    for client_ref in (uuid.uuid4().hex, "not-a-uuid", ""):
        assert receipt(app, text_, "delivered", client_ref=client_ref).status_code == 200
    assert db.session.scalars(select(ProviderEvent.note).where(ProviderEvent.note.is_not(None))).all()
    assert made.message(db.session.scalars(select(Message.id)).one()).state == "accepted"


def test_a_text_to_a_number_that_is_not_ours_is_kept_and_answered(app: Flask) -> None:
    scene(app)
    answer = inbound(app, "+16145550111", "hello", to="16145550112")
    assert answer.status_code == 200
    event = db.session.scalars(select(ProviderEvent)).one()
    assert (event.organization_id, event.note) == (
        None,
        "It was written to a number that is not in use here.",
    )


SIGNATURES = [
    ({"secret": "x" * 40}, 503),
    ({"payload_hash": "0" * 64}, 401),
    ({"iss": "Somebody"}, 401),
    ({"api_key": "another"}, 401),
    ({"application_id": "another"}, 401),
    ({"iat": 1_500_000_000}, 401),
]


@pytest.mark.parametrize(("claims", "status"), SIGNATURES)
def test_what_is_not_signed_as_it_should_be_is_not_kept(
    app: Flask, claims: dict[str, Any], status: int
) -> None:
    """Checklist items 41 and 42: 503 for the signature, so that a STOP is repeated; 401 for the claims."""
    scene(app)
    body = {"message_uuid": "u", "to": OURS[1:], "from": "16145550101", "text": "STOP", "channel": "sms"}
    assert webhook(app, "inbound", body, **claims).status_code == status
    assert count(ProviderEvent) == count(Recipient, phone="+16145550101") - 1 == 0


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer x.y.z", "Basic abc", "Bearer eyJhbGciOiJub25lIn0.e30."],
)
def test_no_signature_answers_503(app: Flask, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = app.test_client().post("/webhooks/vonage/inbound", data=b"{}", headers=headers)
    assert answer.status_code == 503
    assert count(ProviderEvent) == 0


def test_a_header_on_another_body_is_refused(app: Flask) -> None:
    headers = {"Authorization": bearer(b'{"text":"hi"}')}
    answer = app.test_client().post("/webhooks/vonage/inbound", data=b'{"text":"STOP"}', headers=headers)
    assert answer.status_code == 401


def test_a_large_body_is_refused_before_it_is_read(app: Flask) -> None:
    """Checklist item 46, size."""
    assert webhook(app, "inbound", b"x" * (64 * 1024 + 1)).status_code == 413


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda path: path.stem)
@pytest.mark.parametrize("kind", ["inbound", "status"])
def test_every_known_payload_is_answered_and_kept(app: Flask, payload: Path, kind: str) -> None:
    factories.number(factories.organization(), OURS)
    document = json.loads(payload.read_text())
    body = document.get("body", document) if isinstance(document, dict) else document
    assert webhook(app, kind, json.dumps(body).encode()).status_code == 200
    assert count(ProviderEvent) >= 1


ODD = [
    b"",
    b"null",
    b"[]",
    b'"STOP"',
    b"{",
    b"\x00\xff",
    b'{"text": "a\\u0000b", "from": "16145550101", "to": "16145550190", "message_uuid": "n"}',
    b'{"text": "\\ud800", "from": "16145550101", "to": "16145550190", "message_uuid": "s"}',
    b'{"text": 5, "from": [], "to": {}, "message_uuid": null}',
    b'{"text": "hi", "from": "VOTE", "to": "16145550190", "message_uuid": "alpha"}',
    b'{"text": "hi", "from": "12345", "to": "16145550190", "message_uuid": "short"}',
    b'{"status": "weird", "message_uuid": "w", "client_ref": 7}',
    b"[" * 5000,
]


@pytest.mark.parametrize("body", ODD, ids=lambda body: repr(body[:40]))
@pytest.mark.parametrize("kind", ["inbound", "status"])
def test_odd_but_signed_bodies_are_kept_and_answered(app: Flask, body: bytes, kind: str) -> None:
    """Checklist item 46: never a retry loop."""
    factories.number(factories.organization(), OURS)
    assert webhook(app, kind, body).status_code == 200
    assert count(ProviderEvent) >= 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
KEYS = [
    "text",
    "from",
    "to",
    "message_uuid",
    "status",
    "client_ref",
    "error",
    "usage",
    "sms",
    "image",
    "content",
]


@thoroughness(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.dictionaries(st.sampled_from(KEYS), JSON), kind=st.sampled_from(["inbound", "status"]))
def test_no_signed_body_makes_an_error(app: Flask, body: dict[str, Any], kind: str) -> None:
    with undone():
        factories.number(factories.organization(), OURS)
        db.session.commit()
        raw = json.dumps({"to": OURS[1:], "from": "16145550101"} | body).encode()
        assert webhook(app, kind, raw).status_code == 200


def test_hostile_words_arrive_as_words(app: Flask) -> None:
    """Checklist items 28 and 35: what strangers write is text; links are plain and tell nothing."""
    made = scene(app)
    made.sent()
    words = (
        "<script>alert(1)</script> \u202egnp.exe http://evil.example/a?x=1&y=\"'><b> javascript:alert(1)"
    )
    media = {"message_type": "image", "image": {"url": "javascript:alert(2)", "name": "<img src=x>"}}
    inbound(app, made.phone(0), words)
    inbound(app, made.phone(0), "look", **media)
    page = made.browser.get(f"/o/{made.org}/replies/{talk(made).id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page
    assert 'href="http://evil.example/a?x=1&amp;y=" rel="noopener noreferrer nofollow"' in page
    assert 'href="javascript' not in page
    assert "<img src=x>" not in page


def test_a_later_text_of_someone_opted_out_waits_for_nobody(app: Flask) -> None:
    """Nobody may answer it, so it must not count as waiting for ever; it can still be read."""
    made = scene(app)
    made.sent()
    inbound(app, made.phone(0), "STOP")
    inbound(app, made.phone(0), "ok thanks")
    assert (talk(made).state, talk(made).waiting_since) == ("closed", None)
    assert "ok thanks" in made.browser.get(f"/o/{made.org}/replies/{talk(made).id}").text
    inbound(app, made.phone(0), "START")
    assert talk(made).waiting_since is not None


def test_an_answer_leaves_although_the_conversation_is_closed_behind_it(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, made.phone(0), "Where do I vote?")
    place = f"/o/{made.org}/replies/{talk(made).id}"
    token = re.search(r'name="token"[^>]*value="([^"]+)"', made.browser.get(place).text)
    assert token
    form = {"csrf_token": made.csrf, "token": token[1], "text": "At the library."}
    assert made.browser.post(f"{place}/reply", data=form).status_code == 303
    assert made.browser.post(f"{place}/close", data={"csrf_token": made.csrf}).status_code == 303
    made.dispatch()
    assert made.carrier.texts[-1].text == "At the library."


def test_a_conversation_under_review_is_not_called_closed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsure(monkeypatch)
    made = scene(app)
    made.sent()
    inbound(app, made.phone(0), PROBABLE)
    place = f"/o/{made.org}/replies/{talk(made).id}"
    assert f"{place}/close" not in made.browser.get(place).text
    answer = made.browser.post(f"{place}/close", data={"csrf_token": made.csrf})
    assert answer.status_code == 409
    assert talk(made).waiting_since is not None
