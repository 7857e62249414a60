"""An organizer decides what the rules could not: whether a reply asks to stop.

Every decision is made under the recipient's lock, where sending and stopping meet.
"""

from p2ptext.accounts import auditing
from p2ptext.audience import suppression
from p2ptext.background import hint
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor
from p2ptext.texting import in_review
from p2ptext.texting.stopping import stop

REASON = "opted out by an organizer"
LONGEST_REASON = 200


def opt_out(organization_id: int, conversation_id: int, person_id: int) -> None:
    """They asked to stop: nothing more leaves to them, in any campaign. Raises NotFound."""
    recipient_id, owner_id = _find(organization_id, conversation_id)
    suppression.lock_recipient(recipient_id)
    stop(recipient_id, REASON, person_id)
    auditing.record("conversation_opted_out", f"conversation {conversation_id}")
    _tell(organization_id, owner_id, conversation_id)


def clear_review(
    organization_id: int, conversation_id: int, last_inbound_id: int, person_id: int, reason: str
) -> bool:
    """They did not ask to stop: the volunteer may answer. False when somebody decided before.

    `last_inbound_id` is the newest text the organizer has seen, `reason` why it is no request to stop.
    Raises NotFound, and Refused: empty without a reason, newer_reply when they have written since.
    """
    recipient_id, owner_id = _find(organization_id, conversation_id)
    reason = " ".join(reason.replace("\x00", "").split())[:LONGEST_REASON]
    if not reason:
        raise Refused("empty", "Say in a few words why it is no request to stop.")
    suppression.lock_recipient(recipient_id)
    sql = cursor()
    sql.execute(
        "SELECT review_reason IS NOT NULL, last_inbound_id FROM conversation WHERE id = %s",
        (conversation_id,),
    )
    waits, newest = sql.fetchone() or (False, None)
    if not waits:
        return False
    if newest != last_inbound_id:
        raise Refused("newer_reply", "They have written again. Read it first, then decide.")
    sql.execute(
        """UPDATE inbound_text SET undone_at = p2p_now(), undone_by = %s, undone_reason = %s
           WHERE conversation_id = %s AND id <= %s AND tier = 'review' AND undone_at IS NULL""",
        (person_id, reason, conversation_id, last_inbound_id),
    )
    in_review.settle_lock(conversation_id)
    auditing.record("conversation_review_cleared", f"conversation {conversation_id}", reason=reason)
    _tell(organization_id, owner_id, conversation_id)
    return True


def opt_out_sender(organization_id: int, inbound_id: int, person_id: int) -> None:
    """Opt out whoever wrote a text that belongs to no conversation.

    Raises NotFound, also for senders that are no phones: those are never texted.
    """
    sql = cursor()
    sql.execute(
        "SELECT recipient_id FROM inbound_text WHERE id = %s AND organization_id = %s",
        (inbound_id, organization_id),
    )
    (recipient_id,) = sql.fetchone() or (None,)
    if recipient_id is None:
        raise NotFound
    suppression.lock_recipient(recipient_id)
    stop(recipient_id, REASON, person_id)
    auditing.record("sender_opted_out", f"inbound text {inbound_id}")


def dealt_with(organization_id: int, inbound_id: int, person_id: int) -> bool:
    """An organizer has done with a text that belongs to no conversation. False when somebody had before.

    Raises NotFound.
    """
    sql = cursor()
    sql.execute(
        """UPDATE inbound_text SET dealt_with_at = p2p_now(), dealt_with_by = %s
           WHERE id = %s AND organization_id = %s AND conversation_id IS NULL AND dealt_with_at IS NULL""",
        (person_id, inbound_id, organization_id),
    )
    if sql.rowcount:
        auditing.record("sender_dealt_with", f"inbound text {inbound_id}")
        return True
    sql.execute(
        """SELECT 1 FROM inbound_text
           WHERE id = %s AND organization_id = %s AND conversation_id IS NULL""",
        (inbound_id, organization_id),
    )
    if sql.fetchone() is None:
        raise NotFound
    return False


def _find(organization_id: int, conversation_id: int) -> tuple[int, int]:
    """Whose conversation it is: the recipient, and the volunteer who answers them."""
    sql = cursor()
    sql.execute(
        "SELECT recipient_id, person_id FROM conversation WHERE id = %s AND organization_id = %s",
        (conversation_id, organization_id),
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return int(row[0]), int(row[1])


def _tell(organization_id: int, owner_id: int, conversation_id: int) -> None:
    hint(f"hints:{organization_id}:{owner_id}", f"reply {conversation_id}")
