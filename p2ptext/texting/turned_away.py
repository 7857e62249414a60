"""How many webhooks were turned away for their signature: a burst of them is an alarm.

Anybody may post to us, so what is refused costs no write of its own: a process counts and writes its count
down every few seconds while refusals go on. What it has not written when they stop is lost; the log has each.
"""

import threading
import time
from collections.abc import Callable

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from p2ptext.connections import Statement
from p2ptext.extensions import log, quick

EVERY_S = 5.0
"""Seconds between two writes of one process."""

_NOTE = Statement(
    "note_refused_webhooks",
    """INSERT INTO refused_webhook AS r (minute, refusals, why)
       VALUES (date_trunc('minute', p2p_now()), $1::int, $2::text)
       ON CONFLICT (minute) DO UPDATE SET refusals = r.refusals + excluded.refusals, why = excluded.why""",
)


class Notes:
    """What one process has turned away and not yet written down."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._refusals = 0
        self._wrote_at = clock() - EVERY_S
        self._lock = threading.Lock()

    def refused(self, why: str) -> None:
        """One more; `why` in words."""
        now = self._clock()
        with self._lock:
            self._refusals += 1
            if now - self._wrote_at < EVERY_S:
                return
            self._wrote_at, refusals, self._refusals = now, self._refusals, 0
        try:
            write(refusals, why)
        except (psycopg.Error, SQLAlchemyError, OSError) as error:
            log.warning("refused_webhooks_not_noted", error=type(error).__name__)


NOTES = Notes()


def write(refusals: int, why: str) -> None:
    """Write so many down for this minute, in a transaction of its own. Raises the driver's errors."""
    with quick.pool.connection() as connection:
        connection.run(_NOTE, (refusals, why))
