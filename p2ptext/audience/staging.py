"""The rows of a stored list on their way into the database, a piece at a time.

The good ones are staged, the refused ones kept with line and reason. Nothing of it is visible to
anybody but the person who decides on the list.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from psycopg import Cursor

from p2ptext import files
from p2ptext.audience import choosing, importing, line_types, reading
from p2ptext.audience.models import ContactImport
from p2ptext.audience.progress import Turn
from p2ptext.audience.reading import ListFile
from p2ptext.background import settings
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import NotFound
from p2ptext.extensions import cursor, db
from p2ptext.rules import households, recipients, zones
from p2ptext.rules.cells import clean
from p2ptext.rules.columns import Columns, guess_columns
from p2ptext.rules.fault import FileFault
from p2ptext.rules.home_states import states_for
from p2ptext.rules.phone import Hasher
from p2ptext.rules.recipients import RowReader

_ROWS_IN_A_PIECE = 20_000
_REFUSED_CHARACTERS_IN_A_PIECE = 2_000_000
_LONGEST_COLUMN_NAME = 100

_NO_PHONES = (
    "No column looks like phone numbers. Name the column with the phone numbers “phone” and upload "
    "the file again."
)


def open_upload(row: ContactImport) -> ListFile:
    """The uploaded file, open: to be looked at, and then to be staged. Raises FileFault."""
    return reading.open_list(_path(row), reading.limits_of(settings()))


def look(row: ContactImport, opened: ListFile) -> Columns:
    """Note what kind of file it is and which column holds what; returns the columns.

    Those a person chose stay; else those chosen for an earlier file with this header, else a guess.
    `phones` is empty when a person has to choose. Raises FileFault.
    """
    seen = opened.preview()
    for name in seen.header:
        if len(name) > _LONGEST_COLUMN_NAME:
            raise FileFault(
                "column_name_too_long",
                f"A column's name is longer than {_LONGEST_COLUMN_NAME} characters: “{name[:40]}…”. "
                "Check that the first row holds the columns' names.",
            )
    row.header, row.samples = seen.header, seen.samples
    row.shape = {
        "kind": seen.shape.kind,
        "encoding": seen.shape.encoding,
        "delimiter": seen.shape.delimiter,
        "sheet": seen.shape.sheet,
        "other_sheets": list(seen.shape.other_sheets),
        "guessed_encoding": seen.shape.guessed_encoding,
        "non_ascii": seen.non_ascii,
        "has_header": seen.has_header,
    }
    if row.columns_chosen:
        columns = Columns.from_map(row.column_map)
    else:
        remembered = choosing.recall(row.organization_id, seen.header)
        columns = remembered or guess_columns(seen.header, seen.samples)
        row.shape = {**row.shape, "remembered": remembered is not None}
    row.column_map = columns.as_map(seen.header)
    return columns


def _path(row: ContactImport) -> Any:
    try:
        path = files.find(importing.upload_folder(), row.stored_as)
    except NotFound:
        path = None
    if path is None or not path.exists():
        raise FileFault("file_gone", "The uploaded file is no longer there. Upload it again.")
    return path


def stage(row: ContactImport, columns: Columns, opened: ListFile, turn: Turn) -> None:
    """Read the whole file and stage its rows, all in the open transaction.

    `row` is not changed before the end: the progress is written to it through another connection.
    Raises FileFault when the file as a whole cannot be used, and progress.Cancelled.
    """
    if not columns.phones:
        raise FileFault("no_phone_column", _NO_PHONES)
    sql = cursor()
    if row.staged is not None or row.checked_at is not None:
        for table in ("incoming_row", "refused_row"):
            sql.execute(f"DELETE FROM {table} WHERE import_id = %s", (row.id,))
    turn.begin(opened.total)
    staging = _Staging(row, columns, opened, sql)
    for read in staging.pieces():
        turn.tell(read, opened.done)
    turn.tell_now(staging.read, opened.total)
    row.units_total = row.units_read = opened.total
    row.rows_read, row.refused = staging.read, staging.refused
    row.staged = staging.read - staging.refused
    db.session.flush()


class _Staging:
    """One reading of one list."""

    def __init__(self, row: ContactImport, columns: Columns, opened: ListFile, sql: Cursor[Any]) -> None:
        self._import_id, self._organization_id = row.id, row.organization_id
        self._rows = opened.rows()
        self._sql = sql
        self._hasher = Hasher(settings().phone_hash_key_for(row.organization_id))
        self._reader = RowReader(
            columns,
            opened.header,
            settings().max_cell_characters,
            line_types.landlines_of(row.organization_id, self._hasher),
        )
        self._territory = tuple(db.session.get_one(Campaign, row.campaign_id).territory)
        self.read = 0
        self.refused = 0

    def pieces(self) -> Iterator[int]:
        """Copy the file in; yields the number of rows read so far, after every piece."""
        while self._copy_piece():
            yield self.read

    def _copy_piece(self) -> bool:
        """Copy some rows in. False when the file is at its end.

        One connection copies into one table at a time, so the refused wait in a short list.
        """
        refused: list[tuple[Any, ...]] = []
        characters = 0
        with self._sql.copy(
            "COPY incoming_row (import_id, line, phone, phone_hash, person_key, household, first_name,"
            " fields, zones, zone_evidence, states) FROM STDIN"
        ) as copy:
            read, write, incoming = self._reader.read, copy.write_row, self._incoming
            count = 0
            for line, cells in self._rows:
                count += 1
                contact = read(cells)
                if isinstance(contact, recipients.Refused):
                    kept = [clean(cell)[: settings().max_cell_characters] for cell in cells]
                    characters += sum(map(len, kept))
                    refused.append((line, contact.code, contact.words, kept))
                    if characters > _REFUSED_CHARACTERS_IN_A_PIECE:
                        break
                else:
                    write(incoming(line, contact))
                if count == _ROWS_IN_A_PIECE:
                    break
        self.read += count
        self._copy_refused(refused)
        return count == _ROWS_IN_A_PIECE or characters > _REFUSED_CHARACTERS_IN_A_PIECE

    def _incoming(self, line: int, contact: recipients.Contactable) -> tuple[Any, ...]:
        fields, phone = contact.fields, contact.phone
        first_name = fields.get("first_name", "")
        place = _evidence(
            fields.get("timezone"),
            fields.get("zip") or zones.zip_in(fields.get("address", "")),
            fields.get("state"),
            fields.get("county"),
            phone.npa,
            self._territory,
        )
        return (
            self._import_id,
            line,
            phone.e164,
            self._hasher.hash(phone.e164),
            households.person_key(first_name, fields.get("last_name", "")),
            households.household_key(fields),
            first_name,
            recipients.fields_json(fields),
            *place,
        )

    def _copy_refused(self, refused: Sequence[tuple[Any, ...]]) -> None:
        self.refused += len(refused)
        if not refused:
            return
        with self._sql.copy(
            "COPY refused_row (organization_id, import_id, line, code, words, row) FROM STDIN"
        ) as copy:
            for values in refused:
                copy.write_row((self._organization_id, self._import_id, *values))


@lru_cache(maxsize=65_536)
def _evidence(
    timezone: str | None,
    zip_code: str | None,
    state: str | None,
    county: str | None,
    npa: str | None,
    territory: tuple[str, ...],
) -> tuple[str, str, str]:
    found = zones.zones_for(
        zone=timezone, zip_code=zip_code, state=state, county=county, npa=npa, territory=territory
    )
    states = states_for(zip_code=zip_code, state=state, npa=npa, territory=territory)
    # Zone names have only letters, digits and _+-/, so the array needs no quoting.
    return "{" + ",".join(found.zones) + "}", found.source, "{" + ",".join(states) + "}"
