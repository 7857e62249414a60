"""What the carrier reports becomes rows, once, whatever is repeated, late or out of order.

A request to stop is recorded in the transaction that records the text itself, so that no check
after it can miss it.
"""

from dataclasses import dataclass
from typing import Any

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from p2ptext.audience import rounds
from p2ptext.audience.suppression import OWN_WORDS, lift
from p2ptext.background import hint, settings
from p2ptext.extensions import cursor
from p2ptext.rules import optout, sms_text
from p2ptext.rules.optout import Verdict
from p2ptext.rules.phone import hash_phone
from p2ptext.sms.provider import Event, Inbound, Status, Strange
from p2ptext.texting import receipts
from p2ptext.texting.outbox import URGENCY
from p2ptext.texting.stopping import stop

LONGEST_TEXT = 10_000
"""Characters kept of an inbound text; the raw body is kept whole beside it."""


@dataclass(frozen=True, slots=True)
class Line:
    """The number somebody wrote to, and whose it is."""

    number_id: int
    organization_id: int


def receive(event: Event, raw: bytes) -> None:
    """Record one event of a signed webhook. A copy of an event already recorded changes nothing."""
    match event:
        case Inbound():
            _receive_text(event, raw)
        case Status():
            receipts.receive(
                event, lambda key, kind, org, note, about: _keep(key, kind, raw, org, note, about)
            )
        case Strange(key, words):
            _keep(key, "strange", raw, _organization_of_raw(raw), words)


def _keep(
    key: str,
    kind: str,
    raw: bytes,
    organization_id: int | None,
    note: str | None,
    message_id: int | None = None,
) -> int | None:
    """The event's row, or None when it is a copy. A receipt names the text it is about."""
    sql = cursor()
    sql.execute(
        """INSERT INTO provider_event (organization_id, event_key, kind, raw, note, message_id)
           VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (event_key) DO NOTHING RETURNING id""",
        (organization_id, key, kind, raw, note, message_id),
    )
    row = sql.fetchone()
    return None if row is None else int(row[0])


def _organization_of_raw(raw: bytes) -> int | None:
    """Whose a body is that could not be read: the organization whose number stands in it."""
    sql = cursor()
    sql.execute("SELECT organization_id, phone FROM sending_number")
    owners = {owner for owner, phone in sql.fetchall() if phone.lstrip("+").encode() in raw}
    return owners.pop() if len(owners) == 1 else None


def _line(to: str) -> Line | None:
    sql = cursor()
    sql.execute("SELECT id, organization_id FROM sending_number WHERE phone = %s", (to,))
    row = sql.fetchone()
    return None if row is None else Line(*row)


def _receive_text(event: Inbound, raw: bytes) -> None:
    line = _line(event.to)
    note = None if line else "It was written to a number that is not in use here."
    event_id = _keep(event.key, "inbound", raw, line.organization_id if line else None, note)
    if event_id is None or line is None:
        return
    recipient = _lock_sender(line, event.from_)
    talk = None if recipient is None else _conversation(line, recipient["id"])
    verdict = optout.classify(event.text)
    inbound_id = _store(event, event_id, line, recipient, talk, verdict)
    if recipient is not None:
        _act(verdict, line, recipient, inbound_id, talk)
    if talk is not None:
        _tell_owner(talk, line)
    else:
        hint(f"hints:{line.organization_id}:unrouted", "unrouted")


def _lock_sender(line: Line, sender: str) -> dict[str, Any] | None:
    """The recipient who wrote, locked; made if unknown, so that their STOP counts from now on.

    None for senders that are not phones: short codes and words cannot be texted.
    """
    if not (sender.startswith("+") and sender[1:].isdigit()):
        return None
    key = settings().phone_hash_key_for(line.organization_id)
    digest = hash_phone(sender, key)
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        """INSERT INTO recipient (organization_id, phone_hash, phone, number_id) VALUES (%s, %s, %s, %s)
           ON CONFLICT (organization_id, phone_hash) DO NOTHING""",
        (line.organization_id, digest, sender, line.number_id),
    )
    sql.execute(
        "SELECT id FROM recipient WHERE organization_id = %s AND phone_hash = %s FOR NO KEY UPDATE",
        (line.organization_id, digest),
    )
    # A second statement: only it sees what was committed while the first waited for the lock.
    sql.execute(
        "SELECT id, suppressed_at FROM recipient WHERE organization_id = %s AND phone_hash = %s",
        (line.organization_id, digest),
    )
    row = sql.fetchone()
    return None if row is None else dict(row)


_TALK = """
SELECT id, person_id, campaign_id, contact_id FROM conversation
WHERE number_id = %(number)s AND recipient_id = %(recipient)s AND last_sent_at IS NOT NULL
ORDER BY last_sent_at DESC LIMIT 1
"""
# A second pass may have gone out over another number, and they answer the first text.
_EARLIER_TALK = """
SELECT id, person_id, campaign_id, contact_id FROM conversation t
WHERE recipient_id = %(recipient)s AND last_sent_at IS NOT NULL AND EXISTS (
  SELECT 1 FROM message m WHERE m.conversation_id = t.id AND m.number_id = %(number)s
    AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent'))
ORDER BY last_sent_at DESC LIMIT 1
"""


def _conversation(line: Line, recipient_id: int) -> dict[str, Any] | None:
    """The conversation over this number with the latest text of ours."""
    sql = cursor()
    sql.row_factory = dict_row
    values = {"number": line.number_id, "recipient": recipient_id}
    row = sql.execute(_TALK, values).fetchone() or sql.execute(_EARLIER_TALK, values).fetchone()
    return None if row is None else dict(row)


def _store(
    event: Inbound,
    event_id: int,
    line: Line,
    recipient: dict[str, Any] | None,
    talk: dict[str, Any] | None,
    verdict: Verdict,
) -> int:
    sql = cursor()
    sql.execute(
        f"""WITH replied AS ({rounds.NOTE_REPLY})
           INSERT INTO inbound_text (organization_id, event_id, conversation_id, recipient_id, number_id,
             sender, text, media, tier, intent, verdict_reason)
           VALUES (%(org)s, %(event)s, %(talk)s, %(recipient)s, %(number)s, %(sender)s, %(text)s, %(media)s,
             %(tier)s, %(intent)s, %(reason)s)
           RETURNING id, (SELECT left_batch FROM replied)""",
        {
            "org": line.organization_id,
            "event": event_id,
            "talk": talk["id"] if talk else None,
            "contact": talk["contact_id"] if talk else None,
            "recipient": recipient["id"] if recipient else None,
            "number": line.number_id,
            "sender": event.from_[:50],
            "text": event.text[:LONGEST_TEXT],
            "media": Jsonb(event.media),
            "tier": verdict.tier,
            "intent": verdict.kind,
            "reason": verdict.reason,
        },
    )
    inbound_id, left_batch = sql.fetchone() or (0, None)
    if left_batch is not None:
        rounds.close_if_empty(left_batch)
    return int(inbound_id)


def _act(
    verdict: Verdict, line: Line, recipient: dict[str, Any], inbound_id: int, talk: dict[str, Any] | None
) -> None:
    if verdict.tier == "auto":
        stop(recipient["id"], f"{OWN_WORDS}: {verdict.reason}", None)
        if recipient["suppressed_at"] is None:
            _confirm(line, recipient["id"], inbound_id, "stop_confirmation")
        return
    opted_out = recipient["suppressed_at"] is not None
    if verdict.kind == "start" and opted_out:
        lift(recipient["id"], f"{OWN_WORDS}: {verdict.reason}", None)
        opted_out = False
    if verdict.kind == "help":
        _confirm(line, recipient["id"], inbound_id, "help")
    # Nobody may answer whom we must not text: it is there to be read, and waits for nobody.
    if talk is not None and not opted_out:
        _wait_for_answer(talk["id"], inbound_id, verdict)


def _confirm(line: Line, recipient_id: int, inbound_id: int, kind: str) -> None:
    """The one answer that goes by itself, once for each text it answers."""
    sql = cursor()
    sql.execute(
        "SELECT provider_confirms_stop, stop_confirmation, help_text FROM organization WHERE id = %s",
        (line.organization_id,),
    )
    by_provider, stop_words, help_words = sql.fetchone() or (True, "", "")
    if by_provider:
        return
    words = stop_words if kind == "stop_confirmation" else help_words
    size = sms_text.count(words)
    sql.execute(
        """WITH written AS (
             INSERT INTO message (organization_id, recipient_id, number_id, answers_inbound_id, kind, text,
               encoding, segments)
             VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id)
           INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id, segments)
           SELECT id, %s, %s, p2p_now(), %s, %s FROM written""",
        (
            line.organization_id,
            recipient_id,
            line.number_id,
            inbound_id,
            kind,
            words,
            size.encoding,
            size.segments,
            line.organization_id,
            URGENCY[kind],
            line.number_id,
            size.segments,
        ),
    )


def _wait_for_answer(conversation_id: int, inbound_id: int, verdict: Verdict) -> None:
    cursor().execute(
        """UPDATE conversation SET last_inbound_id = %s, state = 'open', closed_reason = NULL,
             waiting_since = coalesce(waiting_since, p2p_now()),
             review_reason = CASE WHEN %s THEN %s ELSE review_reason END
           WHERE id = %s""",
        (inbound_id, verdict.tier == "review", verdict.reason, conversation_id),
    )


def _tell_owner(talk: dict[str, Any], line: Line) -> None:
    hint(f"hints:{line.organization_id}:{talk['person_id']}", f"reply {talk['id']}")
