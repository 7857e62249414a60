"""Making one export: its rows into a file that exists only when it is whole."""

import hashlib
import importlib
import time
import zipfile
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from p2ptext import files
from p2ptext.exports import copying, dictionary
from p2ptext.exports.columns import Table
from p2ptext.exports.csv_sheet import CsvSheet
from p2ptext.exports.kinds import KINDS
from p2ptext.exports.scoping import Scope, choose
from p2ptext.extensions import cursor

Tell = Callable[[int, int], None]
"""Told how many units are dealt with, and of how many."""


class Sheet(Protocol):
    """Where the lines of a table go."""

    def take(self, lines: Iterable[bytes]) -> int: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be made."""

    organization_id: int
    campaign_id: int | None
    kind: str
    format: str
    title: str
    chosen_by: str = ""
    chosen: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What was made."""

    stored_as: str
    rows: Mapping[str, int]
    """Of each file in it, by the file's name without its ending."""
    size_bytes: int
    digest: str
    erasures: int


def make(wish: Wish, folder: Path, tell: Tell) -> Made:
    """Make the file. Whatever `tell` raises ends it, and leaves nothing."""
    began = time.monotonic()
    with copying.snapshot(), files.made(folder) as (file, name):
        at, erasures = _moment(wish.organization_id)
        scope = _scope(wish)
        walk = _Walk(KINDS[wish.kind].tables(scope), scope, tell, began)
        if wish.format == "zip":
            rows = _archive(walk, file, wish.title, at)
        else:
            (table,) = walk.tables
            rows = {table.name: walk.through(table, lambda one: _sheet(wish.format, one, file))}
        file.flush()
        size, digest = file.tell(), _digest(file)
    return Made(name, rows, size, digest, erasures)


def _digest(file: BinaryIO) -> str:
    """The file's own: whoever writes an archive goes back in it, so it is read once more."""
    file.seek(0)
    found = hashlib.sha256()
    while piece := file.read(2**20):
        found.update(piece)
    return found.hexdigest()


def _moment(organization_id: int) -> tuple[datetime, int]:
    sql = cursor()
    sql.execute(
        "SELECT p2p_now(), (SELECT count(*) FROM erasure WHERE organization_id = %s)", (organization_id,)
    )
    row: Any = sql.fetchone()
    return row[0], row[1]


def _scope(wish: Wish) -> Scope:
    if not wish.chosen_by:
        return Scope(wish.organization_id, wish.campaign_id)
    contacts = choose(wish.organization_id, wish.chosen_by, wish.chosen or {})
    return Scope(wish.organization_id, wish.campaign_id, contacts)


def _sheet(format_: str, table: Table, file: BinaryIO) -> Sheet:
    if format_ == "csv":
        return CsvSheet(table, file)
    # By its name, when it is needed: it loads 50 MB that no page and no other job has a use for.
    made: Sheet = importlib.import_module("p2ptext.exports.parquet_sheet").ParquetSheet(table, file)
    return made


class _Walk:
    """The way through all tables of an export, piece by piece."""

    def __init__(self, tables: Sequence[Table], scope: Scope, tell: Tell, began: float) -> None:
        self.tables = tables
        self._tell = tell
        self._began = began  # what it took to look at the tables counts
        self._wanted = Counter(table.keys for table in tables)
        known: dict[str, list[array[int]]] = {}
        for table in tables:
            if table.keys not in known:
                of_some = scope.contacts is not None and table.of_contacts
                known[table.keys] = (
                    copying.cut(scope.contacts or array("q"))
                    if of_some
                    else copying.keys(table, table.values)
                )
        self._keys = known
        self._total = sum(len(ids) for table in tables for ids in known[table.keys])
        self._done = 0
        copying.look_up_only()
        tell(0, self._total)

    def through(self, table: Table, open_sheet: Callable[[Table], Sheet]) -> int:
        """Write one table. How many rows it has."""
        sheet = open_sheet(table)
        guarded = isinstance(sheet, CsvSheet)
        rows = 0
        for ids in self._pieces(table):
            rows += sheet.take(copying.lines(table, ids.tolist(), guarded=guarded))
            self._done += len(ids)
            self._tell(self._done, self._total)
            copying.rest(self._done, time.monotonic() - self._began)
        sheet.close()
        return rows

    def _pieces(self, table: Table) -> "Iterator[array[int]]":
        """For the last table that wants them they are let go of: what a Parquet file keeps until its end
        grows meanwhile."""
        self._wanted[table.keys] -= 1
        if self._wanted[table.keys]:
            yield from self._keys[table.keys]
            return
        waiting = self._keys.pop(table.keys)[::-1]
        while waiting:
            yield waiting.pop()


def _archive(walk: _Walk, file: BinaryIO, title: str, at: datetime) -> dict[str, int]:
    rows: dict[str, int] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for table in walk.tables:
            with _member(archive, f"{table.name}.csv", at) as member:
                rows[table.name] = walk.through(table, lambda one, to=member: CsvSheet(one, to))  # type: ignore[misc]
        for name, words in (
            (dictionary.CSV_NAME, dictionary.as_csv(walk.tables)),
            (dictionary.JSON_NAME, dictionary.as_json(walk.tables)),
            (dictionary.README_NAME, dictionary.readme(title, walk.tables, rows, at)),
        ):
            with _member(archive, name, at) as member:
                member.write(words.encode())
    return rows


@contextmanager
def _member(archive: zipfile.ZipFile, name: str, at: datetime) -> Iterator[Any]:
    about = zipfile.ZipInfo(name, at.timetuple()[:6])
    about.compress_type = zipfile.ZIP_DEFLATED
    about.external_attr = 0o600 << 16
    # How large it becomes is not known beforehand, and may be more than 4 GB.
    with archive.open(about, "w", force_zip64=True) as member:
        yield member
