"""What ends a person's waiting without an answer: nothing needs one, later will do, or they want no more."""

from p2ptext.conversations import reminders, reviewing, rights
from p2ptext.conversations.answering import in_review
from p2ptext.conversations.rights import Standing
from p2ptext.extensions import cursor
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.stopping import stop


def opt_out(who: Clicker, conversation_id: int) -> Standing:
    """They are opted out, as they asked in words, and nothing is sent to them, this answer included.

    Confirms at once what the rules left for a person to decide. Raises NotFound, and Refused (handed_over).
    """
    standing = rights.lock(who, conversation_id)
    theirs = standing.owner_id == who.person_id
    reason = "opted out by the volunteer" if theirs else reviewing.REASON
    stop(standing.recipient_id, reason, who.person_id)
    reminders.drop(conversation_id, who.person_id)
    return standing


def close(who: Clicker, conversation_id: int) -> Standing:
    """No reply is needed. It opens again by itself when they write again.

    Raises NotFound, and Refused: handed_over, or in_review while a text that may ask to stop waits for a
    decision.
    """
    standing = rights.lock(who, conversation_id)
    sql = cursor()
    sql.execute("SELECT review_reason FROM conversation WHERE id = %s", (conversation_id,))
    if (sql.fetchone() or (None,))[0] is not None:
        raise in_review()
    sql.execute(
        """UPDATE conversation SET waiting_since = NULL, offered_at = NULL, offered_why = NULL,
             state = 'closed', closed_reason = coalesce(closed_reason, 'no_reply_needed')
           WHERE id = %s""",
        (conversation_id,),
    )
    reminders.drop(conversation_id, who.person_id)
    return standing


def set_aside(who: Clicker, conversation_id: int) -> Standing:
    """Later: it comes after the others until something new arrives. It waits as it did.

    Raises NotFound, and Refused (handed_over).
    """
    standing = rights.lock(who, conversation_id)
    cursor().execute(
        "UPDATE conversation SET set_aside_at = p2p_now() WHERE id = %s AND waiting_since IS NOT NULL",
        (conversation_id,),
    )
    return standing
