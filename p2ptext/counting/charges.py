"""What texts cost, by campaign, number, network or day, exact at once.

A text counts once the carrier has taken it, or a receipt has said its price. A trigger notes each change
as a signed difference; these are folded into the sums every second. Whoever reads adds those that wait.
Days are those of the click, in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from psycopg.rows import class_row

from p2ptext.extensions import cursor, quick_connection

LOCK = 7022078
"""The folding's own advisory lock; the number is arbitrary."""
AT_ONCE = 20_000
_SUMS = "sum(texts), sum(segments), sum(priced_segments), sum(cost)"
_KEYS: Mapping[str, str] = {
    "campaign": "coalesce(campaign_id::text, '')",
    "number": "number_id::text",
    "network": "network",
    "day": "day::text",
    "all": "''",
}
_FOLD = f"""
WITH taken AS (
  DELETE FROM charge_delta WHERE ctid = ANY(ARRAY(SELECT ctid FROM charge_delta LIMIT %(most)s))
  RETURNING *
), folded AS (
  INSERT INTO charge_tally AS t (organization_id, campaign_id, number_id, network, day, currency, texts,
    segments, priced_segments, cost)
  SELECT organization_id, campaign_id, number_id, network, day, currency, {_SUMS} FROM taken
  GROUP BY organization_id, campaign_id, number_id, network, day, currency
  ON CONFLICT ON CONSTRAINT uq_charge_tally DO UPDATE
  SET texts = t.texts + excluded.texts, segments = t.segments + excluded.segments,
    priced_segments = t.priced_segments + excluded.priced_segments, cost = t.cost + excluded.cost
)
SELECT count(*) FROM taken
"""
# What the trigger notes of each text, said of all texts at once.
_OF_TEXTS = """
SELECT organization_id, campaign_id, number_id, network, day, currency, count(*) AS texts,
  sum(parts) AS segments, coalesce(sum(parts) FILTER (WHERE has_price), 0) AS priced_segments,
  coalesce(sum(parts * price::numeric) FILTER (WHERE has_price), 0) AS cost
FROM (
  SELECT m.organization_id, m.campaign_id, m.number_id, coalesce(m.network, '') AS network,
    (m.created_at AT TIME ZONE 'UTC')::date AS day, p.has_price,
    CASE WHEN p.has_price THEN coalesce(m.currency, '') ELSE '' END AS currency,
    CASE WHEN m.channel = 'sms' THEN m.segments ELSE 1 END AS parts,
    CASE WHEN p.has_price THEN m.price END AS price
  FROM message m
  CROSS JOIN LATERAL (SELECT m.price IS NOT NULL
    AND m.price ~ '^[0-9]{1,6}([.][0-9]{1,12})?$' AS has_price) p
  WHERE is_charged(m.state, m.price)
) texts GROUP BY organization_id, campaign_id, number_id, network, day, currency"""
_ALL = """(
  SELECT organization_id, campaign_id, number_id, network, day, currency, texts, segments,
    priced_segments, cost FROM charge_tally
  UNION ALL
  SELECT organization_id, campaign_id, number_id, network, day, currency, texts, segments,
    priced_segments, cost FROM charge_delta
) charged"""
# What is missing in the sums, all of it seen in one moment.
_MISSING = f"""
SELECT * FROM (
  SELECT organization_id, campaign_id, number_id, network, day, currency, sum(texts) AS texts,
    sum(segments) AS segments, sum(priced_segments) AS priced_segments, sum(cost) AS cost
  FROM ({_OF_TEXTS}
    UNION ALL
    SELECT organization_id, campaign_id, number_id, network, day, currency, -texts, -segments,
      -priced_segments, -cost FROM {_ALL}) both_ways
  WHERE %(campaign)s::int IS NULL OR campaign_id = %(campaign)s
  GROUP BY organization_id, campaign_id, number_id, network, day, currency
) missing WHERE (texts, segments, priced_segments, cost) <> (0, 0, 0, 0)"""


@dataclass(frozen=True, slots=True)
class Charge:
    """What the texts of one group cost, in one currency."""

    key: str
    """The group: a campaign's id, empty for texts of none; a number's id; a network's name, empty where no
    receipt has said it yet; a day as 2026-11-22."""
    currency: str
    """Empty for texts whose price no receipt has said yet."""
    texts: int
    segments: int
    """Parts the carrier charges: a picture message and an RCS message are one."""
    priced_segments: int
    """Those whose price a receipt has said."""
    cost: Decimal


def of(
    organization_id: int,
    by: str,
    *,
    campaign_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[Charge]:
    """What texts of an organization cost, by "campaign", "number", "network", "day" or "all".

    Ordered by group and currency; from the day `since` to the day `until`, both included. Tests to
    managers' own phones cost too and are in it. Groups in which nothing counts any more are left out.
    """
    with cursor().connection.cursor(row_factory=class_row(Charge)) as sql:
        sql.execute(
            f"""SELECT {_KEYS[by]} AS key, currency, sum(texts)::bigint AS texts,
                  sum(segments)::bigint AS segments, sum(priced_segments)::bigint AS priced_segments,
                  sum(cost) AS cost
                FROM {_ALL}
                WHERE organization_id = %(org)s
                  AND (%(campaign)s::int IS NULL OR campaign_id = %(campaign)s)
                  AND (%(since)s::date IS NULL OR day >= %(since)s)
                  AND (%(until)s::date IS NULL OR day <= %(until)s)
                GROUP BY 1, 2 HAVING sum(texts) <> 0 ORDER BY 1, 2""",
            {"org": organization_id, "campaign": campaign_id, "since": since, "until": until},
            prepare=False,
        )
        return sql.fetchall()


def fold() -> int:
    """Fold the differences that wait into the sums, unless another process does just now. How many."""
    folded = 0
    while some := _fold():
        folded += some
        if some < AT_ONCE:
            break
    return folded


def _fold() -> int:
    with quick_connection():
        sql = cursor()
        sql.execute("SET LOCAL synchronous_commit = off", prepare=False)
        held = sql.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,), prepare=False).fetchone()
        if held != (True,):
            return 0
        row = sql.execute(_FOLD, {"most": AT_ONCE}, prepare=False).fetchone()
        return int(row[0]) if row else 0


def differing(campaign_id: int | None = None) -> int:
    """How many sums are not what the texts say: of one campaign, or of everything."""
    return _count(f"SELECT count(*) FROM ({_MISSING}) missing", campaign_id)


def correct(campaign_id: int | None = None) -> int:
    """Note what is missing or too much as differences like all others. How many sums that concerns.

    Nothing has to wait for it: what is noted at the same moment is added to the same sums.
    """
    return _count(
        f"""WITH missing AS ({_MISSING}), noted AS (INSERT INTO charge_delta SELECT * FROM missing)
            SELECT count(*) FROM missing""",
        campaign_id,
    )


def _count(statement: str, campaign_id: int | None) -> int:
    found = cursor().execute(statement, {"campaign": campaign_id}, prepare=False).fetchone()
    return int(found[0]) if found else 0
