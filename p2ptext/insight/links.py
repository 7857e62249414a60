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


# Of somebody who was erased one nameless visit is left: it is one person.
_LINKS = """
SELECT l.name, l.url, count(*) FILTER (WHERE best = 1) AS people,
  count(*) FILTER (WHERE best = 2) AS unsure, count(*) FILTER (WHERE best = 3) AS programs
FROM campaign_link l LEFT JOIN (
  SELECT link_id, min(array_position(ARRAY['person', 'unsure', 'bot'], who)) AS best
  FROM link_visit GROUP BY link_id, coalesce(contact_id, -id)) AS visitor ON visitor.link_id = l.id
WHERE l.organization_id = %s AND l.campaign_id = %s
GROUP BY l.id ORDER BY l.id
"""


def links(organization_id: int, campaign_id: int) -> list[LinkRow]:
    """The campaign's links, the oldest first."""
    with cursor().connection.cursor(row_factory=class_row(LinkRow)) as sql:
        sql.execute(_LINKS, (organization_id, campaign_id))
        return sql.fetchall()
