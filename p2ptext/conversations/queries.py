"""What the page of one conversation shows of it. Names as the organization wishes, no phone numbers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from p2ptext.audience.merging import merge_values
from p2ptext.campaigns import linking
from p2ptext.conversations import rights
from p2ptext.conversations.answering import ANSWERABLE, CANNED
from p2ptext.conversations.reply_tokens import LAST_HANDOVER, LAST_MESSAGE, ReplyClaims
from p2ptext.conversations.rights import Standing
from p2ptext.errors import NotFound
from p2ptext.extensions import cursor
from p2ptext.rules import hours, languages, script
from p2ptext.rules.clock_words import local_time
from p2ptext.texting.clicking import paused_words, window_of
from p2ptext.texting.why_not import opens_in_words

CLOSED = {
    "opted_out": "They asked for no more texts, and will get none.",
    "no_reply_needed": "Closed: no reply needed. It opens again when they write.",
    "wrong_number": "They say that this is a wrong number. Opt them out, so that nobody texts it again.",
}


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation as somebody who may read it sees it."""

    id: int
    to: str
    place: str
    campaign: str
    campaign_id: int
    contact_id: int
    owner_id: int
    owner_name: str
    mine: bool
    """Whether the reader may answer: the owner and organizers may."""
    state: str
    """open or closed; what waits for an answer or a decision is open, whatever closed it."""
    opted_out: bool
    closed_words: str
    review_words: str
    local_time: str
    can_reply: bool
    cannot_words: str
    opens_at: datetime | None
    """When an answer may go, where only the hours are against it now."""
    opens_words: str
    waiting_since: datetime | None
    offered_why: str | None
    lead_asked_at: datetime | None
    crisis_reason: str | None
    abusive: bool
    """Whether what they wrote last is abuse."""
    canned: list[dict[str, str]]
    fields: dict[str, str]
    claims: ReplyClaims
    """What had been said when this was read, for the token: whatever is read later may hold more."""


def thread(organization_id: int, person_id: int, conversation_id: int) -> Thread:
    """Raises NotFound unless the person may read the conversation."""
    standing = rights.find(organization_id, person_id, conversation_id)
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        f"""SELECT t.id, coalesce(c.fields ->> 'city', '') AS place, a.name AS campaign,
              a.id AS campaign_id, c.id AS contact_id, t.last_inbound_id, {LAST_MESSAGE} AS last_message_id,
              {LAST_HANDOVER} AS last_handover_id,
              t.state, t.closed_reason, t.review_reason, t.waiting_since, t.offered_why,
              t.lead_asked_at, t.crisis_reason, c.zones, c.fields, a.status,
              a.paused_because, a.pause_words, a.opens, a.closes,
              a.sunday_opens, a.state_hours, c.states, r.suppressed_at, p2p_now() AS now,
              {CANNED} AS document,
              coalesce((SELECT abusive FROM inbound_text WHERE id = t.last_inbound_id), false) AS abusive
            FROM conversation t
            JOIN contact c ON c.id = t.contact_id
            JOIN campaign a ON a.id = t.campaign_id
            JOIN recipient r ON r.id = t.recipient_id
            LEFT JOIN script_version v ON v.id = a.script_version_id
            WHERE t.id = %s AND t.organization_id = %s""",
        (conversation_id, organization_id),
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return _thread(row, standing, organization_id, person_id)


def _thread(row: dict[str, Any], standing: Standing, organization_id: int, person_id: int) -> Thread:
    mine = rights.may_write(standing.owner_id, person_id, standing.role)
    cannot, opens = _cannot(row)
    if not mine:
        cannot, opens = rights.handed_over(standing.owner_name, standing.to).words, None
    claims = ReplyClaims(
        organization_id, person_id, row["id"], row["last_inbound_id"] or 0, row["last_message_id"],
        row["last_handover_id"], row["now"].timestamp(),
    )  # fmt: skip
    return Thread(
        id=row["id"],
        to=standing.to,
        place=row["place"],
        campaign=row["campaign"],
        campaign_id=row["campaign_id"],
        contact_id=row["contact_id"],
        owner_id=standing.owner_id,
        owner_name=standing.owner_name,
        mine=mine,
        state=_state(row),
        opted_out=row["suppressed_at"] is not None,
        closed_words=_closed_words(row),
        review_words=row["review_reason"] or "",
        local_time=local_time(row["now"], row["zones"]),
        can_reply=not cannot,
        cannot_words=cannot,
        opens_at=opens,
        opens_words=opens_in_words(row, opens) if opens else "",
        waiting_since=row["waiting_since"],
        offered_why=row["offered_why"],
        lead_asked_at=row["lead_asked_at"],
        crisis_reason=row["crisis_reason"],
        abusive=row["abusive"],
        canned=linking.of_document(row["document"]).put_in_all(
            languages.document_in(row["document"], languages.of(row["fields"]))["canned"],
            row["contact_id"],
        ),
        fields=row["fields"],
        claims=claims,
    )


def _state(row: dict[str, Any]) -> str:
    if row["suppressed_at"]:
        return "closed"
    return "open" if row["waiting_since"] else str(row["state"])


def _closed_words(row: dict[str, Any]) -> str:
    if row["suppressed_at"]:
        return CLOSED["opted_out"]
    return CLOSED.get(row["closed_reason"] or "", "") if row["state"] == "closed" else ""


def _cannot(row: dict[str, Any]) -> tuple[str, datetime | None]:
    """Why no answer may leave now, in words, and when one may; empty when one may."""
    if row["suppressed_at"]:
        return CLOSED["opted_out"], None
    if row["review_reason"]:
        return "This may be a request to stop. Opt them out, or leave it to an organizer.", None
    if row["status"] != "running":
        over = "The campaign is over."
        paused = row["status"] == "paused"
        return paused_words(row["paused_because"], row["pause_words"]) if paused else over, None
    if row["state"] == "closed" and row["closed_reason"] not in ANSWERABLE:
        return "This conversation is closed.", None
    return _by_hours(row)


def _by_hours(row: dict[str, Any]) -> tuple[str, datetime | None]:
    window = window_of(row)
    if hours.may_text(row["now"], row["zones"], window):
        return "", None
    opens = hours.opens_at(row["now"], row["zones"], window)
    when = f" You can answer from {opens_in_words(row, opens)}." if opens else ""
    return f"It is outside the texting hours where they live.{when}", opens


def canned(conversation: Thread, texting_name: str) -> list[dict[str, str]]:
    """The campaign's canned replies with this person's values put in; those with a gap are left out."""
    values = merge_values(conversation.fields, texting_name)
    filled = []
    for entry in conversation.canned:
        try:
            text = script.render(entry["text"], values, plain=True)
        except script.MissingField:
            continue
        filled.append({"title": entry["title"], "text": text})
    return filled
