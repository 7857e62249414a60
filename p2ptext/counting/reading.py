"""What is counted, to be shown: each a quick look at sums.

Every number says of which contacts or texts it is the count in docs/contract.md. `fresh` first, then
read; what `of` gives belongs to one moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from psycopg.rows import dict_row

from p2ptext.counting import catching_up
from p2ptext.counting.facts import DIMENSIONS, MEASURES
from p2ptext.extensions import cursor

MOST_AT_A_PAGE = 200
"""Changes a page counts before it reads; a heap of them is left to the dispatcher, for which nobody waits."""
__all__ = [
    "DIMENSIONS",
    "MEASURES",
    "Reading",
    "Sums",
    "by",
    "contacts",
    "fresh",
    "of",
    "of_organization",
]


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over contacts or over texts: docs/contract.md says of which."""

    texts: int = 0
    """Those with a first text that counts, wherever it stands."""
    on_the_way: int = 0
    sent: int = 0
    unknown: int = 0
    ended: int = 0
    delivered: int = 0
    failed: int = 0
    replied: int = 0
    opted_out: int = 0
    wrong_number: int = 0
    waiting: int = 0
    answered: int = 0
    goal: int = 0
    failed_of_sent: int = 0
    """This and what follows: only of those in `sent`, of which it is a share."""
    replied_to_sent: int = 0
    opted_out_of_sent: int = 0
    answered_of_sent: int = 0
    goal_of_sent: int = 0
    left_out: int = 0
    """Those of whom an answer is noted that counts no more since an earlier one was changed."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """From a row of the table of sums."""
        return cls(**{name: row[name] for name in MEASURES})


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that is counted of one campaign, all of it at one moment."""

    at: datetime | None
    """Until when everything is counted; None before that is so for the first time."""
    left_over: int
    """About how many changes wait to be counted; mostly 0."""
    contacts: int
    """Everybody on the campaign's lists."""
    lists: Mapping[str, int]
    """The same by list, whose id is the key."""
    dimensions: Mapping[str, Mapping[str, Sums]]

    @property
    def total(self) -> Sums:
        return self.by("all").get("", Sums())

    @property
    def not_texted(self) -> int:
        """Contacts in no other place."""
        all_ = self.total
        return self.contacts - all_.on_the_way - all_.sent - all_.unknown - all_.ended

    def by(self, dimension: str) -> Mapping[str, Sums]:
        """The sums of each value of one of DIMENSIONS, in no order; values that nothing has are left out."""
        return self.dimensions[dimension]


_OF = """
SELECT k.at AS counted_at, k.left_over, n.contacts, n.lists, t.*
FROM (SELECT max(at) AS at, coalesce(max(left_over), 0) AS left_over FROM counted) k
CROSS JOIN (SELECT coalesce(sum(contacts), 0)::bigint AS contacts,
              coalesce(jsonb_object_agg(import_id, contacts), '{}') AS lists
            FROM contact_count WHERE campaign_id = %(campaign)s) n
LEFT JOIN tally t ON t.campaign_id = %(campaign)s AND t.dimension = ANY(%(dimensions)s)
  AND t.texts + t.ended + t.replied + t.waiting + t.answered + t.wrong_number + t.left_out <> 0
"""


def fresh() -> datetime | None:
    """Count what has just changed, then say until when everything is counted.

    Waits for nobody: while another process counts, or a heap of changes waits, the moment is an earlier
    one. Sees nothing of the caller's own transaction that is not committed.
    """
    catching_up.catch_up(MOST_AT_A_PAGE)
    return stamp()


def stamp() -> datetime | None:
    """Until when everything is counted, by the one clock; None before that is so for the first time."""
    found = cursor().execute("SELECT max(at) FROM counted", prepare=False)
    row: tuple[datetime | None] = found.fetchone() or (None,)
    return row[0]


def of(campaign_id: int, *dimensions: str) -> Reading:
    """What is counted of a campaign at one moment: of these dimensions, or of all."""
    wanted = dimensions or DIMENSIONS
    sql = cursor()
    sql.row_factory = dict_row
    rows = sql.execute(
        _OF, {"campaign": campaign_id, "dimensions": list(wanted)}, prepare=False
    ).fetchall()
    found: dict[str, dict[str, Sums]] = {name: {} for name in wanted}
    for row in rows:
        if row["dimension"] is not None:  # else nothing is counted yet
            found[row["dimension"]][row["key"]] = Sums.of(row)
    first = rows[0]
    return Reading(first["counted_at"], first["left_over"], first["contacts"], first["lists"], found)


def contacts(campaign_id: int) -> int:
    """Everybody on the lists of a campaign."""
    return of(campaign_id, "all").contacts


def total(campaign_id: int) -> Sums:
    """The campaign's sums by contact."""
    return of(campaign_id, "all").total


def by(campaign_id: int, dimension: str) -> Mapping[str, Sums]:
    """The sums of each value of one of DIMENSIONS, in no order."""
    return of(campaign_id, dimension).by(dimension)


def of_organization(organization_id: int) -> dict[int, Sums]:
    """The sums by contact of every campaign that has some; texts to managers' own phones left out."""
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        """SELECT t.* FROM tally t JOIN campaign a ON a.id = t.campaign_id
           WHERE a.organization_id = %s AND NOT a.is_tests AND t.dimension = 'all' AND t.key = ''""",
        (organization_id,),
        prepare=False,
    )
    return {row["campaign_id"]: Sums.of(row) for row in sql.fetchall()}


def contacts_of_organization(organization_id: int) -> dict[int, int]:
    """How many contacts each campaign has; texts to managers' own phones left out."""
    sql = cursor()
    sql.execute(
        """SELECT n.campaign_id, sum(n.contacts)::bigint FROM contact_count n
           JOIN campaign a ON a.id = n.campaign_id
           WHERE a.organization_id = %s AND NOT a.is_tests GROUP BY n.campaign_id""",
        (organization_id,),
        prepare=False,
    )
    return dict(sql.fetchall())
