"""A pack's rows as one story: what happened, in the order it happened, in words."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from p2ptext.audience.list_forms import BASIS_WORDS
from p2ptext.insight.evidence import Pack
from p2ptext.insight.evidence_clocks import day_words, moment, on_clocks, their_time, utc_words
from p2ptext.review import words

Row = dict[str, Any]
_WITH_OTHERS = {
    "reassign": "given to somebody else",
    "tag": "a tag put on",
    "untag": "a tag taken off",
    "answer": "an answer written down",
    "close": "closed, as no reply was needed",
    "mark": "marked for the next pass",
    "unmark": "not marked for the next pass any more",
    "opt_out": "opted out",
}
"""What was done with their conversation together with others."""
KINDS = {"first": "the first text", "reply": "an answer", "resend": "sending it once more"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    at: datetime
    what: str
    who: str = ""
    """A person's name; empty where nobody of the organization did it."""
    quote: str = ""
    """Words that were texted, either way."""
    mine: bool = True
    """Whether the quoted words are the organization's."""
    more: tuple[str, ...] = ()
    clock: str = ""
    """The time of day where the person may live."""


@dataclass(frozen=True, slots=True)
class Day:
    """Everything of one day, by the first clock the person may live by, or in UTC where none is known."""

    words: str
    entries: list[Entry]


def zones_of(pack: Pack) -> list[str]:
    """Every zone that any list says they may be in."""
    return sorted({zone for contact in pack.rows("contacts") for zone in contact["zones"]})


def days(pack: Pack) -> list[Day]:
    """The whole story, oldest first."""
    zones = zones_of(pack)
    told = sorted(_entries(pack), key=lambda entry: entry.at)
    found = []
    for day, entries in groupby(
        told, key=lambda entry: day_words((on_clocks(entry.at, zones) or [entry.at])[0])
    ):
        dated = [
            Entry(one.at, one.what, one.who, one.quote, one.mine, one.more, their_time(one.at, zones))
            for one in entries
        ]
        found.append(Day(day, dated))
    return found


def _entries(pack: Pack) -> Iterator[Entry]:
    campaigns = {row["id"]: row["name"] for row in pack.rows("campaigns")}
    yield from _lists(pack, campaigns)
    yield from _clicks(pack, campaigns)
    yield from _sent(pack)
    yield from _replies(pack)
    yield from _decisions(pack)


def _lists(pack: Pack, campaigns: dict[int, str]) -> Iterator[Entry]:
    lists = {row["id"]: row for row in pack.rows("lists")}
    for contact in pack.rows("contacts"):
        row = lists[contact["list_id"]]
        yield Entry(
            moment(row["confirmed_at"] or row["uploaded_at"]),
            f"Came in on line {contact['line']} of the list {row['file_name']}, "
            f"for {campaigns[contact['campaign_id']]}",
            row["confirmer"] or row["uploader"],
            more=tuple(_consent(row)),
        )
    for left in pack.rows("left_out"):
        yield Entry(
            moment(left["uploaded_at"]),
            f"Left out of the list {left['file_name']}, line {left['line']}",
            more=(left["words"],),
        )
    for asked in pack.rows("line_types"):
        yield Entry(moment(asked["at"]), f"A look-up service called the line: {asked['type']}")


def _consent(row: Row) -> Iterator[str]:
    if row["consent_basis"]:
        yield f"Basis: {BASIS_WORDS.get(row['consent_basis'], row['consent_basis'])}."
    if row["consent_source"]:
        dated = f", of {row['consent_date']}" if row["consent_date"] else ""
        yield f"Source: {row['consent_source']}{dated}."
    if not (row["consent_basis"] or row["consent_source"]):
        yield "No consent was written down with this list."


def _clicks(pack: Pack, campaigns: dict[int, str]) -> Iterator[Entry]:
    by_click = {text["click_id"]: text for text in pack.rows("texts")}
    versions = {row["id"]: row["number"] for row in pack.rows("script_versions")}
    contacts = {row["id"]: row for row in pack.rows("contacts")}
    for click in pack.rows("clicks"):
        text = by_click.get(click["id"])
        campaign = campaigns.get(contacts.get(click["contact_id"], {}).get("campaign_id", 0), "")
        yield Entry(
            moment(click["clicked_at"]),
            f"Pressed Send for {KINDS[click['kind']]}, in {campaign}",
            click["person"],
            quote=text["text"] if text else "",
            more=(*_seen(click), *(_form(text, versions) if text else ()), _device(click)),
        )


def _seen(click: Row) -> Iterator[str]:
    seen = (moment(click["clicked_at"]) - moment(click["shown_at"])).total_seconds()
    yield (
        f"Click {click['id']}: shown {max(0.0, seen):.1f} seconds before, "
        f"received {click['age_ms']} ms after the press."
    )
    checks = click["checks"]
    if checks.get("zones"):
        yield (
            f"Checked: not opted out; hours {checks.get('hours', '')}; "
            f"zones {', '.join(checks['zones'])}, known by {click['zone_evidence']}."
        )


def _form(text: Row, versions: dict[int, int]) -> Iterator[str]:
    script = (
        f", script version {versions[text['script_version_id']]}" if text["script_version_id"] else ""
    )
    parts = "1 segment" if text["segments"] == 1 else f"{text['segments']} segments"
    yield f"Text {text['id']} from {text['sent_from']}, {parts} ({text['encoding']}){script}."


def _device(click: Row) -> str:
    if click["ip"] is None:
        return f"Session {click['session_id']}; the device is erased."
    return (
        f"Session {click['session_id']} from {click['ip']}, {click['user_agent'] or 'no browser named'}."
    )


def _sent(pack: Pack) -> Iterator[Entry]:
    texts = {text["id"]: text for text in pack.rows("texts")}
    for text in texts.values():
        if text["click_id"] is None:
            what = "confirmation of STOP" if text["kind"] == "stop_confirmation" else "answer to HELP"
            yield Entry(moment(text["created_at"]), f"The one automatic {what}", quote=text["text"])
        elif text["state"] in ("cancelled", "expired", "blocked", "not_sent"):
            at = moment(text["settled_at"] or text["created_at"])
            yield Entry(
                at, f"Text {text['id']} did not leave. {words.state(text['state'], text['reason'])}"
            )
    for call in pack.rows("attempts"):
        detail = f"Call {call['id']}" + (
            f", the carrier's id {call['provider_id']}" if call["provider_id"] else ""
        )
        yield Entry(
            moment(call["finished_at"] or call["started_at"]),
            f"Text {call['text_id']}: {words.outcome(call['outcome']).lower()}",
            more=(
                f"{detail}, begun {utc_words(call['started_at'])}.",
                *([call["detail"]] if call["detail"] else []),
            ),
        )
    for receipt in pack.rows("receipts"):
        yield Entry(
            moment(receipt["received_at"]),
            f"The carrier reported on text {receipt['text_id']}: {_status(receipt)}",
        )


def _status(receipt: Row) -> str:
    try:
        said = json.loads(base64.b64decode(receipt["raw_base64"]))
        return str(said["status"])[:40]
    except (ValueError, KeyError, TypeError):
        return "something this page cannot read"


def _replies(pack: Pack) -> Iterator[Entry]:
    for reply in pack.rows("replies"):
        verdict = (
            f"Read as: {_sentence(reply['verdict_reason'])}"
            if reply["verdict_reason"]
            else "Read as an ordinary answer."
        )
        pictures = f"With {len(reply['media'])} attached." if reply["media"] else ""
        yield Entry(
            moment(reply["received_at"]),
            f"They wrote to {reply['written_to']}",
            quote=reply["text"] or "(no words)",
            mine=False,
            more=(verdict, *([pictures] if pictures else [])),
        )


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _decisions(pack: Pack) -> Iterator[Entry]:
    for change in pack.rows("opt_outs"):
        what = (
            "Opted out: no more texts"
            if change["action"] == "added"
            else "Opt-out lifted: texts allowed again"
        )
        yield Entry(
            moment(change["at"]),
            what,
            change["person"] or "",
            more=(f"Why: {_sentence(change['reason'])}",),
        )
    for erasure in pack.rows("erasures"):
        yield Entry(
            moment(erasure["at"]),
            "Erased: the number, the name and the columns of lists",
            erasure["person"],
            more=(f"Why: {_sentence(erasure['reason'])}",),
        )
    for deed in pack.rows("deeds"):
        yield Entry(moment(deed["at"]), _deed(deed), deed["person"] or "the command line")


def _deed(deed: Row) -> str:
    if deed["action"] != "conversations_changed":
        return words.action(deed["action"])
    done, count = _WITH_OTHERS[deed["detail"]["deed"]], deed["detail"]["conversations"]
    return (
        f"Their conversation, one of {count:,}: {done}" if count > 1 else f"Their conversation: {done}"
    )
