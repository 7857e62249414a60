"""How many people opened each link of a campaign, and what else called."""

from dataclasses import dataclass

from psycopg.rows import class_row

from p2ptext.extensions import cursor


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link; every person is counted once, by the most that is known of their visits."""

    id: int
    name: str
    url: str
    people: int
    unsure: int
    """People of whose visits nobody can say whether it was they or a program."""
    programs: int
    """People whose link only programs called."""


BEST = "min(array_position(ARRAY['person', 'unsure', 'bot'], who))"
"""SQL over the visits of one person to one link: 1 for somebody who opened it, 2 where nobody can say, 3 for
programs alone."""

# Of somebody who was erased one nameless visit is left: it is one person. Each link's own visits are looked
# up: grouped before they are joined, those of every organization would be read at each look at a page.
_LINKS = f"""
SELECT l.id, l.name, l.url, visited.*
FROM campaign_link l CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE best = 1) AS people, count(*) FILTER (WHERE best = 2) AS unsure,
    count(*) FILTER (WHERE best = 3) AS programs
  FROM (SELECT {BEST} AS best
        FROM link_visit WHERE link_id = l.id GROUP BY coalesce(contact_id, -id)) visitor) visited
WHERE l.organization_id = %s AND l.campaign_id = %s
ORDER BY l.id
"""


def links(organization_id: int, campaign_id: int) -> list[LinkRow]:
    """The campaign's links, the oldest first."""
    with cursor().connection.cursor(row_factory=class_row(LinkRow)) as sql:
        sql.execute(_LINKS, (organization_id, campaign_id))
        return sql.fetchall()


def link(organization_id: int, campaign_id: int, link_id: int) -> LinkRow | None:
    """One of the campaign's links."""
    return next((one for one in links(organization_id, campaign_id) if one.id == link_id), None)


def erased(organization_id: int, link_id: int, best: int) -> int:
    """How many of those whom a number of a link counts were erased, so that nobody knows who they were."""
    found = cursor().execute(
        f"""SELECT count(*) FROM (SELECT {BEST} AS best FROM link_visit
            WHERE organization_id = %s AND link_id = %s AND contact_id IS NULL GROUP BY id) visitor
            WHERE best = %s""",
        (organization_id, link_id, best),
    )
    return int((found.fetchone() or (0,))[0])
