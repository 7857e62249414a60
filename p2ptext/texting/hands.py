"""Who has cards of a campaign, for whoever gives them out."""

from dataclasses import dataclass

from psycopg.rows import class_row

from p2ptext.extensions import cursor
from p2ptext.texting.presence_models import TALKS_OF

PAGE = 50
"""Volunteers on one page."""


@dataclass(frozen=True, slots=True)
class Hand:
    """One member and what they have of a campaign."""

    person_id: int
    name: str
    active: bool
    in_hand: int
    """Unsent cards of the batch they are texting."""
    given: int
    """Unsent cards of batches that were given to them and that they have not taken yet."""
    given_batches: int
    sent: int


@dataclass(frozen=True, slots=True)
class Hands:
    """One page of members, and how many there are in all."""

    rows: list[Hand]
    total: int


# Only the page's members are counted: a campaign may have a thousand, with a million cards.
_HANDS = f"""
WITH members AS (
  SELECT m.person_id, p.name, m.status = 'active' AS active,
         EXISTS (SELECT 1 FROM batch b WHERE b.campaign_id = %(campaign)s AND b.state = 'leased'
                   AND b.person_id = m.person_id)
         OR EXISTS (SELECT 1 FROM batch b WHERE b.campaign_id = %(campaign)s AND b.state = 'open'
                   AND b.reserved_for = m.person_id) AS has_cards
  FROM membership m JOIN person p ON p.id = m.person_id
  WHERE m.organization_id = %(org)s AND strpos(lower(p.name), lower(%(words)s)) > 0
), shown AS (
  SELECT *, count(*) OVER () AS total FROM members WHERE active OR has_cards
  ORDER BY has_cards DESC, lower(name), person_id LIMIT %(page)s OFFSET %(skip)s
)
SELECT s.total, s.person_id, s.name, s.active,
  (SELECT count(*) FROM batch b JOIN contact c ON c.batch_id = b.id AND c.state = 'ready'
   WHERE b.campaign_id = %(campaign)s AND b.state = 'leased' AND b.person_id = s.person_id) AS in_hand,
  (SELECT count(*) FROM batch b JOIN contact c ON c.batch_id = b.id AND c.state = 'ready'
   WHERE b.campaign_id = %(campaign)s AND b.state = 'open' AND b.reserved_for = s.person_id) AS given,
  (SELECT count(*) FROM batch b
   WHERE b.campaign_id = %(campaign)s AND b.state = 'open' AND b.reserved_for = s.person_id)
    AS given_batches,
  (SELECT count(*) FROM {TALKS_OF.format(campaign="%(campaign)s", person="s.person_id")} AS t
   JOIN message m ON m.conversation_id = t.id AND m.kind = 'first' AND m.person_id = s.person_id
     AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')) AS sent
FROM shown s ORDER BY s.has_cards DESC, lower(s.name), s.person_id
"""


def hands(organization_id: int, campaign_id: int, words: str = "", page: int = 1) -> Hands:
    """Active members, and whoever else still has cards: who has some first, then by name.

    `words` narrows to names that contain them.
    """
    sql = cursor()
    sql.execute(
        _HANDS,
        {
            "org": organization_id,
            "campaign": campaign_id,
            "words": words,
            "page": PAGE,
            "skip": (page - 1) * PAGE,
        },
    )
    rows = sql.fetchall()
    return Hands([Hand(*row[1:]) for row in rows], rows[0][0] if rows else 0)


@dataclass(frozen=True, slots=True)
class Batches:
    """How many batches with unsent cards are where."""

    free: int
    """Given to nobody."""
    given: int
    in_hand: int


def batches(campaign_id: int) -> Batches:
    """Where the batches of a campaign are that hold unsent cards."""
    with cursor().connection.cursor(row_factory=class_row(Batches)) as sql:
        sql.execute(
            """SELECT count(*) FILTER (WHERE state = 'open' AND reserved_for IS NULL) AS free,
                      count(*) FILTER (WHERE state = 'open' AND reserved_for IS NOT NULL) AS given,
                      count(*) FILTER (WHERE state = 'leased') AS in_hand
               FROM batch WHERE campaign_id = %s""",
            (campaign_id,),
        )
        return sql.fetchone() or Batches(0, 0, 0)
