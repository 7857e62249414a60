"""Columns of exported files: how each is called, what it holds, and where it comes from.

One description makes the file and its data dictionary, so that neither can drift from the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = {
    "text": "Words. Empty where there are none.",
    "phone": "A telephone number with its plus sign and country code (E.164).",
    "number": "A whole number.",
    "amount": "Money, exactly: a number with a point, as 0.0158.",
    "moment": "Date and time in UTC, to the second, as 2026-11-24T19:00:00Z.",
    "day": "A date, as 2026-11-24.",
    "flag": "yes or no.",
}
"""What a column may hold, in words for whoever reads the file."""

# The first characters that rules/csv_safe.guard looks for, as code points: comparing numbers costs a
# third of comparing letters. A test holds both to the same list.
FORMULA_POINTS = (61, 43, 45, 64, 9, 13, 0xFF1D, 0xFF0B, 0xFF0D, 0xFF20)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file."""

    name: str
    kind: str
    words: str
    """What it says, for the data dictionary."""
    sql: str
    """Its value, over the rows of its table."""


def person(contact_id: str) -> tuple[Column, Column]:
    """Whom a row is about: the number of their contact by this SQL, and the phone of their recipient `r`."""
    return (
        Column(
            "contact_id", "number", "The person in this campaign; the same in every file.", contact_id
        ),
        Column("phone", "phone", "Their number. Empty once they were erased.", "r.phone"),
    )


@dataclass(frozen=True, slots=True)
class Table:
    """One file of rows: what it is made of and how it is walked through."""

    name: str
    """The file's name without its ending."""
    words: str
    columns: tuple[Column, ...]
    keys: str
    """SQL: the ids of the contacts, lists or rows that are walked through, in their order."""
    rows: str
    """SQL: FROM ... WHERE, of the ids in %(ids)s, and whatever else `values` names."""
    order: str
    values: Mapping[str, Any] = field(default_factory=dict)
    of_contacts: bool = True
    """Whether `keys` are contacts, so that it can be made for some of them."""


def statement(table: Table, *, guarded: bool) -> str:
    """SQL that copies the rows of the ids in %(ids)s out as CSV, without a header.

    With `guarded`, no cell is a formula to a spreadsheet. What a column says is worked out once, in a
    query of its own: the guard looks at it twice.
    """
    inner = ", ".join(f"{one.sql} AS c{place}" for place, one in enumerate(table.columns))
    outer = ", ".join(_cell(one.kind, f"c{place}", guarded) for place, one in enumerate(table.columns))
    return (
        f"COPY (SELECT {outer} FROM (SELECT {inner} {table.rows} ORDER BY {table.order} OFFSET 0) made)"
        " TO STDOUT (FORMAT csv)"
    )


def _cell(kind: str, value: str, guarded: bool) -> str:
    if kind == "moment":
        return f'to_char({value}, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')'
    if kind == "amount":
        return f"trim_scale({value})"
    if kind == "flag":
        return f"CASE WHEN {value} THEN 'yes' WHEN NOT {value} THEN 'no' END"
    if kind == "text" and guarded:
        points = ",".join(map(str, FORMULA_POINTS))
        return (
            f"CASE WHEN ascii({value}) IN ({points}) THEN '''' || {value} ELSE nullif({value}, '') END"
        )
    return f"nullif({value}, '')" if kind == "text" else value
