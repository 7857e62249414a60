"""The columns a person chose are remembered for the organization's next file with the same header."""

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from p2ptext.audience.models import ColumnChoice
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.rules.columns import Columns
from p2ptext.rules.script import field_key

REFUSED_COLUMNS = ("line", "reason")
"""What the file of refused rows has in front of the list's own columns (queries.py)."""


def remember(organization_id: int, header: Sequence[str], columns: Columns, person_id: int) -> None:
    """Keep these columns for the next file with this header; the latest choice counts."""
    values = {"column_map": columns.as_map(header), "person_id": person_id, "at": now()}
    row = insert(ColumnChoice).values(
        organization_id=organization_id, header_digest=_digest(header), **values
    )
    again = row.on_conflict_do_update(index_elements=["organization_id", "header_digest"], set_=values)
    db.session.execute(again)


def recall(organization_id: int, header: Sequence[str]) -> Columns | None:
    """The columns this organization chose for a file with the same header; None for a new one.

    Rows that were refused and corrected come back with their line and the reason in front: those two
    are left out, and the rest is the list's own.
    """
    found = _recall(organization_id, header)
    if found is None and tuple(header[:2]) == REFUSED_COLUMNS:
        own = _recall(organization_id, header[2:])
        return own and Columns(
            tuple(index + 2 for index in own.phones),
            {name: index + 2 for name, index in own.fields.items()},
        )
    return found


def _recall(organization_id: int, header: Sequence[str]) -> Columns | None:
    column_map = db.session.scalar(
        select(ColumnChoice.column_map).where(
            ColumnChoice.organization_id == organization_id,
            ColumnChoice.header_digest == _digest(header),
        )
    )
    return Columns.from_map(column_map) if column_map else None


def _digest(header: Sequence[str]) -> bytes:
    """The same for headers that differ in case, spaces and signs only; their order counts."""
    return hashlib.sha256(json.dumps([field_key(name) for name in header]).encode()).digest()
