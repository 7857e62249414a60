"""One worker's turn at a list: the right to work on it, and how far it has come.

Each step of an import is one long transaction that shows nothing until it ends. What the page shows
meanwhile, and a wish to stop, go through a second connection, statement by statement.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, text

from p2ptext.extensions import db

LOCK = 0x1157
"""First key of the advisory locks of imports; the second is the import's id."""
_EVERY_S = 0.5


class Cancelled(Exception):
    """Somebody asked to stop this import; nothing of the step at hand is kept."""


class Turn:
    """An import that this process, and no other, is working on."""

    def __init__(self, connection: Connection, import_id: int) -> None:
        self._connection = connection
        self._import_id = import_id
        self._next = 0.0

    def tell(self, rows: int, units: int) -> None:
        """Note how far the reading is, at most twice a second. Raises Cancelled."""
        if time.monotonic() >= self._next:
            self.tell_now(rows, units)

    def tell_now(self, rows: int, units: int) -> None:
        """Note how far the reading is. Raises Cancelled."""
        self._next = time.monotonic() + _EVERY_S
        self._change("rows_read = :rows, units_read = :units", rows=rows, units=units)
        self.go_on()

    def begin(self, total: int) -> None:
        """The reading begins, of so many bytes or rows."""
        self._change("units_total = :total, rows_read = 0, units_read = 0", total=total)

    def go_on(self) -> None:
        """Raises Cancelled when somebody asked to stop."""
        asked = self._connection.scalar(
            text("SELECT cancel_asked_at IS NOT NULL FROM contact_import WHERE id = :id"),
            {"id": self._import_id},
        )
        if asked:
            raise Cancelled

    def refuse(self, words: str) -> None:
        """The whole file cannot be used; `words` say why."""
        self._change("status = 'refused', fault = :words, finished_at = p2p_now()", words=words)

    def cancelled(self) -> None:
        """The wish to stop is fulfilled."""
        self._change("status = 'cancelled', finished_at = p2p_now()")

    def _change(self, what: str, **values: int | str) -> None:
        self._connection.execute(
            text(f"UPDATE contact_import SET {what} WHERE id = :id"), {**values, "id": self._import_id}
        )


@contextmanager
def turn(import_id: int, before: Sequence[str], during: str) -> Iterator[Turn | None]:
    """The right to do a step of this import; None while another process has it, or it is not its time.

    The step begins only in one of the statuses `before`, or where a dead worker left `during`. The
    lock dies with the process, so an import whose worker was killed can be taken over at once.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        keys = {"lock": LOCK, "id": import_id}
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:lock, :id)"), keys):
            yield None
            return
        try:
            begun = connection.scalar(
                text(
                    "UPDATE contact_import SET started_at = CASE WHEN status = :during"
                    " THEN coalesce(started_at, p2p_now()) ELSE p2p_now() END, status = :during"
                    " WHERE id = :id AND status = ANY(:before) RETURNING id"
                ),
                {**keys, "during": during, "before": [*before, during]},
            )
            yield Turn(connection, import_id) if begun else None
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock, :id)"), keys)


def waiting_imports() -> list[tuple[int, str]]:
    """Imports that nobody works on: never begun a minute after they might, or left by a dead worker.

    With the status of each. The sweep puts them on the queue again; a second run of one that is being
    worked on is a no-op.
    """
    rows = db.session.execute(
        text(
            """SELECT id, status FROM contact_import i
               WHERE status IN ('uploaded','checking','waiting','running','cutting')
                 AND greatest(started_at, created_at, confirmed_at) < p2p_now() - interval '1 minute'
                 AND NOT EXISTS (
                   SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                   WHERE d.datname = current_database() AND l.locktype = 'advisory'
                     AND l.classid = :lock AND l.objid = i.id::oid AND l.granted)
               ORDER BY id"""
        ),
        {"lock": LOCK},
    )
    return [(row.id, row.status) for row in rows]
