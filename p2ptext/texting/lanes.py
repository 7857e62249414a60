"""The lanes texts leave through, as PostgreSQL keeps them: the account, registrations, numbers, days.

All dispatchers share them. Whoever claims locks the account's row first, so that one claim at a time
reads and writes them; whatever else may lock it (a breaker) does so last in its transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from p2ptext.background import settings
from p2ptext.config import Settings
from p2ptext.extensions import cursor
from p2ptext.rules import pacing
from p2ptext.rules.pacing import Day, Lane, Limit, Waiting, Way

TRIP_S = 2.0
"""The longest from a permit to the call: a process that stood still for longer starts over. A
registration's minute is reckoned so much longer, so that the carrier, too, never counts more."""
TRIAL_S = 60.0
"""A trial that nobody has reported on for so long is lost, and another text is tried."""


def account_limit(known: Settings) -> Limit:
    return Limit(known.sms_per_second, 1.0)


def registration_limit(segments_per_minute: int) -> Limit:
    return Limit(segments_per_minute, 60.0 + TRIP_S, pacing.MOST_SEGMENTS)


def number_limit(row: dict[str, Any], known: Settings) -> Limit:
    """A simulated carrier knows no registry: there a number without one is held by the account alone.

    Verizon takes so much a minute of each number. Whose phone is Verizon's is not known beforehand, so
    its limit holds for all texts of the number, where it is the narrower one.
    """
    registered = row["registration_id"] is not None
    if known.carrier_is_simulated and not registered and row["per_second"] is None:
        return account_limit(known)
    a_second = pacing.per_second(row["kind"] or "10dlc", row["per_second"], registered=registered)
    if registered and row["verizon_per_minute"] < 60 * a_second:
        return Limit(row["verizon_per_minute"], 60.0 + TRIP_S)
    return Limit(a_second, 1.0)


LANE_NAMES = ("account", "number", "registration")
DAY_NAME = """'day ' || g.organization_id || ' ' || g.brand || ' '
  || ((SELECT p2p_now()) AT TIME ZONE 'America/Los_Angeles')::date"""
"""The bucket of a registration `g`'s brand today: T-Mobile counts days by the Pacific midnight. In it
`permits` are the segments used so far."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """Everything a claim decides by, at one moment of the database's clock."""

    at: datetime
    account: Lane
    ways: dict[int, Way]
    """By number."""
    registrations: dict[int, Lane]
    shared: dict[int, int]
    """The registration of a number that has one."""
    days: dict[int, str]
    """The name of the day's bucket, by number."""
    measured_at: datetime | None
    """When what waits was counted last, by the one clock, and `now` by the same."""
    now: datetime
    trial: bool
    """One text alone may leave now: its fate decides whether the others follow."""


MEASURE_EVERY_S = 1.0
MEASURED_FOR_S = 3.0
"""So long a count serves those who hand out cards; then the dispatchers have stopped, and they count
themselves. Counting 50,000 waiting texts takes some milliseconds: too long for every page."""


def waiting() -> dict[str, int]:
    """How much waits for each lane: texts for the account and each number, segments for registrations."""
    rows = cursor().execute(
        """SELECT o.number_id, n.registration_id, count(*), sum(o.segments)
           FROM outbox o LEFT JOIN sending_number n ON n.id = o.number_id GROUP BY 1, 2"""
    )
    counts = {"account": 0}
    for number_id, registration_id, texts, segments in rows.fetchall():
        counts["account"] += texts
        counts[f"number {number_id}"] = texts
        if registration_id is not None:
            name = f"registration {registration_id}"
            counts[name] = counts.get(name, 0) + segments
    return counts


def anything_waits() -> bool:
    """Whether the outbox holds anything, without a lock."""
    return cursor().execute("SELECT EXISTS (SELECT 1 FROM outbox)").fetchone() == (True,)


def open_lanes() -> Lanes | None:
    """Lock the account and read every lane that has something waiting; None when nothing may leave.

    The second statement sees what was committed while the first waited for the lock.
    """
    known = settings()
    sql = cursor()
    sql.execute("SELECT 1 FROM pacing_bucket WHERE name = 'account' FOR UPDATE")
    if sql.fetchone() is None:
        sql.execute(
            """INSERT INTO pacing_bucket (name, permits, refilled_at)
               VALUES ('account', %s, clock_timestamp()) ON CONFLICT DO NOTHING""",
            (account_limit(known).burst,),
        )
        sql.execute("SELECT 1 FROM pacing_bucket WHERE name = 'account' FOR UPDATE")
    sql.row_factory = dict_row
    sql.execute(_READ)
    rows = sql.fetchall()
    if not rows or rows[0]["halted"]:
        return None
    trial = rows[0]["after_halt"]
    if trial and rows[0]["on_trial"]:
        return None
    if any((row[f"{name}_at"] or row["at"]) > row["at"] for row in rows for name in LANE_NAMES):
        # The database's clock was set back: nothing would fill until it is there again.
        sql.execute("UPDATE pacing_bucket SET refilled_at = least(refilled_at, clock_timestamp())")
    return _lanes(rows, known, trial=trial)


_READ = f"""
WITH RECURSIVE present (number_id) AS (
  (SELECT number_id FROM outbox ORDER BY number_id LIMIT 1)
  UNION ALL
  SELECT (SELECT o.number_id FROM outbox o WHERE o.number_id > p.number_id ORDER BY o.number_id LIMIT 1)
  FROM present p WHERE p.number_id IS NOT NULL
)
SELECT clock_timestamp() AS at, p2p_now() AS now, a.measured_at,
       a.permits AS account_level, a.refilled_at AS account_at,
       coalesce(a.halted_until > (SELECT p2p_now()), false) AS halted,
       a.halted_until IS NOT NULL AND a.halted_reason IS NOT NULL AS after_halt,
       coalesce(a.trial_at > (SELECT p2p_now()) - make_interval(secs => {TRIAL_S}), false) AS on_trial,
       p.number_id, n.kind, n.per_second, n.registration_id, g.segments_per_minute, g.t_mobile_per_day,
       g.verizon_per_minute, b.permits AS number_level, b.refilled_at AS number_at,
       c.permits AS registration_level, c.refilled_at AS registration_at,
       CASE WHEN g.brand <> '' THEN {DAY_NAME} END AS day_name, coalesce(d.permits, 0) AS day_used
FROM present p
CROSS JOIN pacing_bucket a
LEFT JOIN sending_number n ON n.id = p.number_id
LEFT JOIN registration g ON g.id = n.registration_id
LEFT JOIN pacing_bucket b ON b.name = 'number ' || p.number_id
LEFT JOIN pacing_bucket c ON c.name = 'registration ' || g.id
LEFT JOIN pacing_bucket d ON g.brand <> '' AND d.name = {DAY_NAME}
WHERE p.number_id IS NOT NULL AND a.name = 'account'"""
# `present` steps from one number to the next through the index: as many steps as there are numbers with
# something waiting, however much waits.


def _lanes(rows: Sequence[dict[str, Any]], known: Settings, *, trial: bool) -> Lanes:
    at = rows[0]["at"]
    registrations: dict[int, Lane] = {}
    ways: dict[int, Way] = {}
    days: dict[str, Day] = {}
    for row in rows:
        way = ways[row["number_id"]] = Way(_lane(number_limit(row, known), row, "number", at))
        if row["registration_id"] is None:
            continue
        limit = registration_limit(row["segments_per_minute"])
        way.registration = registrations.setdefault(
            row["registration_id"], _lane(limit, row, "registration", at)
        )
        if row["day_name"] is not None:
            way.day = days.setdefault(row["day_name"], Day(row["t_mobile_per_day"], row["day_used"]))
    return Lanes(
        at,
        _lane(account_limit(known), rows[0], "account", at),
        ways,
        registrations,
        {row["number_id"]: row["registration_id"] for row in rows if row["registration_id"] is not None},
        {row["number_id"]: row["day_name"] for row in rows if row["day_name"] is not None},
        rows[0]["measured_at"],
        rows[0]["now"],
        trial,
    )


def _lane(limit: Limit, row: dict[str, Any], name: str, at: datetime) -> Lane:
    level, since = row[f"{name}_level"], row[f"{name}_at"]
    elapsed = (at - since).total_seconds() if since is not None else 0.0
    return Lane(pacing.refilled(limit, level, elapsed))


def measure(lanes: Lanes) -> None:
    """Count what waits, once a second of all dispatchers together. The account's row is locked."""
    since = -1.0 if lanes.measured_at is None else (lanes.now - lanes.measured_at).total_seconds()
    if not 0 <= since < MEASURE_EVERY_S:  # below 0: never counted, or the clock was set back
        cursor().execute(
            "UPDATE pacing_bucket SET waiting = %s, measured_at = p2p_now() WHERE name = 'account'",
            (Jsonb(waiting()),),
        )


def close_lanes(lanes: Lanes, claimed: Iterable[tuple[Waiting, str | None]]) -> None:
    """Write down what was taken; with each claimed text comes the network of its phone, where known."""
    levels = {"account": lanes.account.level}
    levels |= {f"number {key}": way.number.level for key, way in lanes.ways.items() if way.number.taken}
    levels |= {
        f"registration {key}": lane.level for key, lane in lanes.registrations.items() if lane.taken
    }
    cursor().execute(
        """INSERT INTO pacing_bucket (name, permits, refilled_at)
           SELECT name, level, %(at)s FROM unnest(%(names)s::text[], %(levels)s::float[]) AS one (name, level)
           ON CONFLICT (name) DO UPDATE
             SET permits = excluded.permits, refilled_at = excluded.refilled_at,
                 trial_at = CASE WHEN excluded.name = 'account' AND %(trial)s THEN p2p_now()
                            ELSE pacing_bucket.trial_at END""",
        {"at": lanes.at, "names": list(levels), "levels": list(levels.values()), "trial": lanes.trial},
    )
    _use_days(lanes, claimed)


def _use_days(lanes: Lanes, claimed: Iterable[tuple[Waiting, str | None]]) -> None:
    used: dict[str, float] = {}
    unknown = settings().t_mobile_unknown_percent
    for text, network in claimed:
        day = lanes.days.get(text.number_id)
        if day is not None:
            used[day] = used.get(day, 0.0) + pacing.share(network, text.segments, unknown)
    if any(used.values()):
        cursor().execute(
            """INSERT INTO pacing_bucket (name, permits)
               SELECT name, used FROM unnest(%s::text[], %s::float[]) AS one (name, used)
               ON CONFLICT (name) DO UPDATE SET permits = pacing_bucket.permits + excluded.permits""",
            (list(used), list(used.values())),
        )
