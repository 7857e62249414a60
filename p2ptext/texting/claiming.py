"""Which due messages leave next: the most urgent, of those the ones whose hours end soonest."""

from p2ptext.extensions import cursor
from p2ptext.texting import pacing

CLAIM_S = 30
"""Seconds a claimed message waits for its dispatcher before another may claim it."""


def claim(most: int) -> list[int]:
    """Claim up to `most` due messages that pacing lets leave now; their permits are taken.

    A permit of a message that does not leave after all is lost.
    """
    most = min(most, pacing.open_bucket())
    if most <= 0:
        return []
    sql = cursor()
    sql.execute(
        """WITH due AS (
              SELECT message_id FROM outbox
              WHERE due_at <= (SELECT p2p_now())
                AND (claimed_until IS NULL OR claimed_until < (SELECT p2p_now()))
              ORDER BY urgency, closes_at, due_at LIMIT %s FOR UPDATE SKIP LOCKED)
            UPDATE outbox o SET claimed_until = p2p_now() + make_interval(secs => %s)
            FROM due WHERE o.message_id = due.message_id
            RETURNING o.message_id, o.urgency, o.closes_at, o.due_at""",
        (most, CLAIM_S),
    )
    claimed = sorted(sql.fetchall(), key=lambda row: (row[1], row[2] or row[3], row[3]))
    pacing.take(len(claimed))
    return [row[0] for row in claimed]
