"""Who is texted when in a campaign of the large ground, and what came of it: tables that live for one
transaction, drawn by a stable hash, so that the same seed makes the same evening.

`someone` has a row a contact, `said` one an outgoing text, `heard` one a text that came in. evening_rows.py
writes the program's rows from them.
"""

from typing import Any

import psycopg

from scripts.benchmarks import evening_script as script
from scripts.benchmarks.evening_words import Saying, rows

PLACES = (
    # Two area codes of a place take every phone of a ground.
    (("614", "380"), "Columbus", "OH", "43215", "America/New_York"),
    (("216", "440"), "Cleveland", "OH", "44113", "America/New_York"),
    (("412", "724"), "Pittsburgh", "PA", "15222", "America/New_York"),
    (("404", "770"), "Atlanta", "GA", "30303", "America/New_York"),
    (("312", "773"), "Chicago", "IL", "60601", "America/Chicago"),
    (("713", "281"), "Houston", "TX", "77002", "America/Chicago"),
    (("303", "720"), "Denver", "CO", "80202", "America/Denver"),
    (("213", "323"), "Los Angeles", "CA", "90012", "America/Los_Angeles"),
)
FIRST_NAMES = (
    "Maria",
    "James",
    "Aisha",
    "Robert",
    "José",
    "Linda",
    "Zoë",
    "Anne-Marie",
    "DeShawn",
    "Wei",
)
LAST_NAMES = ("Smith", "Johnson", "Nguyễn", "Williams", "O'Brien", "García", "Miller", "Chen")
BATCH = 50
FILTERED_NUMBER = 3
"""Phone companies hold back much of what leaves from this one of the numbers."""

_FUNCTIONS = """
CREATE FUNCTION pg_temp.luck(one bigint, salt integer) RETURNS double precision LANGUAGE sql IMMUTABLE
PARALLEL SAFE AS 'SELECT (hashint8extended(one, salt) & 16777215) / 16777216.0::double precision';
CREATE FUNCTION pg_temp.after(at timestamptz, fixed integer, typical double precision, one bigint, salt integer,
  present timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
'SELECT nullif(least(at + make_interval(secs => fixed - ln(1 - pg_temp.luck(one, salt)) * typical), present),
               present)'"""
"""`luck` is between 0 and 1; `after` so many seconds later and more, or null where that is yet to come."""
# Clock time where the person is: later hours are busier, Sundays begin at noon.
_LAWFUL = """(({day}) + make_interval(secs => 3600 * CASE WHEN extract(isodow FROM {day}) = 7
    THEN 12.1 + 7.7 * {luck} ELSE 9.2 + 10.6 * sqrt({luck}) END)) AT TIME ZONE zone"""
# OFFSET 0 keeps each step whole: what it works out is worked out once, not wherever a later step reads it.
_SOMEONE = f"""
CREATE TEMP TABLE someone ON COMMIT DROP AS
WITH drawn AS (
  SELECT n, %(skip)s + n AS g, p.*,
    '+1' || areas[1 + (%(skip)s + n) / 900000] || (212 + mod((%(skip)s + n) / 10000, 90))
      || lpad(mod(%(skip)s + n, 10000)::text, 4, '0') AS phone,
    (%(first_names)s::text[])[1 + floor(pg_temp.luck(%(skip)s + n, 2) * {len(FIRST_NAMES)})] AS first_name,
    (%(last_names)s::text[])[1 + floor(pg_temp.luck(%(skip)s + n, 3) * {len(LAST_NAMES)})] AS last_name,
    1 + floor(power(pg_temp.luck(%(skip)s + n / {BATCH}, 4), 1.5) * %(volunteers)s)::int AS volunteer,
    1 + floor(pg_temp.luck(%(skip)s + n, 5) * %(numbers)s)::int AS number,
    mod(n, 2)::int AS variant,
    (ARRAY['310260', '310260', '310410', '310410', '311480', '311480', NULL])[
      1 + floor(pg_temp.luck(%(skip)s + n, 6) * 7)] AS network,
    CASE WHEN n >= %(contacts)s - %(ready)s THEN 'ready'
         WHEN pg_temp.luck(%(skip)s + n, 7) < 0.012 THEN 'ended' ELSE 'texted' END AS standing,
    %(first_day)s::date + (n * %(days)s / %(contacts)s)::int AS day
  FROM generate_series(0, %(contacts)s - 1) n
  JOIN spot p ON p.spot = floor(pg_temp.luck(%(skip)s + n, 1) * {len(PLACES)}) OFFSET 0
), timed AS (
  SELECT *, CASE WHEN standing <> 'texted' THEN NULL
    WHEN day < %(today)s THEN {_LAWFUL.format(day="day", luck="pg_temp.luck(g, 8)")}
    ELSE %(now)s::timestamptz - pg_temp.luck(g, 8) * greatest(interval '20 minutes', least(interval '4 hours',
      %(now)s - (%(today)s::date + interval '9.1 hours') AT TIME ZONE zone)) END AS first_at
  FROM drawn OFFSET 0
), fated AS (
  SELECT *, CASE WHEN first_at IS NULL THEN NULL
      WHEN fate < 0.0003 THEN 'unknown'
      WHEN fate < 0.005 + CASE WHEN number = {FILTERED_NUMBER} THEN 0.06 ELSE 0 END THEN 'rejected'
      WHEN fate < 0.09 AND pg_temp.luck(g, 10) < 0.25 THEN 'undeliverable'
      WHEN fate > 0.985 THEN CASE WHEN first_at < %(now)s::timestamptz - interval '3 days'
        THEN 'no_receipt' ELSE 'submitted' END
      ELSE 'delivered' END AS first_state,
    (ARRAY[1170, 1170, 1180, 1220])[1 + floor(pg_temp.luck(g, 11) * 4)] AS code,
    (0.085 + 0.02 * variant) * (0.85 + 0.3 * pg_temp.luck(volunteer, 12))
      * CASE WHEN extract(hour FROM first_at AT TIME ZONE zone) >= 17 THEN 1.25 ELSE 0.9 END AS appeal
  FROM (SELECT *, pg_temp.luck(g, 9) AS fate FROM timed) t OFFSET 0
), once AS (
  SELECT *, CASE WHEN first_state IN ('delivered', 'submitted', 'no_receipt') AND pg_temp.luck(g, 13) < appeal
    THEN pg_temp.after(first_at, 25, 1800, g, 14, %(now)s) END AS wrote_at
  FROM fated OFFSET 0
), again AS (
  SELECT *, CASE WHEN wrote_at IS NULL AND first_state IN ('delivered', 'no_receipt') AND %(again)s
      AND day < %(today)s::date - 3
    THEN {_LAWFUL.format(day="(day + 3)", luck="pg_temp.luck(g, 15)")} END AS again_at
  FROM once OFFSET 0
), answered AS (
  SELECT n, g, spot, city, state, zip, zone, phone, first_name, last_name, volunteer, number, variant,
    network, standing, first_at, first_state, code, again_at,
    CASE WHEN wrote_at IS NOT NULL THEN wrote_at
      WHEN pg_temp.luck(g, 16) < 0.055 THEN pg_temp.after(again_at, 25, 1800, g, 14, %(now)s) END AS wrote_at,
    floor(pg_temp.luck(g, 17) * %(sayings)s)::int AS saying
  FROM again OFFSET 0
), judged AS (
  SELECT a.*, w.tier, w.intent, w.kind, w.answer, w.crisis, w.reason,
    w.kind = 'text' AND w.tier <> 'auto' AND w.intent <> 'wrong_number' AS asks,
    w.tier = 'review' AND wrote_at > %(now)s::timestamptz - interval '3 hours' AS in_review,
    w.tier = 'auto' OR w.tier = 'review' AND wrote_at <= %(now)s::timestamptz - interval '3 hours'
      AND pg_temp.luck(g, 18) < 0.6 AS stops
  FROM answered a LEFT JOIN saying w ON w.place = a.saying AND a.wrote_at IS NOT NULL OFFSET 0
), helped AS (
  SELECT *, CASE WHEN asks AND NOT in_review AND NOT stops AND pg_temp.luck(g, 19) < 0.93
    THEN pg_temp.after(wrote_at, 40, 420, g, 20, %(now)s) END AS helped_at
  FROM judged OFFSET 0
), further AS (
  SELECT *, CASE WHEN pg_temp.luck(g, 21) < 0.4
    THEN pg_temp.after(helped_at, 30, 900, g, 22, %(now)s) END AS wrote_again_at
  FROM helped OFFSET 0
)
SELECT *, CASE WHEN pg_temp.luck(g, 23) < 0.6
    THEN pg_temp.after(wrote_again_at, 40, 420, g, 24, %(now)s) END AS helped_again_at,
  floor(pg_temp.luck(g, 25) * %(calm)s)::int AS calm
FROM further"""

_HEARD = """
CREATE TEMP TABLE heard ON COMMIT DROP AS
SELECT %(inbound)s + row_number() OVER (ORDER BY at, n) AS id, %(event)s + row_number() OVER (ORDER BY at, n)
    AS event_id, wrote.* FROM (
  SELECT n, 1 AS turn, wrote_at AS at, saying FROM someone WHERE wrote_at IS NOT NULL
  UNION ALL
  SELECT n, 2, wrote_again_at, w.place FROM someone s JOIN saying w ON w.calm = s.calm
  WHERE wrote_again_at IS NOT NULL
) wrote"""

_SAID = f"""
CREATE TEMP TABLE said ON COMMIT DROP AS
SELECT %(message)s + row_number() OVER (ORDER BY at, n, turn) AS id, texts.* FROM (
  SELECT n, 0 AS turn, 'first' AS kind, 1 AS round, variant, first_at AS at, first_state AS state,
    CASE first_state WHEN 'rejected' THEN 1210 WHEN 'undeliverable' THEN code END AS code,
    replace(replace(replace((%(wordings)s::text[])[1 + variant], '{{first_name}}', first_name),
      '{{volunteer_name}}', 'Amy'), '{{city}}', city) AS text, NULL AS step, NULL AS answer,
    NULL::boolean AS edited, NULL::timestamptz AS waited_since
  FROM someone WHERE first_at IS NOT NULL
  UNION ALL
  SELECT n, 0, 'first', 1, variant, first_at - interval '1 minute', 'cancelled', NULL, %(again_text)s,
    NULL, NULL, NULL, NULL
  FROM someone WHERE first_at IS NOT NULL AND pg_temp.luck(g, 30) < 0.002
  UNION ALL
  SELECT n, 0, 'first', 2, 0, again_at, CASE WHEN pg_temp.luck(g, 31) < 0.99 THEN 'delivered' ELSE
    'undeliverable' END, CASE WHEN pg_temp.luck(g, 31) < 0.99 THEN NULL ELSE 1180 END,
    replace(replace(%(again_text)s, '{{first_name}}', first_name), '{{volunteer_name}}', 'Amy'),
    NULL, NULL, NULL, NULL
  FROM someone WHERE again_at IS NOT NULL
  UNION ALL
  SELECT n, 1, 'reply', 1, 0, helped_at, CASE WHEN pg_temp.luck(g, 32) < 0.995 THEN 'delivered' ELSE
    'rejected' END, CASE WHEN pg_temp.luck(g, 32) < 0.995 THEN NULL ELSE 1210 END,
    coalesce(%(answers)s::jsonb ->> answer, %(otherwise)s)
      || CASE WHEN pg_temp.luck(g, 33) < 0.15 THEN ' Take care, ' || first_name || '.' ELSE '' END,
    CASE WHEN answer IS NOT NULL THEN '{script.FIRST_STEP}' END, %(keys)s::jsonb ->> answer,
    CASE WHEN answer IS NOT NULL THEN pg_temp.luck(g, 33) < 0.15 END, wrote_at
  FROM someone WHERE helped_at IS NOT NULL
  UNION ALL
  SELECT n, 2, 'reply', 1, 0, helped_again_at, 'delivered', NULL, %(later)s, NULL, NULL, NULL, wrote_again_at
  FROM someone WHERE helped_again_at IS NOT NULL
  UNION ALL
  SELECT n, 1, 'stop_confirmation', 1, 0, wrote_at + interval '2 seconds', 'delivered', NULL, %(stopped)s,
    NULL, NULL, NULL, NULL
  FROM someone WHERE stops AND tier = 'auto' AND wrote_at IS NOT NULL
) texts"""


def prepare(sql: psycopg.Cursor[Any], found: list[Saying]) -> None:
    """What every campaign's plan stands on, for this transaction."""
    sql.execute(_FUNCTIONS)
    sql.execute(
        """CREATE TEMP TABLE spot (areas text[], city text, state text, zip text, zone text,
             spot integer GENERATED ALWAYS AS IDENTITY (MINVALUE 0 START 0)) ON COMMIT DROP"""
    )
    sql.executemany(
        "INSERT INTO spot (areas, city, state, zip, zone) VALUES (%s, %s, %s, %s, %s)",
        [(list(areas), *rest) for areas, *rest in PLACES],
    )
    sql.execute(
        """CREATE TEMP TABLE saying (place integer, text text, tier text, intent text, reason text, kind text,
             reaction text, abusive boolean, crisis text, answer text, calm integer) ON COMMIT DROP"""
    )
    with sql.copy(
        """COPY saying (place, text, tier, intent, reason, kind, reaction, abusive, crisis, answer, calm)
           FROM STDIN"""
    ) as copy:
        for row in rows(found):
            copy.write_row(row)
    sql.execute("ANALYZE spot, saying")


def draw(sql: psycopg.Cursor[Any], values: dict[str, Any]) -> None:
    """Fill `someone`, `heard` and `said` for one campaign; `values` are those of evening_rows.values."""
    for statement in (_SOMEONE, _HEARD, _SAID):
        sql.execute(statement, values, prepare=False)
    sql.execute("ANALYZE someone, heard, said")
