"""A small history in which every promise was kept, made up row by row: what the checks must let pass."""

import hashlib
import json
from datetime import UTC, datetime, time
from typing import Any

from scripts.drills.carrier import Taken
from scripts.drills.evidence import Evidence
from scripts.drills.faults import Struck
from scripts.drills.histories import Operation, Result
from scripts.drills.stage import Show
from scripts.drills.watching import Sample

NOON = datetime(2026, 11, 24, 19, 0, tzinfo=UTC).timestamp()
"""14:00 in New York."""
OURS, THEIRS = "+13305550190", "+13305550195"
PHONES = ("+16145550100", "+16145550101", "+16145550102")
TEXT = "Hi Maria, this is Amy with Northlight about the Levy. Can we count on you? STOP to opt out."
SALT = b"salt"


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(NOON + seconds, UTC)


def operation(kind: str, seconds: float, result: Result = "ok", **about: Any) -> Operation:
    return Operation("north-volunteer-0", kind, NOON + seconds, NOON + seconds + 0.1, result, 200, about)


def click(
    number: int, contact: int, message: int, seconds: float, text: str, kind: str = "first"
) -> dict:
    return {
        "id": number,
        "organization_id": 1,
        "person_id": 5,
        "contact_id": contact,
        "message_id": message,
        "kind": kind,
        "received_at": at(seconds),
        "token_digest": hashlib.sha256(b"%d" % number).digest(),
        "text_commitment": hashlib.sha256(SALT + text.encode()).digest(),
        "salt": SALT,
    }


def token(number: int) -> str:
    return hashlib.sha256(b"%d" % number).hexdigest()


def message(number: int, contact: int | None, text: str, state: str = "delivered", **more: Any) -> dict:
    return {
        "id": number,
        "organization_id": 1,
        "organization": "north",
        "campaign_id": 1,
        "contact_id": contact,
        "conversation_id": contact,
        "recipient_id": contact,
        "to_phone": PHONES[(contact or 1) - 1],
        "from_phone": OURS,
        "click_id": number,
        "answers_inbound_id": None,
        "kind": "first",
        "text": text,
        "state": state,
        "created_at": at(10.0 * number),
    } | more


def attempt(number: int, message_id: int, seconds: float, outcome: str | None = "accepted") -> dict:
    return {
        "client_ref": f"ref-{number}",
        "message_id": message_id,
        "click_id": None,
        "started_at": at(seconds),
        "outcome": outcome,
    }


def taken(number: int, phone: str, text: str, seconds: float, ours: str = OURS) -> Taken:
    return Taken(NOON + seconds, phone, ours, text, f"ref-{number}", f"uuid-{number}")


def contact(number: int, state: str = "texted", **more: Any) -> dict:
    return {
        "id": number,
        "organization_id": 1,
        "campaign_id": 1,
        "recipient_id": number,
        "phone": PHONES[number - 1],
        "batch_id": 1,
        "state": state,
        "suppressed_at": None,
    } | more


def letter(kind: str, uuid: str, seconds: float, trick: str = "", took: int = 1, **more: Any) -> dict:
    payload = {"message_uuid": uuid} | more
    return {
        "kind": kind,
        "posted_at": NOON + seconds,
        "taken_at": NOON + seconds if took else 0.0,
        "trick": trick,
        "tries": 1,
        "taken": took,
        "given_up": False,
        "payload": payload,
    }


def event(number: int, kind: str, raw: dict[str, Any]) -> dict:
    return {"id": number, "kind": kind, "raw": json.dumps(raw).encode()}


def kept_promises() -> Evidence:
    """Three contacts: one texted and answered, one who stopped, one whose text was taken back."""
    reply = "Thank you, noted as north-volunteer-0-1."
    goodbye = "You are opted out and will get no more texts from us."
    clicks = [
        click(1, 1, 1, 10, TEXT),
        click(2, 2, 2, 20, TEXT),
        click(3, 3, 3, 30, TEXT),
        click(4, 1, 4, 40, reply, "reply"),
    ]
    messages = [
        message(1, 1, TEXT),
        message(2, 2, TEXT),
        message(3, 3, TEXT, "cancelled"),
        message(4, 1, reply, "accepted", kind="reply"),
        message(
            5, None, goodbye, kind="stop_confirmation", click_id=None, answers_inbound_id=2,
            recipient_id=2, to_phone=PHONES[1], campaign_id=None,
        ),
    ]  # fmt: skip
    attempts = [
        attempt(0, 1, 10.5, "not_sent"),
        attempt(1, 1, 11),
        attempt(2, 2, 21),
        attempt(4, 4, 41),
        attempt(5, 5, 36),
    ]
    ledger = [
        taken(1, PHONES[0], TEXT, 11.1),
        taken(2, PHONES[1], TEXT, 21.1),
        taken(5, PHONES[1], goodbye, 36.1),
        taken(4, PHONES[0], reply, 41.1),
    ]
    letters = [
        letter("status", "uuid-1", 12, client_ref="ref-1", status="submitted"),
        letter("status", "uuid-1", 13, client_ref="ref-1", status="delivered"),
        letter("inbound", "in-1", 15, text="Yes"),
        letter("inbound", "in-2", 35, text="STOP"),
        letter("inbound", "in-3", 35, "forge", 0, text="STOP"),
    ]
    events = [
        event(1, "inbound", {"message_uuid": "in-1"}),
        event(2, "inbound", {"message_uuid": "in-2"}),
    ]
    inbound = [
        {"id": 1, "event_id": 1, "text": "Yes", "received_at": at(15)},
        {"id": 2, "event_id": 2, "text": "STOP", "received_at": at(35)},
    ]
    audit = [
        {"id": 1, "action": "campaign_status", "target": "campaign 1", "detail": {"after": "paused"},
         "at": at(50), "person_id": 9},
        {"id": 2, "action": "campaign_status", "target": "campaign 1", "detail": {"after": "running"},
         "at": at(70), "person_id": 9},
    ]  # fmt: skip
    operations = [
        *(operation("send", 10 * n, token=token(n), message=n, card=f"{n}:1") for n in (1, 2, 3)),
        operation("undo", 31, message=3),
        operation("reply", 40, text=reply),
        operation("stop", 34.9, phone=PHONES[1], ours=OURS, word="STOP", uuid="in-2"),
        operation("pause", 50, action="campaign_status", target="campaign 1", after="paused"),
        operation("suspend", 60, person=5),
        operation("let in", 65, person=5),
    ]
    found = Evidence(
        ledger=ledger,
        letters=letters,
        operations=operations,
        struck=[Struck("clock of web", NOON, NOON + 9, 1.0)],
        shows=[
            Show(1, "north", "Levy", (OURS,), frozenset(PHONES)),
            Show(2, "south", "Parks", (THEIRS,), frozenset()),
        ],
        answers_read=9,
        verified={"sound": True, "clicks": 4, "findings": []},
    )
    suppression = {
        "id": 1, "recipient_id": 2, "phone": PHONES[1], "action": "added", "at": at(35),
        "person_id": None, "suppressed_now": True,
    }  # fmt: skip
    found.views |= {
        "qa_campaign": [
            {"id": 1, "opens": time(9), "closes": time(20), "sunday_opens": time(12)},
        ],
        "qa_contact": [contact(1), contact(2, suppressed_at=at(35)), contact(3, "ready")],
        "qa_message": messages,
        "qa_click": clicks,
        "qa_attempt": attempts,
        "qa_batch": [{"id": 1, "state": "leased", "leased_until": at(600)}],
        "qa_suppression": [suppression],
        "qa_inbound": inbound,
        "qa_event": events,
        "qa_audit": audit,
    }
    found.watched.samples = [
        Sample(NOON + seconds, {1: (3, 3 - done, done, 0)}, {1: (5, NOON + 600)})
        for seconds, done in ((0, 0), (25, 2), (45, 2))
    ]
    found.watched.moves = [(1, "queued", "submitted"), (1, "submitted", "delivered")]
    return found
