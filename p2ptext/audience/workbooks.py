"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS): the rows of the sheet that holds the list.

The file is read by another process (`sheet_reader`), which may be hurt by it while this one is not.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import p2ptext
from p2ptext.audience.sheet_reader import damaged, too_large
from p2ptext.rules.fault import FileFault

_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How a zip archive (XLSX, ODS) and the older kind of file (XLS, and XLSX with a password) begin."""
_MOST_BYTES = 1 << 24
"""In one piece; those of `sheet_reader` are smaller."""
_MEMORY_PER_UNPACKED_BYTE = 2


def is_workbook(head: bytes) -> bool:
    """Whether a file that begins like this has to be read here."""
    return head.startswith(_MARKS)


class Sheet:
    """The sheet of a workbook that holds the list, open for reading."""

    def __init__(self, path: Path, unpacked_mb: int, most_rows: int) -> None:
        """Open it. Raises FileFault: binary, damaged, password, too_large_inside, too_many_sheet_rows,
        empty."""
        unpacked = unpacked_mb << 20
        limits = (unpacked, _MEMORY_PER_UNPACKED_BYTE * unpacked, most_rows)
        self._process = subprocess.Popen(  # noqa: S603 - the program is ours, and the path is one of ours
            [sys.executable, "-m", "p2ptext.audience.sheet_reader", path.absolute(), *map(str, limits)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(p2ptext.__path__[0]).parent,
            env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        try:
            first = self._next()
            self.name: str = first["sheet"]
            self.others: list[str] = first["others"]
            self.total: int = first["rows"]
        except BaseException:
            self.close()
            raise
        self.done = 0
        """Rows of the sheet that were read, of `total`."""

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Every row that is not blank, with its number. Raises FileFault like opening does."""
        while piece := self._next():
            for line, cells in piece:
                self.done = line
                yield line, cells

    def close(self) -> None:
        """End the other process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def _next(self) -> Any:
        piece = self._process.stdout.readline(_MOST_BYTES) if self._process.stdout else b""
        if not piece.endswith(b"\n"):
            if piece:
                self._process.kill()
            # It ended without a word: out of memory or of time, or the library gave up on the file.
            raise too_large() if self._process.wait() < 0 else damaged()
        said = json.loads(piece)
        if "words" in said:
            raise FileFault(said["code"], said["words"])
        return said
