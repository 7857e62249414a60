"""One conversation as an organizer reads it: what was said, and who did what when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.rows import class_row, dict_row

from p2ptext.errors import NotFound
from p2ptext.extensions import cursor
from p2ptext.insight import words
from p2ptext.rules.phone import mask

FAILED = frozenset(
    {"rejected", "undeliverable", "not_sent", "blocked", "expired", "cancelled", "unknown"}
)


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


@dataclass(frozen=True, slots=True)
class Line:
    """One text of the thread."""

    direction: str
    """in or out."""
    text: str
    at: datetime
    who: str
    words: str
    failed: bool
    inbound_id: int | None
    """Of a text that came in from a phone: what was made of it can be corrected."""
    verdict: str
    """The rule by which it was understood, in words; "" where it asked for nothing."""
    undone: str
    """Why a person found that wrong; "" where nobody did."""


def lines(organization_id: int, conversation_id: int) -> list[Line]:
    """Everything that was said or should have been, oldest first; also what was taken back."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            """SELECT 'out' AS direction, m.text, m.created_at AS at, m.id,
                 coalesce(p.name, 'The one automatic answer') AS who, m.state, m.reason,
                 NULL::bigint AS inbound_id, '' AS verdict, '' AS undone
               FROM message m LEFT JOIN person p ON p.id = m.person_id
               WHERE m.organization_id = %(org)s AND (
                 m.conversation_id = %(talk)s
                 OR m.answers_inbound_id IN (SELECT id FROM inbound_text WHERE conversation_id = %(talk)s))
               UNION ALL
               SELECT 'in', i.text, i.received_at, i.id, '', NULL, NULL, i.id,
                 CASE WHEN i.tier <> 'none' OR i.intent <> '' THEN i.verdict_reason ELSE '' END,
                 coalesce(i.undone_reason, '')
               FROM inbound_text i
               WHERE i.organization_id = %(org)s AND i.conversation_id = %(talk)s
               ORDER BY at, id""",
            {"org": organization_id, "talk": conversation_id},
        )
        return [_line(row) for row in sql.fetchall()]


def _line(row: dict[str, Any]) -> Line:
    said = words.state(row["state"], row["reason"]) if row["state"] else ""
    return Line(
        direction=row["direction"],
        text=row["text"],
        at=row["at"],
        who=row["who"],
        words=said.rstrip("."),
        failed=row["state"] in FAILED,
        inbound_id=row["inbound_id"],
        verdict=row["verdict"],
        undone=row["undone"],
    )


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
                 extract(epoch FROM k.received_at - k.shown_at)::int AS seconds, k.person_id
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
    seconds: int | None
    person_id: int | None


def _names(ids: set[int]) -> dict[int, str]:
    sql = cursor()
    sql.execute("SELECT id, name FROM person WHERE id = ANY(%s)", (list(ids),))
    return dict(sql.fetchall())


def _what(one: _Raw) -> str:
    match one.what:
        case "click":
            kind = {"first": "the first text", "reply": "an answer", "resend": "a second try"}
            seen = timedelta(seconds=max(0, one.seconds or 0))
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
    return words.action(one.code or "")


def _after(seen: timedelta) -> str:
    seconds = int(seen.total_seconds())
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}s"
    return f"{seconds} second" if seconds == 1 else f"{seconds} seconds"
