"""Outside the texting hours nothing may go, and nothing goes by itself later: the volunteer is reminded.

A reminder only says that an answer may be written now. It goes when the conversation is dealt with.
"""

from dataclasses import dataclass
from datetime import datetime

from p2ptext.conversations import queries, reminders, rights
from p2ptext.errors import Refused
from p2ptext.texting.clicking import Clicker

DUE = "You wanted to be reminded: you can answer now."


@dataclass(frozen=True, slots=True)
class Reminder:
    """When somebody wants to be told, and what they are told until then."""

    at: datetime
    words: str


def remind(who: Clicker, conversation_id: int) -> Reminder:
    """Remind this person when the hours open where the other lives.

    A second press changes nothing. Raises NotFound, and Refused: handed_over, or hours_open when an answer
    may go now, or never by the clock alone.
    """
    rights.writing(who, conversation_id)
    conversation = queries.thread(who.organization_id, who.person_id, conversation_id)
    if conversation.opens_at is None:
        raise Refused("hours_open", "There is nothing to wait for: look at the conversation again.")
    reminders.put(who.organization_id, who.person_id, conversation_id, conversation.opens_at)
    return Reminder(conversation.opens_at, _until(conversation.opens_words))


def _until(opens_words: str) -> str:
    return f"You are reminded at {opens_words}. Nothing is sent by itself."


def cancel(who: Clicker, conversation_id: int) -> None:
    """Remind them no more. Raises NotFound."""
    rights.find(who.organization_id, who.person_id, conversation_id)
    reminders.drop(conversation_id, who.person_id)


def of(person_id: int, conversation: queries.Thread, now: datetime) -> Reminder | None:
    """The person's reminder of a conversation, due or not."""
    at = reminders.at(person_id, conversation.id)
    if at is None:
        return None
    due = at <= now or conversation.opens_at is None
    return Reminder(at, DUE if due else _until(conversation.opens_words))
