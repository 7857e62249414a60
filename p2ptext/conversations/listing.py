"""A volunteer's conversations as a list: who waits longest comes first, who was set aside last, and after
them who waits for an organizer's decision.

Then come those nobody waits in, the latest first. One page of it costs the same whatever its place:
who waits is found by one index, who has ever written by another.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from p2ptext.conversations import naming
from p2ptext.extensions import cursor
from p2ptext.rules.clock_words import span
from p2ptext.texting.queries import WAITS_FOR_ANSWER

PAGE = 50
SHOWS = ("all", "waiting", "closed", "lead")
"""What may be shown: everything, who waits, what was closed, and where a lead was asked."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the list somebody wants to see."""

    show: str = "all"
    tag: str = ""
    campaign_id: int | None = None
    everybody: bool = False
    """Of all volunteers, and not of one alone: for organizers who look where a lead was asked."""
    words: str = ""
    """Part of a first name, or of what they wrote last."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation in the list."""

    id: int
    to: str
    place: str
    campaign: str
    last_text: str
    waiting_since: datetime | None
    state: str
    offered: bool = False
    set_aside: bool = False
    reminder: str = ""
    """What a reminder says that is due, or when it will be; empty where there is none."""
    abusive: bool = False
    in_review: bool = False
    """Whether an organizer decides first whether they may be answered."""
    pictures: bool = False
    """Whether what they wrote last holds something besides words."""
    opted_out: bool = False
    crisis: bool = False
    """Whether somebody may be in danger."""
    lead_asked: bool = False
    tags: list[str] = field(default_factory=list)

    @property
    def unread(self) -> bool:
        return self.waiting_since is not None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list."""

    rows: list[Waiting]
    number: int
    waiting: int
    """How many of those that the filters let through wait for an answer."""
    in_review: int
    """How many more of them wait for an organizer's decision."""
    more: bool

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.more else None

    @property
    def words(self) -> str:
        first = (self.number - 1) * PAGE + 1
        return f"{first} to {first + len(self.rows) - 1}" if self.rows else ""


_FIRST = """t.crisis_reason IS NULL, t.review_reason IS NOT NULL,
  (m.remind_at <= (SELECT p2p_now())) IS TRUE DESC,
  (t.set_aside_at IS NOT NULL OR (m.remind_at > (SELECT p2p_now())) IS TRUE), t.waiting_since, t.id"""
"""Danger, then due reminders, then who waits longest, then what was set aside or can be answered only
later; who waits for an organizer's decision comes after them all."""
_REMINDER = "LEFT JOIN reminder m ON m.conversation_id = t.id AND m.person_id = %(person)s"


def next_waiting(organization_id: int, person_id: int, but: int = 0) -> int | None:
    """The person's conversation that comes first in the list, except one and those they passed on."""
    sql = cursor()
    sql.execute(
        f"""SELECT t.id FROM conversation t {_REMINDER}
            WHERE t.organization_id = %(org)s AND t.person_id = %(person)s
              AND {WAITS_FOR_ANSWER} AND t.id <> %(but)s
              AND t.offered_why IS DISTINCT FROM 'passed_on' ORDER BY {_FIRST} LIMIT 1""",
        {"org": organization_id, "person": person_id, "but": but},
    )
    row = sql.fetchone()
    return None if row is None else int(row[0])


def page(organization_id: int, person_id: int, filters: Filters, number: int = 1) -> Page:
    """One page of the conversations of a volunteer, counted from 1."""
    number = max(1, min(number, 10_000))
    values = {
        "org": organization_id,
        "person": person_id,
        "tag": filters.tag.lower(),
        "campaign": filters.campaign_id,
        "words": f"%{_escaped(filters.words)}%",
    }
    where = _where(filters)
    answerable, in_review = _count(where, values) if filters.show != "closed" else (0, 0)
    waiting = answerable + in_review
    skip = (number - 1) * PAGE
    ids = _waiting_ids(where, values, skip) if skip < waiting else []
    if filters.show in ("all", "closed") and len(ids) <= PAGE:
        ids += _recent_ids(where, values, PAGE + 1 - len(ids), max(0, skip - waiting), filters.show)
    rows = _rows(ids[:PAGE], values)
    return Page(rows, number, answerable, in_review, len(ids) > PAGE)


def campaigns(organization_id: int, person_id: int) -> list[dict[str, Any]]:
    """The campaigns in which somebody has written to this volunteer, by name."""
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        """SELECT a.id, a.name FROM campaign a
           WHERE a.organization_id = %(org)s AND EXISTS (
             SELECT 1 FROM conversation t WHERE t.campaign_id = a.id AND t.person_id = %(person)s
               AND t.last_inbound_id IS NOT NULL)
           ORDER BY lower(a.name)""",
        {"org": organization_id, "person": person_id},
    )
    return sql.fetchall()


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _where(filters: Filters) -> str:
    parts = ["t.organization_id = %(org)s"]
    if not filters.everybody:
        parts.append("t.person_id = %(person)s")
    if filters.show == "lead":
        parts.append("t.lead_asked_at IS NOT NULL")
    if filters.campaign_id is not None:
        parts.append("t.campaign_id = %(campaign)s")
    if filters.tag:
        parts.append(
            """EXISTS (SELECT 1 FROM conversation_tag x JOIN tag g ON g.id = x.tag_id
                 WHERE x.conversation_id = t.id AND lower(g.name) = %(tag)s)"""
        )
    if filters.words:
        parts.append(
            """(EXISTS (SELECT 1 FROM contact c WHERE c.id = t.contact_id AND c.first_name ILIKE %(words)s)
                OR EXISTS (SELECT 1 FROM inbound_text i WHERE i.id = t.last_inbound_id
                           AND i.text ILIKE %(words)s))"""
        )
    return " AND ".join(parts)


def _count(where: str, values: dict[str, Any]) -> tuple[int, int]:
    """How many wait for an answer, and how many for an organizer's decision."""
    sql = cursor()
    sql.execute(
        f"""SELECT count(*) FILTER (WHERE {WAITS_FOR_ANSWER}), count(*) FILTER (WHERE NOT {WAITS_FOR_ANSWER})
            FROM conversation t WHERE {where} AND t.waiting_since IS NOT NULL""",
        values,
    )
    answerable, in_review = sql.fetchone() or (0, 0)
    return answerable, in_review


def _waiting_ids(where: str, values: dict[str, Any], skip: int) -> list[int]:
    sql = cursor()
    sql.execute(
        f"""SELECT t.id FROM conversation t {_REMINDER}
            WHERE {where} AND t.waiting_since IS NOT NULL ORDER BY {_FIRST}
            LIMIT %(most)s OFFSET %(skip)s""",
        values | {"most": PAGE + 1, "skip": skip},
    )
    return [row[0] for row in sql.fetchall()]


def _recent_ids(where: str, values: dict[str, Any], most: int, skip: int, show: str) -> list[int]:
    closed = "AND t.state = 'closed'" if show == "closed" else ""
    sql = cursor()
    sql.execute(
        f"""SELECT t.id FROM conversation t
            WHERE {where} AND t.waiting_since IS NULL AND t.last_inbound_id IS NOT NULL {closed}
            ORDER BY t.last_inbound_id DESC LIMIT %(most)s OFFSET %(skip)s""",
        values | {"most": most, "skip": skip},
    )
    return [row[0] for row in sql.fetchall()]


def _rows(ids: list[int], values: dict[str, Any]) -> list[Waiting]:
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        f"""SELECT t.id, c.first_name, coalesce(c.fields ->> 'last_name', '') AS last_name,
              o.show_last_names, coalesce(c.fields ->> 'city', '') AS place, a.name AS campaign,
              coalesce(i.text, '') AS last_text, coalesce(i.abusive, false) AS abusive, t.waiting_since,
              t.review_reason IS NOT NULL AS in_review, r.suppressed_at IS NOT NULL AS opted_out,
              t.crisis_reason IS NOT NULL AS crisis, t.lead_asked_at IS NOT NULL AS lead_asked,
              coalesce(jsonb_array_length(i.media), 0) > 0 AS pictures,
              t.state, t.offered_at, t.set_aside_at, m.remind_at, p2p_now() AS now,
              (SELECT coalesce(array_agg(g.name ORDER BY g.name), '{{}}') FROM conversation_tag x
               JOIN tag g ON g.id = x.tag_id WHERE x.conversation_id = t.id) AS tags
            FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS chosen (id, place)
            JOIN conversation t ON t.id = chosen.id
            JOIN organization o ON o.id = t.organization_id
            JOIN contact c ON c.id = t.contact_id
            JOIN campaign a ON a.id = t.campaign_id
            JOIN recipient r ON r.id = t.recipient_id
            {_REMINDER}
            LEFT JOIN LATERAL (SELECT text, abusive, media FROM inbound_text WHERE conversation_id = t.id
                               ORDER BY id DESC LIMIT 1) i ON true
            ORDER BY chosen.place""",
        values | {"ids": ids},
    )
    return [_waiting(row) for row in sql.fetchall()]


def _waiting(row: dict[str, Any]) -> Waiting:
    return Waiting(
        id=row["id"],
        to=naming.whom(row["first_name"], row["last_name"], row["show_last_names"]),
        place=row["place"],
        campaign=row["campaign"],
        last_text=row["last_text"],
        waiting_since=row["waiting_since"],
        state=row["state"],
        offered=row["offered_at"] is not None,
        set_aside=row["set_aside_at"] is not None,
        reminder=_reminder(row["remind_at"], row["now"]),
        abusive=row["abusive"],
        in_review=row["in_review"],
        pictures=row["pictures"],
        opted_out=row["opted_out"],
        crisis=row["crisis"],
        lead_asked=row["lead_asked"],
        tags=row["tags"],
    )


def _reminder(remind_at: datetime | None, now: datetime) -> str:
    if remind_at is None:
        return ""
    return "You can answer now" if remind_at <= now else f"Reminder in {span(remind_at - now)}"
