"""How a due message reaches the carrier: claim, check once more, commit the attempt, call, commit the outcome.

The attempt is committed before the call and removes the message from the outbox, so that no crash can
send a message twice: what is not certain afterwards is `unknown` and is never sent again by itself.
"""

import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.rows import dict_row

from p2ptext.background import settings, transaction
from p2ptext.extensions import cursor, db
from p2ptext.rules import hours
from p2ptext.sms.provider import OutboundText, Provider
from p2ptext.texting.clicking import window_of
from p2ptext.texting.outbox import lock_recipient, put_back, take_out
from p2ptext.texting.settling import TOO_OLD, finish, tell

FROZEN_S = 2.0
"""A process that stood still this long between its checks and the call must check again."""
SHORTEST_TTL_S = 20
"""The shortest time Vonage can be told to keep trying (Messages API v1, `ttl`)."""
LONGEST_TTL_S = 604800


@dataclass(frozen=True, slots=True)
class Ready:
    """A message whose attempt is committed; `text` may be handed to the carrier once."""

    attempt_id: uuid.UUID
    message_id: int
    text: OutboundText
    checked_at: float
    """Monotonic seconds when the checks began."""


def dispatch(provider: Provider, message_id: int, dispatcher: str) -> None:
    """Take one claimed message as far as it goes. No database connection is held during the call:
    a carrier that answers slowly must not use up the pool."""
    with transaction():
        ready = begin(message_id, dispatcher)
    if ready is None:
        return
    if time.monotonic() - ready.checked_at > FROZEN_S:
        with transaction():
            abandon(ready)
        return
    db.session.remove()
    result = provider.send(ready.text)
    with transaction():
        finish(ready.attempt_id, result)


def begin(message_id: int, dispatcher: str) -> Ready | None:
    """Check a message for the last time under its recipient's lock, and write down the attempt.

    None when it does not leave: then it has been taken out of the outbox with its reason.
    """
    checked_at = time.monotonic()
    if not lock_recipient(message_id):
        return None
    facts = _facts(message_id)
    if facts is None or facts["state"] != "queued":
        return None
    ending = _what_forbids(facts)
    if ending is not None:
        take_out(message_id, *ending)
        tell(facts)
        return None
    attempt_id = uuid.uuid4()
    patience = settings().send_timeout_s + 5
    cursor().execute(
        """WITH started AS (
             INSERT INTO attempt (id, organization_id, message_id, dispatcher, deadline_at)
             VALUES (%(id)s, %(org)s, %(message)s, %(dispatcher)s,
               p2p_now() + make_interval(secs => %(patience)s))
           ), gone AS (
             DELETE FROM outbox WHERE message_id = %(message)s
           ), talk AS (
             UPDATE conversation SET last_sent_at = p2p_now() WHERE id = %(conversation)s
           ), person AS (
             UPDATE recipient SET last_texted_at = p2p_now() WHERE id = %(recipient)s
           )
           UPDATE message SET state = 'sending' WHERE id = %(message)s""",
        {
            "id": attempt_id,
            "org": facts["organization_id"],
            "message": message_id,
            "dispatcher": dispatcher,
            "patience": patience,
            "conversation": facts["conversation_id"],
            "recipient": facts["recipient_id"],
        },
    )
    text = OutboundText(
        facts["phone"], facts["from_phone"], facts["text"], attempt_id.hex, _ttl_s(facts)
    )
    return Ready(attempt_id, message_id, text, checked_at)


def _facts(message_id: int) -> dict[str, Any] | None:
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        """SELECT p2p_now() AS now, m.organization_id, m.state, m.kind, m.text, m.created_at, m.person_id,
                  m.conversation_id, m.recipient_id, r.phone, r.suppressed_at, n.phone AS from_phone,
                  a.status AS campaign_status, a.opens, a.closes, a.sunday_opens, c.zones,
                  t.review_reason, m.kind = 'first' AND m.round > 1 AND c.replied_at IS NOT NULL AS answered
           FROM message m
           JOIN recipient r ON r.id = m.recipient_id
           JOIN sending_number n ON n.id = m.number_id AND n.organization_id = m.organization_id
           JOIN outbox o ON o.message_id = m.id
           LEFT JOIN campaign a ON a.id = m.campaign_id
           LEFT JOIN contact c ON c.id = m.contact_id
           LEFT JOIN conversation t ON t.id = m.conversation_id
           WHERE m.id = %s""",
        (message_id,),
    )
    row = sql.fetchone()
    return None if row is None else dict(row)


def _what_forbids(facts: dict[str, Any]) -> tuple[str, str] | None:
    """The state and reason a message ends in instead of leaving; None when it may leave.

    The one confirmation of STOP or HELP answers the person's own text: it may leave at any hour and
    although they are opted out (47 CFR 64.1200(a)(12) allows it within five minutes). An answer to
    HELP may not when they opted out after they had asked for it.
    """
    if facts["phone"] is None:
        return "blocked", "erased"
    if facts["now"] - facts["created_at"] > TOO_OLD:
        return "expired", "too_old"
    stopped_since = facts["suppressed_at"] is not None and facts["suppressed_at"] > facts["created_at"]
    if facts["kind"] == "stop_confirmation" or (facts["kind"] == "help" and not stopped_since):
        return None
    if facts["suppressed_at"] is not None:
        return "blocked", "opted_out"
    # A conversation closed with "no reply needed" does not hold back the answer sent just before.
    if facts["review_reason"] is not None:
        return "blocked", "conversation_locked"
    if facts["answered"]:
        return "blocked", "replied"
    if facts["campaign_status"] != "running":
        return "blocked", "paused"
    closes = hours.closes_at(facts["now"], facts["zones"], window_of(facts))
    if closes is None or closes - facts["now"] < timedelta(seconds=SHORTEST_TTL_S):
        return "expired", "hours"
    return None


def _ttl_s(facts: dict[str, Any]) -> int | None:
    """Seconds the carrier may keep trying: never past the end of the person's texting hours."""
    if facts["kind"] in ("stop_confirmation", "help"):
        return None
    closes: datetime | None = hours.closes_at(facts["now"], facts["zones"], window_of(facts))
    if closes is None:
        return SHORTEST_TTL_S
    return min(LONGEST_TTL_S, int((closes - facts["now"]).total_seconds()))


def abandon(ready: Ready) -> None:
    """The process stood still before the call: nothing was sent, start over with fresh checks."""
    lock_recipient(ready.message_id)
    sql = cursor()
    sql.execute(
        """UPDATE attempt SET outcome = 'abandoned', finished_at = p2p_now(), detail = 'stood still'
           WHERE id = %s AND outcome IS NULL RETURNING message_id""",
        (ready.attempt_id,),
    )
    if sql.fetchone() is not None:
        put_back(ready.message_id, 0)
