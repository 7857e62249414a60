"""Repairs what a crash left, by query. Safe to run at any time, by many at once."""

from p2ptext.accounts import letters
from p2ptext.audience import batching, jobs, line_type_jobs, rounds, suppression, suppression_jobs
from p2ptext.background import transaction
from p2ptext.extensions import cursor
from p2ptext.texting import breakers, noticing, pass_jobs, pieces, shift_mail, stopping

# The lock's number is arbitrary; two sweeps at once would only do the same work twice.
LOCK = 7022027


def sweep() -> dict[str, int]:
    """Settle overdue attempts, return leases, send lost jobs again. Counts of what was repaired.

    All zero when another process is sweeping.
    """
    repaired = dict.fromkeys(
        ("unknown", "leases", "imports", "look_ups", "letters", "passes", "stopped", "closed", "paused"),
        0,
    )
    with transaction():
        sql = cursor()
        sql.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,))
        if not (sql.fetchone() or (False,))[0]:
            return repaired
        repaired |= {
            "unknown": settle_overdue(),
            "leases": batching.return_expired(),
            "imports": jobs.enqueue_waiting() + suppression_jobs.enqueue_waiting(),
            "look_ups": line_type_jobs.enqueue_waiting(),
            "letters": letters.enqueue_unsent(),
            "passes": pass_jobs.enqueue_waiting(),
        }
    # Transactions of their own: they lock recipients, and those come before any batch.
    with transaction():
        repaired["stopped"] = suppression.settle() + rounds.settle()
    with transaction():
        repaired["closed"] = stopping.close_waiting()
    with transaction():
        repaired["paused"] = breakers.watch()
    return repaired


def store_pieces() -> int:
    """Store long texts of which a piece has not come in time. How many."""
    with transaction():
        late = pieces.late()
    stored = 0
    for one in late:
        with transaction():
            stored += pieces.store_what_came(one)
    return stored


def notice_timing() -> int:
    """Look at the timing of people's clicks, for organizers to see. How many people were looked at."""
    with transaction():
        return noticing.notice()


def remind_of_shifts() -> dict[str, int]:
    """Ask for mails to whoever's shift begins soon. How many."""
    with transaction():
        return {"shifts": shift_mail.remind()}


def close_books() -> dict[str, int]:
    """Texts whose last receipt has not come for 72 hours get none any more. How many there were.

    Vonage gives up on a text after that time. A receipt that comes still is taken.
    """
    with transaction():
        sql = cursor()
        sql.execute(
            """UPDATE message SET state = 'no_receipt'
               WHERE campaign_id IN (SELECT id FROM campaign) AND state IN ('accepted', 'submitted')
                 AND coalesce(accepted_at, created_at) < (SELECT p2p_now()) - interval '72 hours'"""
        )
        return {"no_receipt": sql.rowcount}


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
