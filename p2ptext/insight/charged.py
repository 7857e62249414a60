"""The texts behind a sum of money, one page at a time, the latest first."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from psycopg.rows import dict_row

from p2ptext.extensions import cursor
from p2ptext.rules import networks
from p2ptext.rules.phone import mask

PAGE = 50
_PRICED = r"m.price ~ '^[0-9]{1,6}([.][0-9]{1,12})?$'"
_PARTS = "CASE WHEN m.channel = 'sms' THEN m.segments ELSE 1 END"


@dataclass(frozen=True, slots=True)
class Which:
    """Which texts: what is None does not matter."""

    campaign_id: int | None = None
    no_campaign: bool = False
    number_id: int | None = None
    network: str | None = None
    """As receipts name it; "" where none has said it."""
    day: date | None = None
    """Of the click, in UTC."""
    since: date | None = None
    unpriced: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A text the carrier has taken, and what it cost."""

    id: int
    phone: str
    """Masked: its last four digits."""
    campaign: str
    number: str
    network: str
    kind: str
    state: str
    segments: int
    cost: Decimal | None
    """None where no receipt has said a price."""
    currency: str
    at: datetime

    @property
    def company(self) -> str:
        return networks.name(self.network) if self.network else ""


# What a filter knows of the sums: so a day that has no such text is not looked through.
_DAYS = """
SELECT DISTINCT day FROM (
  SELECT organization_id, campaign_id, number_id, network, day, segments, priced_segments FROM charge_tally
  UNION ALL
  SELECT organization_id, campaign_id, number_id, network, day, segments, priced_segments FROM charge_delta) m
WHERE m.organization_id = %(org)s AND :conditions
  AND (%(day)s::date IS NULL OR day = %(day)s) AND (%(since)s::date IS NULL OR day >= %(since)s)
  AND (%(before)s::bigint IS NULL
    OR day <= (SELECT (created_at AT TIME ZONE 'UTC')::date FROM message WHERE id = %(before)s))
ORDER BY day DESC
"""
# The days of messages lie one behind the other, and a small index knows where. "+ 0": with the key's own
# order the planner would walk backwards over everything that came later.
_TEXTS = f"""
SELECT m.id, r.phone, coalesce(a.name, '') AS campaign, n.phone AS number,
  coalesce(m.network, '') AS network, m.kind, m.state, {_PARTS} AS segments,
  CASE WHEN {_PRICED} THEN {_PARTS} * m.price::numeric END AS cost,
  CASE WHEN {_PRICED} THEN coalesce(m.currency, '') ELSE '' END AS currency, m.created_at AS at
FROM (SELECT * FROM message m
      WHERE m.created_at >= %(of_day)s::timestamp AT TIME ZONE 'UTC'
        AND m.created_at < (%(of_day)s::timestamp + interval '1 day') AT TIME ZONE 'UTC'
        AND m.organization_id = %(org)s AND is_charged(m.state, m.price) AND :conditions
        AND (%(before)s::bigint IS NULL OR m.id < %(before)s)
      ORDER BY m.id + 0 DESC LIMIT %(most)s) m
JOIN recipient r ON r.id = m.recipient_id
JOIN sending_number n ON n.id = m.number_id
LEFT JOIN campaign a ON a.id = m.campaign_id
ORDER BY m.id DESC
"""


def page(organization_id: int, which: Which, before: int | None = None) -> list[Text]:
    """Up to PAGE + 1 texts, the latest day first: one more tells that there are others. `before` is the id of
    the last text of the page before."""
    values = {**_values(which), "org": organization_id, "before": before}
    conditions = [*_conditions(which), "true"]
    days = _DAYS.replace(
        ":conditions",
        " AND ".join(
            [*conditions, "segments > priced_segments" if which.unpriced else "true"],
        ),
    )
    if which.unpriced:
        conditions.append(f"({_PRICED}) IS NOT TRUE")
    texts = _TEXTS.replace(":conditions", " AND ".join(conditions))
    found: list[dict[str, Any]] = []
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        for day in [row["day"] for row in sql.execute(days, values, prepare=False).fetchall()]:
            more = {"of_day": day, "most": PAGE + 1 - len(found)}
            found += sql.execute(texts, values | more, prepare=False).fetchall()
            if len(found) > PAGE:
                break
    return [Text(**{**row, "phone": mask(row["phone"]) if row["phone"] else ""}) for row in found]


def _conditions(which: Which) -> list[str]:
    """Over columns that a message and a sum both have; a message's day is that of the query."""
    wanted = {
        "m.campaign_id = %(campaign)s": which.campaign_id is not None,
        "m.campaign_id IS NULL": which.no_campaign,
        "m.number_id = %(number)s": which.number_id is not None,
        "coalesce(m.network, '') = %(network)s": which.network is not None,
    }
    return [condition for condition, matters in wanted.items() if matters]


def _values(which: Which) -> dict[str, Any]:
    return {
        "campaign": which.campaign_id,
        "number": which.number_id,
        "network": which.network,
        "day": which.day,
        "since": which.since,
    }
