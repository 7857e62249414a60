"""How many people opened each link of a campaign, and what else called."""

from dataclasses import dataclass

from psycopg.rows import class_row

from p2ptext.extensions import cursor


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link; every person is counted once, by the most that is known of their visits."""

    name: str
    url: str
    people: int
    unsure: int
    """People of whose visits nobody can say whether it was they or a program."""
    programs: int
    """People whose link only programs called."""


# Of somebody who was erased one nameless visit is left: it is one person. Each link's own visits are looked
# up: grouped before they are joined, those of every organization would be read at each look at a page.
_LINKS = """
SELECT l.name, l.url, visited.*
FROM campaign_link l CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE best = 1) AS people, count(*) FILTER (WHERE best = 2) AS unsure,
    count(*) FILTER (WHERE best = 3) AS programs
  FROM (SELECT min(array_position(ARRAY['person', 'unsure', 'bot'], who)) AS best
        FROM link_visit WHERE link_id = l.id GROUP BY coalesce(contact_id, -id)) visitor) visited
WHERE l.organization_id = %s AND l.campaign_id = %s
ORDER BY l.id
"""


def links(organization_id: int, campaign_id: int) -> list[LinkRow]:
    """The campaign's links, the oldest first."""
    with cursor().connection.cursor(row_factory=class_row(LinkRow)) as sql:
        sql.execute(_LINKS, (organization_id, campaign_id))
        return sql.fetchall()
