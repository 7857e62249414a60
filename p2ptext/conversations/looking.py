"""Who else has a conversation open, and who is writing in it, so that two people do not answer one.

Only a courtesy: what prevents two answers is the reply's token.
"""

from dataclasses import dataclass

from p2ptext.background import hint
from p2ptext.conversations import rights
from p2ptext.extensions import cursor
from p2ptext.texting import live
from p2ptext.texting.clicking import Clicker

SEEN_S = 20
"""Seconds for which somebody counts as there: two heartbeats of an open page."""


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else who has the conversation open."""

    person_id: int
    name: str
    writes: bool

    @property
    def words(self) -> str:
        return f"{self.name} is writing too" if self.writes else f"{self.name} reads this too"


def look(who: Clicker, conversation_id: int, writes: bool) -> list[Other]:
    """Note that this person has it open, and return who else has.

    The owner and the others who have it open are told when somebody comes or begins to write.
    Raises NotFound unless they may read it.
    """
    standing = rights.find(who.organization_id, who.person_id, conversation_id)
    sql = cursor()
    sql.execute(
        """WITH before AS (
             SELECT writes FROM looking WHERE conversation_id = %(talk)s AND person_id = %(person)s
               AND seen_at > p2p_now() - make_interval(secs => %(seen)s)
           ), now_here AS (
             INSERT INTO looking (conversation_id, person_id, organization_id, writes)
             VALUES (%(talk)s, %(person)s, %(org)s, %(writes)s)
             ON CONFLICT (conversation_id, person_id)
               DO UPDATE SET seen_at = p2p_now(), writes = excluded.writes
           )
           SELECT writes FROM before""",
        {
            "talk": conversation_id,
            "person": who.person_id,
            "org": who.organization_id,
            "writes": writes,
            "seen": SEEN_S,
        },
    )
    before = sql.fetchone()
    present = others(who.organization_id, who.person_id, conversation_id)
    if before is None:
        _forget_elsewhere(who, conversation_id)
    if before is None or (writes and not before[0]):
        for person_id in {standing.owner_id, *(one.person_id for one in present)} - {who.person_id}:
            hint(live.person_channel(who.organization_id, person_id), f"looking {conversation_id}")
    return present


def _forget_elsewhere(who: Clicker, conversation_id: int) -> None:
    """Whoever comes here has left where they were: the table stays as small as the team."""
    cursor().execute(
        """DELETE FROM looking WHERE person_id = %s AND organization_id = %s AND conversation_id <> %s
             AND seen_at < p2p_now() - make_interval(secs => %s)""",
        (who.person_id, who.organization_id, conversation_id, SEEN_S),
    )


def others(organization_id: int, person_id: int, conversation_id: int) -> list[Other]:
    """Who else has the conversation open; whoever writes first."""
    sql = cursor()
    sql.execute(
        """SELECT k.person_id, coalesce(nullif(h.texting_name, ''), 'Somebody'), k.writes
           FROM looking k
           JOIN membership h ON h.organization_id = k.organization_id AND h.person_id = k.person_id
             AND h.status = 'active'
           WHERE k.conversation_id = %s AND k.organization_id = %s AND k.person_id <> %s
             AND k.seen_at > p2p_now() - make_interval(secs => %s)
           ORDER BY k.writes DESC, 2""",
        (conversation_id, organization_id, person_id, SEEN_S),
    )
    return [Other(*row) for row in sql.fetchall()]
