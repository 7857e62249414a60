"""What waits to leave: how it is taken back, given up, or put back to be tried again."""

from p2ptext.audience import batching, rounds
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor

URGENCY = {"stop_confirmation": 0, "help": 0, "reply": 1, "first": 2}
"""Of the kinds of message; the smaller leaves first."""
_URGENCY_JSON = str(URGENCY).replace("'", '"')


def lock_recipient(message_id: int) -> bool:
    """Take the lock at which sending and stopping meet. False when there is no such message."""
    found = cursor().execute(
        """SELECT r.id FROM message m JOIN recipient r ON r.id = m.recipient_id
           WHERE m.id = %s FOR NO KEY UPDATE OF r""",
        (message_id,),
    )
    return found.fetchone() is not None


def put_back(message_id: int, seconds: float) -> None:
    """Have a message that certainly did not leave tried again in `seconds` and up to a quarter more, so
    that those of one bad moment do not all come back in another.

    One that counts as unknown only because the news came late is among them, unless it was sent once more.
    Not while another of its calls may have left: news of the first call can come during the second.
    """
    cursor().execute(
        """WITH back AS (UPDATE message SET state = 'queued' WHERE id = %(id)s
               AND (state = 'sending' OR state = 'unknown' AND resend_click_id IS NULL)
               AND NOT EXISTS (SELECT 1 FROM attempt t WHERE t.message_id = message.id
                 AND (t.outcome IS NULL OR t.outcome IN ('accepted', 'unknown'))
                 AND (t.click_id IS NULL) = (message.resend_click_id IS NULL))
             RETURNING id, organization_id, kind, number_id, segments)
           INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id, segments, closes_at)
           SELECT id, organization_id, (%(urgency)s::jsonb ->> kind)::int,
             p2p_now() + make_interval(secs => %(seconds)s * (1 + random() / 4)), number_id, segments,
             p2p_now() + make_interval(secs => %(seconds)s) FROM back""",
        {"id": message_id, "seconds": seconds, "urgency": _URGENCY_JSON},
    )


def undo(organization_id: int, person_id: int, message_id: int) -> None:
    """Take a text back that has not left. Raises Refused when it is on its way, NotFound when not theirs."""
    sql = cursor()
    sql.execute(
        """SELECT r.id FROM message m JOIN recipient r ON r.id = m.recipient_id
           WHERE m.id = %s AND m.organization_id = %s AND m.person_id = %s FOR NO KEY UPDATE OF r""",
        (message_id, organization_id, person_id),
    )
    if sql.fetchone() is None:
        raise NotFound
    sql.execute("SELECT state FROM message WHERE id = %s", (message_id,))
    (state,) = sql.fetchone() or ("",)
    if state == "cancelled":
        return
    if state != "queued":
        raise Refused("already_on_its_way", "Already on its way.")
    take_out(message_id, "cancelled", "undone")


def take_out(message_id: int, state: str, reason: str) -> None:
    """End a queued message that never left, and give its contact back to be texted.

    One that an organizer had sent once more is unknown again: nobody can say of its first attempt that
    it never left. The recipient's row must be locked by this transaction.
    """
    sql = cursor()
    sql.execute("DELETE FROM outbox WHERE message_id = %s", (message_id,))
    sql.execute(
        """UPDATE message SET reason = %s, state = CASE WHEN resend_click_id IS NULL THEN %s ELSE 'unknown' END,
             settled_at = CASE WHEN resend_click_id IS NULL THEN p2p_now() END WHERE id = %s
           RETURNING CASE WHEN resend_click_id IS NULL THEN kind END, contact_id, conversation_id,
             waited_since""",
        (reason, state, message_id),
    )
    kind, contact_id, conversation_id, waited_since = sql.fetchone() or ("", None, None, None)
    if contact_id is not None and kind == "first":
        give_contact_back(contact_id)
    elif kind == "reply":
        # The person waits as they did; who has written again meanwhile, since the earlier of the two.
        sql.execute(
            """UPDATE conversation SET waiting_since = least(waiting_since, %s)
               WHERE id = %s AND state = 'open'""",
            (waited_since, conversation_id),
        )


def wait_again(message_id: int) -> None:
    """Have the person wait as before for an answer that left and did not reach them.

    Not when the conversation is closed, or another answer has gone out since. Other kinds of message
    change nothing. The recipient's row must be locked by this transaction.
    """
    cursor().execute(
        """UPDATE conversation t SET waiting_since = least(t.waiting_since, m.waited_since)
           FROM message m
           WHERE m.id = %s AND m.kind = 'reply' AND t.id = m.conversation_id AND t.state = 'open'
             AND NOT EXISTS (SELECT 1 FROM message later
               WHERE later.conversation_id = t.id AND later.kind = 'reply' AND later.id > m.id
                 AND later.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent', 'rejected',
                   'undeliverable'))""",
        (message_id,),
    )


def give_contact_back(contact_id: int) -> None:
    """Make a contact whose text never left ready again; a finished batch opens again for it.

    Who opted out meanwhile, or was erased, is not texted again: then the contact ends. Who answered
    the round before meanwhile is not texted again in this one.
    """
    sql = cursor()
    sql.execute(
        f"""UPDATE contact c SET ended_reason = r.forbids,
             state = CASE WHEN r.forbids IS NOT NULL THEN 'ended'
                          WHEN {rounds.ROUND_IS_OVER} THEN 'texted' ELSE 'ready' END,
             round = CASE WHEN r.forbids IS NULL AND {rounds.ROUND_IS_OVER} THEN c.round - 1
                          ELSE c.round END
           FROM (SELECT id, CASE WHEN suppressed_at IS NOT NULL THEN 'opted_out'
                                 WHEN phone IS NULL THEN 'erased' END AS forbids FROM recipient) AS r
           WHERE r.id = c.recipient_id AND c.id = %s
           RETURNING CASE WHEN c.state = 'ready' THEN c.batch_id END""",
        (contact_id,),
    )
    (batch_id,) = sql.fetchone() or (None,)
    if batch_id is not None:
        batching.reopen(batch_id)
    # What they have is the text of whoever sent it: replies to it come back there.
    sql.execute(
        """UPDATE conversation t SET person_id = m.person_id, number_id = m.number_id FROM message m
           WHERE t.contact_id = %(contact)s AND m.contact_id = t.contact_id AND m.kind = 'first'
             AND m.id = (SELECT id FROM message WHERE contact_id = %(contact)s AND kind = 'first'
                           AND state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')
                         ORDER BY round DESC LIMIT 1)""",
        {"contact": contact_id},
    )
