"""Everything that is counted, made anew from the rows, or only compared with them.

It can be done while texting goes on. Of each campaign the facts and sums are put right in one transaction
that holds the counting's lock: readers see them as they were until it ends, and what changes meanwhile is
noted and counted after it. Counts of contacts and charges are put right by adding the difference that one
statement saw, so that whatever is added at the same moment stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from p2ptext.counting import catching_up, charges, facts
from p2ptext.extensions import cursor, quick_connection

MEMORY = "256MB"
"""For sorting and joining a million contacts at once."""


@dataclass(frozen=True, slots=True)
class Recount:
    """What was wrong with what is counted of one campaign. What a note tells of is not wrong yet."""

    campaign_id: int
    contacts: int
    facts: int
    """Contacts' texts that stood elsewhere than their rows say."""
    sums: int
    lists: int
    """Lists whose contacts were counted wrong."""

    @property
    def is_right(self) -> bool:
        return not (self.facts or self.sums or self.lists)


def campaigns() -> list[int]:
    """Every campaign that has contacts or anything counted, in the order of their ids."""
    with quick_connection():
        found = cursor().execute(
            """SELECT id FROM campaign a WHERE EXISTS (SELECT 1 FROM contact WHERE campaign_id = a.id)
                 OR EXISTS (SELECT 1 FROM tally WHERE campaign_id = a.id)
                 OR EXISTS (SELECT 1 FROM contact_count WHERE campaign_id = a.id)
               ORDER BY id""",
            prepare=False,
        )
        return [row[0] for row in found.fetchall()]


def compare(campaign_ids: list[int]) -> Iterator[Recount]:
    """Compare what is counted of these campaigns with their rows; nothing is changed."""
    for campaign_id in campaign_ids:
        with quick_connection():
            cursor().execute(f"SET LOCAL work_mem = '{MEMORY}'", prepare=False)
            yield Recount(
                campaign_id,
                _contacts(campaign_id),
                facts.differing(campaign_id),
                facts.wrong_sums(campaign_id),
                _lists(campaign_id, _LISTS),
            )


def recount(campaign_ids: list[int]) -> Iterator[Recount]:
    """Count these campaigns anew, one after the other."""
    for campaign_id in campaign_ids:
        with quick_connection():
            sql = cursor()
            sql.execute(f"SET LOCAL work_mem = '{MEMORY}'", prepare=False)
            sql.execute("SELECT pg_advisory_xact_lock(%s)", (catching_up.LOCK,), prepare=False)
            # The sums first: the facts' own differences then move sums that are right.
            sums = facts.sum_up(campaign_id)
            wrong = facts.recompute_campaign(campaign_id)
            lists = _lists(campaign_id, _PUT_LISTS)
            done = Recount(campaign_id, _contacts(campaign_id), wrong, sums, lists)
        yield done


def compare_charges(campaign_id: int | None = None) -> int:
    """How many sums of charges are not what the rows say: of one campaign, or of everything."""
    with quick_connection():
        return charges.differing(campaign_id)


def recount_charges(campaign_id: int | None = None) -> int:
    """Put the charges right, and say how many sums were wrong."""
    with quick_connection():
        wrong = charges.correct(campaign_id)
    charges.fold()
    return wrong


_LISTS = """
SELECT count(*) FROM (
  SELECT coalesce(n.import_id, k.import_id) FROM (
    SELECT import_id, count(*) AS contacts FROM contact WHERE campaign_id = %(campaign)s GROUP BY 1) n
  FULL JOIN (SELECT import_id, contacts FROM contact_count WHERE campaign_id = %(campaign)s) k
    ON k.import_id = n.import_id
  WHERE coalesce(n.contacts, 0) <> coalesce(k.contacts, 0)) wrong
"""
_PUT_LISTS = """
WITH wrong AS (
  SELECT i.campaign_id, i.id, i.organization_id, coalesce(n.contacts, 0) - coalesce(k.contacts, 0) AS missing
  FROM contact_import i
  LEFT JOIN (SELECT import_id, count(*) AS contacts FROM contact WHERE campaign_id = %(campaign)s
             GROUP BY 1) n ON n.import_id = i.id
  LEFT JOIN contact_count k ON k.campaign_id = i.campaign_id AND k.import_id = i.id
  WHERE i.campaign_id = %(campaign)s AND coalesce(n.contacts, 0) <> coalesce(k.contacts, 0)
), put AS (
  INSERT INTO contact_count AS k (campaign_id, import_id, organization_id, contacts) SELECT * FROM wrong
  ON CONFLICT (campaign_id, import_id) DO UPDATE SET contacts = k.contacts + excluded.contacts
)
SELECT count(*) FROM wrong
"""


def _lists(campaign_id: int, statement: str) -> int:
    found = cursor().execute(statement, {"campaign": campaign_id}, prepare=False).fetchone()
    return int(found[0]) if found else 0


def _contacts(campaign_id: int) -> int:
    found = cursor().execute(
        "SELECT coalesce(sum(contacts), 0)::bigint FROM contact_count WHERE campaign_id = %s",
        (campaign_id,),
        prepare=False,
    )
    return int((found.fetchone() or (0,))[0])
