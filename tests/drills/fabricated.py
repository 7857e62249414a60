"""A small history in which every promise was kept, made up row by row: what the checks must let pass."""

import hashlib
import json
from datetime import UTC, datetime, time
from typing import Any

from scripts.drills.carrier import Taken
from scripts.drills.evidence import Evidence
from scripts.drills.exporting import File
from scripts.drills.faults import Struck
from scripts.drills.histories import Operation, Result
from scripts.drills.stage import Player, Show
from scripts.drills.watching import Sample

NOON = datetime(2026, 11, 24, 19, 0, tzinfo=UTC).timestamp()
"""14:00 in New York."""
OURS, THEIRS = "+13305550190", "+13305550195"
PHONES = ("+16145550100", "+16145550101", "+16145550102", "+16145550103")
TEXT = "Hi Maria, this is Amy with Northlight about the Levy. Can we count on you? STOP to opt out."
SALT = b"salt"
AMY, BEN, LEAD, STRANGER = 5, 6, 9, 8
"""Two volunteers of the north, its organizer, and a volunteer of the south."""
PLAYERS = [
    Player("north-volunteer-0", "a@example.org", "volunteer", "north", AMY, 1),
    Player("north-volunteer-1", "b@example.org", "volunteer", "north", BEN, 2),
    Player("north-organizer-0", "l@example.org", "organizer", "north", LEAD, 3),
    Player("south-volunteer-0", "s@example.org", "volunteer", "south", STRANGER, 4),
]


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(NOON + seconds, UTC)


def operation(
    kind: str, seconds: float, result: Result = "ok", who: str = "north-volunteer-0", **about: Any
) -> Operation:
    return Operation(who, kind, NOON + seconds, NOON + seconds + 0.1, result, 200, about)


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
        "person_id": AMY,
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


def inbound(number: int, contact: int | None, text: str, seconds: float, **more: Any) -> dict:
    return {
        "id": number,
        "event_id": number,
        "organization_id": 1,
        "organization": "north",
        "conversation_id": contact,
        "recipient_id": contact,
        "from_phone": PHONES[contact - 1] if contact else "+15675550180",
        "to_phone": OURS,
        "text": text,
        "kind": "text",
        "tier": "none",
        "intent": "",
        "received_at": at(seconds),
    } | more


def part(uuid: str, place: int, text: str, seconds: float) -> dict:
    """One of two parts of a text of the first person, in the older interface's shape."""
    made = letter("inbound", uuid, seconds, msisdn=PHONES[0][1:], to=OURS[1:], text=text)
    made["payload"] |= {"concat-ref": "77", "concat-total": "2", "concat-part": str(place)}
    made["payload"]["messageId"] = made["payload"].pop("message_uuid")
    return made


def conversation(number: int, person: int) -> dict:
    return {
        "id": number,
        "organization_id": 1,
        "contact_id": number,
        "campaign_id": 1,
        "recipient_id": number,
        "our_phone": OURS,
        "person_id": person,
    }


def handover(number: int, talk: int, from_id: int, to_id: int, seconds: float) -> dict:
    return {
        "id": number,
        "organization_id": 1,
        "organization": "north",
        "conversation_id": talk,
        "from_id": from_id,
        "to_id": to_id,
        "at": at(seconds),
    }


def change(number: int, was: str | None, answer: str | None, seconds: float, person: int = AMY) -> dict:
    """A change of the first contact's answer to the first question."""
    return {
        "id": number,
        "contact_id": 1,
        "step_key": "s1",
        "was": was,
        "answer_key": answer,
        "person_id": person,
        "at": at(seconds),
    }


def event(number: int, kind: str, raw: dict[str, Any]) -> dict:
    return {"id": number, "kind": kind, "raw": json.dumps(raw).encode()}


def file(kind: str, rows: list[dict[str, str]]) -> File:
    """A download that is what it says of itself."""
    return File(1, 1, kind, rows, "digest", len(rows), "digest")


def contacts_told() -> list[dict[str, str]]:
    """The contacts as the file of them has them."""
    return [
        {"contact_id": "1", "phone": PHONES[0], "opted_out": "no", "replies": "2"},
        {"contact_id": "2", "phone": PHONES[1], "opted_out": "yes", "replies": "1"},
        {"contact_id": "3", "phone": PHONES[2], "opted_out": "no", "replies": "0"},
        {"contact_id": "4", "phone": PHONES[3], "opted_out": "no", "replies": "2"},
    ]


def told(row: dict, direction: str) -> dict[str, str]:
    """A text as the file of messages has it."""
    return {"direction": direction, "id": str(row["id"]), "text": row["text"]}


def kept_promises() -> Evidence:
    """Four contacts: one texted and answered by two volunteers, one who stopped, one whose text was taken
    back, one who perhaps asked to stop, was opted out by hand and came back."""
    reply = "Thank you, noted as north-volunteer-0-1."
    second = "Thank you, noted as north-volunteer-1-2."
    goodbye = "You are opted out and will get no more texts from us."
    clicks = [
        click(1, 1, 1, 10, TEXT),
        click(2, 2, 2, 20, TEXT),
        click(3, 3, 3, 30, TEXT),
        click(4, 1, 4, 40, reply, "reply"),
        click(6, 4, 6, 24, TEXT),
        click(7, 1, 7, 84, second, "reply") | {"person_id": BEN},
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
        message(6, 4, TEXT, created_at=at(24)),
        message(7, 1, second, "accepted", kind="reply", created_at=at(84), person_id=BEN),
    ]  # fmt: skip
    attempts = [
        attempt(0, 1, 10.5, "not_sent"),
        attempt(1, 1, 11),
        attempt(2, 2, 21),
        attempt(4, 4, 41),
        attempt(5, 5, 36),
        attempt(6, 6, 25),
        attempt(7, 7, 85),
    ]
    ledger = [
        taken(1, PHONES[0], TEXT, 11.1),
        taken(2, PHONES[1], TEXT, 21.1),
        taken(5, PHONES[1], goodbye, 36.1),
        taken(4, PHONES[0], reply, 41.1),
        taken(6, PHONES[3], TEXT, 25.1),
        taken(7, PHONES[0], second, 85.1),
    ]
    letters = [
        letter("status", "uuid-1", 12, client_ref="ref-1", status="submitted"),
        letter("status", "uuid-1", 13, client_ref="ref-1", status="delivered"),
        letter("inbound", "in-1", 15, text="Yes", to=OURS[1:]),
        letter("inbound", "in-2", 35, text="STOP", to=OURS[1:]),
        letter("inbound", "in-3", 35, "forge", 0, text="STOP", to=OURS[1:]),
        part("part-2", 2, "you why.", 73.5),
        part("part-1", 1, "I want to tell ", 74),
        letter("inbound", "in-5", 90, text="Enough already", to=OURS[1:]),
        letter("inbound", "in-6", 110, text="START", to=OURS[1:]),
        letter("inbound", "in-7", 71, text="Who? mark-0000abcd", to=OURS[1:]),
        letter("inbound", "in-8", 72, text="Hello?", to="13305550170"),
    ]
    uuids = ["in-1", "in-2", "part-2", "part-1", "in-5", "in-6", "in-7", "in-8"]
    events = [event(place, "inbound", {"message_uuid": uuid}) for place, uuid in enumerate(uuids, 1)]
    inbounds = [
        inbound(1, 1, "Yes", 15),
        inbound(2, 2, "STOP", 35, tier="auto", intent="stop"),
        inbound(4, 1, "I want to tell you why.", 74),
        inbound(5, 4, "Enough already", 90, tier="review"),
        inbound(6, 4, "START", 110, intent="start"),
        inbound(7, None, "Who? mark-0000abcd", 71),
    ]
    audit = [
        {"id": 1, "action": "campaign_status", "target": "campaign 1", "detail": {"after": "paused"},
         "at": at(50), "person_id": 9},
        {"id": 2, "action": "campaign_status", "target": "campaign 1", "detail": {"after": "running"},
         "at": at(70), "person_id": 9},
        {"id": 3, "action": "conversations_changed", "target": "review deed 1", "at": at(100),
         "detail": {"deed": "opt_out", "conversations": [4]}, "person_id": LEAD},
    ]  # fmt: skip
    operations = [
        *(operation("send", 10 * n, token=token(n), message=n, card=f"{n}:1") for n in (1, 2, 3)),
        operation("undo", 31, message=3),
        operation("reply", 40, text=reply, opened=NOON + 39, conversation=1),
        operation("stop", 34.9, phone=PHONES[1], ours=OURS, word="STOP", uuid="in-2"),
        operation("pause", 50, action="campaign_status", target="campaign 1", after="paused"),
        operation("suspend", 60, person=5),
        operation("let in", 65, person=5),
        operation("list", 21, shown=[1]),
        operation("survey", 22, conversation=1, step="s1", answer="a1"),
        operation("list", 82, who="north-volunteer-1", shown=[1]),
        operation("reply", 84, who="north-volunteer-1", text=second, opened=NOON + 83, conversation=1),
        operation("reply", 84.5, "fail", text="too late", opened=NOON + 73, conversation=1),
        operation("list", 96, shown=[4]),
        operation("inbox", 80, who="north-organizer-0", marks=["mark-0000abcd"], all=True),
        operation("inbox clear", 98, who="north-organizer-0", conversation=4),
        operation("opt-out", 100, conversation=4),
        operation(
            "many", 99.5, who="north-organizer-0", deed="opt_out", ids=[3, 4], row=1, shown=1, told=1
        ),
        operation("peek", 105, "fail", who="south-volunteer-0", conversation=1),
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
        players=PLAYERS,
        answers_read=9,
        recounted=[""],
        files=[file("answers", [])],
        verified={"sound": True, "clicks": 4, "findings": []},
    )
    suppression = {
        "id": 1, "recipient_id": 2, "phone": PHONES[1], "action": "added", "at": at(35),
        "person_id": None, "suppressed_now": True,
    }  # fmt: skip
    by_hand = suppression | {"id": 2, "recipient_id": 4, "phone": PHONES[3], "at": at(100),
                             "person_id": AMY, "suppressed_now": False}  # fmt: skip
    back = by_hand | {"id": 3, "action": "lifted", "at": at(110), "person_id": None}
    found.views |= {
        "qa_campaign": [
            {"id": 1, "opens": time(9), "closes": time(20), "sunday_opens": time(12)},
        ],
        "qa_contact": [contact(1), contact(2, suppressed_at=at(35)), contact(3, "ready"), contact(4)],
        "qa_message": messages,
        "qa_click": clicks,
        "qa_attempt": attempts,
        "qa_batch": [{"id": 1, "state": "leased", "leased_until": at(600)}],
        "qa_suppression": [suppression, by_hand, back],
        "qa_inbound": inbounds,
        "qa_conversation": [conversation(1, BEN), *(conversation(n, AMY) for n in (2, 3, 4))],
        "qa_handover": [handover(1, 1, AMY, BEN, 76)],
        "qa_answer": [{"contact_id": 1, "step_key": "s1", "answer_key": "a1"}],
        "qa_answer_change": [change(1, None, "a1", 22.05)],
        "qa_event": events,
        "qa_audit": audit,
    }
    found.files_at_rest = [
        file("contacts", contacts_told()),
        file("messages", [
            *(told(row, "out") for row in messages),
            *(told(row, "in") for row in inbounds if row["conversation_id"] is not None),
        ]),
    ]  # fmt: skip
    found.watched.samples = [
        Sample(NOON + seconds, {1: (3, 3 - done, done, 0)}, {1: (5, NOON + 600)})
        for seconds, done in ((0, 0), (25, 2), (45, 2))
    ]
    found.watched.moves = [(1, "queued", "submitted"), (1, "submitted", "delivered")]
    return found
