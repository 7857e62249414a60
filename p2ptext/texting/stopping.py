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
             UPDATE message SET state = 'blocked', reason = 'opted_out', settled_at = p2p_now()
             WHERE recipient_id = %(id)s AND state = 'queued' AND kind <> 'stop_confirmation'
             RETURNING id, kind, contact_id
           ), out AS (
             DELETE FROM outbox USING blocked WHERE outbox.message_id = blocked.id
           ), people AS (
             UPDATE contact SET state = 'ended', ended_reason = 'opted_out'
             FROM blocked WHERE contact.id = blocked.contact_id AND blocked.kind = 'first'
           )
           UPDATE conversation SET state = 'closed', closed_reason = 'opted_out', waiting_since = NULL,
             review_reason = NULL
           WHERE recipient_id = %(id)s AND (state = 'open' OR waiting_since IS NOT NULL)""",
        {"id": recipient_id},
    )
