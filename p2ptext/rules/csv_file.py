"""Lists as text: how a file is written, and its rows, in little memory however large it is."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import BinaryIO

from p2ptext.rules.fault import FileFault
from p2ptext.rules.text_encoding import (
    MIXED,
    WINDOWS,
    encoding_of,
    is_utf8,
    lines_of,
    too_long,
    windows_text,
)

__all__ = ["FileFault", "TextShape", "doubtful_cells", "records", "survey"]

_HEAD = 1 << 16
_DELIMITERS = ",;\t|"
_MOST_IN_A_ROW = 1_000_000
"""Characters."""
_MOST_LINES_IN_A_ROW = 100
"""A quoted address has a few lines. A row of more has swallowed its neighbours."""
_SNIFFED_ROWS = 50
_DOUBTFUL_LINES = 5_000


@dataclass(frozen=True, slots=True)
class TextShape:
    """How a text file is written."""

    encoding: str
    """utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be, cp1252, or MIXED."""
    delimiter: str

    @property
    def guessed(self) -> bool:
        """Whether the encoding is only likely, so that a person has to look at the names."""
        return self.encoding in (WINDOWS, MIXED)


def survey(stream: BinaryIO) -> TextShape:
    """How this file is written. Reads all of it once, quickly, and goes back to the beginning.

    Raises FileFault as `encoding_of` does.
    """
    encoding = encoding_of(stream)
    stream.seek(0)
    head = io.BytesIO(stream.read(_HEAD))
    stream.seek(0)
    return TextShape(encoding, _delimiter("".join(islice(lines_of(head, encoding), 4 * _SNIFFED_ROWS))))


def _delimiter(text: str) -> str:
    """The delimiter by which most of the first rows have as many cells as each other."""
    first = next((line for line in re.split(r"[\r\n]+", text) if line.strip()), "")
    declared = re.fullmatch(r"\"?sep=([,;\t|])\"?", first)
    return declared[1] if declared else max(_DELIMITERS, key=lambda mark: _agreement(text, mark))


def _agreement(text: str, delimiter: str) -> tuple[bool, int, int]:
    """How well this delimiter fits, the better the greater."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths: list[int] = []
    # A cell without end is an error here; what is wrong with it is said when the rows are read.
    with suppress(csv.Error):
        widths.extend(len(cells) for cells in islice(reader, _SNIFFED_ROWS) if any(cells))
    counts = Counter(width for width in widths if width > 1)
    width, rows = counts.most_common(1)[0] if counts else (0, 0)
    return bool(widths) and widths[0] > 1, rows, width


def records(stream: BinaryIO, shape: TextShape) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, the header too, each with the number of its first line.

    Lines count from 1, as a text editor counts them. A quotation mark inside a cell is an ordinary
    character. The stream has been surveyed. Raises FileFault: line_too_long, and unclosed_quote,
    since a quotation that is never closed would swallow the rows below it without a word.
    """
    record: list[str] = []
    lines = _watched(lines_of(stream, shape.encoding), record)
    reader = csv.reader(lines, delimiter=shape.delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        record.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = _leniently(record, line, shape.delimiter)
        # Most rows have something in their first cell, which is quickly seen.
        if (
            cells
            and (cells[0][:1].isalnum() or any(map(str.strip, cells)))
            and not _declares(line, cells)
        ):
            yield line, cells


def _declares(line: int, cells: list[str]) -> bool:
    # Excel writes "sep=;" above the header; read with that delimiter it is "sep=" and "".
    return line == 1 and cells[0].startswith("sep=") and not any(cells[1:])


def _watched(lines: Iterator[str], record: list[str]) -> Iterator[str]:
    """The lines, each also put into `record`, which whoever takes the rows empties in between."""
    size = 0
    for line in lines:
        record.append(line)
        if len(record) > 1:
            size += len(line)
            if len(record) > _MOST_LINES_IN_A_ROW or size > _MOST_IN_A_ROW:
                raise csv.Error
        else:
            size = 0
        yield line


def _leniently(record: list[str], line: int, delimiter: str) -> list[str]:
    """The row that the strict reader refused, if nothing can be lost by it: "Al" Smith is one line."""
    if len(record) == 1:
        try:
            return next(csv.reader(_alone(record[0]), delimiter=delimiter))
        except csv.Error:
            raise too_long("Line", line) from None
        except _WantsMore:
            pass
    raise FileFault(
        "unclosed_quote",
        f'A quotation mark (") is opened in line {line + _opening(record, delimiter):,} and not closed. '
        "Close it or remove it, then upload the file again.",
    )


class _WantsMore(Exception):
    """The quotation goes on in the next line."""


def _alone(line: str) -> Iterator[str]:
    yield line
    raise _WantsMore


def _opening(record: list[str], delimiter: str) -> int:
    """In which line of the record, from 0, the first cell begins that is not closed as it should be."""
    mark = re.escape(delimiter)
    cell = re.compile(rf'(?:"[^"]*(?:""[^"]*)*"|(?!")[^{mark}\r\n]*)(?:{mark}|\r\n?|\n|$)')
    text = "".join(record)
    at = 0
    while at < len(text) and (found := cell.match(text, at)):
        at = found.end()
    ends = accumulate(map(len, record))
    return next((number for number, end in enumerate(ends) if at < end), 0)


def doubtful_cells(stream: BinaryIO, shape: TextShape, most: int) -> list[str]:
    """Cells by which a person can see whether a guessed encoding is right, each from another line.

    In a MIXED file, those of lines that are not UTF-8. Looks through the file until it has `most`,
    or has seen enough lines to know that there are only few different ones.
    """
    cells: dict[str, None] = {}
    seen = 0
    for line in io.TextIOWrapper(stream, "latin-1", newline=""):
        if line.isascii() or (shape.encoding == MIXED and is_utf8(line.encode("latin-1"))):
            continue
        text = windows_text(line.encode("latin-1"))
        row = next(csv.reader([text], delimiter=shape.delimiter))
        cells.update(dict.fromkeys([cell for cell in row if not cell.isascii()][:1]))
        seen += 1
        if len(cells) == most or seen == _DOUBTFUL_LINES:
            break
    return list(cells)
