"""Organizers give conversations to a member by name, or offer them to whoever is on shift."""

from collections.abc import Sequence
from dataclasses import dataclass

from p2ptext.accounts import auditing
from p2ptext.conversations import handover, offering
from p2ptext.errors import Refused
from p2ptext.extensions import cursor
from p2ptext.texting import presence

LONGEST_NOTE = 500
"""Characters of a note to the new volunteer."""


def give(conversation_ids: Sequence[int], to_id: int | None, by_id: int, note: str = "") -> list[int]:
    """Give conversations to a member who was checked, or offer them where `to_id` is None. Returns which
    moved.

    Their recipients' rows must be locked.
    """
    if to_id is None:
        return offering.offer(conversation_ids, "organizer")
    note = " ".join(note.split())[:LONGEST_NOTE]
    return handover.move(conversation_ids, to_id, by_id, why="organizer", note=note)


def give_one(
    organization_id: int, conversation_id: int, to_id: int | None, by_id: int, note: str = ""
) -> bool:
    """Give one conversation of the organization to a member, or offer it where `to_id` is None.

    False where there is nothing to give: a closed one in which nobody waits opens for its owner if they
    write. Raises Refused (not_active).
    """
    check_member(organization_id, to_id)
    offering.lock([conversation_id])
    sql = cursor()
    sql.execute(
        """SELECT id FROM conversation WHERE id = %s AND organization_id = %s
             AND (state = 'open' OR waiting_since IS NOT NULL)""",
        (conversation_id, organization_id),
    )
    given = give([row[0] for row in sql.fetchall()], to_id, by_id, note)
    if given:
        to = f"person {to_id}" if to_id else "whoever is on shift"
        auditing.record("conversation_given", f"conversation {conversation_id}", to=to)
    return bool(given)


def check_member(organization_id: int, person_id: int | None) -> None:
    """Hold the member's place in the organization, before any recipient is locked.

    None is whoever is on shift. Raises Refused (not_active) when they cannot answer here.
    """
    if person_id is None:
        return
    sql = cursor()
    sql.execute(
        """SELECT 1 FROM membership m JOIN person p ON p.id = m.person_id
           WHERE m.organization_id = %s AND m.person_id = %s AND m.status = 'active'
             AND p.disabled_at IS NULL FOR SHARE OF m""",
        (organization_id, person_id),
    )
    if sql.fetchone() is None:
        raise Refused("not_active", "This person cannot answer here just now. Choose somebody else.")


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose by its id."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filter and the form offer."""

    campaigns: list[Choice]
    owners: list[Choice]
    """Whoever has an open conversation, those who have left included."""
    tags: list[Choice]
    members: list[Choice]
    """Active members, those who are there first."""


def choices(organization_id: int) -> Choices:
    """What an organizer chooses from."""
    return Choices(
        _choose(
            """SELECT id, name FROM campaign
               WHERE organization_id = %s AND status <> 'draft' AND NOT is_tests ORDER BY id DESC""",
            organization_id,
        ),
        _choose(
            """SELECT m.person_id, p.name || CASE WHEN m.status = 'active' THEN '' ELSE ' (left)' END
               FROM membership m JOIN person p ON p.id = m.person_id
               WHERE m.organization_id = %s AND EXISTS (
                 SELECT 1 FROM campaign a JOIN conversation t ON t.campaign_id = a.id
                   AND t.person_id = m.person_id
                 WHERE a.organization_id = m.organization_id)
               ORDER BY lower(p.name), m.person_id""",
            organization_id,
        ),
        _choose(
            "SELECT id, name FROM tag WHERE organization_id = %s ORDER BY lower(name)", organization_id
        ),
        _choose(
            f"""SELECT m.person_id, w.name || CASE WHEN p.person_id IS NULL THEN '' ELSE ' (is here)' END
                FROM membership m JOIN person w ON w.id = m.person_id
                LEFT JOIN presence p ON p.organization_id = m.organization_id
                  AND p.person_id = m.person_id AND {presence.ON_SHIFT}
                WHERE m.organization_id = %s AND m.status = 'active' AND w.disabled_at IS NULL
                ORDER BY p.person_id IS NULL, lower(w.name), m.person_id""",
            organization_id,
        ),
    )


def _choose(statement: str, organization_id: int) -> list[Choice]:
    sql = cursor()
    sql.execute(statement, (organization_id,))
    return [Choice(*row) for row in sql.fetchall()]
