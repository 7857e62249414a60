"""One conversation as an organizer reads it: what was said, and who did what when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.rows import class_row, dict_row

from p2ptext.conversations.history import FAILED, Item
from p2ptext.errors import NotFound
from p2ptext.extensions import cursor
from p2ptext.review import words
from p2ptext.rules.phone import mask


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation's head."""

    id: int
    first_name: str
    last_name: str
    phone: str
    """Masked."""
    volunteer: str
    state: str
    closed_reason: str
    review_reason: str
    last_inbound_id: int
    waiting_since: datetime | None
    opted_out: bool


def talk(organization_id: int, campaign_id: int, conversation_id: int) -> Talk:
    """Raises NotFound unless the conversation is of this campaign and organization."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            """SELECT t.id, c.first_name, coalesce(c.fields ->> 'last_name', '') AS last_name,
                 coalesce(r.phone, '') AS phone, p.name AS volunteer, t.state,
                 coalesce(t.closed_reason, '') AS closed_reason,
                 coalesce(t.review_reason, '') AS review_reason,
                 coalesce(t.last_inbound_id, 0) AS last_inbound_id, t.waiting_since,
                 r.suppressed_at IS NOT NULL AS opted_out
               FROM conversation t
               JOIN contact c ON c.id = t.contact_id
               JOIN recipient r ON r.id = t.recipient_id
               JOIN person p ON p.id = t.person_id
               WHERE t.id = %s AND t.organization_id = %s AND t.campaign_id = %s""",
            (conversation_id, organization_id, campaign_id),
        )
        row = sql.fetchone()
    if row is None:
        raise NotFound
    return Talk(**(row | {"phone": mask(row["phone"]) if row["phone"] else ""}))


def queued(organization_id: int, conversation_id: int, person_id: int) -> list[int]:
    """Answers of this person that have not left yet: they can be taken back."""
    sql = cursor()
    sql.execute(
        """SELECT id FROM message WHERE conversation_id = %s AND organization_id = %s AND person_id = %s
             AND kind = 'reply' AND state = 'queued' ORDER BY id""",
        (conversation_id, organization_id, person_id),
    )
    return [row[0] for row in sql.fetchall()]


def besides(organization_id: int, conversation_id: int) -> list[Item]:
    """What the volunteer's page leaves out: texts that were taken back, and the automatic answers."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        found = sql.execute(
            """SELECT m.id, m.text, m.created_at, m.state, m.reason, m.kind, coalesce(p.name, '') AS who
               FROM message m LEFT JOIN person p ON p.id = m.person_id
               WHERE m.organization_id = %(org)s AND (
                 m.conversation_id = %(talk)s AND m.state = 'cancelled'
                 OR m.answers_inbound_id IN (SELECT id FROM inbound_text WHERE conversation_id = %(talk)s))""",
            {"org": organization_id, "talk": conversation_id},
        ).fetchall()
    return [_beside(row) for row in found]


def _beside(row: dict[str, Any]) -> Item:
    if row["state"] == "cancelled":
        return Item("event", f"{row['who']} took back: “{row['text']}”", row["created_at"], row["id"])
    said = words.state(row["state"], row["reason"]).rstrip(".")
    failed = row["state"] in FAILED
    return Item("out", row["text"], row["created_at"], row["id"], said, failed, who="Sent by itself")


def corrections(organization_id: int, conversation_id: int) -> dict[int, str]:
    """Why a person found that a text of theirs had been misread, by the text's id."""
    sql = cursor()
    sql.execute(
        """SELECT id, coalesce(undone_reason, '') FROM inbound_text
           WHERE conversation_id = %s AND organization_id = %s AND undone_at IS NOT NULL""",
        (conversation_id, organization_id),
    )
    return dict(sql.fetchall())


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the record: who did what, and when."""

    at: datetime
    what: str
    who: str
    """Empty when no person of the organization did it."""


def deeds(organization_id: int, conversation_id: int) -> list[Deed]:
    """Clicks, calls to the carrier, answers, opt-outs and decisions about this conversation, oldest first."""
    with cursor().connection.cursor(row_factory=class_row(_Raw)) as sql:
        sql.execute(
            """WITH texts AS (
                 SELECT id, click_id, person_id FROM message
                 WHERE organization_id = %(org)s AND conversation_id = %(talk)s)
               SELECT k.received_at AS at, 'click' AS what, k.kind AS code,
                 extract(epoch FROM k.received_at - k.shown_at)::int AS amount, k.person_id
               FROM texts JOIN click k ON k.id = texts.click_id
               UNION ALL
               SELECT coalesce(e.finished_at, e.started_at), 'call', e.outcome, NULL, NULL
               FROM texts JOIN attempt e ON e.message_id = texts.id
               UNION ALL
               SELECT s.at, 'suppression ' || s.action, s.reason, NULL, s.person_id
               FROM conversation t JOIN suppression_event s ON s.recipient_id = t.recipient_id
               WHERE t.id = %(talk)s AND t.organization_id = %(org)s
               UNION ALL
               SELECT d.at, 'deed', d.action, NULL, d.person_id FROM audit_event d
               WHERE d.organization_id = %(org)s AND (d.target = 'conversation ' || %(talk)s
                 OR d.target IN (SELECT 'inbound text ' || id FROM inbound_text
                                 WHERE conversation_id = %(talk)s))
               UNION ALL
               SELECT d.at, 'many ' || (d.detail ->> 'deed'), coalesce(
                 (SELECT name FROM tag WHERE id = (d.detail -> 'tag')::int),
                 (SELECT name FROM person
                  WHERE jsonb_typeof(d.detail -> 'to') = 'number' AND id = (d.detail -> 'to')::int)),
                 (SELECT done FROM review_deed WHERE id = substring(d.target FROM '[0-9]+$')::int), d.person_id
               FROM audit_event d
               WHERE d.organization_id = %(org)s AND d.action = 'conversations_changed'
                 AND d.detail -> 'conversations' @> to_jsonb(%(talk)s::bigint)
               UNION ALL
               SELECT h.at, CASE WHEN h.answer_key IS NULL THEN 'answer removed' ELSE 'answer' END,
                 concat_ws(' ', coalesce(step ->> 'question', h.step_key), (
                   SELECT one ->> 'label' FROM jsonb_array_elements(step -> 'answers') one
                   WHERE one ->> 'key' = h.answer_key)), NULL, h.person_id
               FROM conversation t
               JOIN survey_change h ON h.contact_id = t.contact_id
               JOIN script_version v ON v.id = h.script_version_id
               LEFT JOIN LATERAL (SELECT one AS step FROM jsonb_array_elements(v.document -> 'steps') one
                                  WHERE one ->> 'key' = h.step_key LIMIT 1) asked ON true
               WHERE t.id = %(talk)s AND t.organization_id = %(org)s
               ORDER BY at""",
            {"org": organization_id, "talk": conversation_id},
        )
        found = sql.fetchall()
    names = _names({one.person_id for one in found if one.person_id is not None})
    return [Deed(one.at, _what(one), names.get(one.person_id or 0, "")) for one in found]


@dataclass(frozen=True, slots=True)
class _Raw:
    at: datetime
    what: str
    code: str | None
    amount: int | None
    """Seconds that a click came after what it is for was shown; or with how many conversations a deed was
    done."""
    person_id: int | None


def _names(ids: set[int]) -> dict[int, str]:
    sql = cursor()
    sql.execute("SELECT id, name FROM person WHERE id = ANY(%s)", (list(ids),))
    return dict(sql.fetchall())


def _what(one: _Raw) -> str:
    match one.what:
        case "click":
            kind = {"first": "the first text", "reply": "an answer", "resend": "a second try"}
            seen = timedelta(seconds=max(0, one.amount or 0))
            return f"Pressed Send for {kind[one.code or '']}, {_after(seen)} after seeing it"
        case "call":
            return words.outcome(one.code)
        case "answer":
            return f"Noted: {one.code}"
        case "answer removed":
            return f"Took an answer away: {one.code}"
        case "suppression added":
            return f"No more texts: {one.code}"
        case "suppression lifted":
            return f"Texts allowed again: {one.code}"
    if one.what.startswith("many "):
        return _with_many(one)
    return words.action(one.code or "")


_MANY = {
    "reassign": ("Given to {}", "Offered to whoever was on shift"),
    "tag": ("Put the tag “{}” on", "Put a tag on that is gone now"),
    "untag": ("Took the tag “{}” off", "Took a tag off that is gone now"),
    "answer": ("", "Wrote down an answer"),
    "close": ("", "Closed: no reply needed"),
    "mark": ("", "Marked for the next pass"),
    "unmark": ("", "Took the mark for the next pass off"),
    "opt_out": ("", "Opted out"),
}
"""What a deed on many conversations did to this one: with the name that it is about, and without."""


def _with_many(one: _Raw) -> str:
    named, unnamed = _MANY[one.what.removeprefix("many ")]
    what = named.format(one.code) if named and one.code else unnamed
    others = (one.amount or 1) - 1
    return f"{what}, with {others:,} {'others' if others != 1 else 'other'}" if others else what


def _after(seen: timedelta) -> str:
    seconds = int(seen.total_seconds())
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}s"
    return f"{seconds} second" if seconds == 1 else f"{seconds} seconds"
