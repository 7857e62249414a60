"""Lists as text: how a file is written, and its rows, in little memory however large it is."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate, chain, islice
from typing import BinaryIO

from p2ptext.rules.fault import FileFault

__all__ = ["FileFault", "TextShape", "doubtful_cells", "records", "survey", "too_long"]

_CHUNK = 1 << 18
_HEAD = 1 << 16
_DELIMITERS = ",;\t|"
_MOST_LINE_BYTES = 1_000_000
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


WINDOWS = "cp1252"
MIXED = "utf-8 and cp1252"
"""Lists stuck together: a line that is not UTF-8 is read as Windows text."""


def survey(stream: BinaryIO) -> TextShape:
    """How this file is written. Reads all of it once, quickly, and goes back to the beginning.

    UTF-8 when every byte of the file fits it. Otherwise Windows-1252 when most of its characters
    beyond ASCII do not fit UTF-8, else MIXED. UTF-16 by its mark, or by its zero bytes. Raises
    FileFault: empty, binary, line_too_long.
    """
    head = stream.read(_HEAD)
    if not head.strip(b"\0\xef\xbb\xbf\xff\xfe \t\r\n") and len(head) < _HEAD:
        raise FileFault("empty", "The file is empty. Export your list again and upload that file.")
    _refuse_other_kinds(head)
    stream.seek(0)
    encoding = _utf16(head)
    if encoding:
        _walk_utf16(stream, encoding)
    else:
        encoding = _walk_bytes(stream)
    stream.seek(0)
    text = "".join(islice(_lines(io.BytesIO(head), encoding), 4 * _SNIFFED_ROWS))
    stream.seek(0)
    return TextShape(encoding, _delimiter(text))


_OTHER_KINDS = (
    (b"%PDF", "This is a PDF. Export your list as a CSV file and upload that."),
    (
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
        "This is a picture. Export your list as a CSV file and upload that.",
    ),
    (
        (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!"),
        "This is a packed archive, and no list can be read in it. Unpack it, then upload the list inside.",
    ),
    (b"{\\rtf", "This is a text document. Export your list as a CSV file and upload that."),
    (
        (b"<!doctype", b"<html", b"<table", b"<?xml"),
        "This is a web page, whatever its name says. Open it in a spreadsheet program, save it as "
        "“CSV UTF-8”, then upload that file.",
    ),
    (
        b"begin:vcard",
        "These are contact cards (vCard). Export your contacts as a CSV file and upload that.",
    ),
)
"""How files begin that are no list, and what is said of them."""

_BINARY = FileFault(
    "binary", "This is not a list. Upload a CSV file, or a workbook from a spreadsheet program."
)


def _refuse_other_kinds(head: bytes) -> None:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:16]
    for marks, words in _OTHER_KINDS:
        if head.startswith(marks) or start.lower().startswith(marks):
            raise FileFault("binary", words)


def _is_binary(chunk: bytes) -> bool:
    """More than a stray zero byte: no text has them (one in a cell is cleaned away later)."""
    return chunk.count(0) > 1 + len(chunk) // 1000


def _utf16(head: bytes) -> str:
    """The kind of UTF-16 this is, "" if it is none."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Without its mark: in most scripts of lists, every second byte is zero.
    first, second = head[::2].count(0), head[1::2].count(0)
    if max(first, second) * 4 < len(head) or min(first, second) * 20 > max(first, second):
        return ""
    return "utf-16-le" if second > first else "utf-16-be"


class _LineWatch:
    """Refuses a line that would fill the memory, before anything reads it as a line."""

    def __init__(self) -> None:
        self._line = 1
        self._open = 0

    def see(self, chunk: bytes) -> None:
        ends = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        if ends < 0:
            self._open += len(chunk)
        else:
            first = min(at for at in (chunk.find(b"\n"), chunk.find(b"\r")) if at >= 0)
            self._refuse_if_over(self._open + first)
            self._line += chunk.count(b"\n") or chunk.count(b"\r")
            self._open = len(chunk) - ends - 1
        self._refuse_if_over(self._open)

    def _refuse_if_over(self, length: int) -> None:
        if length > _MOST_LINE_BYTES:
            raise too_long("Line", self._line)


def too_long(what: str, number: int) -> FileFault:
    """What is said of a "Line" or "Row" with this number that would fill the memory."""
    return FileFault(
        "line_too_long",
        f"{what} {number:,} is too long to be one contact. Check that the file is a list with one "
        "contact in each line.",
    )


def _walk_utf16(stream: BinaryIO, encoding: str) -> None:
    decode = codecs.getincrementaldecoder(encoding)("replace").decode
    watch = _LineWatch()
    while chunk := stream.read(_CHUNK):
        watch.see(decode(chunk).encode("utf-8", "replace"))


def _walk_bytes(stream: BinaryIO) -> str:
    """The encoding of a file that is not UTF-16."""
    watch = _LineWatch()
    tail = b""
    fits = True
    while chunk := stream.read(_CHUNK):
        if _is_binary(chunk):
            raise _BINARY
        watch.see(chunk)
        if fits and (tail or not chunk.isascii()):
            try:
                _, taken = codecs.utf_8_decode(tail + chunk, "strict", False)
                tail = (tail + chunk)[taken:]
            except UnicodeDecodeError:
                fits = False
    stream.seek(0)
    marked = stream.read(3) == codecs.BOM_UTF8
    if fits and not tail:
        return "utf-8-sig" if marked else "utf-8"
    return MIXED if marked or _mostly_utf8(stream) else WINDOWS


def _mostly_utf8(stream: BinaryIO) -> bool:
    """Whether more of the characters beyond ASCII fit UTF-8 than do not."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    characters = decoded = beyond = 0
    while chunk := stream.read(_CHUNK):
        if not chunk.isascii() or decoder.getstate()[0]:
            text = decoder.decode(chunk)
            ascii_bytes = len(chunk) - len(chunk.translate(None, _ASCII))
            characters += len(text) - ascii_bytes
            decoded += len(text.encode()) - ascii_bytes
            beyond += len(chunk) - ascii_bytes
    # A last character that is cut off speaks for neither.
    return characters > beyond - decoded - len(decoder.getstate()[0])


_ASCII = bytes(range(128))


def _as_windows(fault: UnicodeError) -> tuple[str, int]:
    """The five bytes that Windows-1252 leaves open become control characters, which `clean` drops."""
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    return fault.object[fault.start : fault.end].decode("latin-1"), fault.end


codecs.register_error("p2ptext.open_bytes", _as_windows)


def _lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Lines with their ends (CR, LF or CRLF), without the byte order mark."""
    if encoding != MIXED:
        errors = "p2ptext.open_bytes" if encoding == WINDOWS else "replace"
        # Lines are split and decoded in C, which is most of the speed of reading.
        lines = io.TextIOWrapper(stream, encoding, errors, newline="")
        return chain([lines.readline().removeprefix("\ufeff")], lines)
    return _mixed_lines(stream)


def _mixed_lines(stream: BinaryIO) -> Iterator[str]:
    for number, line in enumerate(io.TextIOWrapper(stream, "latin-1", newline="")):
        text = line if line.isascii() else _repaired(line.encode("latin-1"))
        yield text if number else text.removeprefix("\ufeff")


def _repaired(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode(WINDOWS, "p2ptext.open_bytes")


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
    lines = _watched(_lines(stream, shape.encoding), record)
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
            if len(record) > _MOST_LINES_IN_A_ROW or size > _MOST_LINE_BYTES:
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
        if line.isascii() or (shape.encoding == MIXED and _is_utf8(line.encode("latin-1"))):
            continue
        text = line.encode("latin-1").decode(WINDOWS, "p2ptext.open_bytes")
        row = next(csv.reader([text], delimiter=shape.delimiter))
        cells.update(dict.fromkeys([cell for cell in row if not cell.isascii()][:1]))
        seen += 1
        if len(cells) == most or seen == _DOUBTFUL_LINES:
            break
    return list(cells)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
