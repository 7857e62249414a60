"""Looks at the contract's views again and again while everything moves, each time in one snapshot."""

import contextlib
import threading
from dataclasses import dataclass, field

import psycopg

from scripts.drills.system import System

EVERY_S = 1.5

_PARTITION = """
SELECT c.campaign_id, count(*),
  count(*) FILTER (WHERE c.state = 'ready'), count(*) FILTER (WHERE c.state = 'texted'),
  count(*) FILTER (WHERE c.state = 'ended' AND c.ended_reason IS NOT NULL)
FROM qa_contact c GROUP BY 1"""
_HOLDERS = "SELECT id, person_id, extract(epoch FROM leased_until) FROM qa_batch WHERE state = 'leased'"
_STATES = "SELECT id, state FROM qa_message"


@dataclass
class Sample:
    """One look, in one snapshot. `at` is the database's one clock."""

    at: float
    partition: dict[int, tuple[int, int, int, int]]
    """Campaign -> contacts in all; ready, texted, ended with a reason."""
    holders: dict[int, tuple[int, float]]
    """Batch -> who has it, until when."""


@dataclass
class Watched:
    """Everything that was seen."""

    samples: list[Sample] = field(default_factory=list)
    moves: list[tuple[int, str, str]] = field(default_factory=list)
    """Message, the state seen before, the state seen now; only where it had changed."""
    states: dict[int, str] = field(default_factory=dict)
    """Message -> the state seen last."""


class Watcher(threading.Thread):
    """Watches until stopped; what it cannot see while the database is away it leaves out."""

    def __init__(self, system: System, watched: Watched) -> None:
        super().__init__(name="watcher", daemon=True)
        self._system = system
        self.watched = watched
        self.ended = threading.Event()

    def stop(self) -> None:
        self.ended.set()

    def run(self) -> None:
        while not self.ended.wait(EVERY_S):
            with contextlib.suppress(psycopg.Error):
                self.look()

    def look(self) -> None:
        """One sample. Raises psycopg.Error."""
        with self._system.database() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            (at,) = connection.execute("SELECT extract(epoch FROM p2p_now())").fetchone() or (0,)
            partition = {row[0]: row[1:] for row in connection.execute(_PARTITION)}
            holders = {row[0]: (row[1], float(str(row[2]))) for row in connection.execute(_HOLDERS)}
            states = dict(connection.execute(_STATES))
        self.watched.samples.append(Sample(float(str(at)), partition, holders))
        for message, state in states.items():
            before = self.watched.states.get(message)
            if before is not None and before != state:
                self.watched.moves.append((message, before, state))
        self.watched.states |= states
