"""What the carrier reports becomes rows, once, whatever is repeated, late or out of order.

A request to stop is recorded in the transaction that records the text itself, so that no check
after it can miss it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from p2ptext.connections import Statement
from p2ptext.extensions import connection, cursor, log
from p2ptext.sms.provider import Event, Inbound, Status, Strange
from p2ptext.texting import pieces, receipts, storing
from p2ptext.texting.understanding import Understood, understand

NOT_IN_USE = "It was written to a number that is not in use here."
NO_AGENT = "It was written to an RCS agent that no organization here has or had, or that has no number."
MOST_LOGGED = 100
"""Characters of such an agent's name."""

_KEEP = Statement(
    "keep_event",
    """INSERT INTO provider_event (organization_id, event_key, kind, raw, note, message_id)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (event_key) DO NOTHING RETURNING id""",
)


@dataclass(frozen=True, slots=True)
class Told:
    """An event, and what was understood of it where somebody wrote."""

    event: Event
    understood: Understood | None = None

    @property
    def is_one_statement(self) -> bool:
        """Whether recording it needs no transaction around it."""
        if isinstance(self.event, Inbound):
            return self.event.piece is None and self.understood is not None and self.understood.is_plain
        return _is_arrival(self.event)


def read(events: Sequence[Event]) -> list[Told]:
    """What is understood of the events of one webhook, before anything is locked or written."""
    return [
        Told(event, understand(event.text)) if isinstance(event, Inbound) else Told(event)
        for event in events
    ]


def is_one_statement(told: Sequence[Told]) -> bool:
    """Whether recording these needs no transaction around it."""
    return len(told) == 1 and told[0].is_one_statement


def _is_arrival(event: Event) -> bool:
    return isinstance(event, Status) and event.state in receipts.ARRIVALS


def receive(told: Told, raw: bytes) -> None:
    """Record one event of a signed webhook. A copy of an event already recorded changes nothing."""
    match told.event:
        case Inbound() as event:
            _receive_text(event, raw, told.understood or understand(event.text))
        case Status() as event if _is_arrival(event):
            receipts.arrived(event, raw)
        case Status() as event:
            receipts.receive(
                event, lambda key, kind, org, note, about: _keep(key, kind, raw, org, note, about)
            )
        case Strange(key, words):
            _keep(key, "strange", raw, _organization_of_raw(raw), words)


def _receive_text(event: Inbound, raw: bytes, understood: Understood) -> None:
    if event.piece is not None:
        ours = pieces.receive(event, event.piece, raw)
    else:
        ours = storing.receive(event, raw, understood)
    if ours:
        return
    is_number = event.to.removeprefix("+").isdigit()
    new = _keep(event.key, "inbound", raw, None, NOT_IN_USE if is_number else NO_AGENT)
    if new is not None and not is_number:
        # It may ask to stop, and nobody knows whom: the operator has to look.
        log.error("inbound_to_unknown_agent", agent=event.to[:MOST_LOGGED], kept_as=new)


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
