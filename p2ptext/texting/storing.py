"""A text somebody wrote becomes a row, finds its conversation, and has its consequences.

Where a reply goes, case by case, is in docs/replies.md.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from p2ptext.audience.suppression import OWN_WORDS, lift
from p2ptext.background import hint, settings
from p2ptext.connections import Statement
from p2ptext.extensions import connection
from p2ptext.rules.phone import hash_phone
from p2ptext.sms.provider import Inbound
from p2ptext.texting import agents, automatic, live
from p2ptext.texting.stopping import stop
from p2ptext.texting.understanding import Understood

LONGEST_TEXT = 10_000
"""Characters kept of an inbound text; the raw body is kept whole beside it."""
LONGEST_SENDER = 50

_LINE = Statement("line", "SELECT id, organization_id FROM sending_number WHERE phone = $1")
_TAKE = Statement(
    "take_inbound",
    """SELECT outcome, inbound, who, stopped_at, is_erased, talk, owner, is_offered
       FROM take_inbound($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)""",
)


@dataclass(frozen=True, slots=True)
class Line:
    """The number somebody wrote to, and whose it is."""

    number_id: int
    organization_id: int


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a text has come to."""

    inbound_id: int
    recipient_id: int | None
    """None when the sender is not a phone."""
    suppressed_at: datetime | None
    """Since when they had opted out already."""
    erased: bool
    conversation_id: int | None
    owner_id: int | None
    offered: bool
    """Whether its volunteer has left, so that anybody on shift may take it."""


_lines: dict[str, Line] = {}
"""Whose each number was when it was looked up; `take_inbound` sees where that has changed."""


def look_up(phone: str) -> Line | None:
    """The number of ours that was written to; None for one that is not in use here."""
    row = connection().run(_LINE, (phone,))
    if row is None:
        _lines.pop(phone, None)
        return None
    found = _lines[phone] = Line(*row)
    return found


def digest_of(line: Line, sender: str) -> bytes | None:
    """The keyed hash under which the sender is known; None for senders that are not phones.

    Short codes and words cannot be texted, so nobody can be behind them.
    """
    if not (sender.startswith("+") and sender[1:].isdigit()):
        return None
    return hash_phone(sender, settings().phone_hash_key_for(line.organization_id))


def store(
    line: Line, event: Inbound, raw: bytes, understood: Understood, event_id: int | None = None
) -> Stored | None:
    """Write down a text and what follows for its conversation; None for a copy of one that is there.

    One statement, which locks whoever wrote and looks at them after that. With `event_id` the webhook
    is recorded already. Raises LineMoved when the number is another organization's by now.
    """
    verdict = understood.verdict
    row = connection().run(
        _TAKE,
        (
            event_id,
            event.key,
            raw,
            line.number_id,
            line.organization_id,
            event.to,
            digest_of(line, event.from_),
            event.from_[:LONGEST_SENDER],
            event.text[:LONGEST_TEXT],
            Jsonb(event.media),
            verdict.tier,
            verdict.kind,
            verdict.reason,
            understood.kind,
            understood.reaction,
            understood.quoted,
            understood.abusive,
            understood.crisis,
        ),
    )
    outcome, *found = row or ("copy",)
    if outcome == "moved":
        raise LineMoved
    return Stored(*found) if outcome == "kept" else None


class LineMoved(Exception):  # says what happened; the caller looks again
    """The number was given to another organization since it was looked up."""


def receive(event: Inbound, raw: bytes, understood: Understood) -> bool:
    """Record a text with all its consequences. False when it was written to no number of ours."""
    line = _lines.get(event.to) or look_up(event.to)
    if line is None and (meant := agents.readdressed(event)) is not None:
        event, line = meant, look_up(meant.to)
    if line is None:
        return False
    try:
        stored = store(line, event, raw, understood)
    except LineMoved:
        line = look_up(event.to)
        if line is None:
            return False
        stored = store(line, event, raw, understood)
    if stored is not None:
        follow_up(line, stored, understood)
    return True


def follow_up(line: Line, stored: Stored, understood: Understood, began: datetime | None = None) -> None:
    """Do what a request to stop, to begin again or for help asks for, and tell who is to see it.

    `began` is when the first piece of the text came in: a stop since then was its own.
    """
    if stored.recipient_id is not None:
        _act(line, stored, stored.recipient_id, understood, began)
    if stored.conversation_id is None:
        hint(live.organizers_channel(line.organization_id), "unrouted")
        return
    if understood.crisis or understood.verdict.tier == "review":
        hint(live.organizers_channel(line.organization_id), "unrouted")
    hint(f"hints:{line.organization_id}:{stored.owner_id}", f"reply {stored.conversation_id}")
    if stored.offered or understood.crisis:
        hint(f"hints:{line.organization_id}:shift", "offer")


def _act(
    line: Line, stored: Stored, recipient_id: int, understood: Understood, began: datetime | None
) -> None:
    verdict, stopped = understood.verdict, stored.suppressed_at
    reason = f"{OWN_WORDS}: {verdict.reason}"
    if verdict.tier == "auto":
        stop(recipient_id, reason, None)
        if stopped is None or (began is not None and stopped >= began):
            _answer(line, stored, recipient_id, "stop_confirmation")
    elif verdict.kind == "start" and stopped is not None:
        lift(recipient_id, reason, None)
    elif verdict.kind == "help":
        _answer(line, stored, recipient_id, "help")


def _answer(line: Line, stored: Stored, recipient_id: int, kind: str) -> None:
    if not stored.erased:
        automatic.answer(line.organization_id, line.number_id, recipient_id, stored.inbound_id, kind)
