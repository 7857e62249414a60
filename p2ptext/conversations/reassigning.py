"""Organizers move many conversations at once: to a member by name, or to whoever is on shift."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from textwrap import shorten
from typing import Any

from psycopg.rows import dict_row

from p2ptext.accounts import auditing
from p2ptext.conversations import handover, naming, offering
from p2ptext.errors import Refused
from p2ptext.extensions import cursor
from p2ptext.rules.clock_words import span
from p2ptext.texting import presence

MOST_AT_ONCE = 500
"""Conversations moved in one transaction, so that nobody's lock is held for long."""
MOST_SHOWN = 50
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """Which conversations are meant.

    A closed one in which nobody waits is never moved: it opens for its owner if they write.
    """

    campaign: int | None = None
    owner: int | None = None
    tag: int | None = None
    waiting: bool = True
    """Only those in which somebody waits for an answer."""
    minutes: int = 0
    """Only those who have waited longer than this."""
    offered: bool = False
    """Only those that are offered to others already."""
    ids: tuple[int, ...] | None = None
    """Only these, as picked by hand."""


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation of the list that is about to be moved."""

    id: int
    to: str
    campaign: str
    owner: str
    waited: str
    """Empty where nobody waits."""
    offered: bool
    last_words: str
    """What they wrote last, shortened; "" where it may be abusive."""
    abusive: bool


LONGEST_WORDS = 80
"""Characters of their last text in the list."""


_WHERE = """
t.organization_id = %(org)s AND (t.state = 'open' OR t.waiting_since IS NOT NULL)
AND (%(campaign)s::int IS NULL OR t.campaign_id = %(campaign)s)
AND (%(owner)s::int IS NULL OR t.person_id = %(owner)s)
AND (%(tag)s::int IS NULL OR EXISTS (
  SELECT 1 FROM conversation_tag g WHERE g.conversation_id = t.id AND g.tag_id = %(tag)s))
AND (NOT %(waiting)s OR t.waiting_since IS NOT NULL)
AND (%(minutes)s = 0 OR t.waiting_since < (SELECT p2p_now()) - make_interval(mins => %(minutes)s))
AND (NOT %(offered)s OR t.offered_at IS NOT NULL)
AND (%(ids)s::bigint[] IS NULL OR t.id = ANY(%(ids)s))
"""


def _values(organization_id: int, wanted: Filter) -> dict[str, Any]:
    ids = None if wanted.ids is None else list(wanted.ids)
    return asdict(wanted) | {"org": organization_id, "ids": ids}


def count(organization_id: int, wanted: Filter) -> int:
    """How many conversations are meant."""
    sql = cursor()
    # Planned anew each time: which index helps depends on what is asked for.
    sql.execute(
        f"SELECT count(*) FROM conversation t WHERE {_WHERE}",
        _values(organization_id, wanted),
        prepare=False,
    )
    return int((sql.fetchone() or (0,))[0])


def rows(organization_id: int, wanted: Filter) -> list[Row]:
    """The first of them, the longest waiting first."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            f"""SELECT t.id, a.name AS campaign, coalesce(nullif(m.texting_name, ''), 'Somebody') AS owner,
                  t.waiting_since, t.offered_at IS NOT NULL AS offered, p2p_now() AS now, c.first_name,
                  coalesce(i.text, '') AS text, coalesce(i.abusive, false) AS abusive,
                  coalesce(c.fields ->> 'last_name', '') AS last_name, g.show_last_names
                FROM conversation t
                JOIN campaign a ON a.id = t.campaign_id
                JOIN contact c ON c.id = t.contact_id
                LEFT JOIN inbound_text i ON i.id = t.last_inbound_id
                JOIN organization g ON g.id = t.organization_id
                LEFT JOIN membership m ON m.organization_id = t.organization_id AND m.person_id = t.person_id
                WHERE {_WHERE} ORDER BY t.waiting_since NULLS LAST, t.id LIMIT {MOST_SHOWN}""",
            _values(organization_id, wanted),
            prepare=False,
        )
        found = sql.fetchall()
    return [
        Row(
            row["id"],
            naming.whom(row["first_name"], row["last_name"], row["show_last_names"]),
            row["campaign"],
            row["owner"],
            span(row["now"] - row["waiting_since"]) if row["waiting_since"] else "",
            row["offered"],
            "" if row["abusive"] else shorten(row["text"], LONGEST_WORDS, placeholder=" …"),
            row["abusive"],
        )
        for row in found
    ]


def ids_of(organization_id: int, wanted: Filter) -> list[int]:
    """All of them, in the order in which they are moved: that of their recipients."""
    sql = cursor()
    sql.execute(
        f"SELECT t.id FROM conversation t WHERE {_WHERE} ORDER BY t.recipient_id, t.id",
        _values(organization_id, wanted),
        prepare=False,
    )
    return [row[0] for row in sql.fetchall()]


def move_some(
    organization_id: int,
    wanted: Filter,
    conversation_ids: Sequence[int],
    to_id: int | None,
    by_id: int,
    note: str = "",
) -> int:
    """Move those of these that are still meant to a member, or offer them where `to_id` is None.

    At most MOST_AT_ONCE in one transaction. Returns how many it were. Raises Refused when the member
    cannot answer here.
    """
    note = " ".join(note.split())[:LONGEST_NOTE]
    if to_id is not None:
        _check_member(organization_id, to_id)
    offering.lock(conversation_ids)
    sql = cursor()
    # Looked at again under the locks: what was answered or taken meanwhile is not meant any more.
    sql.execute(
        f"SELECT t.id FROM conversation t WHERE {_WHERE} AND t.id = ANY(%(chunk)s)",
        _values(organization_id, wanted) | {"chunk": list(conversation_ids)},
        prepare=False,
    )
    meant = [row[0] for row in sql.fetchall()]
    if to_id is None:
        moved = offering.offer(meant, "organizer")
    else:
        moved = handover.move(meant, to_id, by_id, why="organizer", note=note)
    if moved:
        auditing.record(
            "conversations_moved",
            f"person {to_id}" if to_id else "whoever is on shift",
            moved=len(moved),
        )
    return len(moved)


def _check_member(organization_id: int, person_id: int) -> None:
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
