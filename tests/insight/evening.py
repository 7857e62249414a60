"""A campaign with something of everything, and what each of its numbers counts, by hand from the views."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import md5
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from p2ptext.accounts.models import Organization, Person
from p2ptext.audience.models import Contact, ContactImport, Recipient
from p2ptext.campaigns.models import Campaign, CampaignNumber, ScriptVersion
from p2ptext.conversations.models import SurveyAnswer
from p2ptext.extensions import db
from p2ptext.texting.models import Attempt, Conversation, Message
from tests import factories, world

FIRST = ["Hi {first_name}, one.", "Hi {first_name}, two.", "Hi {first_name}, three."]
SPANISH = ["Hola {first_name}, uno.", "Hola {first_name}, dos."]
AGAIN = ["Hi {first_name}, once more."]
STEPS = [
    {
        "key": "s1",
        "question": "Can we count on you?",
        "answers": [
            {"key": "a1", "label": "Yes", "texts": ["Great."], "next": "s2"},
            {"key": "a2", "label": "No", "texts": ["Why?"], "next": None},
        ],
    },
    {
        "key": "s2",
        "question": "How will you vote?",
        "answers": [
            {"key": "a1", "label": "Early", "texts": ["Good."], "next": None},
            {"key": "a2", "label": "By mail", "texts": ["Good."], "next": None},
        ],
    },
]
DOCUMENT = {
    "first": FIRST,
    "rounds": {"2": AGAIN},
    "canned": [],
    "steps": STEPS,
    "languages": {"es": {"first": SPANISH}},
}
ZONES = (
    ["America/New_York"],
    ["America/Chicago"],
    ["America/New_York", "America/Chicago"],
    ["America/Los_Angeles"],
)
STATES = (["OH"], ["IL"], [], ["CA"])
TEXTS = (
    ("delivered", "accepted"),
    ("delivered", "accepted"),
    ("accepted", "accepted"),
    ("undeliverable", "accepted"),
    ("rejected", "accepted"),
    ("rejected", "refused"),
    ("unknown", "unknown"),
    ("queued", None),
)
"""The state of a first text, and how its call ended where there was one."""
BEGAN = datetime(2026, 10, 6, 17, 5, tzinfo=UTC)
"""A Tuesday, one in the afternoon in New York."""


@dataclass
class Evening:
    """The campaign and who looks at it."""

    org: Organization
    organizer: Person
    manager: Person
    volunteers: list[Person]
    campaign: Campaign


def evening(people: int = 64) -> Evening:
    org = factories.organization()
    manager, organizer = factories.person(org, "manager"), factories.person(org, "organizer")
    volunteers = [factories.person(org, name=f"Volunteer {letter}") for letter in "ABC"]
    campaign = factories.campaign(org, manager)
    version = db.session.get_one(ScriptVersion, campaign.script_version_id)
    version.document = DOCUMENT
    campaign.goal_step_key, campaign.goal_answer_key = "s1", "a1"
    second = factories.number(org)
    factories.add(CampaignNumber(campaign_id=campaign.id, number_id=second.id, organization_id=org.id))
    made = Evening(org, organizer, manager, volunteers, campaign)
    phones = [f"+1{614 + n // 100}5550{100 + n % 100}" for n in range(people)]
    halves = [factories.contacts(campaign, manager, phones[half::2]) for half in (0, 1) if phones]
    for half, contacts in enumerate(halves):
        upload = db.session.get_one(ContactImport, contacts[0].import_id)
        upload.file_name = ("rally.csv", "voters.csv")[half]
        for place, contact in enumerate(contacts):
            _live(made, contact, 2 * place + half, second.id)
    db.session.flush()
    return made


def _live(made: Evening, contact: Contact, n: int, second_number: int) -> None:
    """What happened to the nth person."""
    contact.first_name = f"Person {n}"
    contact.zones, contact.states = ZONES[n % 4], STATES[n % 4]
    if n % 16 == 7:
        contact.state = "ended" if n % 32 == 7 else "ready"
        return
    state, outcome = TEXTS[n // 3 % len(TEXTS)]
    spanish = n % 10 == 9
    message = _text(made, contact, n, 1, "delivered" if n % 8 == 1 else state)
    message.language = "es" if spanish else None
    message.variant = n // 10 % 2 if spanish else n % 3
    if n % 2:
        message.number_id = second_number
    if message.state == state and outcome:
        _call(message, outcome)
    if n % 8 == 1:
        contact.round = 2
        again = _text(made, contact, n + 1, 2, state, message.conversation_id)
        if outcome:
            _call(again, outcome)
    talk = db.session.get_one(Conversation, message.conversation_id)
    if n % 3 == 0 or n % 8 == 1:
        reply = world.reply_to(message, "Yes")
        reply.intent = "wrong_number" if n % 9 == 0 else ""
        talk.waiting_since = BEGAN + timedelta(minutes=n) if n % 2 else None
        talk.person_id = made.volunteers[n % 2].id
    if n % 11 == 0:
        db.session.get_one(Recipient, contact.recipient_id).suppressed_at = BEGAN
    if n % 6 == 0:
        _answer(made, contact, "s1", "a2" if n % 18 == 0 else "a1", on_path=True)
    if n % 12 == 0:
        _answer(made, contact, "s2", "a2" if n % 5 else "a1", on_path=n % 18 != 0)


def _text(
    made: Evening, contact: Contact, n: int, round_: int, state: str, talk: int | None = None
) -> Message:
    by = made.volunteers[n % 3]
    at = BEGAN + timedelta(days=n % 3, hours=n % 5) + (timedelta(days=7) if round_ > 1 else timedelta())
    values: dict[str, Any] = {"state": state, "round": round_, "created_at": at}
    values["network"] = ("310260", "311480", None)[n % 3]
    if talk is None:
        return world.first_text(contact, made.campaign, by, **values)
    before = db.session.query(Message).filter_by(conversation_id=talk).one()
    same = ("organization_id", "campaign_id", "contact_id", "recipient_id", "number_id")
    values |= {name: getattr(before, name) for name in same}
    return factories.add(  # type: ignore[no-any-return]
        Message(
            **values,
            conversation_id=talk,
            person_id=by.id,
            click_id=world.click(contact, by).id,
            kind="first",
            script_version_id=before.script_version_id,
            text="Once more",
            encoding="GSM-7",
            segments=1,
        )
    )


def _call(message: Message, outcome: str) -> None:
    factories.add(
        Attempt(
            id=uuid.uuid4(),
            organization_id=message.organization_id,
            message_id=message.id,
            dispatcher="test",
            deadline_at=BEGAN,
            outcome=outcome,
        )
    )


def _answer(made: Evening, contact: Contact, step: str, answer: str, *, on_path: bool) -> None:
    factories.add(
        SurveyAnswer(
            contact_id=contact.id,
            step_key=step,
            organization_id=made.org.id,
            campaign_id=made.campaign.id,
            answer_key=answer,
            script_version_id=made.campaign.script_version_id,
            person_id=made.volunteers[0].id,
            on_path=on_path,
        )
    )


Row = dict[str, Any]
"""One text, or one contact without: `c` its contact, `m` its message or None, and what is known of both."""


def _all(query: str, campaign_id: int) -> list[Row]:
    return [dict(row) for row in db.session.execute(text(query), {"c": campaign_id}).mappings()]


def by_hand(campaign: Campaign) -> list[Row]:
    """Every first text that counts and every contact without one, put together from the auditor's views."""
    db.session.expire_all()
    gone = ("cancelled", "expired", "blocked", "not_sent")
    messages = _all("SELECT * FROM qa_message WHERE campaign_id = :c AND kind = 'first'", campaign.id)
    texts = [one for one in messages if one["state"] not in gone]
    calls = _all(
        "SELECT a.* FROM qa_attempt a JOIN qa_message m ON m.id = a.message_id WHERE m.campaign_id = :c",
        campaign.id,
    )
    heard = _all("SELECT * FROM qa_inbound WHERE campaign_id = :c", campaign.id)
    talks = {
        one["contact_id"]: one
        for one in _all("SELECT * FROM qa_conversation WHERE campaign_id = :c", campaign.id)
    }
    answers = _all("SELECT * FROM qa_answer WHERE campaign_id = :c", campaign.id)
    (script,) = _all("SELECT * FROM qa_campaign WHERE id = :c", campaign.id)
    goal = (script["goal_step_key"], script["goal_answer_key"])
    found = []
    for contact in _all("SELECT * FROM qa_contact WHERE campaign_id = :c", campaign.id):
        mine = [one for one in texts if one["contact_id"] == contact["id"]]
        last = contact["round"] - (contact["state"] != "texted" and contact["round"] > 1)
        of_it: Row = {
            "c": contact,
            "talk": talks.get(contact["id"]),
            "heard": [one for one in heard if one["contact_id"] == contact["id"]],
            "said": [
                (one["step_key"], one["answer_key"])
                for one in answers
                if one["contact_id"] == contact["id"] and one["on_path"]
            ],
            "left_out": [
                one["step_key"]
                for one in answers
                if one["contact_id"] == contact["id"] and not one["on_path"]
            ],
            "goal": goal,
        }
        for message in mine:
            taken = [
                one
                for one in calls
                if one["message_id"] == message["id"] and one["outcome"] in (None, "accepted", "unknown")
            ]
            found.append({**of_it, "m": message, "latest": message["round"] == last, "taken": taken})
        if not any(message["round"] == last for message in mine):
            found.append({**of_it, "m": None, "latest": True, "taken": []})
    return found


def place(row: Row, *, alone: bool) -> str:
    """Where somebody stands, or where one text of theirs does, taken `alone`."""
    if row["m"] is None:
        return "not_texted" if row["c"]["state"] == "ready" else "ended"
    state = row["m"]["state"]
    if state in ("queued", "sending"):
        return "on_the_way"
    if state == "unknown":
        return "unknown"
    refused = state == "rejected" and not row["taken"]
    return "ended" if refused and (alone or row["m"]["round"] == 1) else "sent"


def _failed(row: Row) -> bool:
    return row["m"] is not None and row["m"]["state"] in ("rejected", "undeliverable")


KINDS: dict[str, Callable[[Row], bool]] = {
    "contacts": lambda row: True,
    "delivered": lambda row: row["m"] is not None and row["m"]["state"] == "delivered",
    "failed": _failed,
    "replied": lambda row: row["latest"] and bool(row["heard"]),
    "opted_out": lambda row: (
        row["latest"] and row["m"] is not None and row["c"]["suppressed_at"] is not None
    ),
    "wrong_number": lambda row: (
        row["latest"]
        and any(one["intent"] == "wrong_number" and not one["undone_at"] for one in row["heard"])
    ),
    "waiting": lambda row: (
        row["latest"] and row["talk"] is not None and row["talk"]["waiting_since"] is not None
    ),
    "answered": lambda row: row["latest"] and bool(row["said"]),
    "goal": lambda row: row["latest"] and row["goal"] in row["said"],
}


def counts(kind: str, row: Row, *, alone: bool) -> bool:
    """Whether a number counts this row."""
    here = place(row, alone=alone)
    if kind in ("not_texted", "on_the_way", "sent", "unknown", "ended"):
        return here == kind
    if kind == "no_receipt":
        return here == "sent" and not _failed(row) and not KINDS["delivered"](row)
    if kind.endswith(("_of_sent", "_to_sent")):
        return here == "sent" and KINDS[kind.rpartition("_")[0].rpartition("_")[0]](row)
    return KINDS[kind](row)


def _hour(row: Row) -> str:
    clocks = {
        (at.isoweekday(), at.hour)
        for at in (row["m"]["created_at"].astimezone(ZoneInfo(name)) for name in row["c"]["zones"])
    }
    return "-".join(map(str, clocks.pop())) if len(clocks) == 1 else ""


def _day(row: Row) -> date:
    return (row["m"]["created_at"].astimezone(ZoneInfo("America/New_York")) - timedelta(hours=4)).date()


def _wording(row: Row) -> str:
    message = row["m"]
    first = SPANISH if message["language"] else FIRST
    words = AGAIN if message["round"] > 1 else first
    return f"{message['round']}:{md5(words[message['variant']].encode(), usedforsecurity=False).hexdigest()}"


def _only(values: list[str]) -> str:
    return values[0] if len(values) == 1 else ""


def _of_text(name: str) -> Callable[[Row], str]:
    return lambda row: str(row["m"][name] or "") if row["m"] else ""


DIMENSIONS: dict[str, Callable[[Row], str]] = {
    "list": lambda row: str(row["c"]["import_id"]),
    "zone": lambda row: _only(row["c"]["zones"]),
    "state": lambda row: _only(row["c"]["states"]),
    "number": _of_text("from_phone"),
    "carrier": _of_text("network"),
    "language": _of_text("language"),
    "round": lambda row: str(row["m"]["round"]),
    "person": lambda row: str(row["m"]["person_id"]),
    "wording": _wording,
    "hour": _hour,
    "day": lambda row: _day(row).isoformat(),
    "time": lambda row: row["m"]["created_at"].astimezone(UTC).strftime("%Y-%m-%dT%H"),
    "owner": lambda row: str(row["talk"]["person_id"]) if row["talk"] else "",
}
OF_TEXTS = ("round", "person", "wording", "hour", "day", "time")


def expected(rows: list[Row], kind: str, by: str = "", key: str = "") -> list[Row]:
    """The rows that a number counts."""
    alone = by in OF_TEXTS
    of_them = [row for row in rows if (row["m"] is not None if alone else row["latest"])]
    return [
        row
        for row in of_them
        if counts(kind, row, alone=alone) and (not by or DIMENSIONS[by](row) == key)
    ]


def of_question(rows: list[Row], kind: str, key: str) -> list[Row]:
    """The people that a number of a question counts."""
    step, _, answer = key.partition(":")
    latest = [row for row in rows if row["latest"]]
    if kind == "left_out":
        return [row for row in latest if step in row["left_out"]]
    if kind == "chosen":
        return [row for row in latest if (step, answer) in row["said"]]
    answered = [row for row in latest if step in dict(row["said"])]
    asked = [
        row
        for row in latest
        if row in answered
        or (place(row, alone=False) == "sent" if step == "s1" else ("s1", "a1") in row["said"])
    ]
    return {"answered": answered, "asked": asked}.get(
        kind, [row for row in asked if row not in answered]
    )
