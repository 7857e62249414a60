"""What waits for an organizer, and what the carrier sent that nobody could use. One statement a panel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Generic, TypeVar

from psycopg.rows import dict_row

from p2ptext.extensions import cursor
from p2ptext.insight.excerpts import excerpt, without_phones
from p2ptext.rules import crisis, stop_clock
from p2ptext.sms.vonage_events import OLD_ACCOUNT, OLD_APPLICATION, SWAPPED
from p2ptext.texting.resending import CLARIFYING

MOST = 50
"""Rows of one panel; the panel says how many there are in all."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Panel(Generic[T]):
    """The rows shown, and how many there are."""

    rows: list[T]
    total: int


def _found(statement: str, values: Mapping[str, Any]) -> tuple[list[dict[str, Any]], int]:
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
    rows, total = _found(
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
    rows, total = _found(
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
    return Panel([Review(**_but(row, "total")) for row in rows], total)


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


def strays(organization_id: int) -> Panel[Stray]:
    """Replies without a conversation that nobody has dealt with, the newest first.

    Requests to stop have been followed already: they are among those of today.
    """
    rows, total = _found(
        """SELECT i.id, i.sender, i.text, i.received_at, i.tier, i.recipient_id,
             r.suppressed_at IS NOT NULL AS opted_out, count(*) OVER () AS total
           FROM inbound_text i LEFT JOIN recipient r ON r.id = i.recipient_id
           WHERE i.organization_id = %(org)s AND i.conversation_id IS NULL AND i.dealt_with_at IS NULL
             AND (i.tier <> 'auto' OR i.recipient_id IS NULL)
           ORDER BY i.id DESC LIMIT %(most)s""",
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
    rows, total = _found(
        """SELECT i.id, i.text, i.verdict_reason AS why, i.received_at AS at, i.sender,
             coalesce(c.first_name, '') AS first_name, i.conversation_id, t.campaign_id,
             count(*) OVER () AS total
           FROM inbound_text i
           JOIN recipient r ON r.id = i.recipient_id
           LEFT JOIN conversation t ON t.id = i.conversation_id
           LEFT JOIN contact c ON c.id = t.contact_id
           WHERE i.organization_id = %(org)s AND i.tier = 'auto' AND i.undone_at IS NULL
             AND i.received_at > (SELECT p2p_now()) - interval '24 hours' AND r.suppressed_at IS NOT NULL
           ORDER BY i.received_at DESC, i.id DESC LIMIT %(most)s""",
        {"org": organization_id},
    )
    return Panel(
        [Stopped(**_but(row, "total") | {"sender": without_phones(row["sender"])}) for row in rows],
        total,
    )


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
    rows, total = _found(
        """SELECT m.id, m.conversation_id, m.campaign_id, a.name AS campaign, c.first_name,
             p.name AS volunteer, m.kind, h.at, m.resend_click_id IS NOT NULL AS sent_again,
             h.at > (SELECT p2p_now()) - %(clarifying)s AS clarifying, count(*) OVER () AS total
           FROM message m
           CROSS JOIN LATERAL (SELECT coalesce(max(started_at), m.created_at) AS at
             FROM attempt WHERE message_id = m.id) AS h
           JOIN campaign a ON a.id = m.campaign_id
           JOIN contact c ON c.id = m.contact_id
           JOIN person p ON p.id = m.person_id
           WHERE m.organization_id = %(org)s AND m.state = 'unknown' AND m.let_be_at IS NULL
           ORDER BY h.at, m.id LIMIT %(most)s""",
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


@dataclass(frozen=True, slots=True)
class Kept:
    """A signed webhook that could not be used, or only in spite of a setting."""

    id: int
    kind: str
    note: str
    excerpt: str
    """At most a screenful, phones masked; not escaped."""
    at: datetime


_KINDS = {"inbound": "A reply", "status": "A receipt", "strange": "Something else"}
_KEPT = """SELECT id, kind, coalesce(note, '') AS note, raw, received_at, count(*) OVER () AS total
           FROM provider_event WHERE {} ORDER BY id DESC LIMIT %(most)s"""


def kept(organization_id: int) -> Panel[Kept]:
    """Webhooks for this organization that were kept because nothing could be done with them."""
    where = "organization_id = %(org)s AND note IS NOT NULL AND note <> ALL(%(settings)s)"
    return _kept(_KEPT.format(where), {"org": organization_id, "settings": list(_SETTINGS)})


_SETTINGS = (OLD_ACCOUNT, OLD_APPLICATION, SWAPPED)
"""Remarks about the carrier's account. What they stand on was read all the same, next to them."""
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """A setting of the carrier's account that should be changed."""

    words: str
    count: int
    """Webhooks of the last week that were understood in spite of it."""
    examples: list[Kept]
    """The newest of them."""


def advice(organization_id: int) -> list[Advice]:
    """What the last week's webhooks say about settings, each setting once."""
    rows, _ = _found(
        """SELECT n.id, e.kind, n.note, e.raw, e.received_at, n.alike, count(*) OVER () AS total
           FROM (SELECT id, note, count(*) OVER (PARTITION BY note) AS alike,
                   row_number() OVER (PARTITION BY note ORDER BY id DESC) AS place
                 FROM provider_event
                 WHERE organization_id = %(org)s AND note = ANY(%(settings)s)
                   AND received_at > (SELECT p2p_now()) - interval '7 days') n
           JOIN provider_event e ON e.id = n.id
           WHERE n.place <= %(examples)s ORDER BY n.note, n.id DESC LIMIT %(most)s""",
        {"org": organization_id, "settings": list(_SETTINGS), "examples": EXAMPLES},
    )
    return [
        Advice(words, alike, [_shown(row) for row in of_it])
        for (words, alike), of_it in groupby(rows, key=lambda row: (row["note"], row["alike"]))
    ]


def unclaimed() -> Panel[Kept]:
    """Webhooks that belong to no organization: for the operator alone."""
    return _kept(_KEPT.format("organization_id IS NULL"), {})


def _kept(statement: str, values: Mapping[str, Any]) -> Panel[Kept]:
    rows, total = _found(statement, values)
    return Panel([_shown(row) for row in rows], total)


def _shown(row: Mapping[str, Any]) -> Kept:
    return Kept(row["id"], _KINDS[row["kind"]], row["note"], excerpt(row["raw"]), row["received_at"])


def _but(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
