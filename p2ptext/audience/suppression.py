"""Stop means stop: who must not be texted, and the history of it.

A recipient's row lock is where sending and stopping meet. Whoever texts or stops takes it first and
checks in the statement after it; then nothing can slip between. The order of locks is recipient,
contact, batch, everywhere.
"""

from p2ptext.errors import NotFound
from p2ptext.extensions import cursor


def lock_recipient(recipient_id: int) -> bool:
    """Hold this recipient until the transaction ends. Returns whether they are suppressed.

    Raises NotFound. The lock leaves the key alone (NO KEY UPDATE): an import that makes contacts
    of a million recipients shares their keys for seconds, and a STOP must not wait for it.
    """
    sql = cursor()
    sql.execute(
        "SELECT suppressed_at IS NOT NULL FROM recipient WHERE id = %s FOR NO KEY UPDATE",
        (recipient_id,),
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return bool(row[0])


def suppress(recipient_id: int, reason: str, person_id: int | None) -> bool:
    """Never text this recipient again, in any campaign of the organization.

    `reason` is kept for people to read; `person_id` is None when the recipient's own words or the
    carrier did it. Contacts not yet texted end. Returns False when they were suppressed already;
    that is no news and makes no history.
    """
    sql = cursor()
    sql.execute(
        """UPDATE recipient SET suppressed_at = p2p_now(), suppressed_reason = %s
           WHERE id = %s AND suppressed_at IS NULL""",
        (reason, recipient_id),
    )
    if not sql.rowcount:
        return False
    _remember(recipient_id, "added", reason, person_id)
    sql.execute(
        """UPDATE contact SET state = 'ended', ended_reason = 'opted_out'
           WHERE recipient_id = %s AND state = 'ready'""",
        (recipient_id,),
    )
    return True


def lift(recipient_id: int, reason: str, person_id: int | None) -> bool:
    """Allow texts to this recipient again. Returns False when nothing stood against it.

    Contacts that ended stay ended: what the person wants now is asked anew, not resumed.
    """
    sql = cursor()
    sql.execute(
        """UPDATE recipient SET suppressed_at = NULL, suppressed_reason = NULL
           WHERE id = %s AND suppressed_at IS NOT NULL""",
        (recipient_id,),
    )
    if not sql.rowcount:
        return False
    _remember(recipient_id, "lifted", reason, person_id)
    return True


def _remember(recipient_id: int, action: str, reason: str, person_id: int | None) -> None:
    cursor().execute(
        """INSERT INTO suppression_event (organization_id, recipient_id, action, reason, person_id)
           SELECT organization_id, id, %s, %s, %s FROM recipient WHERE id = %s""",
        (action, reason, person_id, recipient_id),
    )
