"""Contact files: what they are, and their rows, in little memory however large they are."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from p2ptext.rules.fault import FileFault

__all__ = ["FileFault", "Limits", "Shape", "rows", "sniff"]

_CHUNK = 1 << 16
_DELIMITERS = ",;\t|"
_MAX_LINES_IN_A_ROW = 100
"""A quoted address has a few lines. A row of more has swallowed its neighbours."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written."""

    encoding: str
    """utf-8, utf-8-sig, utf-16 or cp1252."""
    delimiter: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read before a file is refused."""

    rows: int = 2_000_000
    columns: int = 100
    line_bytes: int = 1_000_000


def sniff(head: bytes) -> Shape:
    """The shape of a file by its first bytes (64 kB is plenty).

    UTF-8 unless the lines that are not plain ASCII speak for Windows (cp1252). Raises
    FileFault: empty, workbook, binary.
    """
    _refuse_other_kinds(head)
    encoding = _encoding(head)
    text = head.decode(encoding, "replace")
    return Shape(encoding, _delimiter(text))


def _refuse_other_kinds(head: bytes) -> None:
    if not head.strip(b"\0\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise FileFault("empty", "The file is empty. Export your list again and upload that file.")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FileFault(
            "workbook", "This is a spreadsheet workbook. Save it as “CSV UTF-8”, then upload that file."
        )
    if head.startswith(b"%PDF") or (not head.startswith(_UTF16) and _is_binary(head)):
        raise FileFault("binary", "This is not a text file. Upload your list as a CSV file.")


_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _is_binary(chunk: bytes) -> bool:
    """More than a stray zero byte: no text has them (one in a cell is cleaned away later)."""
    return chunk.count(0) > 1 + len(chunk) // 1000


def _encoding(head: bytes) -> str:
    if head.startswith(_UTF16):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    modern = older = 0
    *lines, last = re.split(rb"[\r\n]", head)
    for line in lines:
        if not line.isascii():
            good = _is_utf8(line)
            modern, older = modern + good, older + (not good)
    # The last line may be cut in the middle of a character.
    tail = codecs.getincrementaldecoder("utf-8")()
    try:
        modern += bool(tail.decode(last)) and not last.isascii()
    except UnicodeDecodeError:
        older += 1
    return "cp1252" if older > modern else "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> str:
    first = next((line for line in re.split(r"[\r\n]+", text) if line.strip("\ufeff ")), "")
    declared = re.fullmatch(r"\ufeff?\"?sep=([,;\t|])\"?", first)
    if declared:
        return declared[1]
    outside = re.sub(r'"[^"]*"', "", first)
    return max(_DELIMITERS, key=outside.count)


def rows(stream: BinaryIO, shape: Shape, limits: Limits = Limits()) -> Iterator[tuple[int, list[str]]]:
    """The header, then every row that is not blank, each with the number of its first line.

    Lines count from 1, as a text editor counts them, and end with CR, LF or CRLF. Cells
    without a header are dropped. A line that is not the UTF-8 it should be is read as
    Windows text, for lists stuck together from several sources. Raises FileFault: empty,
    no_rows, binary, too_many_columns, too_many_rows, line_too_long, unclosed_quote.
    """
    reader = _Records(_lines(stream, shape.encoding, limits), shape.delimiter, limits)
    width = 0
    found = -1
    for number, cells in reader:
        if not any(map(str.strip, cells)) or _declares_delimiter(number, cells):
            continue
        found += 1
        if found == 0:
            width = _width(cells, limits)
        elif found > limits.rows:
            raise FileFault(
                "too_many_rows",
                f"The file has more than {limits.rows:,} rows. Split it into several files.",
            )
        yield number, cells[:width]
    if found < 1:
        raise _nothing_in_it(found)


def _nothing_in_it(found: int) -> FileFault:
    if found == 0:
        return FileFault("no_rows", "The file has a header but no rows below it. Add your contacts.")
    return FileFault("empty", "The file is empty. Export your list again and upload that file.")


def _declares_delimiter(number: int, cells: list[str]) -> bool:
    # Excel writes "sep=;" above the header; read with that delimiter it is "sep=" and "".
    return number == 1 and cells[0].startswith("sep=") and not any(cells[1:])


def _width(header: list[str], limits: Limits) -> int:
    width = len(header)
    while width and not header[width - 1].strip():
        width -= 1
    if width > limits.columns:
        raise FileFault(
            "too_many_columns",
            f"The file has {width} columns, and {limits.columns} is the most. "
            "Remove the columns you do not need.",
        )
    return width


class _Records:
    """Rows of cells with the number of their first line, as the csv module reads them.

    Watches what the csv module does not: a quotation mark that is never closed would
    swallow the rows below it without a word.
    """

    def __init__(self, lines: Iterable[str], delimiter: str, limits: Limits) -> None:
        self._lines = iter(lines)
        self._delimiter = delimiter
        self._limits = limits
        self._line_number = 0
        self._record: list[str] = []
        self._size = 0
        self._ended = False
        self._reader = csv.reader(self._feed(), delimiter=delimiter)

    def _feed(self) -> Iterator[str]:
        for line in self._lines:
            self._line_number += 1
            self._record.append(line)
            self._size += len(line)
            if len(self._record) > _MAX_LINES_IN_A_ROW or self._size > self._limits.line_bytes:
                raise self._unclosed()
            yield line
        self._ended = True

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            first = self._line_number + 1
            self._record.clear()
            self._size = 0
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                # The one error left to the lenient reader: a cell over its limit of 128 kB.
                raise self._too_long(first) from None
            if self._ended:
                raise self._unclosed()
            yield first, cells

    def _too_long(self, first: int) -> FileFault:
        if len(self._record) > 1:
            return self._unclosed()
        return FileFault("line_too_long", f"Line {first} is too long to be a contact. Check the file.")

    def _unclosed(self) -> FileFault:
        number = self._line_number - len(self._record) + 1 + self._opening()
        return FileFault(
            "unclosed_quote",
            f'A quotation mark (") is opened in line {number} and not closed. '
            "Close it or remove it, then upload the file again.",
        )

    def _opening(self) -> int:
        """In which line of the present record, from 0, the quotation still open began."""
        opened, quoted, at_start = 0, False, True
        for number, line in enumerate(self._record):
            # A doubled mark is an ordinary character inside a quotation, or an empty cell.
            for char in line.replace('""', ""):
                if char == '"' and (quoted or at_start):
                    opened, quoted, at_start = number, not quoted, False
                elif not quoted:
                    at_start = char == self._delimiter
        return opened


def _lines(stream: BinaryIO, encoding: str, limits: Limits) -> Iterator[str]:
    """Lines with their ends, one decoded at a time, without the byte order mark."""
    chunks = _utf8_chunks(stream, encoding)
    for number, line in enumerate(_byte_lines(chunks, limits)):
        text = _decoded(line, "cp1252" if encoding == "cp1252" else "utf-8")
        yield text if number else text.removeprefix("\ufeff")


def _decoded(line: bytes, encoding: str) -> str:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _utf8_chunks(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """The stream in chunks, UTF-16 turned into UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-16")("replace") if encoding == "utf-16" else None
    while chunk := stream.read(_CHUNK):
        if decoder:
            yield decoder.decode(chunk).encode("utf-8", "replace")
            continue
        if _is_binary(chunk):
            raise FileFault("binary", "This is not a text file. Upload your list as a CSV file.")
        yield chunk


def _byte_lines(chunks: Iterable[bytes], limits: Limits) -> Iterator[bytes]:
    tail = b""
    number = 0
    for chunk in chunks:
        lines = (tail + chunk).splitlines(keepends=True)
        # The last may go on in the next chunk: also after a CR, whose LF may be there.
        tail = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        number += len(lines)
        yield from lines
        if len(tail) > limits.line_bytes:
            raise FileFault(
                "line_too_long",
                f"Line {number + 1} is longer than any contact. Check that the file is a CSV file.",
            )
    if tail:
        yield tail
