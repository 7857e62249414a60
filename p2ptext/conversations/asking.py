"""A volunteer asks a lead, an organizer advises: said among the team, never to the person."""

from datetime import datetime
from typing import cast

from p2ptext.accounts import auditing
from p2ptext.background import hint
from p2ptext.conversations import handover, rights
from p2ptext.conversations.rights import Standing
from p2ptext.errors import NotAllowed, Refused
from p2ptext.extensions import cursor
from p2ptext.texting import live
from p2ptext.texting.clicking import Clicker

LONGEST = 1000


def ask(who: Clicker, conversation_id: int, text: str) -> Standing:
    """Ask an organizer what to do; they find the conversation among those that need one.

    The volunteer may go on meanwhile. Raises NotFound, and Refused: handed_over, empty, too_long.
    """
    standing = rights.writing(who, conversation_id)
    asked_at = _write(who, conversation_id, "asked", text)
    cursor().execute(
        "UPDATE conversation SET lead_asked_at = coalesce(lead_asked_at, %s) WHERE id = %s",
        (asked_at, conversation_id),
    )
    hint(live.organizers_channel(who.organization_id), "unrouted")
    return standing


def advise(who: Clicker, conversation_id: int, text: str) -> Standing:
    """An organizer's answer to the volunteer, who is told at once.

    Raises NotFound, NotAllowed for a volunteer, and Refused: empty, too_long.
    """
    standing = _organizer(who, conversation_id)
    _write(who, conversation_id, "answered", text)
    settle(conversation_id)
    _tell_owner(standing, who)
    return standing


def note(who: Clicker, conversation_id: int, text: str) -> Standing:
    """A word for whoever reads the conversation next. Raises NotFound, and Refused: handed_over, empty,
    too_long."""
    standing = rights.writing(who, conversation_id)
    _write(who, conversation_id, "note", text)
    _tell_owner(standing, who)
    return standing


def take_over(who: Clicker, conversation_id: int) -> Standing:
    """An organizer makes the conversation theirs; who had it may read on, and what they were about to send
    is refused.

    Raises NotFound, and NotAllowed for a volunteer.
    """
    rights.lock(who, conversation_id)
    standing = _organizer(who, conversation_id)
    handover.move([conversation_id], who.person_id, who.person_id, why="organizer")
    settle(conversation_id)
    return standing


def end_crisis(who: Clicker, conversation_id: int, last_inbound_id: int) -> Standing:
    """An organizer has looked: nobody is in danger any more, or help is there. The banner goes.

    `last_inbound_id` is the newest text the organizer has seen, 0 for none. Raises NotFound, NotAllowed
    for a volunteer, and Refused: newer_reply when they have written since.
    """
    _organizer(who, conversation_id)
    standing = rights.lock(who, conversation_id)
    sql = cursor()
    sql.execute(
        "SELECT coalesce(last_inbound_id, 0) FROM conversation WHERE id = %s", (conversation_id,)
    )
    (newest,) = sql.fetchone() or (0,)
    if newest != last_inbound_id:
        raise Refused("newer_reply", "They have written again. Read it first, then decide.")
    sql.execute(
        """UPDATE conversation SET crisis_reason = NULL, lead_asked_at = NULL
           WHERE id = %s AND crisis_reason IS NOT NULL""",
        (conversation_id,),
    )
    auditing.record("conversation_crisis_ended", f"conversation {conversation_id}")
    _tell_owner(standing, who)
    return standing


def settle(conversation_id: int) -> None:
    """The question to a lead has its answer. Where somebody may be in danger, an organizer is asked for
    until one says that it is looked after."""
    cursor().execute(
        """UPDATE conversation SET lead_asked_at = NULL
           WHERE id = %s AND lead_asked_at IS NOT NULL AND crisis_reason IS NULL""",
        (conversation_id,),
    )


def _organizer(who: Clicker, conversation_id: int) -> Standing:
    standing = rights.find(who.organization_id, who.person_id, conversation_id)
    if not rights.is_organizer(standing.role):
        raise NotAllowed
    return standing


def _write(who: Clicker, conversation_id: int, kind: str, text: str) -> datetime:
    """Keep the words; returns when."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise Refused("empty", "Write a few words first.")
    if len(text) > LONGEST:
        raise Refused("too_long", f"That is too long: {LONGEST} characters at most.")
    sql = cursor()
    sql.execute(
        """INSERT INTO note (organization_id, conversation_id, person_id, kind, text)
           VALUES (%s, %s, %s, %s, %s) RETURNING at""",
        (who.organization_id, conversation_id, who.person_id, kind, text),
    )
    (at,) = sql.fetchone() or (None,)
    return cast(datetime, at)


def _tell_owner(standing: Standing, who: Clicker) -> None:
    if standing.owner_id != who.person_id:
        hint(
            live.person_channel(who.organization_id, standing.owner_id),
            f"lead {standing.conversation_id}",
        )
