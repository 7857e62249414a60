"""Words to mark conversations with: organizers choose which there are, volunteers put them on."""

from collections.abc import Sequence
from dataclasses import dataclass

from p2ptext.accounts import auditing
from p2ptext.conversations import rights
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor
from p2ptext.texting.clicking import Clicker

LONGEST_NAME = 30
MOST_TAGS = 100


@dataclass(frozen=True, slots=True)
class Tag:
    """One of the organization's tags, and how many conversations have it."""

    id: int
    name: str
    used: int


def all_tags(organization_id: int) -> list[Tag]:
    """The organization's tags by name."""
    sql = cursor()
    sql.execute(
        """SELECT g.id, g.name,
                  (SELECT count(*) FROM conversation_tag x WHERE x.tag_id = g.id)
           FROM tag g WHERE g.organization_id = %s ORDER BY lower(g.name)""",
        (organization_id,),
    )
    return [Tag(*row) for row in sql.fetchall()]


def create(organization_id: int, name: str) -> Tag:
    """Add a tag. Raises Refused: empty, too_long, name_taken, too_many."""
    name = clean(name)
    if not name:
        raise Refused("empty", "Give the tag a name.")
    if len(name) > LONGEST_NAME:
        raise Refused("too_long", f"A tag's name may have {LONGEST_NAME} characters.")
    sql = cursor()
    sql.execute("SELECT count(*) FROM tag WHERE organization_id = %s", (organization_id,))
    if (sql.fetchone() or (0,))[0] >= MOST_TAGS:
        raise Refused(
            "too_many", f"There are {MOST_TAGS} tags, the most there can be. Remove one first."
        )
    sql.execute(
        """INSERT INTO tag (organization_id, name) VALUES (%s, %s)
           ON CONFLICT (organization_id, lower(name)) DO NOTHING RETURNING id""",
        (organization_id, name),
    )
    row = sql.fetchone()
    if row is None:
        raise Refused("name_taken", "There is a tag of this name already.")
    auditing.record("tag_created", f"tag {row[0]}", name=name)
    return Tag(row[0], name, 0)


def clean(name: str) -> str:
    """A name as it is kept."""
    return " ".join(name.replace("\x00", "").split())


def remove(organization_id: int, tag_id: int) -> None:
    """Take a tag away, from every conversation that has it. Raises NotFound."""
    sql = cursor()
    sql.execute(
        "SELECT name FROM tag WHERE id = %s AND organization_id = %s FOR UPDATE",
        (tag_id, organization_id),
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    sql.execute("DELETE FROM conversation_tag WHERE tag_id = %s", (tag_id,))
    used = sql.rowcount
    sql.execute("DELETE FROM tag WHERE id = %s", (tag_id,))
    auditing.record("tag_removed", f"tag {tag_id}", name=row[0], conversations=used)


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag as it stands to one conversation."""

    name: str
    on: bool


def marks(organization_id: int, conversation_id: int) -> list[Mark]:
    """All tags of the organization, and which of them are on the conversation."""
    sql = cursor()
    sql.execute(
        """SELECT g.name, EXISTS (SELECT 1 FROM conversation_tag x
                                  WHERE x.tag_id = g.id AND x.conversation_id = %s)
           FROM tag g WHERE g.organization_id = %s ORDER BY lower(g.name)""",
        (conversation_id, organization_id),
    )
    return [Mark(*row) for row in sql.fetchall()]


def mark(who: Clicker, conversation_id: int, name: str, on: bool | None = None) -> Mark:
    """Put a tag on a conversation or take it off; None turns it round.

    Raises NotFound, and Refused: handed_over, or no_tag when the organization has none of this name.
    """
    rights.writing(who, conversation_id)
    sql = cursor()
    # Its row is held, so that nobody removes the tag meanwhile.
    sql.execute(
        """SELECT g.id, g.name, EXISTS (SELECT 1 FROM conversation_tag x
                                        WHERE x.tag_id = g.id AND x.conversation_id = %s)
           FROM tag g WHERE g.organization_id = %s AND lower(g.name) = lower(%s) FOR KEY SHARE OF g""",
        (conversation_id, who.organization_id, name),
    )
    row = sql.fetchone()
    if row is None:
        raise Refused("no_tag", "There is no such tag any more. Reload the page.")
    tag_id, name, is_on = row
    wanted = not is_on if on is None else on
    if wanted:
        sql.execute(
            """INSERT INTO conversation_tag (conversation_id, tag_id, organization_id, person_id)
               VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING""",
            (conversation_id, tag_id, who.organization_id, who.person_id),
        )
    else:
        sql.execute(
            "DELETE FROM conversation_tag WHERE conversation_id = %s AND tag_id = %s",
            (conversation_id, tag_id),
        )
    return Mark(name, wanted)


def mark_all(who: Clicker, conversation_ids: Sequence[int], tag_id: int, *, on: bool) -> list[int]:
    """Put a tag on these conversations of the organization, or take it off them. Returns which changed.

    Who asks must be an organizer. Raises Refused (no_tag) when there is no such tag any more.
    """
    sql = cursor()
    # Its row is held, so that nobody removes the tag meanwhile.
    sql.execute(
        "SELECT 1 FROM tag WHERE id = %s AND organization_id = %s FOR KEY SHARE",
        (tag_id, who.organization_id),
    )
    if sql.fetchone() is None:
        raise Refused("no_tag", "There is no such tag any more.")
    put = """INSERT INTO conversation_tag (conversation_id, tag_id, organization_id, person_id)
             SELECT id, %(tag)s, organization_id, %(person)s FROM conversation
             WHERE id = ANY(%(ids)s) AND organization_id = %(org)s ORDER BY id
             ON CONFLICT DO NOTHING RETURNING conversation_id"""
    take = """DELETE FROM conversation_tag WHERE tag_id = %(tag)s AND organization_id = %(org)s
                AND conversation_id = ANY(%(ids)s) RETURNING conversation_id"""
    sql.execute(
        put if on else take,
        {
            "tag": tag_id,
            "person": who.person_id,
            "ids": list(conversation_ids),
            "org": who.organization_id,
        },
    )
    return [row[0] for row in sql.fetchall()]
