"""What a file is by its bytes, and how text is written in them: a pass over all of it at high speed."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from p2ptext.rules.fault import FileFault

_CHUNK = 1 << 18
_HEAD = 1 << 16
_MOST_LINE_BYTES = 1_000_000

WINDOWS = "cp1252"
MIXED = "utf-8 and cp1252"
"""Lists stuck together: a line that is not UTF-8 is read as Windows text."""


def encoding_of(stream: BinaryIO) -> str:
    """The encoding of this text file, of which every byte is read once.

    utf-8 (utf-8-sig with its mark) when every byte of the file fits it. Otherwise WINDOWS when most
    of its characters beyond ASCII do not fit UTF-8, else MIXED. utf-16 by its mark, utf-16-le and
    utf-16-be by their zero bytes. Raises FileFault: empty, binary, line_too_long.
    """
    head = stream.read(_HEAD)
    if not head.strip(b"\0\xef\xbb\xbf\xff\xfe \t\r\n") and len(head) < _HEAD:
        raise empty()
    _refuse_other_kinds(head)
    stream.seek(0)
    encoding = _utf16(head)
    if not encoding:
        return _walk_bytes(stream)
    _walk_utf16(stream, encoding)
    return encoding


_PACKED = (
    "This is a packed archive, and no list can be read in it. Unpack it, then upload the list inside."
)
_OTHER_KINDS = (
    (b"%PDF", "This is a PDF. Export your list as a CSV file and upload that."),
    (
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
        "This is a picture. Export your list as a CSV file and upload that.",
    ),
    (
        (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!"),
        _PACKED,
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


def empty() -> FileFault:
    """What is said of a file without anything in it."""
    return FileFault("empty", "The file is empty. Export your list again and upload that file.")


def packed() -> FileFault:
    """What is said of an archive without a list in it."""
    return FileFault("binary", _PACKED)


def _binary() -> FileFault:
    return FileFault(
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
        self._after_cr = False

    def see(self, chunk: bytes) -> None:
        ends = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        if ends < 0:
            self._open += len(chunk)
        else:
            first = min(at for at in (chunk.find(b"\n"), chunk.find(b"\r")) if at >= 0)
            self._refuse_if_over(self._open + first)
            self._line += chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(b"\r\n")
            self._line -= self._after_cr and chunk.startswith(b"\n")
            self._open = len(chunk) - ends - 1
        self._after_cr = chunk.endswith(b"\r")
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
            raise _binary()
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


def lines_of(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Lines with their ends (CR, LF or CRLF), without the byte order mark."""
    if encoding == MIXED:
        return _mixed_lines(stream)
    errors = "p2ptext.open_bytes" if encoding == WINDOWS else "replace"
    # Lines are split and decoded in C, which is most of the speed of reading.
    return io.TextIOWrapper(stream, encoding, errors, newline="")


def _mixed_lines(stream: BinaryIO) -> Iterator[str]:
    for number, line in enumerate(io.TextIOWrapper(stream, "latin-1", newline="")):
        text = line if line.isascii() else _repaired(line.encode("latin-1"))
        yield text if number else text.removeprefix("\ufeff")


def _repaired(line: bytes) -> str:
    return line.decode("utf-8") if is_utf8(line) else windows_text(line)


def windows_text(line: bytes) -> str:
    """Bytes as Windows-1252, in which none is an error."""
    return line.decode(WINDOWS, "p2ptext.open_bytes")


def is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
