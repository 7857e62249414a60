"""The rows of reminders. What they are for: reminding.py."""

from datetime import datetime

from p2ptext.extensions import cursor


def put(organization_id: int, person_id: int, conversation_id: int, at: datetime) -> None:
    """Remind the person of the conversation at this moment; another one is replaced."""
    cursor().execute(
        """INSERT INTO reminder (conversation_id, person_id, organization_id, remind_at)
           VALUES (%s, %s, %s, %s)
           ON CONFLICT (conversation_id, person_id)
             DO UPDATE SET remind_at = excluded.remind_at, told_at = NULL""",
        (conversation_id, person_id, organization_id, at),
    )


def at(person_id: int, conversation_id: int) -> datetime | None:
    """When the person is reminded of the conversation; None where they are not."""
    sql = cursor()
    sql.execute(
        "SELECT remind_at FROM reminder WHERE conversation_id = %s AND person_id = %s",
        (conversation_id, person_id),
    )
    row = sql.fetchone()
    return None if row is None else row[0]


def drop(conversation_id: int, person_id: int) -> None:
    """Forget the person's reminder: the conversation is dealt with."""
    cursor().execute(
        "DELETE FROM reminder WHERE conversation_id = %s AND person_id = %s",
        (conversation_id, person_id),
    )
