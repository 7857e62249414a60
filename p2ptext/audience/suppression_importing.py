"""A list of numbers that must not be texted comes in, however long it is.

It goes in pieces of a few thousand rows, each a transaction of its own, not in one: a STOP waits for
a piece at most, and that a part of the list counts before the rest does no harm. What a piece did and
how far it came is committed together, so whoever goes on after a crash begins behind it, and the
counts are those of an undisturbed run.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import update

from p2ptext import files
from p2ptext.audience import suppression
from p2ptext.audience.models import NOW
from p2ptext.audience.reading import FileFault, ListFile, limits_of, open_list
from p2ptext.audience.suppression_models import SuppressionImport
from p2ptext.background import settings
from p2ptext.extensions import cursor, db
from p2ptext.rules.cells import clean
from p2ptext.rules.columns import Columns, guess_columns
from p2ptext.rules.csv_safe import unguard
from p2ptext.rules.phone import Fault, Phone, hash_phone, normalize

PIECE = 2_000
"""Rows in a transaction: some 0.1 s, which is what a STOP of somebody in it may have to wait."""
LONGEST_REASON = 300
"""Characters."""
_LONGEST_KEPT_CELL = 200
_OUR_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_REASONS = ("reason", "why", "note", "notes", "comment", "comments")
_BETWEEN = re.compile(r"[,;|\t]")

_NO_NUMBERS = (
    "No column looks like phone numbers. Name the column with the phone numbers “phone” and upload "
    "the file again."
)
_NO_NUMBER = "There is no phone number in this row."
FILE_GONE = "The uploaded file is no longer there. Upload it again."


def folder() -> Path:
    """Where these files wait until they are read."""
    return settings().data_dir / "do-not-text"


def most_bytes() -> int:
    return settings().max_upload_mb * 2**20


def receive(
    organization_id: int, stream: BinaryIO, name: str, reason: str, person_id: int
) -> SuppressionImport:
    """Keep a file as an import that waits for a worker. Raises Refused (too_large)."""
    stored = files.store(stream, folder(), most_bytes())
    row = SuppressionImport(
        organization_id=organization_id,
        file_name=name,
        stored_as=stored.name,
        units_total=stored.size,
        reason=reason,
        created_by=person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def one_a_line(pasted: str) -> str:
    """Pasted numbers, one a line: people also separate them by commas. Lines with one number stay."""
    lines: list[str] = []
    for line in pasted.splitlines():
        cells = _BETWEEN.split(line)
        several = len(cells) > 1 and sum(isinstance(normalize(cell), Phone) for cell in cells) > 1
        lines.extend(cells if several else [line])
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Work:
    """An import as its worker found it; the row itself changes with every piece."""

    import_id: int
    organization_id: int
    stored_as: str
    reason: str
    last_line: int


@dataclass(slots=True)
class Piece:
    """Some rows of a file, read: what the next transaction does."""

    after: int
    """The last line before it."""
    last_line: int = 0
    rows: int = 0
    units_read: int = 0
    numbers: dict[bytes, tuple[str | None, str]] = field(default_factory=dict)
    """Keyed hash -> the number (none where only its fingerprint is known) and the reason."""
    repeated: int = 0
    """Numbers that stand in it more than once, each time but the first."""
    refused: list[tuple[int, str, list[str]]] = field(default_factory=list)


class Reading:
    """An open file on its way onto the list. Use it in a `with` statement."""

    def __init__(self, work: Work) -> None:
        """Raises FileFault, also when the file is gone."""
        try:
            self._file: ListFile = open_list(files.find(folder(), work.stored_as), limits_of(settings()))
        except FileNotFoundError:
            raise FileFault("file_gone", FILE_GONE) from None
        self.header = self._file.header
        self.total = self._file.total
        columns = guess_columns(self.header)
        self._key = settings().phone_hash_key_for(work.organization_id)
        self._phones = columns.phones
        self._fingerprint = columns.fields.get("fingerprint")
        self._why = _reason_column(columns)
        self._reason = work.reason
        if not self._phones and self._fingerprint is None:
            raise FileFault("no_phone_column", _NO_NUMBERS)

    def __enter__(self) -> "Reading":
        self._file.__enter__()
        return self

    def __exit__(self, *failure: Any) -> None:
        self._file.__exit__(*failure)

    def pieces(self, after: int) -> Iterator[Piece]:
        """The rows behind line `after`. Raises FileFault where the file cannot be read on."""
        rows = ((line, cells) for line, cells in self._file.rows() if line > after)
        while some := list(islice(rows, PIECE)):
            piece = Piece(after, last_line=some[-1][0], rows=len(some), units_read=self._file.done)
            for line, cells in some:
                self._read(piece, line, [unguard(cell) for cell in cells])
            after = piece.last_line
            yield piece

    def _read(self, piece: Piece, line: int, cells: list[str]) -> None:
        """Every number of the row that can be texted is taken: a person may have several."""
        reason = (clean(_cell(cells, self._why)) or self._reason)[:LONGEST_REASON]
        found = [normalize(clean(_cell(cells, at))) for at in self._phones]
        keys: list[tuple[bytes, str | None]] = [
            (hash_phone(one.e164, self._key), one.e164) for one in found if isinstance(one, Phone)
        ]
        fingerprint = _cell(cells, self._fingerprint).strip().lower()
        if not keys and _OUR_FINGERPRINT.fullmatch(fingerprint):
            keys.append((bytes.fromhex(fingerprint), None))
        for key, phone in keys:
            piece.repeated += key in piece.numbers
            piece.numbers.setdefault(key, (phone, reason))
        if not keys:
            piece.refused.append(
                (line, _worst(found), [clean(cell)[:_LONGEST_KEPT_CELL] for cell in cells])
            )


def _reason_column(columns: Columns) -> int | None:
    return next((columns.fields[name] for name in _REASONS if name in columns.fields), None)


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""


def _worst(found: Sequence[Phone | Fault]) -> str:
    """Why none of a row's numbers can be texted: about one that is there, if there is any."""
    faults = [fault for fault in found if isinstance(fault, Fault)]
    told = [fault.words for fault in faults if fault.code != "missing"]
    return told[0] if told else _NO_NUMBER


def begin(import_id: int) -> Work | None:
    """Take up an import, where it was left; None when it is over."""
    sql = cursor()
    sql.execute(
        """UPDATE suppression_import SET status = 'running', moved_at = p2p_now(),
             started_at = coalesce(started_at, p2p_now())
           WHERE id = %s AND status IN ('waiting','running')
           RETURNING id, organization_id, stored_as, reason, last_line""",
        (import_id,),
    )
    row = sql.fetchone()
    return None if row is None else Work(*row)


_ADD_RECIPIENTS = """
INSERT INTO recipient (organization_id, phone_hash, phone)
SELECT %(org)s, fresh.hash, fresh.phone
FROM unnest(%(hashes)s::bytea[], %(phones)s::text[]) AS fresh (hash, phone)
LEFT JOIN recipient r ON r.organization_id = %(org)s AND r.phone_hash = fresh.hash
WHERE r.id IS NULL
ORDER BY fresh.hash
ON CONFLICT DO NOTHING
"""
# Only those who are not on the list yet, or by their own words: most lists are sent again and again.
_LOCK = """
SELECT id, phone_hash FROM recipient
WHERE organization_id = %(org)s AND phone_hash = ANY(%(hashes)s::bytea[])
  AND (suppressed_at IS NULL OR starts_with(suppressed_reason, %(own_words)s))
ORDER BY id FOR NO KEY UPDATE
"""


def take(import_id: int, piece: Piece, reading: Reading) -> bool:
    """Do what a piece says. False when another worker has done it, or the import was cancelled.

    New recipients are made in the order of their hashes, as lists of contacts do it: two that make
    the same wait for each other, in turn.
    """
    row = db.session.get_one(SuppressionImport, import_id, with_for_update=True, populate_existing=True)
    if row.status != "running" or row.last_line != piece.after:
        return False
    values = {
        "org": row.organization_id,
        "hashes": list(piece.numbers),
        "phones": [phone for phone, _ in piece.numbers.values()],
        "own_words": suppression.OWN_WORDS,
    }
    added = 0
    if piece.numbers:
        sql = cursor()
        # Planned anew each time: the table grows under this import, and a plan made for an empty one
        # reads all of it for every piece.
        sql.execute(_ADD_RECIPIENTS, values, prepare=False)
        sql.execute(_LOCK, values, prepare=False)
        reasons = {key: piece.numbers[bytes(digest)][1] for key, digest in sql.fetchall()}
        added = suppression.suppress_all(reasons, row.created_by)
    _keep_refused(row, piece)
    row.added += added
    row.already += len(piece.numbers) + piece.repeated - added
    row.refused += len(piece.refused)
    row.rows_read += piece.rows
    row.last_line = piece.last_line
    row.header, row.units_total, row.units_read = reading.header, reading.total, piece.units_read
    row.moved_at = NOW  # type: ignore[assignment]
    db.session.flush()
    return True


def _keep_refused(row: SuppressionImport, piece: Piece) -> None:
    if not piece.refused:
        return
    with cursor().copy(
        "COPY suppression_refusal (organization_id, import_id, line, words, row) FROM STDIN"
    ) as copy:
        for line, words, cells in piece.refused:
            copy.write_row((row.organization_id, row.id, line, words, cells))


def end(import_id: int, status: str, fault: str = "") -> bool:
    """Close an import that is under way: done, refused (`fault` says why) or cancelled.

    What its pieces added stays. False when it was over already.
    """
    closed = (
        update(SuppressionImport)
        .where(SuppressionImport.id == import_id, SuppressionImport.status.in_(("waiting", "running")))
        .values(status=status, fault=fault, finished_at=NOW)
    )
    return bool(db.session.execute(closed).rowcount)  # type: ignore[attr-defined]


def forget_file(stored_as: str) -> None:
    """A list that is read is not needed as a file any more: it is personal data."""
    files.remove(folder(), stored_as)


def standing_still() -> list[int]:
    """Imports that nobody works on: not begun, or not moved, for a minute."""
    sql = cursor()
    sql.execute(
        """SELECT id FROM suppression_import WHERE status IN ('waiting','running')
             AND coalesce(moved_at, created_at) < p2p_now() - interval '1 minute' ORDER BY id"""
    )
    return [row[0] for row in sql.fetchall()]
