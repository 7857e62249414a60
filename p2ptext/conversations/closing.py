"""What ends a person's waiting without an answer: nothing needs one, later will do, or they want no more."""

import hashlib
from datetime import datetime

from itsdangerous import BadData, URLSafeTimedSerializer

from p2ptext.background import settings
from p2ptext.conversations import reminders, reviewing, rights
from p2ptext.conversations.answering import in_review
from p2ptext.conversations.rights import Standing
from p2ptext.errors import Refused
from p2ptext.extensions import cursor
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.stopping import stop

UNDO_S = 8
"""For how long the page offers to undo."""
_LATEST_UNDO_S = 600
"""A press that was long on its way still counts."""


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


def close(who: Clicker, conversation_id: int) -> tuple[Standing, str]:
    """No reply is needed. It opens again by itself when they write again.

    Returns also what `reopen` takes; empty where nobody waited. Raises NotFound, and Refused: handed_over,
    or in_review while a text that may ask to stop waits for a decision.
    """
    standing = rights.lock(who, conversation_id)
    sql = cursor()
    sql.execute(
        "SELECT review_reason, waiting_since FROM conversation WHERE id = %s", (conversation_id,)
    )
    review_reason, waiting_since = sql.fetchone() or (None, None)
    if review_reason is not None:
        raise in_review()
    sql.execute(
        """UPDATE conversation SET waiting_since = NULL, offered_at = NULL, offered_why = NULL,
             state = 'closed', closed_reason = coalesce(closed_reason, 'no_reply_needed')
           WHERE id = %s""",
        (conversation_id,),
    )
    reminders.drop(conversation_id, who.person_id)
    if waiting_since is None:
        return standing, ""
    return standing, str(_signer().dumps([conversation_id, waiting_since.isoformat()]))


def reopen(who: Clicker, conversation_id: int, token: str) -> Standing:
    """A close is taken back: the person waits as long as before. `token` is what `close` returned.

    Raises NotFound, and Refused: handed_over, bad_token, or not_closed where something happened since.
    """
    standing = rights.lock(who, conversation_id)
    try:
        closed_id, since = _signer().loads(token, max_age=_LATEST_UNDO_S)
    except (BadData, TypeError, ValueError):
        closed_id, since = None, ""
    if closed_id != conversation_id:
        raise Refused("bad_token", "It is too late to undo this. Open the conversation to answer.")
    opened = cursor().execute(
        """UPDATE conversation SET waiting_since = %s,
             state = CASE closed_reason WHEN 'no_reply_needed' THEN 'open' ELSE state END,
             closed_reason = nullif(closed_reason, 'no_reply_needed')
           WHERE id = %s AND state = 'closed' AND closed_reason IN ('no_reply_needed', 'wrong_number')
             AND waiting_since IS NULL AND NOT EXISTS (
               SELECT 1 FROM recipient r WHERE r.id = recipient_id AND r.suppressed_at IS NOT NULL)""",
        (datetime.fromisoformat(since), conversation_id),
    )
    if opened.rowcount == 0:
        raise Refused("not_closed", "Something happened here since. Open the conversation to see it.")
    return standing


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        settings().secret_key, salt="closed", signer_kwargs={"digest_method": hashlib.sha256}
    )


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
