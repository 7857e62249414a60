"""The numbers of campaigns, as counting has summed them up. kinds.py says what each one counts.

Nothing here reads the texts themselves: a page costs the same for three contacts and for a million.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from p2ptext.counting import reading
from p2ptext.counting.reading import Reading, Sums
from p2ptext.extensions import cursor
from p2ptext.rules.stats import wilson


@dataclass(frozen=True, slots=True)
class Share:
    """A proportion with the ends of its 95% interval (Wilson), each between 0 and 1."""

    successes: int
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list that is known to the last contact: no sample, and so without an interval."""

    successes: int
    n: int


# A page draws each share several times, and the same ones again ten seconds later.
@lru_cache(maxsize=4096)
def share(successes: int, n: int) -> Share:
    return Share(successes, n, *wilson(successes, n))


def reply_rate(sums: Sums) -> Share:
    """Those who wrote back, among those whose text certainly left."""
    return share(sums.replied_to_sent, sums.sent)


def opt_out_rate(sums: Sums) -> Share:
    """Those who get no more texts, among the same."""
    return share(sums.opted_out_of_sent, sums.sent)


def goal_rate(sums: Sums) -> Share:
    """Those who gave the answer that is the campaign's goal, among the same."""
    return share(sums.goal_of_sent, sums.sent)


@dataclass(frozen=True, slots=True)
class Numbers:
    """One campaign at one moment. Every number is a count of contacts; kinds.py says of which."""

    at: datetime | None
    """Until when everything is counted, by the one clock; None before that is so for the first time."""
    contacts: int
    not_texted: int
    sums: Sums

    @property
    def no_receipt(self) -> int:
        """Sent, neither delivered nor failed."""
        return self.sums.sent - self.sums.delivered - self.sums.failed_of_sent

    @property
    def reply_rate(self) -> Share:
        return reply_rate(self.sums)

    @property
    def goal_rate(self) -> Share:
        return goal_rate(self.sums)

    def of(self, kind: str) -> int:
        """The number of this kind."""
        own = {"contacts": self.contacts, "not_texted": self.not_texted, "no_receipt": self.no_receipt}
        return own[kind] if kind in own else int(getattr(self.sums, kind))


def numbers(counted: Reading) -> Numbers:
    """What the tiles of a campaign's page say."""
    return Numbers(counted.at, counted.contacts, counted.not_texted, counted.total)


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign in the list of campaigns."""

    id: int
    name: str
    status: str
    contacts: int
    sums: Sums

    @property
    def reply_rate(self) -> Share:
        return reply_rate(self.sums)


def campaigns(organization_id: int) -> list[CampaignRow]:
    """Every campaign of the organization: what runs first, what is put away last."""
    sums = reading.of_organization(organization_id)
    contacts = reading.contacts_of_organization(organization_id)
    sql = cursor()
    sql.execute(
        """SELECT a.id, a.name,
             CASE WHEN a.is_template AND a.status = 'draft' THEN 'template' ELSE a.status END
           FROM campaign a WHERE a.organization_id = %(org)s AND NOT a.is_tests
           ORDER BY array_position(ARRAY['running', 'paused', 'draft', 'archived'], a.status),
             a.is_template, coalesce(a.launched_at, a.created_at) DESC, a.id DESC""",
        {"org": organization_id},
    )
    return [
        CampaignRow(id_, name, status, contacts.get(id_, 0), sums.get(id_, Sums()))
        for id_, name, status in sql.fetchall()
    ]


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One round of a campaign, in texts."""

    round: int
    sums: Sums

    @property
    def reply_rate(self) -> Share:
        return reply_rate(self.sums)

    @property
    def opt_out_rate(self) -> Share:
        return opt_out_rate(self.sums)


def rounds(counted: Reading) -> list[RoundRow]:
    """The rounds of a campaign in their order; none where nobody was texted a second time."""
    found = sorted((int(key), sums) for key, sums in counted.by("round").items())
    return [RoundRow(*row) for row in found] if any(round_ > 1 for round_, _ in found) else []
