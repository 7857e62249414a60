"""Contacts marked for the next pass of their campaign. A mark texts nobody: a manager begins a pass, and
its rules hold for those who are marked as well."""

from collections.abc import Sequence

from p2ptext.extensions import cursor
from p2ptext.texting.clicking import Clicker


def mark(who: Clicker, conversation_ids: Sequence[int]) -> list[int]:
    """Mark the contacts of these conversations. Returns which were not marked before."""
    sql = cursor()
    sql.execute(
        """WITH marked AS (
             INSERT INTO pass_mark (contact_id, organization_id, campaign_id, person_id)
             SELECT t.contact_id, t.organization_id, t.campaign_id, %(person)s FROM conversation t
             WHERE t.id = ANY(%(ids)s) AND t.organization_id = %(org)s ORDER BY t.contact_id
             ON CONFLICT DO NOTHING RETURNING contact_id)
           SELECT t.id FROM conversation t JOIN marked ON marked.contact_id = t.contact_id""",
        {"person": who.person_id, "ids": list(conversation_ids), "org": who.organization_id},
    )
    return [row[0] for row in sql.fetchall()]


def unmark(who: Clicker, conversation_ids: Sequence[int]) -> list[int]:
    """Take their marks away. Returns which had one."""
    sql = cursor()
    sql.execute(
        """DELETE FROM pass_mark m USING conversation t
           WHERE t.id = ANY(%s) AND t.organization_id = %s AND m.contact_id = t.contact_id
           RETURNING t.id""",
        (list(conversation_ids), who.organization_id),
    )
    return [row[0] for row in sql.fetchall()]
