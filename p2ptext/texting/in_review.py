"""Texts that may ask to stop and wait for a decision: until then nothing leaves to their sender."""

from p2ptext.extensions import cursor

_UNDECIDED = """i.tier = 'review' AND i.intent <> 'wrong_number' AND i.undone_at IS NULL
    AND i.received_at > coalesce((SELECT max(e.at) FROM suppression_event e
      WHERE e.recipient_id = i.recipient_id AND e.action = 'lifted'), '-infinity')"""
# What was written before somebody's texts were last allowed again has had its time.
HOLDS = f"""(EXISTS (SELECT 1 FROM conversation x
      WHERE x.recipient_id = r.id AND x.review_reason IS NOT NULL)
  OR EXISTS (SELECT 1 FROM inbound_text i
      WHERE i.recipient_id = r.id AND i.conversation_id IS NULL AND i.dealt_with_at IS NULL
        AND {_UNDECIDED}))"""
"""A condition on the recipient `r`: nothing may leave to them, in any campaign, until somebody decides."""


def settle_lock(conversation_id: int) -> bool:
    """Lock a conversation by the newest of its texts that waits for a decision; open it if none does.

    Returns whether it is locked. The recipient's row must be locked.
    """
    sql = cursor()
    sql.execute(
        f"""UPDATE conversation t SET review_reason = (
              SELECT i.verdict_reason FROM inbound_text i WHERE i.conversation_id = t.id AND {_UNDECIDED}
              ORDER BY i.id DESC LIMIT 1)
            WHERE t.id = %s RETURNING t.review_reason IS NOT NULL""",
        (conversation_id,),
    )
    (locked,) = sql.fetchone() or (False,)
    return bool(locked)
