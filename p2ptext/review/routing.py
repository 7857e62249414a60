"""A text that fitted no conversation is put into one by a person: only there can anybody answer it."""

from p2ptext.accounts import auditing
from p2ptext.audience import rounds, suppression
from p2ptext.background import hint
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor
from p2ptext.texting import in_review, live


def route(organization_id: int, inbound_id: int, conversation_id: int, person_id: int) -> bool:
    """Put a text into a conversation with whoever wrote it; it counts there as if it had come in so.

    It waits for an answer, unless they are opted out. False when somebody has dealt with it before. Raises
    NotFound, and Refused (somebody_else) where that is no conversation with them.
    """
    sql = cursor()
    sql.execute(
        """SELECT i.recipient_id, t.recipient_id, t.person_id, t.contact_id
           FROM inbound_text i
           LEFT JOIN conversation t ON t.organization_id = i.organization_id AND t.id = %s
           WHERE i.id = %s AND i.organization_id = %s""",
        (conversation_id, inbound_id, organization_id),
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    sender_id, recipient_id, owner_id, contact_id = row
    if recipient_id is None or sender_id != recipient_id:
        raise Refused(
            "somebody_else", "This is no conversation with whoever wrote it. Choose one of theirs."
        )
    suppression.lock_recipient(recipient_id)
    sql.execute(
        """UPDATE inbound_text SET conversation_id = %s, dealt_with_at = p2p_now(), dealt_with_by = %s
           WHERE id = %s AND conversation_id IS NULL AND dealt_with_at IS NULL""",
        (conversation_id, person_id, inbound_id),
    )
    if sql.rowcount == 0:
        return False
    rounds.heard(contact_id)
    _let_it_wait(inbound_id, conversation_id)
    in_review.settle_lock(conversation_id)
    auditing.record("text_routed", f"conversation {conversation_id}", inbound_text=inbound_id)
    hint(live.person_channel(organization_id, owner_id), f"reply {conversation_id}")
    return True


def _let_it_wait(inbound_id: int, conversation_id: int) -> None:
    """As take_inbound does for a text whose conversation it finds by itself."""
    cursor().execute(
        """UPDATE conversation t SET set_aside_at = NULL,
             last_inbound_id = CASE WHEN i.kind = 'text' THEN greatest(t.last_inbound_id, i.id)
                                    WHEN i.kind = 'auto_reply' THEN coalesce(t.last_inbound_id, i.id)
                                    ELSE t.last_inbound_id END,
             state = CASE WHEN asks THEN 'open' ELSE t.state END,
             closed_reason = CASE WHEN asks THEN NULL ELSE t.closed_reason END,
             waiting_since = CASE WHEN asks THEN least(t.waiting_since, i.received_at)
                                  ELSE t.waiting_since END
           FROM (SELECT i.*, i.kind = 'text' AND i.tier <> 'auto' AND r.suppressed_at IS NULL AS asks
                 FROM inbound_text i JOIN recipient r ON r.id = i.recipient_id WHERE i.id = %s) i
           WHERE t.id = %s""",
        (inbound_id, conversation_id),
    )
