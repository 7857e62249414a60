"""What the carrier reports becomes rows, once, whatever is repeated, late or out of order.

A request to stop is recorded in the transaction that records the text itself, so that no check
after it can miss it.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from p2ptext.audience.suppression import lift, suppress
from p2ptext.background import hint, settings
from p2ptext.extensions import cursor
from p2ptext.rules import optout, sms_text
from p2ptext.rules.delivery import FINAL, ErrorKind, advance, kind_of
from p2ptext.rules.optout import Verdict
from p2ptext.rules.phone import hash_phone
from p2ptext.sms.provider import Event, Inbound, Status, Strange
from p2ptext.texting.sending import URGENCY

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
            _receive_status(event, raw)
        case Strange(key, words):
            _keep(key, "strange", raw, _organization_of_raw(raw), words)


def _keep(key: str, kind: str, raw: bytes, organization_id: int | None, note: str | None) -> int | None:
    """The event's row, or None when it is a copy."""
    sql = cursor()
    sql.execute(
        """INSERT INTO provider_event (organization_id, event_key, kind, raw, note)
           VALUES (%s, %s, %s, %s, %s) ON CONFLICT (event_key) DO NOTHING RETURNING id""",
        (organization_id, key, kind, raw, note),
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


def _conversation(line: Line, recipient_id: int) -> dict[str, Any] | None:
    """The conversation over this number with the latest text of ours."""
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        """SELECT id, person_id, campaign_id, contact_id FROM conversation
           WHERE number_id = %s AND recipient_id = %s AND last_sent_at IS NOT NULL
           ORDER BY last_sent_at DESC LIMIT 1""",
        (line.number_id, recipient_id),
    )
    row = sql.fetchone()
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
        """INSERT INTO inbound_text (organization_id, event_id, conversation_id, recipient_id, number_id,
             sender, text, media, tier, intent, verdict_reason)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
        (
            line.organization_id,
            event_id,
            talk["id"] if talk else None,
            recipient["id"] if recipient else None,
            line.number_id,
            event.from_[:50],
            event.text[:LONGEST_TEXT],
            Jsonb(event.media),
            verdict.tier,
            verdict.kind,
            verdict.reason,
        ),
    )
    (inbound_id,) = sql.fetchone() or (0,)
    return int(inbound_id)


def _act(
    verdict: Verdict, line: Line, recipient: dict[str, Any], inbound_id: int, talk: dict[str, Any] | None
) -> None:
    if verdict.tier == "auto":
        stop(recipient["id"], f"their own words: {verdict.reason}", None)
        if recipient["suppressed_at"] is None:
            _confirm(line, recipient["id"], inbound_id, "stop_confirmation")
        return
    if verdict.kind == "start" and recipient["suppressed_at"] is not None:
        lift(recipient["id"], f"their own words: {verdict.reason}", None)
    if verdict.kind == "help":
        _confirm(line, recipient["id"], inbound_id, "help")
    if talk is not None:
        _wait_for_answer(talk["id"], inbound_id, verdict)


def stop(recipient_id: int, reason: str, person_id: int | None) -> None:
    """Opt a recipient out: no text of theirs leaves any more, in any campaign of the organization.

    The recipient's row must be locked. Texts still in the outbox are blocked in this transaction, an
    answer to HELP among them: the one confirmation is all that may still leave.
    """
    suppress(recipient_id, reason, person_id)
    cursor().execute(
        """WITH blocked AS (
             UPDATE message SET state = 'blocked', reason = 'opted_out', settled_at = p2p_now()
             WHERE recipient_id = %(id)s AND state = 'queued' AND kind <> 'stop_confirmation'
             RETURNING id, kind, contact_id
           ), out AS (
             DELETE FROM outbox USING blocked WHERE outbox.message_id = blocked.id
           ), people AS (
             UPDATE contact SET state = 'ended', ended_reason = 'opted_out'
             FROM blocked WHERE contact.id = blocked.contact_id AND blocked.kind = 'first'
           )
           UPDATE conversation SET state = 'closed', closed_reason = 'opted_out', waiting_since = NULL,
             review_reason = NULL
           WHERE recipient_id = %(id)s AND (state = 'open' OR waiting_since IS NOT NULL)""",
        {"id": recipient_id},
    )


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
           INSERT INTO outbox (message_id, organization_id, urgency, due_at)
           SELECT id, %s, %s, p2p_now() FROM written""",
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


def _receive_status(event: Status, raw: bytes) -> None:
    found = _attempt(event)
    note = None if found else "It reports on a text that was not sent from here."
    event_id = _keep(event.key, "status", raw, found["organization_id"] if found else None, note)
    if event_id is None or found is None:
        return
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute("SELECT id FROM recipient WHERE id = %s FOR NO KEY UPDATE", (found["recipient_id"],))
    sql.execute("SELECT state, person_id FROM message WHERE id = %s", (found["message_id"],))
    message = sql.fetchone()
    if message is None:
        return
    state = str(message["state"])
    if state == "queued" and event.state in ("submitted", "delivered"):
        # Whatever the answer to the call said, they have it: it must not be tried again.
        sql.execute("DELETE FROM outbox WHERE message_id = %s", (found["message_id"],))
        state = "sending"
    _apply(event, found, state)
    if message["person_id"] is not None:
        hint(f"hints:{found['organization_id']}:{message['person_id']}", "state")


def _attempt(event: Status) -> dict[str, Any] | None:
    """The attempt a receipt is about: by our own reference first, which the carrier echoes, then by its id.

    Our reference is committed before the call, so a receipt that overtakes the answer finds it too.
    """
    try:
        ref = uuid.UUID(event.client_ref) if event.client_ref else None
    except ValueError:
        ref = None
    sql = cursor()
    sql.row_factory = dict_row
    found = """SELECT t.id, t.message_id, m.organization_id, m.recipient_id
               FROM attempt t JOIN message m ON m.id = t.message_id WHERE """
    if ref is not None:
        sql.execute(found + "t.id = %s", (ref,))
    else:
        sql.execute(found + "t.provider_id = %s", (event.provider_id or None,))
    row = sql.fetchone()
    return None if row is None else dict(row)


def _apply(event: Status, found: dict[str, Any], state: str) -> None:
    """Move the message forward, never back, and note what the receipt cost and where it went."""
    moves = advance(state, event.state)
    kind = kind_of(event.code) if event.code is not None else None
    failed = event.state in ("rejected", "undeliverable")
    cursor().execute(
        """UPDATE message SET
             state = CASE WHEN %(moves)s THEN %(state)s ELSE state END,
             settled_at = CASE WHEN %(moves)s AND %(final)s THEN p2p_now() ELSE settled_at END,
             reason = CASE WHEN %(moves)s AND %(failed)s THEN %(kind)s ELSE reason END,
             carrier_code = CASE WHEN %(moves)s AND %(failed)s THEN %(code)s ELSE carrier_code END,
             price = coalesce(%(price)s, price), currency = coalesce(%(currency)s, currency),
             network = coalesce(%(network)s, network)
           WHERE id = %(id)s""",
        {
            "id": found["message_id"],
            "moves": moves,
            "state": event.state,
            "final": event.state in FINAL,
            "failed": failed,
            "kind": kind or "unknown",
            "code": event.code,
            "price": event.price,
            "currency": event.currency,
            "network": event.network,
        },
    )
    if moves and failed and kind == ErrorKind.OPTED_OUT:
        stop(found["recipient_id"], "the carrier says they opted out", None)
