"""A list comes in: an uploaded file becomes recipients, contacts and batches, or nothing at all.

Rows stream through the rules into a temporary table; recipients, duplicates, suppression, contacts
and batches are then decided by a few statements over all rows. One transaction holds all of it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from psycopg import Cursor
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from p2ptext import files
from p2ptext.audience.models import ContactImport
from p2ptext.audience.progress import Turn
from p2ptext.background import settings
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import Refused
from p2ptext.extensions import cursor, db
from p2ptext.rules import csv_file, csv_safe, recipients, zones
from p2ptext.rules.fault import FileFault
from p2ptext.rules.phone import hash_phone
from p2ptext.rules.sms_text import plain_typography

_HEAD = 1 << 16
_ROWS_IN_A_PIECE = 5_000
_REFUSED_CHARACTERS_IN_A_PIECE = 2_000_000
_LONGEST_COLUMN_NAME = 100

BUSY = Refused(
    "import_running",
    "A list is being read for this campaign just now. Wait until it is done, then upload the next one.",
)
# A new list may lack a value the first message needs; launching and resuming check for that.
RUNNING = Refused(
    "running", "The campaign is running. Pause it, upload the list, and resume: it is checked then."
)
NO_PHONES = FileFault(
    "no_phone_column",
    "No column looks like phone numbers. Name the column with the phone numbers “phone” and upload "
    "the file again.",
)
FILE_GONE = FileFault("file_gone", "The uploaded file is no longer there. Upload it again.")


@dataclass(frozen=True, slots=True)
class Consent:
    """Why these people may be texted: where the list is from, from when, on what basis."""

    source: str
    date: date | None
    basis: str


def upload_folder() -> Path:
    """Where uploaded lists are kept until they are read."""
    return settings().data_dir / "uploads"


def most_upload_bytes() -> int:
    return settings().max_upload_mb * 2**20


def receive_list(
    campaign: Campaign, stream: BinaryIO, name: str | None, consent: Consent, person_id: int
) -> ContactImport:
    """Keep an uploaded file as an import that waits for a worker.

    The campaign is locked by this transaction. Raises Refused: running, import_running, too_large.
    """
    if campaign.status == "running":
        raise RUNNING
    if import_under_way(campaign.id):
        raise BUSY
    stored = files.store(stream, upload_folder(), most_upload_bytes())
    row = ContactImport(
        organization_id=campaign.organization_id,
        campaign_id=campaign.id,
        file_name=files.shown_name(name),
        stored_as=stored.name,
        size_bytes=stored.size,
        consent_source=consent.source,
        consent_date=consent.date,
        consent_basis=consent.basis,
        created_by=person_id,
        status="waiting",
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:  # somebody else's upload came first by a moment
        files.remove(upload_folder(), stored.name)
        raise BUSY from None
    return row


def import_under_way(campaign_id: int) -> int | None:
    """The import that waits or runs in this campaign."""
    return db.session.scalar(
        select(ContactImport.id).where(
            ContactImport.campaign_id == campaign_id, ContactImport.status.in_(("waiting", "running"))
        )
    )


def import_list(import_id: int, turn: Turn) -> None:
    """Read the file of this import and make its contacts, all in the open transaction.

    Raises FileFault when the file as a whole cannot be used; nothing of it is then kept.
    """
    row = db.session.get_one(ContactImport, import_id)
    campaign = db.session.get_one(Campaign, row.campaign_id)
    sql = cursor()
    sql.execute(
        "CREATE TEMPORARY TABLE incoming (line integer, phone text, phone_hash bytea, first_name text,"
        " fields jsonb, zones text[], zone_evidence text) ON COMMIT DROP"
    )
    try:
        stream = files.find(upload_folder(), row.stored_as).open("rb")
    except FileNotFoundError:
        raise FILE_GONE from None
    with stream:
        reading = _Reading(stream, row, sql)
        for count in reading.pieces():
            turn.tell(count, stream.tell())
        turn.tell_now(reading.read, row.size_bytes)
    row.column_map = reading.column_map
    row.rows_read, row.refused, row.units_read = reading.read, reading.refused, row.size_bytes
    row.imported, row.duplicates, row.suppressed = _sort_out(sql, row, campaign.batch_size)
    row.status = "done"
    db.session.flush()
    sql.execute("UPDATE contact_import SET finished_at = p2p_now() WHERE id = %s", (row.id,))


class _Reading:
    """The rows of one file on their way into the database, a piece at a time."""

    def __init__(self, stream: BinaryIO, row: ContactImport, sql: Cursor[Any]) -> None:
        self._stream = stream
        self._import = row
        self._sql = sql
        self._key = settings().phone_hash_key_for(row.organization_id)
        self.read = 0
        self.refused = 0
        self.column_map: dict[str, Any] = {}

    def pieces(self) -> Iterator[int]:
        """Copy the file in; yields the number of rows read so far, after every piece."""
        shape = csv_file.sniff(self._stream.read(_HEAD))
        self._stream.seek(0)
        rows = csv_file.rows(self._stream, shape)
        _, header = next(rows)
        columns = _columns(header)
        self.column_map = {
            name: {"column": index, "header": recipients.clean(header[index])}
            for name, index in columns.items()
        }
        while self._copy_piece(rows, columns):
            yield self.read

    def _copy_piece(self, rows: Iterator[tuple[int, list[str]]], columns: Mapping[str, int]) -> bool:
        """Copy some rows in. False when the file is at its end.

        One connection copies into one table at a time, so the refused wait in a short list.
        """
        refused: list[tuple[Any, ...]] = []
        characters = 0
        more = False
        with self._sql.copy(
            "COPY incoming (line, phone, phone_hash, first_name, fields, zones, zone_evidence) FROM STDIN"
        ) as copy:
            for count, (line, cells) in enumerate(rows, 1):
                self.read += 1
                cells = [csv_safe.unguard(cell) for cell in cells]
                contact = recipients.read_row(cells, columns)
                if isinstance(contact, recipients.Refused):
                    kept = [recipients.clean(cell) for cell in cells]
                    characters += sum(map(len, kept))
                    refused.append((*self._import_keys, line, contact.code, contact.words, kept))
                else:
                    copy.write_row(_incoming(line, contact, self._key))
                if count == _ROWS_IN_A_PIECE or characters > _REFUSED_CHARACTERS_IN_A_PIECE:
                    more = True
                    break
        self._copy_refused(refused)
        return more

    @property
    def _import_keys(self) -> tuple[int, int]:
        return self._import.organization_id, self._import.id

    def _copy_refused(self, refused: Sequence[tuple[Any, ...]]) -> None:
        self.refused += len(refused)
        if not refused:
            return
        with self._sql.copy(
            "COPY refused_row (organization_id, import_id, line, code, words, row) FROM STDIN"
        ) as copy:
            for values in refused:
                copy.write_row(values)


def _columns(header: Sequence[str]) -> dict[str, int]:
    for name in header:
        if len(name) > _LONGEST_COLUMN_NAME:
            raise FileFault(
                "column_name_too_long",
                f"A column's name is longer than {_LONGEST_COLUMN_NAME} characters: "
                f"“{recipients.clean(name)[:40]}…”. Check that the first row holds the columns' names.",
            )
    columns = recipients.guess_columns(header)
    if "phone" not in columns:
        raise NO_PHONES
    return columns


def _incoming(line: int, contact: recipients.Contactable, key: bytes) -> tuple[Any, ...]:
    fields = {
        name: value
        for name, value in (
            ("first_name", contact.first_name),
            ("last_name", contact.last_name),
            ("zip", contact.zip),
            ("state", contact.state),
            ("timezone", contact.timezone),
            ("language", contact.language),
            ("external_id", contact.external_id),
            *contact.custom.items(),
        )
        if value
    }
    for name, value in fields.items():
        if "  " in value or not value.isascii():
            fields[name] = _one_space(value)
    zones_literal, evidence = _evidence(contact.timezone, contact.state, contact.phone.npa)
    return (
        line,
        contact.phone.e164,
        hash_phone(contact.phone.e164, key),
        fields.get("first_name", ""),
        json.dumps(fields, ensure_ascii=False),
        zones_literal,
        evidence,
    )


def _one_space(value: str) -> str:
    """A value with single spaces, "" if there is nothing to see in it: what is stored as a value
    is not blank when it is merged, so that blank values can be counted without rendering."""
    if not plain_typography(value).strip():
        return ""
    return " ".join(part for part in value.split(" ") if part)


@lru_cache(maxsize=20_000)
def _evidence(timezone: str, state: str, npa: str | None) -> tuple[str, str]:
    found = zones.zones_for(zone=timezone or None, state=state or None, npa=npa)
    # Zone names have only letters, digits and _+-/, so the array needs no quoting.
    return "{" + ",".join(found.zones) + "}", found.source


# In the order of the hash: two imports that make the same recipients wait for each other, in turn.
_MAKE_RECIPIENTS = """
INSERT INTO recipient (organization_id, phone_hash, phone)
SELECT DISTINCT ON (phone_hash) %(org)s, phone_hash, phone FROM incoming ORDER BY phone_hash
ON CONFLICT DO NOTHING
"""

# The first row of a phone counts; the place counts from 0 among the rows that are imported.
_SORT_OUT = """
CREATE TEMPORARY TABLE sorted_out ON COMMIT DROP AS
SELECT line, recipient_id, fate, row_number() OVER (PARTITION BY fate ORDER BY line) - 1 AS place
FROM (
  SELECT i.line, r.id AS recipient_id,
    CASE WHEN row_number() OVER (PARTITION BY i.phone_hash ORDER BY i.line) > 1 THEN 'duplicate'
         WHEN r.suppressed_at IS NOT NULL THEN 'suppressed'
         WHEN c.id IS NOT NULL THEN 'duplicate'
         ELSE 'imported' END AS fate
  FROM incoming i
  JOIN recipient r ON r.organization_id = %(org)s AND r.phone_hash = i.phone_hash
  LEFT JOIN contact c ON c.campaign_id = %(campaign)s AND c.recipient_id = r.id
) AS rows_by_phone
"""

_CUT_BATCHES = """
INSERT INTO batch (organization_id, campaign_id, position, zone_sets)
SELECT %(org)s, %(campaign)s, %(first_batch)s + s.place / %(size)s,
       array_agg(DISTINCT array_to_string(i.zones, ' '))
FROM sorted_out s JOIN incoming i ON i.line = s.line
WHERE s.fate = 'imported'
GROUP BY s.place / %(size)s
"""

_ZONE_SETS = """
SELECT coalesce(array_agg(DISTINCT zone_set), '{}') FROM batch, unnest(zone_sets) AS zone_set
WHERE campaign_id = %(campaign)s AND position >= %(first_batch)s
"""

_MAKE_CONTACTS = """
INSERT INTO contact (organization_id, campaign_id, recipient_id, import_id, line, first_name, fields,
                     zones, zone_evidence, batch_id, position)
SELECT %(org)s, %(campaign)s, s.recipient_id, %(import)s, i.line, i.first_name, i.fields,
       i.zones, i.zone_evidence, b.id, s.place
FROM sorted_out s
JOIN incoming i ON i.line = s.line
JOIN batch b ON b.campaign_id = %(campaign)s AND b.position = %(first_batch)s + s.place / %(size)s
WHERE s.fate = 'imported'
ORDER BY s.place
"""


def _sort_out(sql: Cursor[Any], row: ContactImport, size: int) -> tuple[int, int, int]:
    """Make recipients, batches and contacts of the incoming rows.

    Returns how many rows were imported, duplicates and suppressed.
    """
    values: dict[str, Any] = {
        "org": row.organization_id,
        "campaign": row.campaign_id,
        "import": row.id,
        "size": size,
    }
    sql.execute("ANALYZE incoming")
    sql.execute(_MAKE_RECIPIENTS, values)
    sql.execute(_SORT_OUT, values)
    sql.execute("ANALYZE sorted_out")
    fates = dict(sql.execute("SELECT fate, count(*) FROM sorted_out GROUP BY fate").fetchall())
    sql.execute(
        "SELECT coalesce(max(position) + 1, 0) FROM batch WHERE campaign_id = %(campaign)s", values
    )
    (values["first_batch"],) = sql.fetchone() or (0,)
    sql.execute(_CUT_BATCHES, values)
    sql.execute(_MAKE_CONTACTS, values)
    (row.zone_sets,) = sql.execute(_ZONE_SETS, values).fetchone() or ([],)
    return fates.get("imported", 0), fates.get("duplicate", 0), fates.get("suppressed", 0)
