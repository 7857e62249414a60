"""What somebody has begun to write is kept for them, whatever happens to the page."""

from p2ptext.conversations import rights
from p2ptext.errors import Refused
from p2ptext.extensions import cursor

LONGEST = 4000
"""Characters; more than any answer can have."""


def save(organization_id: int, person_id: int, conversation_id: int, text: str) -> None:
    """Keep a draft; an empty one is dropped.

    Also for who answered before and may only read now: their words are theirs to copy.
    Raises NotFound, and Refused (too_long).
    """
    text = text.replace("\x00", "")
    if len(text) > LONGEST:
        raise Refused("too_long", f"A draft may have {LONGEST} characters. Shorten it.", 413)
    rights.find(organization_id, person_id, conversation_id)
    if not text.strip():
        drop(person_id, conversation_id)
        return
    cursor().execute(
        """INSERT INTO draft (conversation_id, person_id, organization_id, text) VALUES (%s, %s, %s, %s)
           ON CONFLICT (conversation_id, person_id)
             DO UPDATE SET text = excluded.text, saved_at = p2p_now()""",
        (conversation_id, person_id, organization_id, text),
    )


def keep(organization_id: int, person_id: int, conversation_id: int, text: str) -> None:
    """Keep what could not be sent, as far as it can be kept. Raises NotFound."""
    if text.strip():
        save(organization_id, person_id, conversation_id, text[:LONGEST])


def of(person_id: int, conversation_id: int) -> str:
    """The person's own draft; empty where there is none."""
    sql = cursor()
    sql.execute(
        "SELECT text FROM draft WHERE conversation_id = %s AND person_id = %s",
        (conversation_id, person_id),
    )
    return str((sql.fetchone() or ("",))[0])


def drop(person_id: int, conversation_id: int) -> None:
    """Forget the person's draft: it was sent, or emptied."""
    cursor().execute(
        "DELETE FROM draft WHERE conversation_id = %s AND person_id = %s", (conversation_id, person_id)
    )
