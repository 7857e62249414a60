"""How claimed messages reach the carrier: checked once more, the attempts committed, each called once.

A group is begun in one transaction, and no larger than there are threads waiting to call: a checked
message never waits while a STOP comes in. The attempt is committed before the call and takes the message
out of the outbox, so that no crash can send it twice: what is not certain afterwards is `unknown` and is
never sent again by itself.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from p2ptext.background import settings
from p2ptext.extensions import cursor, log
from p2ptext.logs import place_of
from p2ptext.sms.provider import Enclosed, OutboundText, Provider, SendResult, Unknown, steady
from p2ptext.texting import breakers, media_address
from p2ptext.texting.last_checks import FROZEN_S, channel_of, facts_of, ttl_s, what_forbids
from p2ptext.texting.outbox import lock_recipient, put_back, take_out
from p2ptext.texting.settling import tell


@dataclass(frozen=True, slots=True)
class Ready:
    """A message whose attempt is committed; `text` may be handed to the carrier once."""

    attempt_id: uuid.UUID
    message_id: int
    number_id: int
    text: OutboundText


@dataclass(slots=True)
class Begun:
    """What became of a group of claimed messages."""

    ready: list[Ready] = field(default_factory=list)
    forbidden: list[int] = field(default_factory=list)
    """They do not leave: hand each to `turn_back`."""
    later: list[int] = field(default_factory=list)
    """Somebody else holds their recipient's row, or another message of the group goes to the same person,
    or one has left to them within the last second: begin them again with the next group."""


def begin(message_ids: list[int], dispatcher: str, tickets: list[uuid.UUID]) -> Begun:
    """Check claimed messages for the last time under their recipients' locks, and write down the attempts.

    `tickets` are the ids of the attempts to be made, at least one a message. Locks are never waited for:
    an import that holds a thousand people must not hold up everybody else's texts.
    """
    begun = Begun()
    locked = _lock(message_ids, begun)
    if not locked:
        return begun
    leave_by = steady() + FROZEN_S
    known = facts_of(locked)
    leaving: list[tuple[uuid.UUID, dict[str, Any]]] = []
    for message_id in locked:
        facts = known.get(message_id)
        if facts is None:
            continue  # taken back, stopped, or begun by another dispatcher meanwhile
        if what_forbids(facts) is not None:
            begun.forbidden.append(message_id)
            continue
        if facts["too_soon"]:
            begun.later.append(message_id)
            continue
        ticket = tickets[len(leaving)]
        leaving.append((ticket, facts))
        text = _outbound(facts, ticket, leave_by)
        begun.ready.append(Ready(ticket, message_id, facts["number_id"], text))
    if leaving:
        _write(leaving, dispatcher)
    return begun


def _outbound(facts: dict[str, Any], ticket: uuid.UUID, leave_by: float) -> OutboundText:
    """The text as the carrier gets it."""
    channel = channel_of(facts)
    media = None
    if facts["media_id"] is not None:
        url = media_address.address(facts["media_id"], facts["content_type"], facts["now"])
        media = Enclosed(url, facts["media_kind"], facts["content_type"], facts["description"])
    return OutboundText(
        to=facts["phone"],
        from_=facts["rcs_agent"] if channel == "rcs" else facts["from_phone"],
        text=facts["text"],
        client_ref=ticket.hex,
        ttl_s=ttl_s(facts),
        leave_by=leave_by,
        channel=channel,
        media=media,
        title=facts["sender_name"],
    )


def _lock(message_ids: list[int], begun: Begun) -> list[int]:
    """Lock the recipients in the order of their ids; the messages that may be looked at, one a person."""
    sql = cursor()
    sql.execute(
        """SELECT m.id, r.id FROM message m JOIN recipient r ON r.id = m.recipient_id
           WHERE m.id = ANY(%s) ORDER BY r.id FOR NO KEY UPDATE OF r SKIP LOCKED""",
        (message_ids,),
    )
    recipients = dict(sql.fetchall())
    seen: set[int] = set()
    locked = []
    for message_id in message_ids:
        recipient_id = recipients.get(message_id)
        if recipient_id is None or recipient_id in seen:
            begun.later.append(message_id)
            continue
        seen.add(recipient_id)
        locked.append(message_id)
    return locked


def _write(leaving: list[tuple[uuid.UUID, dict[str, Any]]], dispatcher: str) -> None:
    """One statement for the whole group: the attempts are there, and nothing waits to leave any more."""
    cursor().execute(
        """WITH started AS (
             INSERT INTO attempt (id, organization_id, message_id, click_id, channel, dispatcher, deadline_at)
             SELECT id, organization_id, message_id, click_id, channel, %(dispatcher)s,
               p2p_now() + make_interval(secs => %(patience)s)
             FROM unnest(%(ids)s::uuid[], %(organizations)s::int[], %(messages)s::bigint[],
               %(clicks)s::bigint[], %(channels)s::text[])
               AS t (id, organization_id, message_id, click_id, channel)
           ), gone AS (
             DELETE FROM outbox WHERE message_id = ANY(%(messages)s)
           ), talks AS (
             UPDATE conversation SET last_sent_at = p2p_now() WHERE id = ANY(%(conversations)s)
           ), people AS (
             UPDATE recipient SET last_texted_at = p2p_now() WHERE id = ANY(%(recipients)s)
           )
           UPDATE message SET state = 'sending' WHERE id = ANY(%(messages)s)""",
        {
            "dispatcher": dispatcher,
            "patience": settings().send_timeout_s + 5,
            "ids": [ticket for ticket, _ in leaving],
            "organizations": [facts["organization_id"] for _, facts in leaving],
            "messages": [facts["id"] for _, facts in leaving],
            "clicks": [facts["resend_click_id"] for _, facts in leaving],
            "channels": [channel_of(facts) for _, facts in leaving],
            "conversations": [
                facts["conversation_id"] for _, facts in leaving if facts["conversation_id"] is not None
            ],
            "recipients": [facts["recipient_id"] for _, facts in leaving],
        },
    )


def call(provider: Provider, ready: Ready) -> SendResult | None:
    """Hand one text to the carrier; None when the process stood still since the checks: call `abandon`.

    No database connection is held meanwhile: a carrier that answers slowly must not use up the pool.
    """
    if ready.text.leave_by is not None and steady() > ready.text.leave_by:
        return None
    try:
        return provider.send(ready.text)
    except Exception as error:
        # A provider never raises. Should one, nobody can say whether the text has left.
        log.error("provider_raised", error=type(error).__name__, where=place_of(error))
        return Unknown(f"The call ended in an error of our own ({type(error).__name__}).")


def abandon(attempt_ids: list[uuid.UUID]) -> None:
    """These attempts were never called, for certain: their messages start over, with fresh checks.

    Those that were never committed are passed over.
    """
    sql = cursor()
    sql.execute(
        """SELECT t.message_id FROM attempt t JOIN message m ON m.id = t.message_id
             JOIN recipient r ON r.id = m.recipient_id
           WHERE t.id = ANY(%s) ORDER BY r.id FOR NO KEY UPDATE OF r""",
        (attempt_ids,),
    )
    sql.execute(
        """UPDATE attempt SET outcome = 'abandoned', finished_at = p2p_now(), detail = 'stood still'
           WHERE id = ANY(%s) AND (outcome IS NULL OR outcome = 'unknown') RETURNING message_id""",
        (attempt_ids,),
    )
    for (message_id,) in sql.fetchall():
        put_back(message_id, 0)


def turn_back(message_id: int) -> None:
    """End a claimed message that may not leave, and give its contact back. A transaction of its own:
    it locks the contact and its batch, and those come after every recipient."""
    if not lock_recipient(message_id):
        return
    facts = facts_of([message_id]).get(message_id)
    ending = facts and what_forbids(facts)
    if facts and ending:
        take_out(message_id, *ending)
        tell([facts])
        breakers.no_trial()
