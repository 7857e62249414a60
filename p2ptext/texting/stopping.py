"""Stop means stop, in every campaign of the organization and for what is queued already."""

from p2ptext.audience.suppression import suppress
from p2ptext.extensions import cursor


def stop(recipient_id: int, reason: str, person_id: int | None) -> None:
    """Opt a recipient out: no text of theirs leaves any more, in any campaign of the organization.

    The recipient's row must be locked. Texts still in the outbox are blocked in this transaction, an
    answer to HELP among them: the one confirmation is all that may still leave.
    """
    suppress(recipient_id, reason, person_id)
    cursor().execute(
        """WITH blocked AS (
             UPDATE message SET reason = 'opted_out', settled_at = p2p_now(),
               -- What an organizer had sent once more may have arrived the first time.
               state = CASE WHEN resend_click_id IS NULL THEN 'blocked' ELSE 'unknown' END
             WHERE recipient_id = %(id)s AND state = 'queued' AND kind <> 'stop_confirmation'
             RETURNING id, kind, contact_id
           ), out AS (
             DELETE FROM outbox USING blocked WHERE outbox.message_id = blocked.id
           ), people AS (
             UPDATE contact SET state = 'ended', ended_reason = 'opted_out'
             FROM blocked WHERE contact.id = blocked.contact_id AND blocked.kind = 'first'
           )
           UPDATE conversation SET state = 'closed', closed_reason = 'opted_out', waiting_since = NULL,
             offered_at = NULL, offered_why = NULL, review_reason = NULL
           WHERE recipient_id = %(id)s AND (state = 'open' OR waiting_since IS NOT NULL)""",
        {"id": recipient_id},
    )


def close_waiting() -> int:
    """Close conversations that wait for an answer although their person came on the do-not-text list.

    Whoever is put on it by hand or by a file, rather than by their own words, leaves them behind:
    nobody may answer, so nobody shall be asked to. Returns how many people that concerns.
    """
    sql = cursor()
    sql.execute(
        """SELECT id FROM recipient WHERE suppressed_at IS NOT NULL AND id = ANY(ARRAY(
             SELECT recipient_id FROM conversation WHERE waiting_since IS NOT NULL))
           ORDER BY id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED"""
    )
    held = [row[0] for row in sql.fetchall()]
    sql.execute(
        """UPDATE conversation t SET state = 'closed', closed_reason = 'opted_out', waiting_since = NULL,
             offered_at = NULL, offered_why = NULL, review_reason = NULL
           FROM recipient r WHERE r.id = t.recipient_id AND r.suppressed_at IS NOT NULL
             AND t.recipient_id = ANY(%s) AND (t.state = 'open' OR t.waiting_since IS NOT NULL)""",
        (held,),
    )
    return len(held)
