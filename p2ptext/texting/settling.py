"""What the carrier answered becomes the message's state: accepted, tried again, refused or unknown."""

import uuid
from datetime import timedelta
from typing import Any

from psycopg.rows import dict_row

from p2ptext.background import hint
from p2ptext.extensions import cursor, log
from p2ptext.rules.delivery import ErrorKind, advance
from p2ptext.sms.provider import Accepted, NotSent, Refused, SendResult, Unknown
from p2ptext.texting import pacing
from p2ptext.texting.outbox import lock_recipient, put_back, take_out
from p2ptext.texting.stopping import stop

TOO_OLD = timedelta(minutes=30)
"""A text nobody could send for this long goes back to the volunteer: late is worse than not at all."""
MOST_ATTEMPTS = 5
BACK_OFF_S = (2, 5, 15, 60)
ACCOUNT_HALT_S = 60


def finish(attempt_id: uuid.UUID, result: SendResult) -> None:
    """Write down what the carrier answered, once.

    A receipt may have come before the answer and have moved the message further: never back.
    """
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute("SELECT message_id FROM attempt WHERE id = %s", (attempt_id,))
    found = sql.fetchone()
    if found is None:
        return
    message_id = found["message_id"]
    lock_recipient(message_id)
    outcome, provider_id, detail = _outcome(result)
    sql.execute(
        """UPDATE attempt SET outcome = %s, provider_id = %s, detail = %s, finished_at = p2p_now()
           WHERE id = %s AND (outcome IS NULL OR outcome = 'unknown') RETURNING message_id""",
        (outcome, provider_id, detail, attempt_id),
    )
    if sql.fetchone() is None:
        return
    sql.execute(
        """SELECT m.id, m.organization_id, m.state, m.kind, m.created_at, m.person_id, m.contact_id,
                  m.recipient_id, p2p_now() AS now,
                  (SELECT count(*) FROM attempt WHERE message_id = m.id) AS attempts
           FROM message m WHERE m.id = %s""",
        (message_id,),
    )
    message = sql.fetchone()
    if message is not None:
        _settle(dict(message), result)


def _outcome(result: SendResult) -> tuple[str, str | None, str | None]:
    match result:
        case Accepted(provider_id):
            return "accepted", provider_id, None
        case NotSent(words):
            return "not_sent", None, words
        case Refused(kind, code, _):
            return "refused", None, f"{kind} {code or ''}".strip()
        case Unknown(words):
            return "unknown", None, words


def _settle(message: dict[str, Any], result: SendResult) -> None:
    match result:
        case Accepted():
            _move(message, "accepted")
        case Unknown():
            _move(message, "unknown")
        case NotSent(_, retry_after_s):
            _try_again(message, retry_after_s)
        case Refused(ErrorKind.ACCOUNT_PROBLEM, code, words):
            # The account itself is refused: nothing was sent, and every further call would be refused too.
            pacing.halt(ACCOUNT_HALT_S, words)
            log.error("carrier_refuses_account", code=code)
            _try_again(message, ACCOUNT_HALT_S)
        case Refused(kind, code, _):
            _reject(message, kind, code)
    tell(message)


def _move(message: dict[str, Any], state: str) -> None:
    if not advance(message["state"], state):
        return
    cursor().execute(
        """UPDATE message SET state = %s, accepted_at = CASE WHEN %s THEN p2p_now() ELSE accepted_at END
           WHERE id = %s""",
        (state, state == "accepted", message["id"]),
    )


def _try_again(message: dict[str, Any], wait_s: float | None) -> None:
    if message["state"] != "sending":
        return
    attempts = message["attempts"]
    if attempts >= MOST_ATTEMPTS or message["now"] - message["created_at"] > TOO_OLD:
        take_out(message["id"], "not_sent", "carrier_unreachable")
        return
    back_off = BACK_OFF_S[min(attempts, len(BACK_OFF_S)) - 1]
    put_back(message["id"], max(wait_s or 0, back_off))


def _reject(message: dict[str, Any], kind: str, code: int | None) -> None:
    if not advance(message["state"], "rejected"):
        return
    cursor().execute(
        """UPDATE message SET state = 'rejected', reason = %s, carrier_code = %s, settled_at = p2p_now()
           WHERE id = %s""",
        (kind, code, message["id"]),
    )
    if kind == ErrorKind.OPTED_OUT:
        stop(message["recipient_id"], "the carrier says they opted out", None)


def tell(message: dict[str, Any]) -> None:
    """Hint to the sender's open pages that one of their texts changed."""
    if message["person_id"] is not None:
        hint(f"hints:{message['organization_id']}:{message['person_id']}", "state")
