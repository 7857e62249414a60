"""Erasing a person: their number and what lists say of them go, their "stop" stays.

Only what audience keeps. The texts to them and from them are evidence, which texting keeps.
"""

from p2ptext.audience import link_visits, suppression
from p2ptext.audience.setting_aside import MISSING
from p2ptext.errors import Refused
from p2ptext.extensions import cursor

REASON = "erased"
"""Why contacts of theirs that were not texted yet ended."""


def erase(recipient_id: int, reason: str, person_id: int) -> bool:
    """Erase the number of this recipient, and names and columns of every list they are on.

    The keyed hash stays, and with it a suppression: who stopped is not texted again when a list
    brings the number back. Returns False when they were erased already. Raises NotFound, and
    Refused (import_running) while a list comes in that may bring them back at this moment.
    """
    sql = cursor()
    # Before the recipient's lock, as whoever removes a member takes them.
    sql.execute(
        """UPDATE membership m SET own_phone = NULL FROM recipient r
           WHERE r.id = %s AND m.organization_id = r.organization_id AND m.own_phone = r.phone""",
        (recipient_id,),
    )
    suppression.lock_recipient(recipient_id)
    sql.execute(
        """SELECT 1 FROM contact_import i JOIN recipient r ON r.organization_id = i.organization_id
           WHERE r.id = %s AND i.status IN ('running','cutting') LIMIT 1""",
        (recipient_id,),
    )
    if sql.fetchone():
        raise Refused(
            "import_running",
            "A list is coming in just now, and they may be on it. Erase them when it is in.",
        )
    sql.execute(
        "UPDATE recipient SET phone = NULL WHERE id = %s AND phone IS NOT NULL RETURNING organization_id",
        (recipient_id,),
    )
    row = sql.fetchone()
    if row is None:
        return False
    suppression.end_ready([recipient_id], REASON)
    sql.execute(
        """DELETE FROM line_type t USING recipient r
           WHERE r.id = %s AND t.organization_id = r.organization_id AND t.phone_hash = r.phone_hash""",
        (recipient_id,),
    )
    sql.execute(
        """WITH theirs AS (SELECT id FROM contact WHERE recipient_id = %s ORDER BY id FOR NO KEY UPDATE)
           UPDATE contact SET first_name = '', fields = '{}', household = NULL,
             ended_reason = CASE ended_reason WHEN %s THEN %s ELSE ended_reason END
           FROM theirs WHERE contact.id = theirs.id""",
        (recipient_id, MISSING, REASON),
    )
    link_visits.forget(recipient_id)
    sql.execute(
        "INSERT INTO erasure (organization_id, recipient_id, reason, person_id) VALUES (%s, %s, %s, %s)",
        (row[0], recipient_id, reason, person_id),
    )
    return True
