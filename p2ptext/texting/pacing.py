"""How fast a person may click and the carrier may be called.

A person: at most 3 texts in any second and 120 in any minute unless the settings say otherwise, well
above the fastest thumb measured (0.45 s a text) and well below a held key (4.5 a second). The carrier:
what waits for each of its limits decides whether more cards are handed out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.rows import dict_row

from p2ptext.background import settings
from p2ptext.campaigns.numbers import USABLE
from p2ptext.extensions import cursor
from p2ptext.rules.pacing import FIRST_TEXT, Day, share
from p2ptext.texting import lanes

MOST_CARDS = 25
MOST_WAIT_S = 900.0
"""No cards are handed out while a text would wait longer than a quarter of an hour: one that could not
leave for half an hour goes back to its volunteer."""
LOOK_AGAIN = timedelta(seconds=1)
NO_NUMBER_AGAIN = timedelta(minutes=5)
HALTED = {
    "refused": "The phone company refuses all our texts just now. Your organizer can see why.",
    "silent": "The phone company does not answer just now. It is tried again by itself.",
}
DAY_IS_FULL = (
    "As many texts as T-Mobile takes from this campaign in a day have left. It goes on tomorrow."
)

EARLIER = """
  (SELECT received_at FROM click WHERE person_id = %(person)s ORDER BY person_id, id DESC
   OFFSET %(a_second)s - 1 LIMIT 1) AS click_of_a_second,
  (SELECT received_at FROM click WHERE person_id = %(person)s ORDER BY person_id, id DESC
   OFFSET %(a_minute)s - 1 LIMIT 1) AS click_of_a_minute
"""
"""Columns for `wait_ms`: when the clicks were made that a next one would be the fourth, or the
hundred and twenty-first, after. The person's own lock must be held, so that two tabs count together."""


def of_person(person_id: int) -> dict[str, int]:
    """The values of a statement with EARLIER."""
    ours = settings()
    return {
        "person": person_id,
        "a_second": ours.clicks_per_second,
        "a_minute": ours.clicks_per_minute,
    }


LOCK_PERSON = "pg_advisory_xact_lock(1, %(person)s)"


def wait_ms(
    now: datetime, click_of_a_second: datetime | None, click_of_a_minute: datetime | None
) -> int:
    """Milliseconds until a person whose clicks were then may send again; 0 when they may now."""
    waits = [
        span - (now - earlier).total_seconds()
        for earlier, span in ((click_of_a_second, 1.0), (click_of_a_minute, 60.0))
        if earlier is not None
    ]
    return max(0, round(1000 * max(waits, default=0)))


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a text that is asked for now would fare on its way to the carrier."""

    delay_s: float
    """Seconds until it would leave, behind what waits already."""
    opens_at: datetime | None
    """Set: hand out no cards before then, and say `words`."""
    words: str
    cards: int = MOST_CARDS
    """Cards a page may be given at once, so that what is in all hands can leave soon."""


def outlook(campaign_id: int) -> Outlook:
    """What the carrier's limits mean for a campaign's next texts."""
    return outlooks([campaign_id])[campaign_id]


def outlooks(campaign_ids: Sequence[int]) -> dict[int, Outlook]:
    """The same for several campaigns."""
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(_LANES, {"campaigns": list(campaign_ids), "fresh": lanes.MEASURED_FOR_S})
    rows = sql.fetchall()
    waiting = rows[0]["waiting"] if rows else None
    if rows and waiting is None:
        waiting = lanes.waiting()
    of_each = {
        campaign_id: [row for row in rows if row["campaign_id"] == campaign_id]
        for campaign_id in campaign_ids
    }
    return {campaign_id: _outlook(own, waiting or {}) for campaign_id, own in of_each.items()}


def _outlook(rows: Sequence[dict[str, Any]], waiting: Mapping[str, int]) -> Outlook:
    if not rows:
        return Outlook(0.0, None, "")  # no number is chosen: the click says so
    closed = _halted(rows[0]) or _no_number(rows)
    if closed is not None:
        return closed
    return _by_lanes([row for row in rows if row["usable"]], waiting)


_LANES = f"""
SELECT p2p_now() AS now, c.campaign_id, n.id AS number_id, n.kind, n.per_second, n.registration_id,
       g.segments_per_minute, g.t_mobile_per_day, g.verizon_per_minute, {USABLE} AS usable,
       a.halted_until, a.halted_reason,
       a.halted_until > p2p_now() AND a.halted_reason IS NOT NULL AS halted,
       CASE WHEN a.measured_at > (SELECT p2p_now()) - make_interval(secs => %(fresh)s)
            THEN a.waiting END AS waiting,
       coalesce(d.permits, 0) AS day_used, g.brand <> '' AS counts_days,
       (date_trunc('day', p2p_now() AT TIME ZONE 'America/Los_Angeles') + interval '1 day')
         AT TIME ZONE 'America/Los_Angeles' AS day_ends,
       (SELECT count(*) FROM batch WHERE campaign_id = c.campaign_id AND state = 'leased') AS hands
FROM campaign_number c
JOIN sending_number n ON n.id = c.number_id
LEFT JOIN registration g ON g.id = n.registration_id
LEFT JOIN pacing_bucket a ON a.name = 'account'
LEFT JOIN pacing_bucket d ON g.brand <> '' AND d.name = {lanes.DAY_NAME}
WHERE c.campaign_id = ANY(%(campaigns)s)"""


def _halted(row: dict[str, Any]) -> Outlook | None:
    """Closed until the time for a trial has come; then there must be texts, or none could be tried."""
    if not row["halted"]:
        return None
    again = row["halted_until"] + LOOK_AGAIN
    words = HALTED[row["halted_reason"]]
    return Outlook((again - row["now"]).total_seconds(), again, words)


def _no_number(rows: Sequence[dict[str, Any]]) -> Outlook | None:
    if any(row["usable"] for row in rows):
        return None
    again = rows[0]["now"] + NO_NUMBER_AGAIN
    words = "No number of this campaign may send just now. Tell your organizer."
    return Outlook(NO_NUMBER_AGAIN.total_seconds(), again, words)


def _by_lanes(rows: Sequence[dict[str, Any]], waiting: Mapping[str, int]) -> Outlook:
    open_today = [row for row in rows if _day_left(row, waiting) > 0]
    if not open_today:
        ends = min(row["day_ends"] for row in rows)
        return Outlook((ends - rows[0]["now"]).total_seconds(), ends, DAY_IS_FULL)
    # The slowest lane a text of this campaign may take: a person's own number decides which it is.
    delay, rate, minute = max(_slowest(row, waiting) for row in open_today)
    now = rows[0]["now"]
    if delay > MOST_WAIT_S:
        opens = now + timedelta(seconds=delay - MOST_WAIT_S / 2)
        words = (
            f"The phone company takes {minute:,} texts a minute here, and enough of them wait already."
        )
        return Outlook(delay, opens, words)
    share = int((MOST_WAIT_S - delay) * rate / max(1, rows[0]["hands"]))
    return Outlook(delay, None, "", max(1, min(MOST_CARDS, share)))


def _day_left(row: dict[str, Any], waiting: Mapping[str, int]) -> float:
    """Segments of the brand's day that are left to first texts, behind those that wait."""
    if not row["counts_days"]:
        return 1.0
    queued = waiting.get(f"registration {row['registration_id']}", 0)
    day = Day(
        row["t_mobile_per_day"],
        row["day_used"] + share(None, queued, settings().t_mobile_unknown_percent),
    )
    return day.left(FIRST_TEXT)


def _slowest(row: dict[str, Any], waiting: Mapping[str, int]) -> tuple[float, float, int]:
    """Seconds of waiting, permits a second and a minute of the slowest limit before a text of this number."""
    known = settings()
    limits = {
        "account": lanes.account_limit(known),
        f"number {row['number_id']}": lanes.number_limit(row, known),
    }
    if row["registration_id"] is not None:
        name = f"registration {row['registration_id']}"
        limits[name] = lanes.registration_limit(row["segments_per_minute"])
    ways = [(waiting.get(name, 0) / limit.rate, limit) for name, limit in limits.items()]
    delay = max(wait for wait, _ in ways)
    narrow = min(limit.rate for _, limit in ways)
    return delay, narrow, int(narrow * 60)
