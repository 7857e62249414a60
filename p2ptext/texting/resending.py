"""A text of which nobody can say whether it left: an organizer may have it sent once more, or leave it.

Nothing here happens by itself. To send it once more is a click like any other, kept as evidence, and it
is the last one: the message has room for a single such click, and the database for a single such call.
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from psycopg.rows import dict_row

from p2ptext.accounts import auditing
from p2ptext.background import settings
from p2ptext.campaigns.numbers import WORKS
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor
from p2ptext.rules import script
from p2ptext.texting import clicking, frequency, in_review, pacing, why_not
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.outbox import URGENCY
from p2ptext.texting.queries import REASONS

CLARIFYING = timedelta(minutes=15)
"""Receipts that can still settle an unclear text come within minutes."""


@dataclass(frozen=True, slots=True)
class ResendClaims:
    """What the button of one page binds together."""

    organization_id: int
    person_id: int
    message_id: int
    text_hash: str
    shown_at: float
    """Seconds since the epoch, by the one clock."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """One unclear text, as an organizer looks at it."""

    id: int
    campaign_id: int
    conversation_id: int
    campaign: str
    first_name: str
    volunteer: str
    kind: str
    text: str
    called_at: datetime
    """When it was handed to the carrier."""
    clear_by: datetime
    """Until then a receipt may well settle it by itself."""
    clarifying: bool
    sent_again: bool
    """It was sent once more, or was to be: there is no third time."""
    why_not_again: str
    """Why sending it once more came to nothing, in words; empty otherwise."""
    token: str


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        settings().secret_key, salt="resend", signer_kwargs={"digest_method": hashlib.sha256}
    )


def read_token(token: str) -> ResendClaims:
    """What the button binds. Raises Refused for one that this server did not make."""
    try:
        return ResendClaims(*_serializer().loads(token))
    except (BadData, TypeError, ValueError):
        raise Refused("bad_token", "This page is too old. Reload it and look again.") from None


_SELECT = f"""
SELECT p2p_now() AS now, {pacing.EARLIER}, m.id, m.state, m.reason, m.kind, m.text, m.segments, m.round,
       m.contact_id, m.conversation_id, m.campaign_id, m.number_id, m.resend_click_id, m.let_be_at,
       coalesce((SELECT max(started_at) FROM attempt WHERE message_id = m.id), m.created_at) AS called_at,
       r.suppressed_at, r.phone, c.first_name, c.zones, c.states, c.zone_evidence, c.replied_at,
       {in_review.HOLDS} AS in_review, t.last_inbound_id, a.name AS campaign, p.name AS volunteer,
       (SELECT received_at FROM inbound_text WHERE id = t.last_inbound_id) AS last_inbound_at,
       a.status AS campaign_status, a.paused_because, a.pause_words, a.opens, a.closes, a.sunday_opens,
       a.state_hours, {clicking.DATES},
       0 AS undo_s, {WORKS} AS number_works, k.id AS click_id, {frequency.COLUMNS}
FROM message m
JOIN recipient r ON r.id = m.recipient_id
{frequency.joins("m.id")}
JOIN campaign a ON a.id = m.campaign_id
JOIN contact c ON c.id = m.contact_id
JOIN conversation t ON t.id = m.conversation_id
JOIN person p ON p.id = m.person_id
LEFT JOIN sending_number n ON n.id = m.number_id AND n.organization_id = m.organization_id
LEFT JOIN registration g ON g.id = n.registration_id
LEFT JOIN click k ON k.token_digest = %(digest)s
WHERE m.id = %(message)s AND m.organization_id = %(org)s"""


def _read(organization_id: int, person_id: int, message_id: int, token: str) -> dict[str, Any]:
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        _SELECT,
        pacing.of_person(person_id)
        | {"digest": clicking.token_digest(token), "message": message_id, "org": organization_id},
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return dict(row)


def look(organization_id: int, person_id: int, message_id: int) -> Unclear | None:
    """One unclear text, for this organizer to decide about; None once it is settled. Raises NotFound."""
    facts = _read(organization_id, person_id, message_id, "")
    if facts["state"] != "unknown" or facts["let_be_at"] is not None:
        return None
    claims = ResendClaims(
        organization_id,
        person_id,
        message_id,
        script.text_hash(facts["text"]),
        facts["now"].timestamp(),
    )
    return Unclear(
        id=facts["id"],
        campaign_id=facts["campaign_id"],
        conversation_id=facts["conversation_id"],
        campaign=facts["campaign"],
        first_name=facts["first_name"],
        volunteer=facts["volunteer"],
        kind=facts["kind"],
        text=facts["text"],
        called_at=facts["called_at"],
        clear_by=facts["called_at"] + CLARIFYING,
        clarifying=_clarifying(facts),
        sent_again=facts["resend_click_id"] is not None,
        why_not_again=REASONS.get(facts["reason"] or "", ""),
        token=str(_serializer().dumps(list(asdict(claims).values()))),
    )


def _clarifying(facts: dict[str, Any]) -> bool:
    return bool(facts["now"] < facts["called_at"] + CLARIFYING)


def resend(who: Clicker, message_id: int, token: str) -> None:
    """Record an organizer's click and have the text leave once more.

    The same token does it once, however often it comes. Raises Refused in words for everything that
    speaks against it, NotFound for a text that is not theirs.
    """
    _lock(who.organization_id, message_id, who.person_id)
    claims = read_token(token)
    mine = (who.organization_id, who.person_id, message_id)
    if (claims.organization_id, claims.person_id, claims.message_id) != mine:
        raise NotFound
    facts = _read(who.organization_id, who.person_id, message_id, token)
    if facts["click_id"] is not None:
        return
    _check_unclear(facts)
    _check(facts, claims)
    clicking.pace(facts)
    first = facts["kind"] == "first"
    window = clicking.first_window_of(facts) if first else clicking.window_of(facts)
    closes = why_not.check_hours(facts, window)
    (why_not.check_first_text if first else why_not.check_reply)(facts)
    _record(facts, claims, who, token, closes)


def _lock(organization_id: int, message_id: int, person_id: int) -> None:
    """Take the lock at which sending and stopping meet, and the organizer's own. Raises NotFound."""
    found = cursor().execute(
        f"""SELECT r.id, {pacing.LOCK_PERSON} FROM message m JOIN recipient r ON r.id = m.recipient_id
            WHERE m.id = %(message)s AND m.organization_id = %(org)s FOR NO KEY UPDATE OF r""",
        {"person": person_id, "message": message_id, "org": organization_id},
    )
    if found.fetchone() is None:
        raise NotFound


def _check_unclear(facts: dict[str, Any]) -> None:
    """Raises Refused unless nobody knows still what became of it, and nobody has decided yet."""
    if facts["resend_click_id"] is not None:
        raise Refused(
            "sent_again", "Somebody has had it sent once more already. There is no third time."
        )
    if facts["state"] != "unknown":
        raise Refused("settled", "A receipt has come meanwhile: it is clear what became of this text.")
    if facts["let_be_at"] is not None:
        raise Refused("let_be", "Somebody has decided to leave it as it is.")
    if _clarifying(facts):
        raise Refused("clarifying", "A receipt may still say what became of it. Look again in a while.")


def _check(facts: dict[str, Any], claims: ResendClaims) -> None:
    """Everything that may speak against any text to this person."""
    if script.text_hash(facts["text"]) != claims.text_hash:
        raise Refused("wording_changed", "This is not the text you were shown. Reload the page.")
    if facts["suppressed_at"] is not None or facts["phone"] is None:
        raise Refused("opted_out", "This person has opted out and gets no more texts.")
    if facts["in_review"]:
        raise Refused("in_review", "They may have asked to stop. Decide about that first.")
    if facts["replied_at"] is not None and facts["kind"] == "first":
        raise Refused("replied", "They have written back, so they have heard from you.")
    written = facts["last_inbound_at"]
    if facts["kind"] == "reply" and written is not None and written > facts["called_at"]:
        raise Refused("newer_reply", "They have written since. Somebody should answer that instead.")
    clicking.check_campaign(facts)
    if not facts["number_works"]:
        raise Refused("number_out", "The number it left from does not work just now.")


def _record(
    facts: dict[str, Any], claims: ResendClaims, who: Clicker, token: str, closes: datetime
) -> None:
    cursor().execute(
        f"""WITH {clicking.RECORD_CLICK}, again AS (
          UPDATE message SET state = 'queued', reason = NULL, resend_click_id = clicked.id
          FROM clicked WHERE message.id = %(message)s
          RETURNING message.id, message.number_id, message.segments
        )
        INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id, segments, closes_at)
        SELECT id, %(org)s, %(urgency)s, %(now)s, number_id, segments, %(closes)s FROM again""",
        clicking.evidence(
            who, "resend", facts, facts["contact_id"], token, facts["text"], claims.shown_at, 0
        )
        | {"message": facts["id"], "urgency": URGENCY[facts["kind"]], "closes": closes},
    )
    auditing.record("unclear_text_sent_again", f"conversation {facts['conversation_id']}")


def let_be(organization_id: int, person_id: int, message_id: int) -> bool:
    """Leave an unclear text as it is: it is not asked about any more. A receipt may settle it still.

    False when somebody has decided before, or a receipt has. Raises NotFound.
    """
    _lock(organization_id, message_id, person_id)
    sql = cursor()
    sql.execute(
        """UPDATE message SET let_be_at = p2p_now()
           WHERE id = %s AND state = 'unknown' AND let_be_at IS NULL RETURNING conversation_id""",
        (message_id,),
    )
    row = sql.fetchone()
    if row is None:
        return False
    auditing.record("unclear_text_left", f"conversation {row[0]}")
    return True
