"""The sums follow the rows: whose rows changed is noted by triggers, and here they are counted again.

A change and its note are committed together, and so are taking notes and moving the sums: nothing is
lost by a crash, counted twice, or seen half done. One process at a time counts; others go on with what
is counted.
"""

import time
from datetime import datetime

from p2ptext.background import transaction
from p2ptext.counting import budgets, charges, facts, presses
from p2ptext.extensions import cursor, quick_connection

LOCK = 7022077
"""The counting's own advisory lock; the number is arbitrary."""
AT_ONCE = 2000
"""Notes taken in one transaction: some tens of milliseconds of work."""
LONGEST_S = 8.0
"""How long one round of the chore goes on, while others of the dispatcher's chores wait."""
MOST_LOOKED_AT = 20_000
"""Notes left over are not counted further than this."""

# The order of the notes says nothing, so no index is kept for them. Rows that are dead already are
# passed over page by page, until the vacuum has taken them away.
_TAKE = """
WITH taken AS (
  DELETE FROM changed_contact
  WHERE ctid = ANY(ARRAY(SELECT ctid FROM changed_contact LIMIT %(most)s)) RETURNING contact_id
)
SELECT count(*), array_agg(DISTINCT contact_id) FROM taken
"""
_STAMP = """
INSERT INTO counted (one, at, left_over)
VALUES (true, CASE WHEN %(left)s = 0 THEN %(at)s::timestamptz END, %(left)s)
ON CONFLICT (one) DO UPDATE
SET left_over = excluded.left_over, at = coalesce(excluded.at, counted.at)
"""


def catch_up(most: int = AT_ONCE) -> bool:
    """Count the contacts of up to `most` noted changes again; whether no change is left after that.

    False too when another process counts just now: this waits for nobody. In a transaction of its own,
    beside the one that may be open, of which it sees nothing that is not committed.
    """
    with quick_connection():
        began = _begin()
        if began is None:
            return False
        sql = cursor()
        taken, ids = sql.execute(_TAKE, {"most": most}, prepare=False).fetchone() or (0, None)
        if ids:
            # A later statement than the one that took the notes: it sees what they are about.
            facts.recompute(ids)
        left = _left_over() if taken == most else 0
        sql.execute(_STAMP, {"at": began, "left": left}, prepare=False)
        return left == 0


def _begin() -> datetime | None:
    """Take the lock; the moment until which everything committed will have been counted, or None."""
    sql = cursor()
    # What a crash of the database takes back is counted again: nobody has to wait for the disk.
    sql.execute("SET LOCAL synchronous_commit = off", prepare=False)
    row = sql.execute(
        "SELECT pg_try_advisory_xact_lock(%s), p2p_now()", (LOCK,), prepare=False
    ).fetchone()
    held, began = row or (False, None)
    return began if held else None


def _left_over() -> int:
    found = cursor().execute(
        "SELECT count(*) FROM (SELECT 1 FROM changed_contact LIMIT %s) notes",
        (MOST_LOOKED_AT,),
        prepare=False,
    )
    return int((found.fetchone() or (0,))[0])


def keep_up() -> dict[str, int]:
    """What the dispatcher does every second: count until nothing is left, or for some seconds.

    Says in how many steps.
    """
    until = time.monotonic() + LONGEST_S
    steps = 1
    while not catch_up() and time.monotonic() < until and _waits():
        steps += 1
    folded = charges.fold()
    return {"counted": steps, "folded": folded}


def _waits() -> bool:
    """Whether it is worth another step: notes are left, and nobody else counts them."""
    with quick_connection():
        row = (
            cursor()
            .execute(
                "SELECT pg_try_advisory_xact_lock(%s) AND EXISTS (SELECT 1 FROM changed_contact)",
                (LOCK,),
                prepare=False,
            )
            .fetchone()
        )
        return bool(row and row[0])


def mind_budgets() -> int:
    """Pause campaigns that have used up their budgets. How many."""
    with transaction():
        return budgets.stop_used_up()


CHORES = ((1.0, keep_up), (5.0, mind_budgets), (10.0, presses.count))
"""Seconds between two times, and what is done."""
