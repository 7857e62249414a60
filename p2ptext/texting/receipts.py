"""What became of a text, as the carrier reports it: once, in any order, only forward."""

import uuid
from collections.abc import Callable
from typing import Any

from psycopg.rows import dict_row

from p2ptext.background import hint
from p2ptext.connections import Statement
from p2ptext.extensions import connection, cursor
from p2ptext.rules.delivery import FINAL, RETRYABLE, STATES, ErrorKind, advance, kind_of
from p2ptext.sms.provider import Status
from p2ptext.texting import settling
from p2ptext.texting.breakers import agent_refused, take_out_of_rotation
from p2ptext.texting.outbox import wait_again
from p2ptext.texting.stopping import stop

OPTED_OUT_THERE = "the carrier says they opted out"
NOT_OURS = "It reports on a text that was not sent from here."
ARRIVALS = ("submitted", "delivered")
"""States of a receipt after which nothing has to be decided: one call writes it down."""
_TAKE = Statement(
    "take_arrival",
    """SELECT kept, organization, person
       FROM take_arrival($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
)
# Whatever the answer to a call said, who has the text must not get it again: `queued` may be followed too.
_MAY_FOLLOW = {
    state: ["queued", *(earlier for earlier in sorted(STATES) if advance(earlier, state))]
    for state in ARRIVALS
}
FAILURES = ("rejected", "undeliverable")
Keep = Callable[[str, str, int | None, str | None, int | None], int | None]


def arrived(event: Status, raw: bytes) -> None:
    """Record a receipt that a text went on to the phone's carrier, or to the phone; in one statement."""
    row = connection().run(
        _TAKE,
        (
            event.key,
            raw,
            _reference(event),
            event.provider_id or None,
            event.state,
            _MAY_FOLLOW[event.state],
            event.state in FINAL,
            event.price,
            event.currency,
            event.network,
            NOT_OURS,
        ),
    )
    kept, organization_id, person_id = row or (False, None, None)
    if kept and person_id is not None:
        hint(f"hints:{organization_id}:{person_id}", "state")


def receive(event: Status, keep: Keep) -> None:
    """Record a receipt; `keep` writes down the event and says None for a copy."""
    found = _attempt(event)
    note = None if found else NOT_OURS
    organization_id, message_id = (
        (found["organization_id"], found["message_id"]) if found else (None, None)
    )
    event_id = keep(event.key, "status", organization_id, note, message_id)
    if event_id is None or found is None:
        return
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute("SELECT id FROM recipient WHERE id = %s FOR NO KEY UPDATE", (found["recipient_id"],))
    sql.execute("SELECT state, person_id FROM message WHERE id = %s", (found["message_id"],))
    message = sql.fetchone()
    if message is None:
        return
    failed, earlier = event.state in FAILURES, message["state"] == "queued" or not found["latest"]
    if failed and earlier and kind_of(event.code) == ErrorKind.OPTED_OUT:
        # It tells of an earlier call than the last one, but whoever has opted out gets no later one.
        stop(found["recipient_id"], OPTED_OUT_THERE, None)
    if failed and not found["latest"]:
        return  # a later call may have brought it to them: this receipt tells of an earlier one
    passes = event.state == "rejected" and kind_of(event.code) in RETRYABLE
    turned = failed and settling.turned_away(found["id"], found["message_id"], event.code)
    again = passes and settling.refused_after_all(found["id"], found["message_id"], event.code or 0)
    if not (turned or again):
        _apply(event, found, str(message["state"]))
    if message["person_id"] is not None:
        hint(f"hints:{found['organization_id']}:{message['person_id']}", "state")


def _reference(event: Status) -> uuid.UUID | None:
    try:
        return uuid.UUID(event.client_ref) if event.client_ref else None
    except ValueError:
        return None


def _attempt(event: Status) -> dict[str, Any] | None:
    """The attempt a receipt is about: by our own reference first, which the carrier echoes, then by its id.

    Our reference is committed before the call, so a receipt that overtakes the answer finds it too.
    """
    ref = _reference(event)
    sql = cursor()
    sql.row_factory = dict_row
    found = """SELECT t.id, t.message_id, t.channel, m.organization_id, m.recipient_id, m.number_id,
                 NOT EXISTS (SELECT 1 FROM attempt later WHERE later.message_id = t.message_id
                   AND later.started_at > t.started_at
                   AND (later.outcome IS NULL OR later.outcome IN ('accepted', 'unknown'))) AS latest
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
    failed = event.state in FAILURES
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
    if moves and failed:
        wait_again(found["message_id"])
    if moves and failed and kind == ErrorKind.OPTED_OUT:
        stop(found["recipient_id"], OPTED_OUT_THERE, None)
    if moves and failed and kind == ErrorKind.SENDER_PROBLEM:
        if found["channel"] == "rcs":  # it left by the agent, not from the number
            agent_refused(found["organization_id"], event.code)
        else:
            take_out_of_rotation(found["number_id"], event.code)
