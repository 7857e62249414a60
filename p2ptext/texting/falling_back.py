"""A text that RCS certainly did not bring to a phone goes on by SMS, or by MMS where a picture goes with it.

Once, and only where the carrier said that this phone cannot be reached by RCS, or that it does not take
the agent: then nothing has left. After silence, a dropped line or an error of the carrier's the text is
`unknown`, as ever, and is not sent again by itself. The rules of attempts hold here as everywhere: the
database lets no second one begin while a first may have left.
"""

import uuid

from p2ptext.extensions import cursor
from p2ptext.rules.delivery import ErrorKind, kind_of
from p2ptext.sms.provider import Refused, SendResult

NOT_BY_RCS = frozenset({1250, 1260, 1300, 1310})
"""Unroutable, destination unreachable, not part of the provider's network, not a suitable device.
Source: Vonage's list of Messages API error codes."""


def may(channel: str, result: SendResult) -> bool:
    """Whether a call that ended like this is followed by one over another channel."""
    return (
        channel == "rcs"
        and isinstance(result, Refused)
        and (_is_of_rcs(result.code) or result.kind == ErrorKind.SENDER_PROBLEM)
    )


def _is_of_rcs(code: int | None) -> bool:
    """Whether the code speaks of the phone's RCS or of the agent, and so of no other channel."""
    return code in NOT_BY_RCS or kind_of(code) == ErrorKind.SENDER_PROBLEM


def turn(message_id: int) -> None:
    """The message leaves by SMS or MMS from now on. The recipient's row must be locked."""
    cursor().execute(
        """UPDATE message SET channel = CASE WHEN media_id IS NULL THEN 'sms' ELSE 'mms' END
           WHERE id = %s AND channel = 'rcs'""",
        (message_id,),
    )


def by_receipt(attempt_id: uuid.UUID, code: int | None) -> bool:
    """Whether a failure that a receipt tells of is one of RCS only: it did not reach the phone, or the
    carrier does not take the agent.

    Not of a call of which nobody knew how it ended, and not when the person has written since: then they
    have it, whatever the receipt says. The recipient's row must be locked.
    """
    if not _is_of_rcs(code):
        return False
    found = cursor().execute(
        """SELECT 1 FROM attempt t JOIN message m ON m.id = t.message_id
           WHERE t.id = %s AND t.channel = 'rcs' AND m.state IN ('sending', 'accepted', 'submitted')
             AND (t.outcome IS NULL OR t.outcome = 'accepted')
             AND NOT EXISTS (SELECT 1 FROM inbound_text i
               WHERE i.conversation_id = m.conversation_id AND i.received_at >= t.started_at)""",
        (attempt_id,),
    )
    return found.fetchone() is not None
