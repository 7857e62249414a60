"""The data dictionary: what every column of an export holds, in words and for programs."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from p2ptext.exports.columns import KINDS, Table
from p2ptext.rules import csv_safe

HEADER = ("file", "position", "column", "kind", "meaning")
CSV_NAME, JSON_NAME, README_NAME = "columns.csv", "columns.json", "README.txt"


def as_csv(tables: Iterable[Table]) -> str:
    """One line a column of every file."""
    lines = [csv_safe.line(HEADER)]
    for table in tables:
        lines += [
            csv_safe.line([f"{table.name}.csv", place, one.name, one.kind, one.words])
            for place, one in enumerate(table.columns, 1)
        ]
    return "\ufeff" + "".join(lines)


def as_json(tables: Iterable[Table]) -> str:
    """The same for programs, with what each kind of column may hold."""
    files = [
        {
            "file": f"{table.name}.csv",
            "meaning": table.words,
            "columns": [
                {"name": one.name, "kind": one.kind, "meaning": one.words} for one in table.columns
            ],
        }
        for table in tables
    ]
    return json.dumps({"kinds": KINDS, "files": files}, ensure_ascii=False, indent=2) + "\n"


def readme(title: str, tables: Iterable[Table], rows: Mapping[str, int], at: datetime) -> str:
    """What is in the archive, for a person."""
    shown = [f"  {table.name}.csv  ({rows[table.name]:,} rows)\n      {table.words}" for table in tables]
    kinds = [f"  {name}: {words}" for name, words in KINDS.items()]
    return "\n".join(
        (
            title,
            "=" * len(title),
            "",
            f"All files are of the same moment: {at:%Y-%m-%d %H:%M:%S} UTC.",
            "",
            "Files",
            "",
            *shown,
            "",
            f"{CSV_NAME} and {JSON_NAME} say what every column holds.",
            "",
            "How to read them",
            "",
            "  UTF-8 with a byte order mark, commas, quotes as RFC 4180 says, lines end in CR LF.",
            "  A cell that a spreadsheet would take for a formula begins with an apostrophe; take it off",
            "  when you read the file with a program. Telephone numbers have no apostrophe.",
            "  A spreadsheet that opens a file by a double click drops the plus sign of phones and the leading",
            "  zeros of ZIP codes, and loses them for good once you save. Have all columns read as text: in",
            "  Excel by Data, From Text/CSV, 'Do not detect data types'; in LibreOffice in the window that",
            "  opens; in Google Sheets by File, Import, without 'Convert text to numbers'.",
            "  The same contact_id is the same person in every file.",
            "",
            "Kinds of columns",
            "",
            *kinds,
            "",
            "These files hold people's data. Keep them where only those see them who need to, and delete",
            "them when they have served.",
            "",
        )
    )
