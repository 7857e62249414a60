"""Repairs what a crash left, by query. Safe to run at any time, by many at once."""

from p2ptext.accounts import letters
from p2ptext.audience import batching, jobs
from p2ptext.background import transaction
from p2ptext.extensions import cursor

# The lock's number is arbitrary; two sweeps at once would only do the same work twice.
LOCK = 7022027


def sweep() -> dict[str, int]:
    """Settle overdue attempts, return leases, send lost jobs again. Counts of what was repaired.

    All zero when another process is sweeping.
    """
    with transaction():
        sql = cursor()
        sql.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,))
        if not (sql.fetchone() or (False,))[0]:
            return {"unknown": 0, "leases": 0, "stopped": 0, "imports": 0, "letters": 0}
        return {
            "unknown": settle_overdue(),
            "leases": batching.return_expired(),
            "stopped": end_opted_out(),
            "imports": jobs.enqueue_waiting(),
            "letters": letters.enqueue_unsent(),
        }


def end_opted_out() -> int:
    """End contacts of people who opted out while a list that names them was being read.

    The import did not see the opt-out, nor the opt-out the contacts. No text could leave to them, but
    they would wait in a batch for ever. The latest opt-outs are enough: an import takes minutes.
    """
    sql = cursor()
    sql.execute(
        """WITH late AS (
             SELECT c.id FROM (SELECT recipient_id FROM suppression_event ORDER BY id DESC LIMIT 2000) e
             JOIN recipient r ON r.id = e.recipient_id AND r.suppressed_at IS NOT NULL
             JOIN contact c ON c.recipient_id = r.id AND c.state = 'ready'
             FOR UPDATE OF c SKIP LOCKED
           )
           UPDATE contact SET state = 'ended', ended_reason = 'opted_out' FROM late
           WHERE contact.id = late.id"""
    )
    return sql.rowcount


def settle_overdue() -> int:
    """Attempts whose process vanished: half a minute past their deadline they are unknown.

    Nobody knows whether the carrier has the text, so it is never sent again by itself.
    """
    sql = cursor()
    sql.execute(
        """WITH overdue AS (
             UPDATE attempt SET outcome = 'unknown', finished_at = p2p_now(), detail = 'the process vanished'
             WHERE outcome IS NULL AND deadline_at < (SELECT p2p_now()) - interval '30 seconds'
             RETURNING message_id
           )
           UPDATE message SET state = 'unknown' FROM overdue
           WHERE message.id = overdue.message_id AND message.state = 'sending' RETURNING message.id"""
    )
    return len(sql.fetchall())
