"""Who may read a conversation, and who may answer in it.

Its owner and the organizers may do both. Whoever had it before may still read it. To everybody else it
does not exist.
"""

from dataclasses import dataclass

from psycopg.rows import class_row

from p2ptext.accounts.access import ROLES
from p2ptext.conversations import naming
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor
from p2ptext.texting import pacing
from p2ptext.texting.clicking import Clicker

WHO_ANSWERS = """
  SELECT t.id AS conversation_id, t.person_id AS owner_id, h.role, t.recipient_id,
         coalesce(nullif(o.texting_name, ''), 'Somebody else') AS owner_name,
         c.first_name, coalesce(c.fields ->> 'last_name', '') AS last_name, g.show_last_names,
         EXISTS (SELECT 1 FROM handover v WHERE v.conversation_id = t.id AND v.from_id = %(person)s)
           AS had_it
  FROM conversation t
  JOIN organization g ON g.id = t.organization_id
  JOIN contact c ON c.id = t.contact_id
  JOIN membership h ON h.organization_id = t.organization_id AND h.person_id = %(person)s
    AND h.status = 'active'
  LEFT JOIN membership o ON o.organization_id = t.organization_id AND o.person_id = t.person_id
  WHERE t.id = %(talk)s AND t.organization_id = %(org)s"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands to one conversation."""

    conversation_id: int
    owner_id: int
    role: str
    recipient_id: int
    owner_name: str
    first_name: str
    last_name: str
    show_last_names: bool
    had_it: bool
    """Whether they answered it before somebody took over."""

    @property
    def to(self) -> str:
        """What the person who is texted is called."""
        return naming.whom(self.first_name, self.last_name, self.show_last_names)


def is_organizer(role: str) -> bool:
    """Whether this role may look after the conversations of others."""
    return ROLES.index(role) >= ROLES.index("organizer")


def may_write(owner_id: int, person_id: int, role: str) -> bool:
    """Whether somebody may answer in a conversation: who owns it, and every organizer."""
    return owner_id == person_id or is_organizer(role)


def may_read(standing: Standing, person_id: int) -> bool:
    """Whether somebody may read a conversation: who may write, and who had it before."""
    return standing.had_it or may_write(standing.owner_id, person_id, standing.role)


def find(organization_id: int, person_id: int, conversation_id: int) -> Standing:
    """How the person stands to the conversation. Raises NotFound unless they may read it."""
    sql = cursor()
    with sql.connection.cursor(row_factory=class_row(Standing)) as rows:
        rows.execute(WHO_ANSWERS, {"talk": conversation_id, "org": organization_id, "person": person_id})
        standing = rows.fetchone()
    if standing is None or not may_read(standing, person_id):
        raise NotFound
    return standing


def handed_over(owner_name: str, to: str) -> Refused:
    """What a former owner is told who wants to answer."""
    return Refused(
        "handed_over", f"{owner_name} answers {naming.in_words(to)} now. You can still read it."
    )


def check_may_write(standing: Standing, person_id: int) -> None:
    """Raises Refused (handed_over) for somebody who may read and no more."""
    if not may_write(standing.owner_id, person_id, standing.role):
        raise handed_over(standing.owner_name, standing.to)


def writing(who: Clicker, conversation_id: int) -> Standing:
    """For what changes a conversation without sending. Raises NotFound, and Refused (handed_over)."""
    standing = find(who.organization_id, who.person_id, conversation_id)
    check_may_write(standing, who.person_id)
    return standing


def hold(who: Clicker, conversation_id: int) -> Standing:
    """Take the lock at which sending, stopping and handing over meet, and then look who may answer.

    A statement of its own: a statement's snapshot is taken before it waits for a lock, so a check in the
    locking one could miss the hand-over it waited for. Raises NotFound unless they may read it.
    """
    found = cursor().execute(
        f"""SELECT r.id, {pacing.LOCK_PERSON}
            FROM conversation t JOIN recipient r ON r.id = t.recipient_id
            WHERE t.id = %(talk)s AND t.organization_id = %(org)s FOR NO KEY UPDATE OF r""",
        {"talk": conversation_id, "org": who.organization_id, "person": who.person_id},
    )
    if found.fetchone() is None:
        raise NotFound
    return find(who.organization_id, who.person_id, conversation_id)


def lock(who: Clicker, conversation_id: int) -> Standing:
    """The same for what only those do who may answer. Raises NotFound, and Refused (handed_over)."""
    standing = hold(who, conversation_id)
    check_may_write(standing, who.person_id)
    return standing
