"""What the carrier reports becomes rows, once, whatever is repeated, late or out of order.

A request to stop is recorded in the transaction that records the text itself, so that no check
after it can miss it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from p2ptext.audience import rounds
from p2ptext.audience.suppression import OWN_WORDS, lift
from p2ptext.background import hint, settings
from p2ptext.connections import Statement
from p2ptext.extensions import connection, cursor
from p2ptext.rules import optout, sms_text
from p2ptext.rules.optout import Verdict
from p2ptext.rules.phone import hash_phone
from p2ptext.sms.provider import Event, Inbound, Status, Strange
from p2ptext.texting import receipts
from p2ptext.texting.outbox import URGENCY
from p2ptext.texting.stopping import stop

LONGEST_TEXT = 10_000
"""Characters kept of an inbound text; the raw body is kept whole beside it."""


_KEEP = Statement(
    "keep_event",
    """INSERT INTO provider_event (organization_id, event_key, kind, raw, note, message_id)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (event_key) DO NOTHING RETURNING id""",
)
_LINE = Statement("line", "SELECT id, organization_id FROM sending_number WHERE phone = $1")
_MEET = Statement(
    "meet_sender",
    """INSERT INTO recipient (organization_id, phone_hash, phone, number_id)
       SELECT $1::int, $2::bytea, $3::text, $4::int WHERE NOT EXISTS (
         SELECT 1 FROM recipient WHERE organization_id = $1 AND phone_hash = $2)
       ON CONFLICT (organization_id, phone_hash) DO NOTHING""",
)
_LOCK = Statement(
    "lock_sender",
    "SELECT id FROM recipient WHERE organization_id = $1 AND phone_hash = $2 FOR NO KEY UPDATE",
)
_SENDER = Statement("sender", "SELECT id, suppressed_at FROM recipient WHERE id = $1")


@dataclass(frozen=True, slots=True)
class Line:
    """The number somebody wrote to, and whose it is."""

    number_id: int
    organization_id: int


def is_one_statement(events: Sequence[Event]) -> bool:
    """Whether recording these needs no transaction around it."""
    return len(events) == 1 and _is_arrival(events[0])


def _is_arrival(event: Event) -> bool:
    return isinstance(event, Status) and event.state in receipts.ARRIVALS


def receive(event: Event, raw: bytes) -> None:
    """Record one event of a signed webhook. A copy of an event already recorded changes nothing."""
    match event:
        case Inbound():
            _receive_text(event, raw)
        case Status() if _is_arrival(event):
            receipts.arrived(event, raw)
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
    row = connection().run(_KEEP, (organization_id, key, kind, raw, note, message_id))
    return None if row is None else int(row[0])


def _organization_of_raw(raw: bytes) -> int | None:
    """Whose a body is that could not be read: the organization whose number stands in it."""
    sql = cursor()
    sql.execute("SELECT organization_id, phone FROM sending_number")
    owners = {owner for owner, phone in sql.fetchall() if phone.lstrip("+").encode() in raw}
    return owners.pop() if len(owners) == 1 else None


def _line(to: str) -> Line | None:
    row = connection().run(_LINE, (to,))
    return None if row is None else Line(*row)


def _receive_text(event: Inbound, raw: bytes) -> None:
    line = _line(event.to)
    note = None if line else "It was written to a number that is not in use here."
    event_id = _keep(event.key, "inbound", raw, line.organization_id if line else None, note)
    if event_id is None or line is None:
        return
    recipient = _lock_sender(line, event.from_)
    talk = None if recipient is None else _conversation(line, recipient.id)
    verdict = optout.classify(event.text)
    inbound_id = _store(event, event_id, line, recipient, talk, verdict)
    if recipient is not None:
        _act(verdict, line, recipient, inbound_id, talk)
    if talk is not None:
        _tell_owner(talk, line)
    else:
        hint(f"hints:{line.organization_id}:unrouted", "unrouted")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote."""

    id: int
    suppressed_at: datetime | None


def _lock_sender(line: Line, sender: str) -> Sender | None:
    """The recipient who wrote, locked; made if unknown, so that their STOP counts from now on.

    None for senders that are not phones: short codes and words cannot be texted.
    """
    if not (sender.startswith("+") and sender[1:].isdigit()):
        return None
    key = settings().phone_hash_key_for(line.organization_id)
    digest = hash_phone(sender, key)
    hot = connection()
    hot.run(_MEET, (line.organization_id, digest, sender, line.number_id))
    locked = hot.run(_LOCK, (line.organization_id, digest))
    # A second statement: only it sees what was committed while the first waited for the lock.
    row = hot.run(_SENDER, locked or (None,))
    return None if row is None else Sender(*row)


_TALK = Statement(
    "talk",
    """SELECT id, person_id, campaign_id, contact_id FROM conversation
       WHERE number_id = $1 AND recipient_id = $2 AND last_sent_at IS NOT NULL
       ORDER BY last_sent_at DESC LIMIT 1""",
)
# A second pass may have gone out over another number, and they answer the first text.
_EARLIER_TALK = Statement(
    "earlier_talk",
    """SELECT id, person_id, campaign_id, contact_id FROM conversation t
       WHERE recipient_id = $2 AND last_sent_at IS NOT NULL AND EXISTS (
         SELECT 1 FROM message m WHERE m.conversation_id = t.id AND m.number_id = $1
           AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent'))
       ORDER BY last_sent_at DESC LIMIT 1""",
)


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation a text belongs to."""

    id: int
    person_id: int
    campaign_id: int
    contact_id: int


def _conversation(line: Line, recipient_id: int) -> Talk | None:
    """The conversation over this number with the latest text of ours."""
    hot, values = connection(), (line.number_id, recipient_id)
    row = hot.run(_TALK, values) or hot.run(_EARLIER_TALK, values)
    return None if row is None else Talk(*row)


def _store(
    event: Inbound,
    event_id: int,
    line: Line,
    recipient: Sender | None,
    talk: Talk | None,
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
            "talk": talk.id if talk else None,
            "contact": talk.contact_id if talk else None,
            "recipient": recipient.id if recipient else None,
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


def _act(verdict: Verdict, line: Line, recipient: Sender, inbound_id: int, talk: Talk | None) -> None:
    if verdict.tier == "auto":
        stop(recipient.id, f"{OWN_WORDS}: {verdict.reason}", None)
        if recipient.suppressed_at is None:
            _confirm(line, recipient.id, inbound_id, "stop_confirmation")
        return
    opted_out = recipient.suppressed_at is not None
    if verdict.kind == "start" and opted_out:
        lift(recipient.id, f"{OWN_WORDS}: {verdict.reason}", None)
        opted_out = False
    if verdict.kind == "help":
        _confirm(line, recipient.id, inbound_id, "help")
    # Nobody may answer whom we must not text: it is there to be read, and waits for nobody.
    if talk is not None and not opted_out:
        _wait_for_answer(talk.id, inbound_id, verdict)


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


def _tell_owner(talk: Talk, line: Line) -> None:
    hint(f"hints:{line.organization_id}:{talk.person_id}", f"reply {talk.id}")
