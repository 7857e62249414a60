"""Long texts that the carrier hands on piece by piece become one text again.

The pieces come in any order, twice, and at several processes at once; one lock for each sender keeps
them apart. A request to stop in any piece counts from its arrival, whatever the others say.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from p2ptext.audience.suppression import OWN_WORDS
from p2ptext.connections import Statement
from p2ptext.extensions import connection, cursor
from p2ptext.rules.optout import Verdict
from p2ptext.sms.provider import Inbound, Piece
from p2ptext.texting.stopping import stop
from p2ptext.texting.storing import LONGEST_SENDER, Line, digest_of, follow_up, look_up, store
from p2ptext.texting.understanding import Understood, understand

PATIENCE = "interval '60 seconds'"
"""After it, what has come is stored without what has not."""
MISSING = "[a part is missing]"
# The carrier repeats a webhook under an id of its own now and then; a phone's next long text has
# another reference.
_SAME_TEXT_WITHIN = "interval '10 minutes'"
_LOCK = Statement("lock_pieces", "SELECT pg_advisory_xact_lock(5, hashtext($1))")
_KEEP = Statement(
    "keep_piece",
    """INSERT INTO provider_event (organization_id, event_key, kind, raw) VALUES ($1, $2, 'inbound', $3)
       ON CONFLICT (event_key) DO NOTHING RETURNING id""",
)
_SAME = (
    "number_id = %(number)s AND sender = %(sender)s AND reference = %(reference)s AND parts = %(total)s"
)


class Source(NamedTuple):
    """Where the pieces of one text come from."""

    number_id: int
    sender: str
    reference: str
    total: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """A piece that waits for the others."""

    event_id: int
    number: int
    text: str
    at: datetime


def receive(event: Inbound, piece: Piece, raw: bytes) -> bool:
    """Record one piece, and the whole text with the last of them. False when it is to no number of ours."""
    line = look_up(event.to)
    if line is None:
        return False
    source = Source(line.number_id, event.from_[:LONGEST_SENDER], piece.reference, piece.total)
    kept = connection().run(_KEEP, (line.organization_id, event.key, raw))
    if kept is None:
        return True
    _lock(source)
    if _note(line, source, piece, kept[0], event.text):
        return True
    _stop_at_once(line, event)
    found = _open_pieces(source)
    if len({one.number for one in found}) == piece.total:
        _join(line, event, source, found)
    return True


def _lock(source: Source) -> None:
    connection().run(_LOCK, (f"{source.number_id} {source.sender}",))


def _note(line: Line, source: Source, piece: Piece, event_id: int, words: str) -> bool:
    """Keep a piece; whether it is a copy of one that has become part of a text already."""
    sql = cursor()
    sql.execute(
        f"""INSERT INTO inbound_part (event_id, organization_id, number_id, sender, reference, part, parts,
              text, inbound_id)
            SELECT %(event)s, %(org)s, %(number)s, %(sender)s, %(reference)s, %(part)s, %(total)s, %(text)s,
              (SELECT max(inbound_id) FROM inbound_part WHERE {_SAME} AND part = %(part)s
                 AND text = %(text)s AND received_at > p2p_now() - {_SAME_TEXT_WITHIN})
            RETURNING inbound_id""",
        _values(source)
        | {"event": event_id, "org": line.organization_id, "part": piece.number, "text": words},
    )
    (joined,) = sql.fetchone() or (None,)
    return joined is not None


def _values(source: Source) -> dict[str, int | str]:
    return {
        "number": source.number_id,
        "sender": source.sender,
        "reference": source.reference,
        "total": source.total,
    }


def _open_pieces(source: Source) -> list[_Kept]:
    """All that have come and are part of no text yet, in the order of the text."""
    sql = cursor()
    sql.execute(
        f"""SELECT event_id, part, text, received_at FROM inbound_part
            WHERE {_SAME} AND inbound_id IS NULL ORDER BY part, event_id""",
        _values(source),
    )
    return [_Kept(*row) for row in sql.fetchall()]


_MEET = Statement(
    "meet_sender",
    """INSERT INTO recipient (organization_id, phone_hash, phone, number_id)
       VALUES ($1, $2, $3, $4) ON CONFLICT (organization_id, phone_hash) DO NOTHING""",
)
_LOCK_SENDER = Statement(
    "lock_sender",
    "SELECT id FROM recipient WHERE organization_id = $1 AND phone_hash = $2 FOR NO KEY UPDATE",
)


def _stop_at_once(line: Line, event: Inbound) -> None:
    """Where this piece alone asks to stop, nothing waits for the others but the words on the screen."""
    verdict, digest = understand(event.text).verdict, digest_of(line, event.from_)
    if verdict.tier != "auto" or digest is None:
        return
    hot, whose = connection(), (line.organization_id, digest)
    hot.run(_MEET, (*whose, event.from_, line.number_id))
    (recipient_id,) = hot.run(_LOCK_SENDER, whose) or (None,)
    if recipient_id is not None:
        stop(recipient_id, f"{OWN_WORDS}: {verdict.reason}", None)


def _join(line: Line, last: Inbound, source: Source, found: Sequence[_Kept]) -> None:
    """Store what has come as one text, its gaps marked. `last` says between whom it was."""
    words = _words(found, source.total)
    event_id = max(one.event_id for one in found)
    whole = replace(last, text=words, piece=None, segments=source.total)
    understood = _understand(words, found)
    if understood.verdict.tier == "auto" and _began_again(line, last, found):
        understood = replace(understood, verdict=_TAKEN_BACK)
    stored = store(line, whole, b"", understood, event_id)
    if stored is None:
        return
    cursor().execute(
        "UPDATE inbound_part SET inbound_id = %s WHERE event_id = ANY(%s)",
        (stored.inbound_id, [one.event_id for one in found]),
    )
    follow_up(line, stored, understood, began=min(one.at for one in found))


def _words(found: Sequence[_Kept], total: int) -> str:
    """The text, each piece once, and a mark where one or more are missing."""
    by_number = {one.number: one.text for one in reversed(found)}
    there = [(number in by_number, by_number.get(number, "")) for number in range(1, total + 1)]
    runs = groupby(there, key=lambda piece: piece[0])
    return "".join(
        "".join(text for _, text in run) if has_come else f" {MISSING} " for has_come, run in runs
    ).strip()


def _understand(words: str, found: Sequence[_Kept]) -> Understood:
    """What the whole says; a request to stop that stood in one piece stands, whatever the others add."""
    whole = understand(words)
    if whole.verdict.tier == "auto":
        return whole
    for one in found:
        alone = understand(one.text).verdict
        if alone.tier == "auto":
            return replace(whole, verdict=alone, kind="text", reaction="", quoted="")
    return whole


_TAKEN_BACK = Verdict("none", "", "They asked for texts again after these words.")


def _began_again(line: Line, last: Inbound, found: Sequence[_Kept]) -> bool:
    """Whether texts to them were allowed again after the words that ask to stop had come.

    Those are the pieces that do so alone, or else all of them. Locks the sender.
    """
    digest = digest_of(line, last.from_)
    if digest is None:
        return False
    (recipient_id,) = connection().run(_LOCK_SENDER, (line.organization_id, digest)) or (None,)
    alone = [one.at for one in found if understand(one.text).verdict.tier == "auto"]
    sql = cursor()
    sql.execute(
        """SELECT 1 FROM suppression_event
           WHERE recipient_id = %s AND action = 'lifted' AND at > %s LIMIT 1""",
        (recipient_id, max(alone or [one.at for one in found])),
    )
    return sql.fetchone() is not None


_LATE = f"""
SELECT p.number_id, p.sender, p.reference, p.parts, n.organization_id, n.phone
FROM inbound_part p JOIN sending_number n ON n.id = p.number_id
WHERE p.inbound_id IS NULL AND p.received_at < (SELECT p2p_now()) - {PATIENCE}
GROUP BY 1, 2, 3, 4, 5, 6 LIMIT 200"""


@dataclass(frozen=True, slots=True)
class Late:
    """A text of which a piece has not come in time."""

    source: Source
    organization_id: int
    phone: str
    """Ours, that was written to."""


def late() -> list[Late]:
    """Texts that have waited long enough for a piece."""
    sql = cursor()
    sql.execute(_LATE)
    return [Late(Source(*row[:4]), row[4], row[5]) for row in sql.fetchall()]


def store_what_came(one: Late) -> bool:
    """Store a text without what has not come, in a transaction of its own. False when it has come."""
    _lock(one.source)
    found = _open_pieces(one.source)
    if not found:
        return False
    between = Inbound(key="", provider_id="", from_=one.source.sender, to=one.phone, text="")
    _join(Line(one.source.number_id, one.organization_id), between, one.source, found)
    return True
