"""What texts cost: by campaign, number, phone company and day, from the prices that receipts say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from psycopg.rows import dict_row

from p2ptext.campaigns import numbers
from p2ptext.counting import charges
from p2ptext.counting.charges import Charge
from p2ptext.extensions import cursor
from p2ptext.rules import networks

SPANS = {"7": "7 days", "30": "30 days", "90": "90 days", "all": "All time"}
"""Days that may be chosen, today included."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What came together in one currency."""

    currency: str
    cost: Decimal
    priced_segments: int

    @property
    def each(self) -> Decimal | None:
        """What a segment cost on average; None where none has a price."""
        return self.cost / self.priced_segments if self.priced_segments else None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: a campaign, a number, a phone company or a day."""

    key: str
    name: str
    texts: int
    segments: int
    unpriced: int
    """Segments whose price no receipt has said yet."""
    sums: tuple[Sum, ...]
    """By currency; none where no receipt has said a price."""

    def in_currency(self, currency: str) -> Decimal | None:
        """Its cost in this currency; None where no receipt has said one."""
        return next((one.cost for one in self.sums if one.currency == currency), None)

    @property
    def main_currency(self) -> str:
        """The one that most of its segments are paid in; "" where there is none."""
        return max(self.sums, key=lambda one: one.priced_segments).currency if self.sums else ""


def since_of(span: str, today: date) -> date | None:
    """The first day that is shown; None for all time."""
    return None if span == "all" else today - timedelta(days=int(span) - 1)


def total(organization_id: int, since: date | None, campaign_id: int | None = None) -> Line:
    """Everything together."""
    found = _lines(organization_id, "all", since, campaign_id, {})
    return found[0] if found else Line("", "", 0, 0, 0, ())


def by_day(organization_id: int, since: date | None, campaign_id: int | None = None) -> list[Line]:
    """Days on which a text left, the oldest first."""
    return [
        replace(line, name=f"{date.fromisoformat(line.key):%b %-d, %Y}")
        for line in _lines(organization_id, "day", since, campaign_id, {})
    ]


def by_campaign(organization_id: int, since: date | None) -> list[Line]:
    """Campaigns by name; the confirmations of STOP and HELP that belong to none come last."""
    names = _names(
        """SELECT id, CASE WHEN is_tests THEN 'Tests to your own phones' ELSE name END AS name
           FROM campaign WHERE organization_id = %s""",
        organization_id,
    )
    lines = _lines(
        organization_id, "campaign", since, None, names | {"": "Confirmations of no campaign"}
    )
    return sorted(lines, key=lambda line: (not line.key, line.name.lower()))


def by_number(organization_id: int, since: date | None, campaign_id: int | None = None) -> list[Line]:
    """Sending numbers, as they are dialed."""
    names = _names(
        "SELECT id, phone AS name FROM sending_number WHERE organization_id = %s", organization_id
    )
    pretty = {key: numbers.pretty(phone) for key, phone in names.items()}
    lines = _lines(organization_id, "number", since, campaign_id, pretty)
    return sorted(lines, key=lambda line: line.name)


def by_network(organization_id: int, since: date | None, campaign_id: int | None = None) -> list[Line]:
    """Phone companies as receipts name them, the most segments first."""
    lines = [
        replace(line, name=networks.name(line.key) if line.key else "Not said yet")
        for line in _lines(organization_id, "network", since, campaign_id, {})
    ]
    return sorted(lines, key=lambda line: (not line.key, -line.segments, line.name))


def _names(statement: str, organization_id: int) -> dict[str, str]:
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(statement, (organization_id,))
    return {str(row["id"]): row["name"] for row in sql.fetchall()}


def _lines(
    organization_id: int,
    by: str,
    since: date | None,
    campaign_id: int | None,
    names: dict[str, str],
) -> list[Line]:
    found: dict[str, list[Charge]] = {}
    for one in charges.of(organization_id, by, campaign_id=campaign_id, since=since):
        found.setdefault(one.key, []).append(one)
    return [_line(key, names.get(key, key), rows) for key, rows in found.items()]


def _line(key: str, name: str, rows: Sequence[Charge]) -> Line:
    return Line(
        key,
        name,
        sum(row.texts for row in rows),
        sum(row.segments for row in rows),
        sum(row.segments - row.priced_segments for row in rows),
        tuple(Sum(row.currency, row.cost, row.priced_segments) for row in rows if row.currency),
    )
