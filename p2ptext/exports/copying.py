"""Rows out of the database, a piece at a time, so that nobody else waits for them.

One transaction that only reads sees one moment, so the files of one export agree with each other. Inside
it every piece is a statement of its own, of some milliseconds, and the reader goes at a steady pace.
"""

import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from p2ptext.exports.columns import Table, statement
from p2ptext.extensions import connection, cursor, quick_connection

PIECE = 4_000
"""Ids in a piece: 70 ms of the database's work, of which planning is 1.5."""
FIRST = 100_000
QUICK, STEADY = 24_000, 18_000
"""Ids a second at most: of the first ones, for whose file somebody may wait, and of all others. A third to
half of what one processor could do, so that pages find it free; a machine that is slower rests less."""

# Every piece is found by look-ups of keys, at a cost that does not grow with the table. Left to itself the
# planner read all 100,000 recipients for each piece: 37 microseconds of processor a row, not 13.
PLAN = (
    "SET LOCAL enable_seqscan = off",
    "SET LOCAL enable_hashjoin = off",
    "SET LOCAL enable_mergejoin = off",
    "SET LOCAL enable_bitmapscan = off",
    "SET LOCAL enable_material = off",
    "SET LOCAL join_collapse_limit = 1",
)
# One export never takes two cores.
MANNERS = (
    "SET LOCAL jit = off",
    "SET LOCAL max_parallel_workers_per_gather = 0",
    "SET LOCAL work_mem = '16MB'",
    "SET LOCAL statement_timeout = '10min'",
)


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read through `cursor()` in the block is of one moment; nothing can be written."""
    with quick_connection():
        sql = cursor()
        sql.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for setting in MANNERS:
            sql.execute(setting)
        yield


def keys(table: Table, values: Mapping[str, Any]) -> "list[array[int]]":
    """The ids that are walked through, in their order and in pieces: 8 bytes each."""
    with connection().cursor(name="keys") as sql:
        sql.itersize = PIECE
        sql.execute(table.keys, values)
        return list(iter(lambda: array("q", (row[0] for row in sql.fetchmany(PIECE))), array("q")))


def cut(ids: "array[int]") -> "list[array[int]]":
    """These ids in pieces."""
    return [ids[start : start + PIECE] for start in range(0, len(ids), PIECE)]


def look_up_only() -> None:
    """From here on this transaction finds rows by their keys alone."""
    sql = cursor()
    for setting in PLAN:
        sql.execute(setting)


def lines(table: Table, ids: Sequence[int], *, guarded: bool) -> Iterator[bytes]:
    """The rows of these ids as lines of CSV, each with its end as RFC 4180 says."""
    with (
        cursor() as sql,
        sql.copy(statement(table, guarded=guarded), {**table.values, "ids": ids}) as copy,
    ):
        for line in copy:  # the server sends each row by itself
            yield bytes(line[:-1]) + b"\r\n"


def due_s(done: int) -> float:
    """How many seconds after the beginning so many ids should be done, and no sooner."""
    return min(done, FIRST) / QUICK + max(done - FIRST, 0) / STEADY


def rest(done: int, taken_s: float) -> None:
    """Leave the machine to others until so many ids are due; `taken_s` since the beginning."""
    time.sleep(max(due_s(done) - taken_s, 0.0))
