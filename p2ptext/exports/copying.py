"""Rows out of the database, a piece at a time, so that nobody else waits for them.

One transaction that only reads sees one moment, so the files of one export agree with each other. Inside
it every piece is a statement of its own, of some milliseconds, and the reader rests after each.
"""

import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from p2ptext.exports.columns import Table, statement
from p2ptext.extensions import connection, cursor, quick_connection

PIECE = 2_000
"""Ids in a piece: 40 ms of the database's work on 2 busy cores."""
HURRY_S = 5.0
"""A file that is made in so many seconds is waited for."""
REST, REST_LATER = 0.1, 0.6
"""How long to rest after a piece, for each second it took: while somebody may wait, and afterwards."""
LONGEST_REST_S = 0.5

# Every piece is found by look-ups of keys, at a cost that does not grow with the table. Left to itself the
# planner read all 100,000 recipients for each 2,000 contacts: 37 microseconds of processor a row, not 13.
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


def keys(table: Table, values: Mapping[str, Any]) -> "array[int]":
    """The ids that are walked through, in their order: 8 bytes each."""
    found = array("q")
    with connection().cursor(name="keys") as sql:
        sql.itersize = 10_000
        sql.execute(table.keys, values)
        found.extend(row[0] for row in sql)
    return found


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


def rest(worked_s: float, before_s: float) -> None:
    """Leave the machine to others for a while, after so many seconds of work and `before_s` before them."""
    share = REST if before_s < HURRY_S else REST_LATER
    time.sleep(min(worked_s * share, LONGEST_REST_S))
