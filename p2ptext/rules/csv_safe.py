"""Cells of the CSV files we write: safe to open in a spreadsheet, and read back unchanged."""

import csv
import io
from collections.abc import Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, full-width forms included."""


def guard(cell: str) -> str:
    """A cell that no spreadsheet runs: one that looks like a formula gets an apostrophe in front."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def unguard(cell: str) -> str:
    """A cell as it was before `guard`, so that a corrected file can be read again."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def line(cells: Sequence[str | int]) -> str:
    """One line of a CSV file, guarded, quoted and ended as RFC 4180 says."""
    written = io.StringIO()
    csv.writer(written).writerow([guard(cell) if isinstance(cell, str) else cell for cell in cells])
    return written.getvalue()
