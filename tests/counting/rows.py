"""What every sum is, worked out from the auditor's views by reading row after row.

Nothing here knows of the facts, of the sums, or of the statement that makes them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from psycopg.rows import dict_row

from p2ptext.counting.charges import Charge
from p2ptext.counting.reading import Sums
from p2ptext.extensions import cursor
from p2ptext.rules.languages import wordings

Row = dict[str, Any]
NEVER_LEFT = ("cancelled", "expired", "blocked", "not_sent")


def read(query: str, campaign_id: int) -> list[Row]:
    sql = cursor()
    sql.row_factory = dict_row
    return sql.execute(query, (campaign_id,), prepare=False).fetchall()


def _grouped(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found


@dataclass
class Text:
    """One first text that counts, or a contact without (`message` is None), and what is known of it."""

    contact: Row
    message: Row | None
    place: str
    """The contact's, by it."""
    own_place: str
    latest: bool
    replied: bool
    opted_out: bool
    wrong_number: bool
    waiting: bool
    goal: bool
    answers: list[str]
    left_out: list[str]

    @property
    def answered(self) -> bool:
        return bool(self.answers)

    @property
    def reason(self) -> str | None:
        """Why it was refused or not delivered, or the contact ended without one."""
        if self.message is None:
            return (self.contact["ended_reason"] or "") if self.place == "ended" else None
        failed = self.message["state"] in ("rejected", "undeliverable")
        return (self.message["reason"] or "") if failed else None

    def sums(self, place: str) -> Sums:
        state = self.message["state"] if self.message else None
        failed, sent = state in ("rejected", "undeliverable"), place == "sent"
        return Sums(
            texts=int(self.message is not None),
            on_the_way=int(place == "on_the_way"),
            sent=int(sent),
            unknown=int(place == "unknown"),
            ended=int(place == "ended"),
            delivered=int(state == "delivered"),
            failed=int(failed),
            replied=int(self.replied),
            opted_out=int(self.opted_out),
            wrong_number=int(self.wrong_number),
            waiting=int(self.waiting),
            answered=int(self.answered),
            goal=int(self.goal),
            failed_of_sent=int(failed and sent),
            replied_to_sent=int(self.replied and sent),
            opted_out_of_sent=int(self.opted_out and sent),
            answered_of_sent=int(self.answered and sent),
            goal_of_sent=int(self.goal and sent),
            left_out=int(bool(self.left_out)),
        )


class Campaign:
    """Everything the views say of one campaign."""

    def __init__(self, campaign_id: int) -> None:
        self.row = read("SELECT * FROM qa_campaign WHERE id = %s", campaign_id)[0]
        self.contacts = read("SELECT * FROM qa_contact WHERE campaign_id = %s ORDER BY id", campaign_id)
        of_it = "WHERE campaign_id = %s"
        messages = read(f"SELECT * FROM qa_message {of_it} AND kind = 'first' ORDER BY id", campaign_id)
        self.messages = _grouped(messages, "contact_id")
        self.attempts = _grouped(
            read(
                "SELECT * FROM qa_attempt WHERE message_id IN"
                " (SELECT id FROM qa_message WHERE campaign_id = %s)",
                campaign_id,
            ),
            "message_id",
        )
        self.talks = _grouped(read(f"SELECT * FROM qa_conversation {of_it}", campaign_id), "contact_id")
        self.heard = _grouped(read(f"SELECT * FROM qa_inbound {of_it}", campaign_id), "contact_id")
        self.answers = _grouped(read(f"SELECT * FROM qa_answer {of_it}", campaign_id), "contact_id")
        self.scripts = {
            row["id"]: row["document"]
            for row in read(
                "SELECT id, document FROM script_version WHERE campaign_id = %s", campaign_id
            )
        }
        # The first texts of tests on somebody's own phone come from the scripts of other campaigns.
        for row in read("SELECT id, document FROM script_version WHERE campaign_id <> %s", campaign_id):
            self.scripts.setdefault(row["id"], row["document"])

    def texts(self) -> list[Text]:
        return [text for contact in self.contacts for text in self._of(contact)]

    def _of(self, contact: Row) -> list[Text]:
        round_ = contact["round"]
        if round_ > 1 and contact["state"] != "texted":
            round_ -= 1
        alive = [one for one in self.messages[contact["id"]] if one["state"] not in NEVER_LEFT]
        texts = [self._text(contact, one, one["round"] == round_) for one in alive]
        if not any(text.latest for text in texts):
            texts.append(self._text(contact, None, True))
        return texts

    def _text(self, contact: Row, message: Row | None, latest: bool) -> Text:
        answers = self.answers[contact["id"]] if latest else []
        said = [one for one in answers if one["on_path"]]
        heard = self.heard[contact["id"]] if latest else []
        goal = (self.row["goal_step_key"], self.row["goal_answer_key"])
        own = self._place(contact, message)
        refused_again = own == "ended" and message is not None and message["round"] > 1
        return Text(
            contact,
            message,
            "sent" if refused_again else own,
            own,
            latest,
            replied=bool(heard),
            opted_out=latest and message is not None and contact["suppressed_at"] is not None,
            wrong_number=any(
                one["intent"] == "wrong_number" and one["undone_at"] is None for one in heard
            ),
            waiting=latest
            and any(talk["waiting_since"] is not None for talk in self.talks[contact["id"]]),
            goal=any((one["step_key"], one["answer_key"]) == goal for one in said),
            answers=[_answer(one) for one in said],
            left_out=[_answer(one) for one in answers if not one["on_path"]],
        )

    def _place(self, contact: Row, message: Row | None) -> str:
        if message is None:
            return "not_texted" if contact["state"] == "ready" else "ended"
        if message["state"] in ("queued", "sending"):
            return "on_the_way"
        if message["state"] == "unknown":
            return "unknown"
        outcomes = [one["outcome"] for one in self.attempts[message["id"]]]
        if message["state"] == "rejected" and not {None, "accepted", "unknown"} & set(outcomes):
            return "ended"
        return "sent"

    def wording(self, message: Row) -> str:
        document = self.scripts.get(message["script_version_id"])
        if document is None:
            return ""
        said, _ = wordings(document, message["round"], message["language"])
        if message["variant"] >= len(said):
            return ""
        return hashlib.md5(said[message["variant"]].encode(), usedforsecurity=False).hexdigest()

    def keys(self, text: Text) -> dict[str, str]:
        """Of each dimension that has one value, that of this text; those of texts only where there is one."""
        contact, message = text.contact, text.message
        found = {}
        if text.latest:
            found |= {
                "all": "",
                "list": str(contact["import_id"]),
                "zone": contact["zones"][0] if len(contact["zones"]) == 1 else "",
                "state": contact["states"][0] if len(contact["states"]) == 1 else "",
                "number": str(_number_of(message)) if message else "",
                "carrier": (message and message["network"]) or "",
                "language": (message and message["language"]) or "",
            }
            if text.reason is not None:
                found["reason"] = text.reason
        if message:
            at: datetime = message["created_at"].astimezone(UTC)
            found |= {
                "round": str(message["round"]),
                "person": str(message["person_id"] or ""),
                "wording": f"{message['round']}:{self.wording(message)}",
                "hour": _hour(at, contact["zones"]),
                "day": at.strftime("%Y-%m-%d"),
                "time": at.strftime("%Y-%m-%dT%H"),
            }
        return found


def _answer(row: Row) -> str:
    return f"{row['step_key']}:{row['answer_key']}"


def _number_of(message: Row) -> int:
    return int(read("SELECT number_id FROM message WHERE id = %s", message["id"])[0]["number_id"])


def _hour(at: datetime, zones: list[str]) -> str:
    """The hour of the week by all clocks the person may have; empty where these do not agree."""
    said = {at.astimezone(ZoneInfo(zone)).strftime("%u-%H") for zone in zones}
    exact = {at.astimezone(ZoneInfo(zone)).strftime("%u-%H:%M") for zone in zones}
    if len(exact) != 1:
        return ""
    day, hour = said.pop().split("-")
    return f"{day}-{int(hour)}"


OF_CONTACTS = ("all", "list", "zone", "state", "number", "carrier", "language", "reason")


def sums(campaign_id: int) -> dict[tuple[str, str], Sums]:
    """Every sum of a campaign that is not nothing, by dimension and key."""
    campaign = Campaign(campaign_id)
    found: dict[tuple[str, str], Sums] = defaultdict(Sums)
    for text in campaign.texts():
        for dimension, key in campaign.keys(text).items():
            place = text.place if dimension in OF_CONTACTS else text.own_place
            found[dimension, key] = add(found[dimension, key], text.sums(place))
        for dimension, answers in (("answer", text.answers), ("left_out", text.left_out)):
            for key in answers:
                found[dimension, key] = add(found[dimension, key], text.sums(text.place))
    return {key: each for key, each in found.items() if each != Sums()}


def add(one: Sums, other: Sums) -> Sums:
    return Sums(
        **{each.name: getattr(one, each.name) + getattr(other, each.name) for each in fields(Sums)}
    )


def flat(dimensions: Mapping[str, Mapping[str, Sums]]) -> dict[tuple[str, str], Sums]:
    """What a Reading says, in the shape of `sums`."""
    return {(name, key): each for name, keys in dimensions.items() for key, each in keys.items()}


def charged(org_id: int, by: str) -> list[Charge]:
    """What an organization's texts cost, text by text."""
    found: dict[tuple[str, str], Charge] = {}
    sql = cursor()
    sql.row_factory = dict_row
    texts = sql.execute(
        """SELECT q.*, m.number_id FROM qa_message q JOIN message m ON m.id = q.id
           WHERE q.organization_id = %s""",
        (org_id,),
        prepare=False,
    ).fetchall()
    taken = ("accepted", "submitted", "delivered", "undeliverable", "no_receipt")
    for text in texts:
        if text["state"] not in taken and text["price"] is None:
            continue
        parts = text["segments"] if text["channel"] == "sms" else 1
        price = None if text["price"] is None else Decimal(text["price"])
        key = {
            "campaign": str(text["campaign_id"] or ""),
            "number": str(text["number_id"]),
            "network": text["network"] or "",
            "day": text["created_at"].astimezone(UTC).strftime("%Y-%m-%d"),
            "all": "",
        }[by]
        currency = "" if price is None else text["currency"] or ""
        one = found.get((key, currency), Charge(key, currency, 0, 0, 0, Decimal(0)))
        found[key, currency] = replace(
            one,
            texts=one.texts + 1,
            segments=one.segments + parts,
            priced_segments=one.priced_segments + (0 if price is None else parts),
            cost=one.cost + (Decimal(0) if price is None else parts * price),
        )
    return [found[key] for key in sorted(found)]
