"""A stored list, whatever kind of file it is: its columns' names, then its rows one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from p2ptext.audience import workbooks
from p2ptext.config import Settings
from p2ptext.rules import csv_file
from p2ptext.rules.cells import clean
from p2ptext.rules.column_names import meaning
from p2ptext.rules.csv_safe import unguard
from p2ptext.rules.fault import FileFault
from p2ptext.rules.phone import Phone, normalize
from p2ptext.rules.text_encoding import empty

__all__ = ["FileFault", "Limits", "ListFile", "Preview", "Shape", "limits_of", "open_list", "preview"]

_LOOKED_AT = 20
"""Rows that are read ahead, to see how wide a list without a header is."""
_ROWS_FOR_SAMPLES = 1_000
_CHARACTERS_FOR_SAMPLES = 4_000_000
"""The rows that were looked at are kept, so that a file is opened once; large ones are fewer."""
_SAMPLES = 3
_SAMPLE_CHARACTERS = 100
_DOUBTFUL_CELLS = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a list may be. Each is a setting; docs/settings.md says what it is for."""

    rows: int = 2_000_000
    columns: int = 100
    cell_characters: int = 1_000
    unpacked_mb: int = 500
    """Megabytes inside a workbook, which is a packed file."""
    sheet_rows: int = 300_000
    """Rows of a workbook, whose sheets are read as a whole."""


def limits_of(settings: Settings) -> Limits:
    """The limits this installation has set."""
    return Limits(
        settings.max_list_rows,
        settings.max_list_columns,
        settings.max_cell_characters,
        settings.max_unpacked_mb,
        settings.max_sheet_rows,
    )


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written."""

    kind: str
    """text or workbook."""
    encoding: str = ""
    """Of a text file: utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be, cp1252, "utf-8 and cp1252"."""
    delimiter: str = ""
    sheet: str = ""
    """The sheet of a workbook that is read."""
    other_sheets: tuple[str, ...] = ()
    """The names of its other visible sheets, which are not read."""
    guessed_encoding: bool = False
    """The bytes are not UTF-8 and were taken for Windows-1252: a person has to look at the names."""


class _Source(Protocol):
    """What a text file and a sheet have in common."""

    shape: Shape
    total: int

    @property
    def done(self) -> int: ...
    def records(self) -> Iterator[tuple[int, list[str]]]: ...
    def doubtful_cells(self, most: int) -> list[str]: ...
    def close(self) -> None: ...


class _Text:
    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self._path = path
        self._stream = stream
        self._written = csv_file.survey(stream)
        self.total = stream.seek(0, 2)
        stream.seek(0)
        self.shape = Shape(
            "text",
            self._written.encoding,
            self._written.delimiter,
            guessed_encoding=self._written.guessed,
        )

    @property
    def done(self) -> int:
        return self.total if self._stream.closed else self._stream.tell()

    def records(self) -> Iterator[tuple[int, list[str]]]:
        return csv_file.records(self._stream, self._written)

    def doubtful_cells(self, most: int) -> list[str]:
        with self._path.open("rb") as stream:
            return csv_file.doubtful_cells(stream, self._written, most)

    def close(self) -> None:
        self._stream.close()


class _Workbook:
    def __init__(self, path: Path, limits: Limits) -> None:
        self._sheet = workbooks.Sheet(path, limits.unpacked_mb, limits.sheet_rows)
        self.shape = Shape("workbook", sheet=self._sheet.name, other_sheets=tuple(self._sheet.others))
        self.total = self._sheet.total

    @property
    def done(self) -> int:
        return self._sheet.done

    def records(self) -> Iterator[tuple[int, list[str]]]:
        return self._sheet.records()

    def doubtful_cells(self, most: int) -> list[str]:
        return []

    def close(self) -> None:
        self._sheet.close()


class ListFile:
    """An open list. Use it in a `with` statement; `open_list` makes it."""

    header: list[str]
    """The columns' names as written, cleaned; "column 7" for a column without one. Lines of a title
    above them are left out."""
    has_header: bool
    """False when the first row already is a contact: the names in `header` are then made up."""

    def __init__(self, source: _Source, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._records = source.records()
        # Cut at once: of a million empty cells a row, twenty rows would be 150 MB.
        ahead = [(line, row[: _width(row)]) for line, row in islice(self._records, _LOOKED_AT)]
        if not ahead:
            raise empty()
        del ahead[: _titles([cells for _, cells in ahead])]
        first = ahead[0][1]
        self.has_header = not _is_contact(first)
        self._width = _width(first if self.has_header else max((row for _, row in ahead), key=len))
        if self._width > limits.columns:
            raise FileFault(
                "too_many_columns",
                f"The file has {self._width:,} columns, and {limits.columns} is the most. "
                "Remove the columns you do not need, then upload the file again.",
            )
        if self.has_header:
            self.header = [
                clean(unguard(name)) or f"column {at}" for at, name in enumerate(first[: self._width], 1)
            ]
            del ahead[0]
        else:
            self.header = _made_up(first, self._width)
        if not ahead:
            raise FileFault(
                "no_rows",
                "The file has a header but no rows below it. Add your contacts and upload it again.",
            )
        self._ahead = ahead

    @property
    def shape(self) -> Shape:
        return self._source.shape

    @property
    def total(self) -> int:
        """How much there is to read: bytes of a text file, rows of a sheet."""
        return self._source.total

    @property
    def done(self) -> int:
        """How much of `total` is read by now."""
        return self._source.done

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows below the header that are not blank, once, each with the number of its first line.

        Lines count from 1, as an editor or a spreadsheet counts them. A row may be shorter than the
        header; cells beyond the header are dropped. Raises FileFault: too_many_rows, unclosed_quote,
        line_too_long.
        """
        width, most = self._width, self._limits.rows
        for read, (line, cells) in enumerate(chain(self._ahead, self._records), 1):
            if read > most:
                raise FileFault(
                    "too_many_rows",
                    f"The file has more than {most:,} rows. Split it into several files and upload one "
                    "after the other.",
                )
            yield line, cells if len(cells) <= width else cells[:width]

    def preview(self) -> "Preview":
        """The beginning of the list, to be asked for before its rows are. Raises what the first thousand
        of them raise."""
        samples: list[dict[str, None]] = [{} for _ in self.header]
        telling: dict[str, None] = {}
        self._read_ahead()
        for _, cells in self._ahead:
            for cell, kept in zip(cells, samples, strict=False):
                value = clean(cell)[:_SAMPLE_CHARACTERS]
                if value and len(kept) < _SAMPLES:
                    kept[value] = None
                if len(telling) < _DOUBTFUL_CELLS and not value.isascii():
                    telling[value] = None
        if self.shape.guessed_encoding:
            doubtful = self._source.doubtful_cells(_DOUBTFUL_CELLS)
            telling = dict.fromkeys(clean(cell)[:_SAMPLE_CHARACTERS] for cell in doubtful)
        return Preview(
            self.shape,
            self.header,
            self.has_header,
            [list(kept) for kept in samples],
            list(telling),
            self.total,
        )

    def _read_ahead(self) -> None:
        characters = 0
        for line, cells in islice(self._records, _ROWS_FOR_SAMPLES - len(self._ahead)):
            self._ahead.append((line, cells[: self._width]))
            characters += sum(map(len, cells))
            if characters > _CHARACTERS_FOR_SAMPLES:
                break

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._source.close()


def open_list(path: Path, limits: Limits) -> ListFile:
    """Open a stored list; what it is is told by its content, never by its name.

    Raises FileFault, with words for the person who uploaded it, when nothing of it can be read, and
    FileNotFoundError.
    """
    source = _source(path, limits)
    try:
        return ListFile(source, limits)
    except BaseException:
        source.close()
        raise


def _source(path: Path, limits: Limits) -> _Source:
    stream = path.open("rb")
    try:
        if workbooks.is_workbook(stream.read(8)):
            stream.close()
            return _Workbook(path, limits)
        stream.seek(0)
        return _Text(path, stream)
    except BaseException:
        stream.close()
        raise


def _width(row: list[str]) -> int:
    width = len(row)
    while width > 1 and not row[width - 1].strip():
        width -= 1
    return width


def _titles(rows: list[list[str]]) -> int:
    """How many rows stand above the header: lines like "Volunteers, May 2026", one cell each."""
    for at, row in enumerate(rows):
        filled = filter(str.strip, row)
        if any(found and found[0] == "phone" for found in map(meaning, filled)):
            return at
        if sum(map(bool, map(str.strip, row))) > 1 or _is_contact(row):
            break
    return 0


def _is_contact(first: list[str]) -> bool:
    """Whether the first row is no header: a telephone is in it, and no name of a column."""
    cells = [clean(cell) for cell in first if cell.strip()]
    phones = [cell for cell in cells if isinstance(normalize(cell), Phone)]
    return bool(phones) and not any(meaning(cell) for cell in cells if cell and cell not in phones)


def _made_up(first: list[str], width: int) -> list[str]:
    names = [f"column {at}" for at in range(1, width + 1)]
    phone = next(at for at, cell in enumerate(first) if isinstance(normalize(clean(cell)), Phone))
    names[phone] = "phone"
    return names


@dataclass(frozen=True, slots=True)
class Preview:
    """What a person looks at before a list is read."""

    shape: Shape
    header: list[str]
    has_header: bool
    samples: list[list[str]]
    """Up to three different values of each column."""
    non_ascii: list[str]
    """Cells by which a person sees whether names are read right; for a guessed encoding, of those
    lines that were guessed, wherever in the file they are."""
    total: int


def preview(path: Path, limits: Limits) -> Preview:
    """The beginning of a stored list. Raises what `open_list` and `ListFile.preview` raise."""
    with open_list(path, limits) as opened:
        return opened.preview()
