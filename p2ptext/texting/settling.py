"""What the carrier answered becomes the message's state: accepted, tried again, refused or unknown."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from psycopg.rows import dict_row

from p2ptext.background import hint
from p2ptext.extensions import cursor
from p2ptext.rules.delivery import ErrorKind, advance, kind_of
from p2ptext.sms.provider import Accepted, NotSent, Refused, SendResult, Unknown
from p2ptext.texting import breakers, falling_back
from p2ptext.texting.outbox import lock_recipient, put_back, take_out, wait_again
from p2ptext.texting.stopping import stop

TOO_OLD = timedelta(minutes=30)
"""A text nobody could send for this long goes back to the volunteer: late is worse than not at all."""
MOST_CODED = 3
"""Attempts that the carrier may refuse with a code that passes by itself. One that could not be made at
all, or that was one too many in a second (429), is repeated until the text is too old."""
FIRST_WAIT_S = 2
LONGEST_WAIT_S = 120


@dataclass(frozen=True, slots=True)
class Ended:
    """How one call ended."""

    attempt_id: uuid.UUID
    number_id: int
    result: SendResult


def is_plain(result: SendResult) -> bool:
    """Whether `finish` writes this result down, many together; else it is for `settle`, one by one."""
    return isinstance(result, Accepted | Unknown)


def finish(ended: Sequence[Ended]) -> None:
    """Write down calls that were accepted or ended nobody knows how, each once, in one statement.

    A receipt may have come before the answer and have moved the message further: never back. The row of
    the message is all that is locked: the condition is asked again of the row as it is then.
    """
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        """WITH told AS (
             SELECT * FROM unnest(%(ids)s::uuid[], %(outcomes)s::text[], %(provider_ids)s::text[],
               %(details)s::text[]) AS t (id, outcome, provider_id, detail)
           ), ended AS (
             UPDATE attempt a SET outcome = told.outcome, provider_id = told.provider_id,
               detail = told.detail, finished_at = p2p_now()
             FROM told WHERE a.id = told.id AND a.id = ANY(%(ids)s)
               AND (a.outcome IS NULL OR a.outcome = 'unknown' AND told.outcome = 'accepted')
             RETURNING a.message_id, a.outcome
           ), gone AS (
             -- Somebody had it sent once more, and now it is known that they have it.
             DELETE FROM outbox USING ended
             WHERE outbox.message_id = ended.message_id AND ended.outcome = 'accepted'
           )
           UPDATE message m SET
             state = CASE WHEN m.state IN ('sending', 'unknown') THEN ended.outcome
                          WHEN m.state = 'queued' AND ended.outcome = 'accepted' THEN 'accepted'
                          ELSE m.state END,
             accepted_at = CASE WHEN ended.outcome = 'accepted' THEN coalesce(m.accepted_at, p2p_now())
                           ELSE m.accepted_at END
           FROM ended WHERE m.id = ended.message_id
           RETURNING m.organization_id, m.person_id""",
        {
            "ids": [one.attempt_id for one in ended],
            "outcomes": ["accepted" if isinstance(one.result, Accepted) else "unknown" for one in ended],
            "provider_ids": [
                one.result.provider_id if isinstance(one.result, Accepted) else None for one in ended
            ],
            "details": [one.result.words if isinstance(one.result, Unknown) else None for one in ended],
        },
    )
    tell(sql.fetchall())
    _note(ended)


def _note(ended: Iterable[Ended]) -> None:
    """Tell the breakers, once for all calls that ended alike: these say nothing about a single number."""
    alike: dict[type[SendResult], list[Ended]] = {}
    for one in ended:
        alike.setdefault(type(one.result), []).append(one)
    for ones in alike.values():
        breakers.note(ones[0].result, ones[0].number_id, len(ones))


def settle(ended: Ended) -> None:
    """Write down a call after which the text has certainly not left, and what follows from it."""
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        "SELECT message_id, channel, organization_id FROM attempt WHERE id = %s", (ended.attempt_id,)
    )
    found = sql.fetchone()
    if found is None:
        return
    lock_recipient(found["message_id"])
    outcome, code, detail = _told(ended.result)
    sql.execute(
        """UPDATE attempt SET outcome = %s, carrier_code = %s, detail = %s, finished_at = p2p_now()
           WHERE id = %s AND (outcome IS NULL OR outcome = 'unknown') RETURNING message_id""",
        (outcome, code, detail, ended.attempt_id),
    )
    elsewhere = falling_back.may(found["channel"], ended.result)
    if sql.fetchone() is not None:
        if elsewhere:
            falling_back.turn(found["message_id"])
        message = _message(found["message_id"])
        if elsewhere:
            put_back(message["id"], 0)
        else:
            _follow(message, ended.result)
        tell([message])
    if not elsewhere:  # it says nothing of the number, nor of the account
        breakers.note(ended.result, ended.number_id)
    elif isinstance(ended.result, Refused) and ended.result.kind == ErrorKind.SENDER_PROBLEM:
        breakers.agent_refused(found["organization_id"], code)


def _told(result: SendResult) -> tuple[str, int | None, str | None]:
    match result:
        case NotSent(words, _, code):
            return "not_sent", code, words
        case Refused(kind, code, _):
            return "refused", code, kind
    raise ValueError(f"{type(result).__name__} is for finish")


def _message(message_id: int) -> dict[str, Any]:
    """The message as it is now, with how often it was called and how often refused by a passing code."""
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        """SELECT m.id, m.organization_id, m.state, m.person_id, m.recipient_id, m.conversation_id,
                  p2p_now() AS now,
                  coalesce((SELECT received_at FROM click WHERE id = m.resend_click_id), m.created_at)
                    AS asked_at,
                  (SELECT count(*) FROM attempt WHERE message_id = m.id AND outcome <> 'abandoned')
                    AS attempts,
                  (SELECT count(carrier_code) FROM attempt WHERE message_id = m.id
                     AND channel = m.channel) AS coded
           FROM message m WHERE m.id = %s""",
        (message_id,),
    )
    return dict(sql.fetchone() or {})


def _follow(message: dict[str, Any], result: SendResult) -> None:
    match result:
        case NotSent(_, retry_after_s):
            _try_again(message, retry_after_s)
        case Refused(ErrorKind.ACCOUNT_PROBLEM | ErrorKind.SENDER_PROBLEM as kind):
            # The sender's own trouble: the person can still be texted, so their card comes back.
            _give_up(message, kind)
        case Refused(kind, code, _):
            _reject(message, kind, code)


def _try_again(message: dict[str, Any], wait_s: float | None) -> None:
    if message["coded"] >= MOST_CODED or message["now"] - message["asked_at"] > TOO_OLD:
        _give_up(message, "carrier_unreachable")
    else:
        put_back(message["id"], wait_before(message["attempts"]) if wait_s is None else wait_s)


def wait_before(attempts: int) -> float:
    """Seconds to wait after so many attempts: twice as long each time, up to two minutes."""
    return float(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(attempts - 1, 10)))


def _give_up(message: dict[str, Any], reason: str) -> None:
    if message["state"] in ("sending", "unknown"):
        take_out(message["id"], "not_sent", reason)


def _reject(message: dict[str, Any], kind: str, code: int | None) -> None:
    if not advance(message["state"], "rejected"):
        return
    cursor().execute(
        """UPDATE message SET state = 'rejected', reason = %s, carrier_code = %s, settled_at = p2p_now()
           WHERE id = %s""",
        (kind, code, message["id"]),
    )
    wait_again(message["id"])
    if kind == ErrorKind.OPTED_OUT:
        stop(message["recipient_id"], "the carrier says they opted out", None)


def refused_after_all(attempt_id: uuid.UUID, message_id: int, code: int) -> bool:
    """A receipt says that the carrier has let go of a text it had taken, for a reason that passes by itself.

    Puts the text back to be tried anew, and says so. False when it must not be: it is too old, this
    happened too often, the person has written since (then they have it, whatever the receipt says),
    a receipt has said before that it went on to their carrier, or nobody knew what became of the call
    (what was unknown is never sent again by itself). The recipient's row must be locked.
    """
    message = _message(message_id)
    if message["state"] not in ("sending", "accepted"):
        return False
    if message["coded"] + 1 >= MOST_CODED or message["now"] - message["asked_at"] > TOO_OLD:
        return False
    sql = cursor()
    sql.execute(
        """SELECT 1 FROM attempt t JOIN inbound_text i ON i.received_at >= t.started_at
           WHERE t.id = %s AND i.conversation_id = %s LIMIT 1""",
        (attempt_id, message["conversation_id"]),
    )
    if sql.fetchone() is not None:
        return False
    _take_back(attempt_id, message_id, code)
    put_back(message_id, wait_before(message["attempts"]))
    return True


def turned_away(attempt_id: uuid.UUID, message_id: int, code: int | None) -> bool:
    """A receipt says that RCS does not reach the phone, or does not take the agent: have the text go on
    over another channel.

    False when it is not one of these receipts, or the text is too old. The recipient's row must be locked.
    """
    message = _message(message_id)
    if message["now"] - message["asked_at"] > TOO_OLD or not falling_back.by_receipt(attempt_id, code):
        return False
    _take_back(attempt_id, message_id, code)
    falling_back.turn(message_id)
    put_back(message_id, 0)
    if kind_of(code) == ErrorKind.SENDER_PROBLEM:
        breakers.agent_refused(message["organization_id"], code)
    return True


def _take_back(attempt_id: uuid.UUID, message_id: int, code: int | None) -> None:
    """This attempt was refused after all, and the message is not with the carrier any more."""
    sql = cursor()
    sql.execute(
        """UPDATE attempt SET outcome = 'refused', carrier_code = %s, detail = 'by a receipt',
             finished_at = coalesce(finished_at, p2p_now()) WHERE id = %s""",
        (code, attempt_id),
    )
    sql.execute("UPDATE message SET state = 'sending', accepted_at = NULL WHERE id = %s", (message_id,))


def tell(messages: Iterable[dict[str, Any]]) -> None:
    """Hint to the senders' open pages that texts of theirs changed, once to each."""
    for organization_id, person_id in {(one["organization_id"], one["person_id"]) for one in messages}:
        if person_id is not None:
            hint(f"hints:{organization_id}:{person_id}", "state")
