"""One worker's turn at an import: the right to run it, and how far it has come.

The import itself is one long transaction that shows nothing until it ends. What the page shows
meanwhile goes through a second connection, statement by statement.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from p2ptext.extensions import db

LOCK = 0x1157
"""First key of the advisory locks of imports; the second is the import's id."""
_EVERY_S = 0.5


class Turn:
    """An import that this process, and no other, is running."""

    def __init__(self, connection: Connection, import_id: int) -> None:
        self._connection = connection
        self._import_id = import_id
        self._next = 0.0

    def tell(self, rows: int, bytes_read: int) -> None:
        """Note how far the reading is, at most twice a second."""
        if time.monotonic() >= self._next:
            self.tell_now(rows, bytes_read)

    def tell_now(self, rows: int, bytes_read: int) -> None:
        self._next = time.monotonic() + _EVERY_S
        self._connection.execute(
            text("UPDATE contact_import SET rows_read = :rows, units_read = :bytes WHERE id = :id"),
            {"rows": rows, "bytes": bytes_read, "id": self._import_id},
        )

    def refuse(self, words: str) -> None:
        """The whole file cannot be used; `words` say why."""
        self._connection.execute(
            text(
                "UPDATE contact_import SET status = 'refused', fault = :words, finished_at = p2p_now()"
                " WHERE id = :id"
            ),
            {"words": words, "id": self._import_id},
        )


@contextmanager
def turn(import_id: int) -> Iterator[Turn | None]:
    """The right to run this import; None while another process has it, or when it is over.

    The lock dies with the process, so an import whose worker was killed can be taken over at once.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        keys = {"lock": LOCK, "id": import_id}
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:lock, :id)"), keys):
            yield None
            return
        try:
            begun = connection.scalar(
                text(
                    "UPDATE contact_import SET status = 'running', started_at = p2p_now(), rows_read = 0,"
                    " units_read = 0 WHERE id = :id AND status IN ('waiting','running') RETURNING id"
                ),
                keys,
            )
            yield Turn(connection, import_id) if begun else None
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock, :id)"), keys)


def waiting_imports() -> list[int]:
    """Imports that nobody runs: never begun a minute after the upload, or left by a dead worker.

    The sweep puts them on the queue again; a second run of one that is running is a no-op.
    """
    rows = db.session.execute(
        text(
            """SELECT id FROM contact_import i
               WHERE status IN ('waiting','running')
                 AND coalesce(started_at, created_at) < p2p_now() - interval '1 minute'
                 AND NOT EXISTS (
                   SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                   WHERE d.datname = current_database() AND l.locktype = 'advisory'
                     AND l.classid = :lock AND l.objid = i.id::oid AND l.granted)
               ORDER BY id"""
        ),
        {"lock": LOCK},
    )
    return [row[0] for row in rows]
