"""What campaigns have cost, against what they may cost; a campaign stops when its budget is used up.

A receipt says what a text cost some seconds or minutes after it left. So texts without a price yet, and
those that wait to leave, count with what a segment has cost this organization lately.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from psycopg.rows import dict_row

from p2ptext.accounts import auditing
from p2ptext.extensions import cursor, log
from p2ptext.rules.prices import SEGMENT_USD

LATELY_D = 30
"""Days of texts by which the price of a segment is reckoned."""
USUAL = Decimal(str(SEGMENT_USD[1]))
"""What a segment is reckoned to cost where no receipt has said a price yet, in whatever currency."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What one campaign has cost, in the currency of its budget."""

    campaign_id: int
    organization_id: int
    name: str
    currency: str
    budget: Decimal | None
    warn_percent: int
    stops: bool
    cost: Decimal
    """What receipts have said."""
    unpriced: int
    """Segments the carrier took and whose price no receipt has said yet in this currency."""
    waiting: int
    """Segments of texts that wait to leave."""
    segment_price: Decimal
    """What one of those is reckoned to cost."""
    price_is_known: bool
    """Whether that is what segments have cost lately, and not merely what is usual."""
    other_currencies: tuple[str, ...]
    """In which receipts came besides. Nothing is converted, but a budget must not wait for ever for receipts
    in its own: those segments count as if no receipt had said their price."""

    @property
    def expected(self) -> Decimal:
        """What will have been spent once everything that was asked for has left."""
        return self.cost + (self.unpriced + self.waiting) * self.segment_price

    @property
    def percent(self) -> int:
        """How much of the budget that is; 0 without one."""
        return int(100 * self.expected / self.budget) if self.budget else 0

    @property
    def is_used_up(self) -> bool:
        return self.budget is not None and self.expected >= self.budget

    @property
    def is_near(self) -> bool:
        """Whether so much is used that a manager wanted to be told."""
        return self.budget is not None and self.percent >= self.warn_percent


# One campaign is read by the key of charge_tally: organization, campaign, day.
_SPENDING = """
SELECT a.id AS campaign_id, a.organization_id, a.name, a.budget_currency AS currency, a.budget,
  a.budget_warn_percent AS warn_percent, a.budget_stops AS stops,
  coalesce(charged.cost, 0) AS cost, coalesce(charged.unpriced, 0) AS unpriced,
  coalesce(charged.others, '{}') AS other_currencies,
  (SELECT coalesce(sum(CASE WHEN m.channel = 'sms' THEN x.segments ELSE 1 END), 0)
   FROM outbox x JOIN message m ON m.id = x.message_id
   WHERE m.campaign_id = a.id) AS waiting,
  coalesce(lately.price, %(usual)s) AS segment_price, lately.price IS NOT NULL AS price_is_known
FROM campaign a
LEFT JOIN LATERAL (
  SELECT sum(cost) FILTER (WHERE currency = a.budget_currency) AS cost,
    sum(segments - CASE WHEN currency = a.budget_currency THEN priced_segments ELSE 0 END) AS unpriced,
    array_agg(DISTINCT currency) FILTER (WHERE currency NOT IN ('', a.budget_currency) AND cost <> 0) AS others
  FROM (SELECT currency, cost, segments, priced_segments FROM charge_tally
        WHERE organization_id = a.organization_id AND campaign_id = a.id
        UNION ALL
        SELECT currency, cost, segments, priced_segments FROM charge_delta WHERE campaign_id = a.id) c
) charged ON true
LEFT JOIN LATERAL (
  SELECT sum(cost) / nullif(sum(priced_segments), 0) AS price FROM charge_tally
  WHERE organization_id = a.organization_id AND currency = a.budget_currency
    AND day > ((SELECT p2p_now()) AT TIME ZONE 'UTC')::date - %(lately)s
) lately ON true
"""


def _found(where: str, **values: object) -> list[Spending]:
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        f"{_SPENDING} WHERE {where}", {**values, "usual": USUAL, "lately": LATELY_D}, prepare=False
    )
    return [
        Spending(**{**row, "other_currencies": tuple(row["other_currencies"])}) for row in sql.fetchall()
    ]


def of_campaign(campaign_id: int) -> Spending | None:
    """What this campaign has cost; None where there is no such campaign."""
    return next(iter(_found("a.id = %(campaign)s", campaign=campaign_id)), None)


def of_campaigns(organization_id: int) -> list[Spending]:
    """What each campaign of the organization that has a budget and is not put away has cost."""
    return _found(
        "a.organization_id = %(org)s AND a.budget IS NOT NULL AND a.status <> 'archived'",
        org=organization_id,
    )


def watched() -> Sequence[Spending]:
    """Of every organization, the campaigns that run on a budget."""
    return _found("a.status = 'running' AND a.budget IS NOT NULL AND NOT a.is_tests")


def stop_used_up() -> int:
    """Pause the running campaigns whose budget is used up and shall stop them. How many."""
    return sum(_pause(one) for one in watched() if one.stops and one.is_used_up)


def _pause(spending: Spending) -> int:
    sql = cursor()
    sql.execute(
        """UPDATE campaign SET status = 'paused', paused_because = 'budget'
           WHERE id = %s AND status = 'running' AND budget = %s AND budget_currency = %s AND budget_stops
           RETURNING id""",
        (spending.campaign_id, spending.budget, spending.currency),
    )
    if sql.fetchone() is None:
        return 0
    log.error("campaign_paused", campaign=spending.campaign_id, because="budget")
    auditing.record_own(
        "campaign_status",
        f"campaign {spending.campaign_id}",
        spending.organization_id,
        before="running",
        after="paused",
        because="budget",
        expected=f"{spending.expected:.2f}",
        budget=f"{spending.budget:.2f}",
        currency=spending.currency,
    )
    return 1
