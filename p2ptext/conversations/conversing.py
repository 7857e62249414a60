"""Answering people: the threads of a volunteer, and the one-at-a-time reply.

A reply's token binds the volunteer, the conversation, and what had been said in it: if anything newer
came in or went out since, the answer is refused and the newer text shown.
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from psycopg.rows import dict_row

from p2ptext.background import settings
from p2ptext.campaigns.numbers import WORKS, pretty
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor
from p2ptext.rules import script
from p2ptext.texting import clicking, frequency, pacing, why_not
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.outbox import URGENCY
from p2ptext.texting.stopping import stop


@dataclass(frozen=True, slots=True)
class ReplyClaims:
    """What a reply's token binds together."""

    organization_id: int
    person_id: int
    conversation_id: int
    last_inbound_id: int
    last_message_id: int
    shown_at: float


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        settings().secret_key, salt="reply", signer_kwargs={"digest_method": hashlib.sha256}
    )


def make_token(claims: ReplyClaims) -> str:
    return str(_serializer().dumps(list(asdict(claims).values())))


def read_token(token: str) -> ReplyClaims:
    """What the token binds. Raises Refused for one that this server did not make."""
    try:
        return ReplyClaims(*_serializer().loads(token))
    except (BadData, TypeError, ValueError):
        raise Refused(
            "bad_token", "This page is too old. Reload it and send your answer again."
        ) from None


def send_reply(who: Clicker, conversation_id: int, token: str, text: str) -> int:
    """Record the click on an answer and put it into the outbox; returns the message's id.

    The same token and text give the same answer, however often they come.
    Raises Refused in words for everything that speaks against it, NotFound when it is not theirs.
    """
    claims = read_token(token)
    mine = (who.organization_id, who.person_id, conversation_id)
    if (claims.organization_id, claims.person_id, claims.conversation_id) != mine:
        raise NotFound
    lock_recipient(conversation_id, who)
    facts = _facts(conversation_id, who, token)
    text = script.tidy(text.replace("\x00", ""))
    if facts["message_id"] is not None:
        return _again(facts, text)
    _check(facts, claims)
    clicking.pace(facts)
    facts["hours_close_at"] = why_not.check_hours(facts)
    why_not.check_reply(facts)
    if not text:
        raise Refused("empty", "Your answer is empty. Write something, or choose No reply needed.")
    return _record(facts, claims, who, token, text)


def _again(facts: dict[str, Any], text: str) -> int:
    """The message this token made before. Other words under the same token are another answer."""
    if text != facts["message_text"]:
        raise Refused(
            "already_answered", "This has been answered already. Look at the conversation again."
        )
    return int(facts["message_id"])


def lock_recipient(conversation_id: int, who: Clicker) -> None:
    """Take the lock at which sending and stopping meet. Raises NotFound unless the conversation is theirs."""
    found = cursor().execute(
        f"""SELECT r.id, {pacing.LOCK_PERSON}
            FROM conversation t JOIN recipient r ON r.id = t.recipient_id
            WHERE t.id = %(talk)s AND t.organization_id = %(org)s AND t.person_id = %(person)s
            FOR NO KEY UPDATE OF r""",
        {"talk": conversation_id, "org": who.organization_id, "person": who.person_id},
    )
    if found.fetchone() is None:
        raise NotFound


def _facts(conversation_id: int, who: Clicker, token: str) -> dict[str, Any]:
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        f"""SELECT p2p_now() AS now, {pacing.EARLIER}, t.id,
                  t.state AS talk_state, t.closed_reason, t.review_reason,
                  t.number_id, t.contact_id, t.campaign_id, t.recipient_id, t.last_inbound_id,
                  (SELECT coalesce(max(id), 0) FROM message WHERE conversation_id = t.id) AS last_message_id,
                  r.suppressed_at, r.phone, c.zones, c.states, c.zone_evidence,
                  a.status AS campaign_status, a.paused_because, a.pause_words,
                  a.opens, a.closes, a.sunday_opens, a.state_hours, a.undo_s,
                  m.id AS message_id, m.text AS message_text, {frequency.COLUMNS},
                  n.phone AS our_phone, {WORKS} AS number_works,
                  (SELECT received_at FROM inbound_text WHERE id = t.last_inbound_id) AS last_inbound_at
           FROM conversation t
           JOIN recipient r ON r.id = t.recipient_id
           {frequency.joins()}
           JOIN contact c ON c.id = t.contact_id
           JOIN campaign a ON a.id = t.campaign_id
           JOIN membership h ON h.organization_id = t.organization_id AND h.person_id = t.person_id
             AND h.status = 'active'
           LEFT JOIN sending_number n ON n.id = t.number_id AND n.organization_id = t.organization_id
           LEFT JOIN registration g ON g.id = n.registration_id
           LEFT JOIN click k ON k.token_digest = %(digest)s
           LEFT JOIN message m ON m.click_id = k.id
           WHERE t.id = %(talk)s AND t.organization_id = %(org)s AND t.person_id = %(person)s""",
        pacing.of_person(who.person_id)
        | {
            "digest": clicking.token_digest(token),
            "talk": conversation_id,
            "org": who.organization_id,
        },
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return dict(row)


def _check(facts: dict[str, Any], claims: ReplyClaims) -> None:
    if facts["suppressed_at"] is not None or facts["phone"] is None:
        raise Refused("opted_out", "This person has opted out and gets no more texts.")
    if (facts["last_inbound_id"] or 0) != claims.last_inbound_id:
        raise Refused("newer_reply", "They have written again. Read it first, then send your answer.")
    if facts["last_message_id"] != claims.last_message_id:
        raise Refused(
            "already_answered", "This has been answered already. Look at the conversation again."
        )
    if facts["review_reason"] is not None:
        raise _in_review()
    if facts["talk_state"] != "open":
        raise Refused("closed", "This conversation is closed.")
    clicking.check_campaign(facts)
    if facts["our_phone"] is None or not facts["number_works"]:
        ours = pretty(facts["our_phone"]) if facts["our_phone"] else "which is not yours any more"
        raise Refused(
            "number_out",
            f"The number they know, {ours}, does not work just now. Tell your organizer.",
        )


def _record(facts: dict[str, Any], claims: ReplyClaims, who: Clicker, token: str, text: str) -> int:
    size = clicking.check_length(text)
    sql = cursor()
    sql.execute(
        f"""WITH {clicking.RECORD_CLICK}, written AS (
          INSERT INTO message (organization_id, campaign_id, contact_id, conversation_id, recipient_id,
            number_id, person_id, click_id, kind, text, encoding, segments)
          SELECT %(org)s, %(campaign)s, %(contact)s, %(talk)s, %(recipient)s, %(number)s, %(person)s,
            clicked.id, 'reply', %(text)s, %(encoding)s, %(segments)s FROM clicked
          RETURNING id
        ), answered AS (
          UPDATE conversation SET waiting_since = NULL WHERE id = %(talk)s
        )
        INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id, segments, closes_at)
        SELECT id, %(org)s, %(urgency)s, %(now)s + make_interval(secs => %(undo)s), %(number)s,
          %(segments)s, %(closes)s FROM written
        RETURNING message_id""",
        clicking.evidence(who, "reply", facts, facts["contact_id"], token, text, claims.shown_at, 0)
        | {
            "campaign": facts["campaign_id"],
            "talk": facts["id"],
            "recipient": facts["recipient_id"],
            "number": facts["number_id"],
            "text": text,
            "encoding": size.encoding,
            "segments": size.segments,
            "undo": facts["undo_s"],
            "closes": facts["hours_close_at"],
            "urgency": URGENCY["reply"],
        },
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return int(row[0])


def opt_out(who: Clicker, conversation_id: int) -> None:
    """The volunteer opts the person out, as they asked in words."""
    lock_recipient(conversation_id, who)
    sql = cursor()
    sql.execute("SELECT recipient_id FROM conversation WHERE id = %s", (conversation_id,))
    (recipient_id,) = sql.fetchone() or (0,)
    stop(recipient_id, "opted out by the volunteer", who.person_id)


def _in_review() -> Refused:
    return Refused("in_review", "This may be a request to stop. Opt them out, or ask an organizer.")


def close(who: Clicker, conversation_id: int) -> None:
    """No reply is needed. It opens again by itself when they write again.

    Raises Refused while a text that may ask to stop waits for a decision.
    """
    lock_recipient(conversation_id, who)
    sql = cursor()
    sql.execute("SELECT review_reason FROM conversation WHERE id = %s", (conversation_id,))
    if (sql.fetchone() or (None,))[0] is not None:
        raise _in_review()
    sql.execute(
        """UPDATE conversation SET waiting_since = NULL, state = 'closed', closed_reason = 'no_reply_needed'
           WHERE id = %s AND state = 'open'""",
        (conversation_id,),
    )


def next_waiting(organization_id: int, person_id: int, but: int = 0) -> int | None:
    """The person's conversation that has waited longest."""
    sql = cursor()
    sql.execute(
        """SELECT id FROM conversation WHERE organization_id = %s AND person_id = %s
             AND waiting_since IS NOT NULL AND id <> %s ORDER BY waiting_since LIMIT 1""",
        (organization_id, person_id, but),
    )
    row = sql.fetchone()
    return None if row is None else int(row[0])


def shown(organization_id: int, person_id: int, conversation_id: int, now: datetime) -> str:
    """A token for answering this conversation as it stands now."""
    sql = cursor()
    sql.execute(
        """SELECT coalesce(t.last_inbound_id, 0),
                  (SELECT coalesce(max(id), 0) FROM message WHERE conversation_id = t.id)
           FROM conversation t WHERE t.id = %s AND t.organization_id = %s""",
        (conversation_id, organization_id),
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return make_token(
        ReplyClaims(organization_id, person_id, conversation_id, row[0], row[1], now.timestamp())
    )
