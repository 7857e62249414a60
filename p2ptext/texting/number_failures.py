"""What became of each number's latest texts, by the phone's carrier and the code it gave."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from p2ptext.extensions import cursor

WATCHED = 200
"""Texts by which a number is judged: the latest that the carrier took or turned away, whatever has become of
them. News of failures comes sooner than other news: texts without any are counted too, as not failed."""
SETTLED_MIN = 10
"""Beside them, the latest that are older than this: where a number texts fast, its latest have no news yet."""
IDLE_H = 1
"""A number from which nothing has left for so long is not judged anew."""

FAILED = "state IN ('rejected', 'undeliverable')"
_TAKEN = f"({FAILED} OR state IN ('accepted', 'submitted', 'delivered', 'no_receipt'))"
# What left by RCS left from the agent: its failures say nothing about the number. Rows are compared, not
# columns: thus a number's latest texts are read from the end of its part of the index. By columns the planner
# takes the two bounds for narrow ones and sorts all texts of a number (43 s instead of milliseconds).
_LATEST = f"""
SELECT n.organization_id, n.id AS number_id, n.phone, n.out_since IS NOT NULL AS out, n.watched_from,
       s.settled, coalesce(m.network, '') AS network,
       m.carrier_code AS code, m.reason, m.failed, count(*) AS texts
FROM sending_number n
JOIN LATERAL (
  SELECT number_id, created_at FROM message WHERE (number_id, created_at) <= (n.id, 'infinity')
  ORDER BY number_id DESC, created_at DESC LIMIT 1) newest ON newest.number_id = n.id
CROSS JOIN (VALUES (false, 'infinity'::timestamptz),
  (true, (SELECT p2p_now()) - interval '{SETTLED_MIN} minutes')) AS s (settled, until)
CROSS JOIN LATERAL (
  SELECT network, {FAILED} AS failed, CASE WHEN {FAILED} THEN carrier_code END AS carrier_code,
         CASE WHEN {FAILED} THEN reason END AS reason
  FROM message
  WHERE (number_id, created_at) > (n.id, coalesce(n.watched_from, '-infinity'))
    AND (number_id, created_at) <= (n.id, s.until) AND {_TAKEN} AND channel <> 'rcs'
  ORDER BY number_id DESC, created_at DESC LIMIT {WATCHED}) m
WHERE (%(org)s::int IS NULL OR n.organization_id = %(org)s)
  AND (NOT %(busy)s OR newest.created_at > (SELECT p2p_now()) - interval '{IDLE_H} hours')
  AND (%(busy)s OR NOT s.settled)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
ORDER BY n.organization_id, n.id, s.settled, 7, 10 DESC, 11 DESC, 8, 9"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How many of a number's latest texts to one carrier ended in the same way."""

    organization_id: int
    number_id: int
    phone: str
    out: bool
    """Whether it is out of use."""
    watched_from: datetime | None
    """Since when it is judged: since it was put back."""
    settled: bool
    """Of its latest texts that are older than SETTLED_MIN; else of its latest, whatever their age."""
    network: str
    """The carrier's mobile network code, as receipts name it; empty where none has."""
    code: int | None
    """The carrier's code of a failure."""
    reason: str | None
    """What that means, of rules.delivery.ErrorKind."""
    failed: bool
    texts: int


def latest(organization_id: int | None = None) -> list[Ended]:
    """Each number's latest texts: of every organization those of numbers that are in use just now, and those
    that are settled besides; of one organization those of all its numbers."""
    with cursor().connection.cursor(row_factory=class_row(Ended)) as sql:
        sql.execute(_LATEST, {"org": organization_id, "busy": organization_id is None}, prepare=False)
        return sql.fetchall()
