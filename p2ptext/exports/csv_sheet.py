"""A table as CSV: UTF-8, quoted as RFC 4180 says, and safe to open in a spreadsheet."""

from collections.abc import Iterable
from typing import BinaryIO

from p2ptext.exports.columns import Table
from p2ptext.rules import csv_safe

GUARDED = True
"""No cell is a formula."""


class CsvSheet:
    """Lines are written as they come; nothing is kept."""

    def __init__(self, table: Table, out: BinaryIO) -> None:
        self._out = out
        # The mark makes spreadsheets read the accents right.
        self._out.write(b"\xef\xbb\xbf" + csv_safe.line([one.name for one in table.columns]).encode())

    def take(self, lines: Iterable[bytes]) -> int:
        """Write these lines. How many."""
        written = 0
        for line in lines:
            self._out.write(line)
            written += 1
        return written

    def close(self) -> None:
        """Nothing is left to write."""
