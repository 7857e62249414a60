"""What waits for an organizer, and what the carrier sent that nobody could use. One statement a panel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from psycopg.rows import dict_row

from p2ptext.extensions import cursor
from p2ptext.review import words
from p2ptext.review.excerpts import without_phones
from p2ptext.rules import crisis, stop_clock
from p2ptext.texting.resending import CLARIFYING

MOST = 25
"""Rows of one panel; the panel says how many there are in all, and the next come when these are dealt with."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Panel(Generic[T]):
    """The rows shown, and how many there are."""

    rows: list[T]
    total: int


def found(statement: str, values: Mapping[str, Any]) -> tuple[list[dict[str, Any]], int]:
    """Rows of a statement that counts all of them as `total`."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        # Planned anew each time, as in queries.py.
        sql.execute(statement, {**values, "most": MOST}, prepare=False)
        rows = sql.fetchall()
    return rows, rows[0]["total"] if rows else 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A conversation in which an organizer is asked for, by its volunteer or by words of danger."""

    conversation_id: int
    first_name: str
    campaign: str
    volunteer: str
    danger: str
    """Why somebody should look at once, in words; "" where the volunteer asked."""
    text: str
    """Their newest words."""
    since: datetime


def asked(organization_id: int) -> Panel[Asked]:
    """Who waits for an organizer, danger first, then the longest waiting."""
    rows, total = found(
        """SELECT t.id AS conversation_id, c.first_name, a.name AS campaign, p.name AS volunteer,
             coalesce(t.crisis_reason, '') AS danger, coalesce(i.text, '') AS text,
             t.lead_asked_at AS since, count(*) OVER () AS total
           FROM conversation t
           JOIN campaign a ON a.id = t.campaign_id
           JOIN contact c ON c.id = t.contact_id
           JOIN person p ON p.id = t.person_id
           LEFT JOIN inbound_text i ON i.id = t.last_inbound_id
           WHERE t.organization_id = %(org)s AND t.lead_asked_at IS NOT NULL
           ORDER BY t.crisis_reason IS NULL, t.lead_asked_at, t.id LIMIT %(most)s""",
        {"org": organization_id},
    )
    return Panel([Asked(**_but(row, "total")) for row in rows], total)


@dataclass(frozen=True, slots=True)
class Review:
    """A reply that may ask to stop. Nothing leaves to this person until somebody decides."""

    conversation_id: int
    campaign_id: int
    campaign: str
    first_name: str
    volunteer: str
    why: str
    text: str
    last_inbound_id: int
    at: datetime
    since: datetime
    """When the first text came in that may ask to stop."""
    is_late: bool
    """Whether it has waited for more than a day: we ask for the same one."""

    @property
    def last_day(self) -> date:
        """The last day on which the law allows to act on it."""
        return stop_clock.last_day(self.since)


def reviews(organization_id: int) -> Panel[Review]:
    """Probable opt-outs, the longest waiting first."""
    rows, total = found(
        """SELECT t.id AS conversation_id, t.campaign_id, a.name AS campaign, c.first_name,
             p.name AS volunteer, t.review_reason AS why, coalesce(i.text, '') AS text,
             coalesce(t.last_inbound_id, 0) AS last_inbound_id,
             coalesce(i.received_at, t.created_at) AS at, s.since,
             s.since < (SELECT p2p_now()) - interval '1 day' AS is_late, count(*) OVER () AS total
           FROM conversation t
           JOIN campaign a ON a.id = t.campaign_id
           JOIN contact c ON c.id = t.contact_id
           JOIN person p ON p.id = t.person_id
           LEFT JOIN inbound_text i ON i.id = t.last_inbound_id
           CROSS JOIN LATERAL (
             SELECT coalesce(min(received_at), i.received_at, t.created_at) AS since FROM inbound_text
             WHERE conversation_id = t.id AND tier = 'review' AND undone_at IS NULL) s
           WHERE t.organization_id = %(org)s AND t.review_reason IS NOT NULL
           ORDER BY s.since, t.id LIMIT %(most)s""",
        {"org": organization_id},
    )
    return Panel(
        [Review(**_but(row, "total") | {"why": words.verdict(row["why"], row["text"])}) for row in rows],
        total,
    )


@dataclass(frozen=True, slots=True)
class Theirs:
    """A conversation with somebody."""

    id: int
    words: str


@dataclass(frozen=True, slots=True)
class Stray:
    """A reply that belongs to no conversation."""

    id: int
    sender: str
    """Masked."""
    text: str
    at: datetime
    may_ask_to_stop: bool
    opted_out: bool
    can_opt_out: bool
    danger: str
    """Why somebody should look at once, in words; "" where nothing speaks of danger."""
    talks: list[Theirs]
    """The newest conversations with this phone: in one of them it could be answered."""


def strays(organization_id: int) -> Panel[Stray]:
    """Replies without a conversation that nobody has dealt with, the newest first.

    Requests to stop have been followed already: they are among those of today.
    """
    rows, total = found(
        """SELECT i.id, i.sender, i.text, i.received_at, i.tier, i.recipient_id,
             r.suppressed_at IS NOT NULL AS opted_out, t.talks, i.total
           FROM (SELECT *, count(*) OVER () AS total FROM inbound_text
                 WHERE organization_id = %(org)s AND conversation_id IS NULL AND dealt_with_at IS NULL
                   AND (tier <> 'auto' OR recipient_id IS NULL)
                 ORDER BY id DESC LIMIT %(most)s) i
           LEFT JOIN recipient r ON r.id = i.recipient_id
           CROSS JOIN LATERAL (SELECT coalesce(jsonb_agg(
               jsonb_build_array(x.id, concat_ws(', ', nullif(x.first_name, ''), x.campaign, x.volunteer))
               ORDER BY x.id DESC), '[]') AS talks
             FROM (SELECT t.id, c.first_name, a.name AS campaign, p.name AS volunteer FROM conversation t
                   JOIN contact c ON c.id = t.contact_id
                   JOIN campaign a ON a.id = t.campaign_id
                   JOIN person p ON p.id = t.person_id
                   WHERE t.recipient_id = r.id AND r.phone IS NOT NULL AND NOT a.is_tests
                   ORDER BY t.id DESC LIMIT 5) x) t
           ORDER BY i.id DESC""",
        {"org": organization_id},
    )
    return Panel([_stray(row) for row in rows], total)


def _stray(row: dict[str, Any]) -> Stray:
    return Stray(
        id=row["id"],
        sender=without_phones(row["sender"]),
        text=row["text"],
        at=row["received_at"],
        may_ask_to_stop=row["tier"] == "review" and not row["opted_out"],
        opted_out=row["opted_out"],
        can_opt_out=row["recipient_id"] is not None and not row["opted_out"],
        danger=crisis.read(row["text"]),
        talks=[Theirs(*talk) for talk in row["talks"]],
    )


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody whose own words ended the texts to them."""

    id: int
    text: str
    why: str
    """The rule, in words."""
    at: datetime
    first_name: str
    sender: str
    """Masked."""
    conversation_id: int | None
    campaign_id: int | None


def stopped_today(organization_id: int) -> Panel[Stopped]:
    """Requests to stop of the last 24 hours that were followed at once and stand, the newest first."""
    rows, total = found(
        """SELECT i.id, i.text, i.verdict_reason AS why, i.received_at AS at, i.sender, i.total,
             coalesce(c.first_name, '') AS first_name, i.conversation_id, t.campaign_id
           FROM (SELECT i.*, count(*) OVER () AS total
                 FROM inbound_text i JOIN recipient r ON r.id = i.recipient_id
                 WHERE i.organization_id = %(org)s AND i.tier = 'auto' AND i.undone_at IS NULL
                   AND i.received_at > (SELECT p2p_now()) - interval '24 hours'
                   AND r.suppressed_at IS NOT NULL
                 ORDER BY i.received_at DESC, i.id DESC LIMIT %(most)s) i
           LEFT JOIN conversation t ON t.id = i.conversation_id
           LEFT JOIN contact c ON c.id = t.contact_id
           ORDER BY i.received_at DESC, i.id DESC""",
        {"org": organization_id},
    )
    return Panel([_stopped(_but(row, "total")) for row in rows], total)


def _stopped(row: dict[str, Any]) -> Stopped:
    said = {"sender": without_phones(row["sender"]), "why": words.verdict(row["why"] or "", row["text"])}
    return Stopped(**row | said)


@dataclass(frozen=True, slots=True)
class Unclear:
    """A text of which nobody can say whether it left."""

    id: int
    conversation_id: int
    campaign_id: int
    campaign: str
    first_name: str
    volunteer: str
    kind: str
    at: datetime
    """When it was handed over."""
    clarifying: bool
    """A receipt may well settle it still: nobody needs to decide yet."""
    sent_again: bool


def unclear(organization_id: int) -> Panel[Unclear]:
    """Texts that volunteers sent and nobody has decided about, the oldest first."""
    rows, total = found(
        """SELECT m.id, m.conversation_id, m.campaign_id, a.name AS campaign, c.first_name,
             p.name AS volunteer, m.kind, m.at, m.resend_click_id IS NOT NULL AS sent_again,
             m.at > (SELECT p2p_now()) - %(clarifying)s AS clarifying, m.total
           FROM (SELECT m.*, h.at, count(*) OVER () AS total FROM message m
                 CROSS JOIN LATERAL (SELECT coalesce(max(started_at), m.created_at) AS at
                   FROM attempt WHERE message_id = m.id) AS h
                 WHERE m.organization_id = %(org)s AND m.state = 'unknown' AND m.let_be_at IS NULL
                   AND m.person_id IS NOT NULL
                 ORDER BY h.at, m.id LIMIT %(most)s) m
           JOIN campaign a ON a.id = m.campaign_id
           JOIN contact c ON c.id = m.contact_id
           JOIN person p ON p.id = m.person_id
           ORDER BY m.at, m.id""",
        {"org": organization_id, "clarifying": CLARIFYING},
    )
    return Panel([_unclear(row) for row in rows], total)


def _unclear(row: dict[str, Any]) -> Unclear:
    return Unclear(
        id=row["id"],
        conversation_id=row["conversation_id"],
        campaign_id=row["campaign_id"],
        campaign=row["campaign"],
        first_name=row["first_name"],
        volunteer=row["volunteer"],
        kind={"first": "First text", "reply": "Answer"}[row["kind"]],
        at=row["at"],
        clarifying=row["clarifying"],
        sent_again=row["sent_again"],
    )


def waits(organization_id: int) -> int:
    """How many things wait in the inbox for a decision, for the number beside its name."""
    sql = cursor()
    sql.execute(
        """SELECT (SELECT count(*) FROM conversation
                   WHERE organization_id = %(org)s AND lead_asked_at IS NOT NULL)
                + (SELECT count(*) FROM conversation
                   WHERE organization_id = %(org)s AND review_reason IS NOT NULL AND lead_asked_at IS NULL)
                + (SELECT count(*) FROM inbound_text
                   WHERE organization_id = %(org)s AND conversation_id IS NULL AND dealt_with_at IS NULL
                     AND (tier <> 'auto' OR recipient_id IS NULL))""",
        {"org": organization_id},
    )
    return int((sql.fetchone() or (0,))[0])


def _but(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
