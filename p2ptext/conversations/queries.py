"""What the pages of conversations show, one statement a panel. No last names, no phone numbers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row, dict_row

from p2ptext.errors import NotFound
from p2ptext.extensions import cursor
from p2ptext.rules import hours, script
from p2ptext.rules.clock_words import local_time
from p2ptext.texting.clicking import paused_words, window_of
from p2ptext.texting.queries import REASONS, STATES

CLOSED = {
    "opted_out": "They asked for no more texts, and will get none.",
    "no_reply_needed": "Closed: no reply needed. It opens again when they write.",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation in the volunteer's list."""

    id: int
    to: str
    place: str
    campaign: str
    last_text: str
    waiting_since: datetime | None
    state: str

    @property
    def unread(self) -> bool:
        return self.waiting_since is not None


def conversations(organization_id: int, person_id: int) -> list[Waiting]:
    """Who has written to this volunteer: the longest waiting first, then the latest."""
    sql = cursor()
    with sql.connection.cursor(row_factory=class_row(Waiting)) as rows:
        rows.execute(
            """SELECT t.id, coalesce(nullif(c.first_name, ''), 'this person') AS to,
                  coalesce(c.fields ->> 'city', '') AS place, a.name AS campaign, i.text AS last_text,
                  t.waiting_since, t.state
                FROM conversation t
                JOIN contact c ON c.id = t.contact_id
                JOIN campaign a ON a.id = t.campaign_id
                JOIN LATERAL (SELECT text, id FROM inbound_text WHERE conversation_id = t.id
                              ORDER BY id DESC LIMIT 1) i ON true
                WHERE t.organization_id = %s AND t.person_id = %s
                ORDER BY t.waiting_since NULLS LAST, i.id DESC LIMIT 200""",
            (organization_id, person_id),
        )
        return rows.fetchall()


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation as its owner reads it."""

    id: int
    to: str
    place: str
    campaign: str
    campaign_id: int
    state: str
    closed_words: str
    review_words: str
    local_time: str
    can_reply: bool
    cannot_words: str
    canned: list[dict[str, str]]
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a thread."""

    kind: str
    text: str
    at: datetime
    state_words: str
    failed: bool
    media: list[dict[str, str]]


def thread(organization_id: int, person_id: int, conversation_id: int) -> Thread:
    """Raises NotFound unless the conversation is this volunteer's."""
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        """SELECT t.id, coalesce(nullif(c.first_name, ''), 'this person') AS to,
                  coalesce(c.fields ->> 'city', '') AS place, a.name AS campaign, a.id AS campaign_id,
              t.state, t.closed_reason, t.review_reason, c.zones, c.fields, a.status,
              a.paused_because, a.pause_words, a.opens, a.closes,
              a.sunday_opens, a.state_hours, c.states, r.suppressed_at, p2p_now() AS now,
              coalesce(v.document -> 'canned', '[]') AS canned
            FROM conversation t
            JOIN contact c ON c.id = t.contact_id
            JOIN campaign a ON a.id = t.campaign_id
            JOIN recipient r ON r.id = t.recipient_id
            LEFT JOIN script_version v ON v.id = a.script_version_id
            WHERE t.id = %s AND t.organization_id = %s AND t.person_id = %s""",
        (conversation_id, organization_id, person_id),
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    cannot = _cannot(row)
    return Thread(
        id=row["id"],
        to=row["to"],
        place=row["place"],
        campaign=row["campaign"],
        campaign_id=row["campaign_id"],
        state="closed" if row["suppressed_at"] else row["state"],
        closed_words=_closed_words(row),
        review_words=row["review_reason"] or "",
        local_time=local_time(row["now"], row["zones"]),
        can_reply=not cannot,
        cannot_words=cannot,
        canned=row["canned"],
        fields=row["fields"],
    )


def _closed_words(row: dict[str, Any]) -> str:
    if row["suppressed_at"]:
        return CLOSED["opted_out"]
    return CLOSED.get(row["closed_reason"] or "", "") if row["state"] == "closed" else ""


def _cannot(row: dict[str, Any]) -> str:
    """Why no answer may leave now, in words; empty when one may."""
    if row["suppressed_at"]:
        return CLOSED["opted_out"]
    if row["review_reason"]:
        return "This may be a request to stop. Opt them out, or leave it to an organizer."
    if row["status"] != "running":
        if row["status"] != "paused":
            return "The campaign is over."
        return paused_words(row["paused_because"], row["pause_words"])
    window = window_of(row)
    if not hours.may_text(row["now"], row["zones"], window):
        opens = hours.opens_at(row["now"], row["zones"], window)
        when = f" You can answer from {local_time(opens, row['zones'])} there." if opens else ""
        return f"It is outside the texting hours where they live.{when}"
    return ""


def items(organization_id: int, conversation_id: int) -> list[Item]:
    """Everything said, oldest first."""
    sql = cursor()
    sql.execute(
        """SELECT 'out', text, created_at, state, reason, '[]'::jsonb FROM message
           WHERE organization_id = %(org)s AND conversation_id = %(talk)s AND state <> 'cancelled'
           UNION ALL
           SELECT 'in', text, received_at, '', NULL, media FROM inbound_text
           WHERE organization_id = %(org)s AND conversation_id = %(talk)s
           ORDER BY 3""",
        {"org": organization_id, "talk": conversation_id},
    )
    return [_item(*row) for row in sql.fetchall()]


def _item(
    kind: str, text: str, at: datetime, state: str, reason: str | None, media: list[dict[str, str]]
) -> Item:
    failed = state in ("rejected", "undeliverable", "not_sent", "blocked", "expired", "unknown")
    words = STATES.get(state, "")
    if failed and reason in REASONS:
        words = f"{words}: {REASONS[reason]}"
    safe = [entry for entry in media if entry.get("url", "").startswith(("https://", "http://"))]
    return Item(kind, text, at, words, failed, safe)


def canned(conversation: Thread, texting_name: str) -> list[dict[str, str]]:
    """The campaign's canned replies with this person's values put in; those with a gap are left out."""
    values = {**conversation.fields, "volunteer_name": texting_name}
    filled = []
    for entry in conversation.canned:
        try:
            text = script.render(entry["text"], values, plain=True)
        except script.MissingField:
            continue
        filled.append({"title": entry["title"], "text": text})
    return filled
