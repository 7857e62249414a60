"""One worker's turn at an export: the right to make it, and how far it has come.

The rows are read in one long transaction. What the page shows meanwhile, and a wish to stop, go through a
second connection, statement by statement.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from p2ptext.exports.making import Made
from p2ptext.extensions import db

LOCK = 0xE8B0
"""First key of the advisory locks of exports; the second is the export's id."""
_EVERY_S = 0.5


class Cancelled(Exception):
    """Somebody asked to stop this export; nothing of it is kept."""


class Turn:
    """An export that this process, and no other, is making."""

    def __init__(self, connection: Connection, export_id: int, tries: int) -> None:
        self._connection = connection
        self._export_id = export_id
        self._next = 0.0
        self.tries = tries
        """How often it has been begun, this time included."""

    def tell(self, done: int, total: int) -> None:
        """Note how far it is, at most twice a second. Raises Cancelled."""
        if time.monotonic() < self._next and done < total:
            return
        self._next = time.monotonic() + _EVERY_S
        asked = self._change(
            "rows_done = :done, rows_total = :total, seen_at = p2p_now()", done=done, total=total
        )
        if asked:
            raise Cancelled

    def done(self, made: Made, hours: int) -> bool:
        """There is a file. False where somebody asked to stop at the last moment: it is not wanted."""
        return not self._change(
            "status = CASE WHEN cancel_asked_at IS NULL THEN 'done' ELSE 'cancelled' END,"
            " finished_at = p2p_now(), rows_done = :rows, rows_total = :rows, size_bytes = :size,"
            " digest = :digest, erasures = :erasures, options = options || CAST(:files AS jsonb),"
            " stored_as = CASE WHEN cancel_asked_at IS NULL THEN :name ELSE '' END,"
            " expires_at = p2p_now() + make_interval(hours => :hours)",
            rows=sum(made.rows.values()),
            files=json.dumps({"files": dict(made.rows)}),
            size=made.size_bytes,
            digest=made.digest,
            erasures=made.erasures,
            name=made.stored_as,
            hours=hours,
        )

    def fail(self, words: str) -> None:
        """There is no file; `words` say why."""
        self._change("status = 'failed', fault = :words, finished_at = p2p_now()", words=words)

    def cancelled(self) -> None:
        """The wish to stop is fulfilled."""
        self._change("status = 'cancelled', finished_at = p2p_now()")

    def _change(self, what: str, **values: Any) -> bool:
        """Change the row; whether somebody has asked to stop."""
        found = self._connection.execute(
            text(f"UPDATE export SET {what} WHERE id = :id RETURNING cancel_asked_at IS NOT NULL"),
            {**values, "id": self._export_id},
        )
        return bool(found.scalar())


@contextmanager
def turn(export_id: int) -> Iterator[Turn | None]:
    """The right to make this export; None while another process has it, or when it is over.

    The lock dies with the process, so an export whose worker was killed can be taken over at once.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        keys = {"lock": LOCK, "id": export_id}
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:lock, :id)"), keys):
            yield None
            return
        try:
            tries = connection.scalar(
                text(
                    "UPDATE export SET status = 'running', started_at = p2p_now(), seen_at = p2p_now(),"
                    " tries = tries + 1, rows_done = 0 WHERE id = :id AND status IN ('waiting','running')"
                    " RETURNING tries"
                ),
                keys,
            )
            yield None if tries is None else Turn(connection, export_id, tries)
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock, :id)"), keys)


def lost() -> list[int]:
    """Exports that nobody works on: never begun a minute after they were asked for, or left by a dead
    worker. A second job for one that is being made is a no-op."""
    rows = db.session.execute(
        text(
            """SELECT id FROM export e WHERE status IN ('waiting','running')
                 AND greatest(asked_at, seen_at) < p2p_now() - interval '1 minute'
                 AND NOT EXISTS (
                   SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                   WHERE d.datname = current_database() AND l.locktype = 'advisory'
                     AND l.classid = :lock AND l.objid = e.id::oid AND l.granted)
               ORDER BY id"""
        ),
        {"lock": LOCK},
    )
    return [row.id for row in rows]
