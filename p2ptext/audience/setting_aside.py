"""Contacts whose list lacks a value that the first message needs: they end, and come back with it.

A card that cannot be written would lie in a batch for ever, shown to nobody. Ended, it is counted on
the campaign's page with its reason, and its batch can be finished.
"""

from collections.abc import Sequence

from p2ptext.audience import batching
from p2ptext.extensions import cursor

MISSING = "missing_value"


def set_aside(contact_ids: Sequence[int]) -> None:
    """End these contacts unless they were texted meanwhile; a click on one of them waits for this."""
    sql = cursor()
    ids = {"ids": list(contact_ids), "reason": MISSING}
    sql.execute(
        """SELECT r.id FROM recipient r JOIN contact c ON c.recipient_id = r.id WHERE c.id = ANY(%(ids)s)
           ORDER BY r.id FOR NO KEY UPDATE OF r""",
        ids,
    )
    sql.execute(
        """SELECT id FROM contact WHERE id = ANY(%(ids)s) AND state = 'ready'
           ORDER BY id FOR NO KEY UPDATE""",
        ids,
    )
    sql.execute(
        """UPDATE contact SET state = 'ended', ended_reason = %(reason)s, skipped_by = NULL
           WHERE id = ANY(%(ids)s) AND state = 'ready' RETURNING batch_id""",
        ids,
    )
    batching.finish_empty({row[0] for row in sql.fetchall() if row[0] is not None})


def bring_back(campaign_id: int) -> None:
    """The message is another one: those who were set aside are ready again, but for who opted out.

    Who still lacks a value is set aside again when their card comes up.
    """
    sql = cursor()
    values = {"campaign": campaign_id, "reason": MISSING}
    sql.execute(
        """SELECT r.id FROM recipient r JOIN contact c ON c.recipient_id = r.id
           WHERE c.campaign_id = %(campaign)s AND c.state = 'ended' AND c.ended_reason = %(reason)s
           ORDER BY r.id FOR NO KEY UPDATE OF r""",
        values,
    )
    if not sql.fetchall():
        return
    sql.execute(
        """WITH back AS (
             SELECT c.id FROM contact c JOIN recipient r ON r.id = c.recipient_id
             WHERE c.campaign_id = %(campaign)s AND c.state = 'ended' AND c.ended_reason = %(reason)s
               AND r.suppressed_at IS NULL
             ORDER BY c.id FOR NO KEY UPDATE OF c
           )
           UPDATE contact SET state = 'ready', ended_reason = NULL FROM back WHERE contact.id = back.id
           RETURNING contact.batch_id""",
        values,
    )
    batching.reopen_all(sorted({row[0] for row in sql.fetchall() if row[0] is not None}))
