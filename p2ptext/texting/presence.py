"""Who is on shift: whose page was open within the last two minutes, until they say that they are done.

Open pages give a sign of life every few seconds and clicks come many a second, so a process writes each
person down at most every half minute, and many people in one statement.
"""

import threading
import time
from collections.abc import Callable

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from p2ptext.connections import Statement
from p2ptext.extensions import cursor, log, quick

ON_SHIFT_S = 120
"""Seconds without a sign of life after which somebody is not on shift any more."""
EVERY_S = 30.0
"""A person's signs of life within this time are one row's write."""
TOGETHER_S = 2.0
"""Signs of open pages wait this long for those of others."""
SHIFT_GAP_MIN = 15
"""An absence of this many minutes ends a shift: coming back begins another."""
MOST_KNOWN = 10_000
"""People a process remembers to have written down; then it forgets all of them and writes once more."""

Who = tuple[int, int]
"""Organization and person."""

_BEGINS = f"""p.seen_at < p2p_now() - interval '{SHIFT_GAP_MIN} minutes'"""
# Rows in one order, so that two processes never wait for each other.
_SEEN = Statement(
    "note_presence",
    f"""INSERT INTO presence AS p (organization_id, person_id)
        SELECT m.organization_id, m.person_id FROM unnest($1::int[], $2::int[]) AS a (org, person)
        JOIN membership m ON m.organization_id = a.org AND m.person_id = a.person AND m.status = 'active'
        ORDER BY 1, 2
        ON CONFLICT (organization_id, person_id) DO UPDATE SET seen_at = p2p_now(),
          began_at = CASE WHEN {_BEGINS} THEN p2p_now() ELSE p.began_at END,
          done_at = CASE WHEN {_BEGINS} THEN NULL ELSE p.done_at END""",
)
_CAME_BACK = Statement(
    "note_deeds",
    """UPDATE presence p SET began_at = p2p_now(), done_at = NULL
       FROM (SELECT q.organization_id, q.person_id FROM presence q
             JOIN unnest($1::int[], $2::int[]) AS a (org, person)
               ON q.organization_id = a.org AND q.person_id = a.person
             WHERE q.done_at IS NOT NULL ORDER BY 1, 2 FOR UPDATE OF q) AS back
       WHERE p.organization_id = back.organization_id AND p.person_id = back.person_id""",
)
_MINUTE = Statement(
    "note_shift_minute",
    """INSERT INTO shift_minute (organization_id, minute)
       SELECT DISTINCT p.organization_id, date_trunc('minute', p2p_now())
       FROM presence p JOIN unnest($1::int[], $2::int[]) AS a (org, person)
         ON p.organization_id = a.org AND p.person_id = a.person
       WHERE p.done_at IS NULL ORDER BY 1
       ON CONFLICT DO NOTHING""",
)


class Signs:
    """The signs of life that one process has seen, and which of them still have to be written down."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen_at: dict[Who, float] = {}
        self._did_at: dict[Who, float] = {}
        self._open: set[Who] = set()
        self._deeds: set[Who] = set()
        self._wrote_at = clock() - TOGETHER_S
        self._lock = threading.Lock()

    def seen(self, organization_id: int, person_id: int) -> None:
        """A page of theirs is open."""
        who, now = (organization_id, person_id), self._clock()
        with self._lock:
            if self._is_new(self._seen_at, who, now):
                self._open.add(who)
        self._write(now, TOGETHER_S)

    def did(self, organization_id: int, person_id: int) -> None:
        """They did something: whoever was done is on shift again."""
        who, now = (organization_id, person_id), self._clock()
        with self._lock:
            if self._is_new(self._did_at, who, now):
                self._seen_at[who] = now
                self._deeds.add(who)
        self._write(now, 0.0)

    def forget(self, organization_id: int, person_id: int) -> None:
        """Their next deed is written down, however short the time since the last."""
        with self._lock:
            self._did_at.pop((organization_id, person_id), None)
            self._deeds.discard((organization_id, person_id))

    def _is_new(self, known: dict[Who, float], who: Who, now: float) -> bool:
        if now - known.get(who, -EVERY_S) < EVERY_S:
            return False
        if len(known) >= MOST_KNOWN:
            known.clear()
        known[who] = now
        return True

    def _write(self, now: float, patience_s: float) -> None:
        with self._lock:
            if not (self._open or self._deeds) or now - self._wrote_at < patience_s:
                return
            self._wrote_at = now
            deeds, people = self._deeds, self._open | self._deeds
            self._open, self._deeds = set(), set()
        try:
            write(people, deeds)
        except (psycopg.Error, SQLAlchemyError, OSError) as error:
            # Who is there matters less than what they came to do. The next half minute tells again.
            log.warning("presence_not_noted", error=type(error).__name__)


SIGNS = Signs()


def write(people: set[Who], deeds: set[Who]) -> None:
    """Write down that these people are there, and that those of them in `deeds` did something.

    Each statement is a transaction of its own, on a connection beside the session's. Raises the
    driver's errors.
    """
    with quick.pool.connection() as connection:
        connection.run(_SEEN, _columns(people))
        if deeds:
            connection.run(_CAME_BACK, _columns(deeds))
        connection.run(_MINUTE, _columns(people))


def _columns(people: set[Who]) -> tuple[list[int], list[int]]:
    return [who[0] for who in people], [who[1] for who in people]


def leave(organization_id: int, person_id: int) -> None:
    """They are done: not on shift until they do something, however long their page stays open."""
    SIGNS.forget(organization_id, person_id)
    cursor().execute(
        """INSERT INTO presence (organization_id, person_id, done_at) VALUES (%s, %s, p2p_now())
           ON CONFLICT (organization_id, person_id) DO UPDATE SET seen_at = p2p_now(),
             done_at = coalesce(presence.done_at, p2p_now())""",
        (organization_id, person_id),
    )


ON_SHIFT = f"""p.done_at IS NULL AND p.seen_at > (SELECT p2p_now()) - interval '{ON_SHIFT_S} seconds'"""
"""SQL: whether the presence `p` is one of somebody on shift."""


def on_shift(organization_id: int, *, but: int = 0) -> int:
    """How many active members are on shift, without the person `but`."""
    sql = cursor()
    sql.execute(
        f"""SELECT count(*) FROM presence p
            JOIN membership m ON m.organization_id = p.organization_id AND m.person_id = p.person_id
              AND m.status = 'active'
            WHERE p.organization_id = %s AND p.person_id <> %s AND {ON_SHIFT}""",
        (organization_id, but),
    )
    return int((sql.fetchone() or (0,))[0])
