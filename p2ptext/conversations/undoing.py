"""An answer that has not left is taken back: the person waits as before, and the words are a draft again."""

from p2ptext.conversations import drafting, rights
from p2ptext.errors import NotFound
from p2ptext.extensions import cursor
from p2ptext.texting import outbox
from p2ptext.texting.clicking import Clicker


def undo(who: Clicker, conversation_id: int, message_id: int) -> str:
    """Take back an own answer of this conversation; returns the draft as it is now.

    Raises NotFound, and Refused (already_on_its_way). A second press changes nothing.
    """
    standing = rights.hold(who, conversation_id)
    sql = cursor()
    sql.execute(
        """SELECT text, state FROM message WHERE id = %s AND organization_id = %s AND conversation_id = %s
             AND person_id = %s""",
        (message_id, who.organization_id, conversation_id, who.person_id),
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    text, before = row
    outbox.undo(who.organization_id, who.person_id, message_id)
    draft = drafting.of(who.person_id, conversation_id)
    if before == "cancelled":
        return draft
    if standing.owner_id != who.person_id:
        _ask_again(conversation_id)
    both = _together(text, draft)
    drafting.keep(who.organization_id, who.person_id, conversation_id, both)
    return both


def _together(older: str, newer: str) -> str:
    """What was taken back and what was begun since; neither is lost, nothing is there twice."""
    if not newer.strip() or newer.strip() == older.strip():
        return older
    return newer if newer.startswith(older) else f"{older}\n\n{newer}"[: drafting.LONGEST]


def _ask_again(conversation_id: int) -> None:
    """An organizer's answer had settled the volunteer's question, or an emergency; both stand as they did."""
    cursor().execute(
        """UPDATE conversation t SET lead_asked_at = coalesce(
             (SELECT CASE WHEN kind = 'asked' THEN at END FROM note
              WHERE conversation_id = t.id AND kind IN ('asked', 'answered') ORDER BY id DESC LIMIT 1),
             CASE WHEN crisis_reason IS NOT NULL THEN waiting_since END)
           WHERE id = %s""",
        (conversation_id,),
    )
