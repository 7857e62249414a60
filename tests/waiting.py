"""Waiting for what has to happen, never for a length of time."""

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import text

from p2ptext.extensions import db

T = TypeVar("T")

PATIENCE_S = 120
"""A busy machine takes its time: only what never happens reaches this."""
POLL_S = 0.01


def until(condition: Callable[[], T]) -> T:
    """What `condition` says as soon as it says anything. Raises AssertionError when it never does."""
    give_up = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < give_up, "what was waited for did not happen"
        time.sleep(POLL_S)
    return found


def waiting_for_locks(words: str = "") -> list[int]:
    """The database's processes whose statement, with these words in it, waits for a lock."""
    with db.engine.connect() as connection:
        found = connection.scalars(
            text(
                "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND datname = current_database() AND query LIKE :words"
            ),
            {"words": f"%{words}%"},
        )
        return list(found)
