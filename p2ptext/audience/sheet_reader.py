"""Reads one sheet of a workbook, in a process of its own: `python -m p2ptext.audience.sheet_reader`.

A workbook is unpacked and read as a whole by a library, and a hostile one can ask for any amount of
memory (two cells, one in the last row and column, are enough). Here that ends this process and
nothing else. It gets no settings and no secrets: a path and three limits.

Writes lines of JSON: {"sheet": name, "others": names, "rows": how many}, then lists of [line, cells]
until an empty one; or {"code": ..., "words": ...} of a FileFault.
"""

import datetime
import json
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from p2ptext.rules.column_names import meaning
from p2ptext.rules.fault import FileFault
from p2ptext.rules.text_encoding import packed, too_long

_CPU_SECONDS = 60
_MOST_PARTS = 5_000
"""Files inside a workbook. A real one has a few dozen, and one more for every picture."""
_LOOKED_AT = 5
"""Rows in which the name of a column with telephones is sought."""
_ROWS_IN_A_PIECE = 500
_MOST_CHARACTERS = 1_000_000
"""Of one row, and of a piece before another is begun."""
_ENCRYPTED_XLSX = "EncryptedPackage".encode("utf-16-le")
_BEGINNING_OF_XLS = b"\x09\x08\x10\x00\x00\x06\x05\x00"
_FIRST_RECORD = 20
"""Bytes from the beginning of an XLS workbook to the record after its first."""
_ENCRYPTED_XLS = b"\x2f\x00"
_EXACT = 1e15
"""Whole numbers below are exact in a spreadsheet."""
_CHUNK = 1 << 20
_LOCAL_HEADER = 30
"""Bytes before the name of a file in a zip archive; the lengths of name and extra field end it."""

_SAVE_AS = "Open it in a spreadsheet program, save the sheet as “CSV UTF-8”, then upload that file."
_OTHER_ZIPS = (
    (
        "word/",
        "This is a text document. Put the list into a spreadsheet, save it as a workbook, then upload it.",
    ),
    (
        "ppt/",
        "This is a presentation. Put the list into a spreadsheet, save it as a workbook, then upload it.",
    ),
    ("Index/", "This is a document of Apple’s Numbers. Export it there as CSV, then upload that file."),
)


def damaged() -> FileFault:
    return FileFault(
        "damaged",
        "This workbook is damaged or was cut off on its way, and cannot be read. Upload it again. If "
        "that does not help, open it in a spreadsheet program, save the sheet as “CSV UTF-8”, then upload "
        "that file.",
    )


def too_large() -> FileFault:
    return FileFault("too_large_inside", f"This workbook is too large to be read. {_SAVE_AS}")


def _password() -> FileFault:
    return FileFault(
        "password", "This workbook is protected by a password. Save a copy without it, then upload that."
    )


def _empty() -> FileFault:
    return FileFault("empty", "The workbook is empty. Export your list again and upload that file.")


def check_archive(path: Path, most_unpacked: int) -> None:
    """Refuse what is no workbook, or more than `most_unpacked` bytes when unpacked.

    Every part is unpacked and counted, since the sizes an archive states can lie. Raises FileFault:
    binary, damaged, too_large_inside.
    """
    try:
        with path.open("rb") as stream, zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            _refuse_other_archives([part.filename for part in parts])
            if len(parts) > _MOST_PARTS:
                raise too_large()
            unpacked = 0
            for part in parts:
                for size in _unpacked(stream, part):
                    unpacked += size
                    if unpacked > most_unpacked:
                        raise FileFault(
                            "too_large_inside",
                            f"This workbook is larger than {most_unpacked >> 20:,} MB when it is unpacked, "
                            f"the most this installation takes. {_SAVE_AS}",
                        )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError):
        raise damaged() from None


def _refuse_other_archives(names: list[str]) -> None:
    if "content.xml" in names or any(name.startswith("xl/") for name in names):
        return
    for folder, words in _OTHER_ZIPS:
        if any(name.startswith(folder) for name in names):
            raise FileFault("binary", words)
    raise packed()


def _unpacked(stream: BinaryIO, part: zipfile.ZipInfo) -> Iterator[int]:
    """The true sizes of one part's pieces, as they are unpacked."""
    stream.seek(part.header_offset)
    head = stream.read(_LOCAL_HEADER)
    if len(head) < _LOCAL_HEADER:
        raise damaged()
    stream.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
    if part.compress_type == zipfile.ZIP_STORED:
        yield part.compress_size
        return
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    packed = part.compress_size
    while packed > 0 and (chunk := stream.read(min(_CHUNK, packed))):
        packed -= len(chunk)
        while chunk:
            yield len(unpack.decompress(chunk, _CHUNK))
            chunk = unpack.unconsumed_tail


def read(path: Path, most_rows: int) -> Iterator[Any]:
    """What is written out, piece by piece; the last is empty. Raises FileFault."""
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            names = [sheet.name for sheet in workbook.sheets_metadata if _is_shown(sheet)]
            sheet = _sheet_with_the_list(workbook, names)
            if sheet.height > most_rows + 1:  # and the header
                raise FileFault(
                    "too_many_sheet_rows",
                    f"The sheet “{sheet.name[:40]}” has {sheet.height:,} rows. Workbooks are read up to "
                    f"{most_rows:,} rows, CSV files much further. {_SAVE_AS}",
                )
            others = [name for name in names if name != sheet.name]
            yield {"sheet": sheet.name, "others": others, "rows": sheet.total_height + 1}
            yield from _pieces(sheet)
            yield []
    except CalamineError:
        raise (_password() if _is_protected(path) else damaged()) from None
    except MemoryError:
        raise too_large() from None


def _is_protected(path: Path) -> bool:
    """Whether a workbook that cannot be read is encrypted. The library knows it only by file names."""
    content = path.read_bytes()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(path) as archive, suppress(KeyError):
            return b":encryption-data" in archive.read("META-INF/manifest.xml")
        return False
    beginning = content.find(_BEGINNING_OF_XLS) + _FIRST_RECORD
    return _ENCRYPTED_XLSX in content or content[beginning : beginning + 2] == _ENCRYPTED_XLS


def _is_shown(sheet: SheetMetadata) -> bool:
    return sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet


def _sheet_with_the_list(workbook: CalamineWorkbook, names: Sequence[str]) -> CalamineSheet:
    """The first sheet that has a column named like telephones, else the first with rows."""
    with_rows = ""
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        beginning = [cell for _, cells in islice(_rows(sheet), _LOOKED_AT) for cell in cells]
        if any(found and found[0] == "phone" for found in map(meaning, beginning)):
            return sheet
        if beginning and not with_rows:
            with_rows = name
    if not with_rows:
        raise _empty()
    return workbook.get_sheet_by_name(with_rows)


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    for line, values in enumerate(sheet.iter_rows(), 1):
        cells = [value if type(value) is str else shown(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield line, cells


def _pieces(sheet: CalamineSheet) -> Iterator[list[tuple[int, list[str]]]]:
    piece: list[tuple[int, list[str]]] = []
    characters = 0
    for line, cells in _rows(sheet):
        size = len(cells) + sum(map(len, cells))
        if size > _MOST_CHARACTERS:
            raise too_long("Row", line)
        characters += size
        piece.append((line, cells))
        if len(piece) == _ROWS_IN_A_PIECE or characters > _MOST_CHARACTERS:
            yield piece
            piece, characters = [], 0
    if piece:
        yield piece


def shown(value: object) -> str:
    """A value as text: all digits of a number, dates as ISO 8601, TRUE and FALSE."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else _all_digits(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ") if value.time() != datetime.time() else value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)


def _all_digits(value: float) -> str:
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def main() -> None:
    """Read the workbook given on the command line: path, bytes unpacked, memory, rows."""
    path, most_unpacked, most_memory, most_rows = Path(sys.argv[1]), *map(int, sys.argv[2:])
    for kind, most in ((resource.RLIMIT_AS, most_memory), (resource.RLIMIT_CPU, _CPU_SECONDS)):
        # Some systems do not know the limit, or have a lower one already.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == b"PK"
        if packed:
            check_archive(path, most_unpacked)
        for piece in read(path, most_rows):
            _say(piece)
    except FileFault as fault:
        _say({"code": fault.code, "words": fault.words})


def _say(piece: Any) -> None:
    sys.stdout.buffer.write(json.dumps(piece, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
