"""Lists are cut into batches: each a fair mix of zones, with nobody's household in two of them.

A batch that is all of one zone would be worthless in the morning or in the evening; so every batch
gets of each zone what the list has of it. Who lives together comes into one batch: two volunteers
never text one family at the same time.
"""

from typing import Any

from psycopg import Cursor

from p2ptext.audience import batching
from p2ptext.audience.importing import plan_for
from p2ptext.audience.models import ContactImport
from p2ptext.audience.suppression import SEEN_WITHIN
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import cursor, db

CUTTING = 0xC07
"""First key of the advisory locks under which batches are made; the second is the campaign's id."""

MOST_IN_A_HOUSEHOLD = 12
"""More at one address is a dormitory or a tower without its flats' numbers, not a family."""

# How far along among the people of the same zones somebody stands, from 0 to 1: in this order every
# stretch of the list has of each zone its share.
_MIXED = """
CREATE TEMPORARY TABLE placed ON COMMIT DROP AS
WITH mixed AS (
  SELECT key, who, zone_set, household,
         (row_number() OVER (PARTITION BY zone_set ORDER BY key) - 0.5::float)
           / count(*) OVER (PARTITION BY zone_set) AS mix
  FROM to_place
)"""
_PLACES = f"""{_MIXED}
SELECT key, who, zone_set, place, place / %(size)s AS batch
FROM (SELECT *, row_number() OVER (ORDER BY mix, key) - 1 AS place FROM mixed) AS in_order
"""
# A household stands where the first of it would, and goes where that one goes.
_PLACES_OF_HOUSEHOLDS = f"""{_MIXED}, counted AS (
  SELECT *, count(*) OVER (PARTITION BY household) AS heads FROM mixed
), known AS (
  SELECT key, who, zone_set, mix,
         CASE WHEN heads <= {MOST_IN_A_HOUSEHOLD} THEN household END AS household FROM counted
), together AS (
  SELECT key, who, zone_set, coalesce(household, '#' || who) AS home,
         min(mix) OVER (PARTITION BY coalesce(household, '#' || who)) AS mix
  FROM known
), in_order AS (
  SELECT key, who, zone_set, home, row_number() OVER (ORDER BY mix, home, key) - 1 AS place FROM together
)
SELECT key, who, zone_set, place, min(place) OVER (PARTITION BY home) / %(size)s AS batch FROM in_order
"""
_MAKE_BATCHES = """
INSERT INTO batch (organization_id, campaign_id, position, zone_sets)
SELECT %(org)s, %(campaign)s, %(first_batch)s + batch, array_agg(DISTINCT zone_set)
FROM placed GROUP BY batch ORDER BY batch
"""


def lock_batches_of(sql: Cursor[Any], campaign_id: int) -> None:
    """One cut at a time in a campaign: two would number the same batches."""
    sql.execute("SELECT pg_advisory_xact_lock(%s, %s)", (CUTTING, campaign_id))


def make_batches(sql: Cursor[Any], campaign: Campaign) -> int:
    """Cut whom the temporary table `to_place` (key, who, zone_set, household) holds into new batches.

    `key` gives the order within a zone, `zone_set` the names of zones and states with spaces between. After
    it the temporary table `placed` (key, who, place, batch) says where each goes: `batch` counts from
    0, and the position of that batch is the number returned here plus it. Locked by the caller.
    """
    values: dict[str, Any] = {
        "org": campaign.organization_id,
        "campaign": campaign.id,
        "size": campaign.batch_size,
    }
    sql.execute("ANALYZE to_place")
    sql.execute("SELECT EXISTS (SELECT 1 FROM to_place WHERE household IS NOT NULL)")
    (households,) = sql.fetchone() or (False,)
    sql.execute(_PLACES_OF_HOUSEHOLDS if households else _PLACES, values)
    sql.execute("ANALYZE placed")
    sql.execute(
        "SELECT coalesce(max(position) + 1, 0) FROM batch WHERE campaign_id = %(campaign)s", values
    )
    (values["first_batch"],) = sql.fetchone() or (0,)
    sql.execute(_MAKE_BATCHES, values)
    return int(values["first_batch"])


_TO_PLACE = """
CREATE TEMPORARY TABLE to_place ON COMMIT DROP AS
SELECT line AS key, recipient_id AS who, zone_set, household FROM sorted_row WHERE import_id = %(import)s
"""
# Somebody of the household may be in a batch from an earlier list: there the others join them.
_JOIN_HOUSEHOLDS = """
WITH homes AS (
  SELECT c.household, max(c.batch_id) AS batch_id FROM contact c
  WHERE c.campaign_id = %(campaign)s AND c.batch_id IS NOT NULL
    AND c.household IN (SELECT t.household FROM to_place t WHERE t.household IS NOT NULL)
  GROUP BY c.household HAVING count(*) <= %(heads)s
)
INSERT INTO joining (key, who, batch_id)
SELECT t.key, t.who, h.batch_id FROM to_place t JOIN homes h USING (household)
"""
_CONTACT = """
INSERT INTO contact (organization_id, campaign_id, recipient_id, import_id, line, first_name, fields,
                     zones, zone_evidence, states, household, batch_id, position)
SELECT %(org)s, %(campaign)s, p.who, %(import)s, i.line, i.first_name, i.fields, i.zones,
       i.zone_evidence, i.states, i.household,
"""
_MAKE_CONTACTS = f"""{_CONTACT} b.id, p.place
FROM incoming_row i
JOIN placed p ON p.key = i.line
JOIN batch b ON b.campaign_id = %(campaign)s AND b.position = %(first_batch)s + p.batch
WHERE i.import_id = %(import)s
"""
_ADD_TO_HOUSEHOLDS = f"""{_CONTACT} p.batch_id, p.key
FROM incoming_row i JOIN joining p ON p.key = i.line WHERE i.import_id = %(import)s
"""
_ZONE_SETS = """
SELECT coalesce(array_agg(DISTINCT zone_set), '{}') FROM sorted_row WHERE import_id = %(import)s
"""
# Somebody may have asked to stop since the rows were sorted out.
_END_SUPPRESSED = f"""
UPDATE contact c SET state = 'ended', ended_reason = 'opted_out'
FROM recipient r
WHERE r.organization_id = %(org)s AND r.suppressed_at >= %(since)s - interval '{SEEN_WITHIN}'
  AND c.campaign_id = %(campaign)s AND c.recipient_id = r.id AND c.state = 'ready'
RETURNING c.batch_id
"""


def cut_list(row: ContactImport) -> None:
    """Make batches and contacts of a list whose rows are sorted out, all in the open transaction."""
    campaign = db.session.get_one(Campaign, row.campaign_id)
    sql = cursor()
    values: dict[str, Any] = {
        "org": row.organization_id,
        "campaign": row.campaign_id,
        "import": row.id,
        "heads": MOST_IN_A_HOUSEHOLD,
        "since": row.confirmed_at,
    }
    plan_for(sql, row)
    lock_batches_of(sql, row.campaign_id)
    sql.execute(_TO_PLACE, values)
    sql.execute(
        "CREATE TEMPORARY TABLE joining (key integer, who bigint, batch_id bigint) ON COMMIT DROP"
    )
    sql.execute("SELECT EXISTS (SELECT 1 FROM to_place WHERE household IS NOT NULL)")
    (households,) = sql.fetchone() or (False,)
    joining = sql.execute(_JOIN_HOUSEHOLDS, values).rowcount if households else 0
    if joining:
        sql.execute("DELETE FROM to_place WHERE key IN (SELECT key FROM joining)")
    values["first_batch"] = make_batches(sql, campaign)
    sql.execute(_MAKE_CONTACTS, values)
    # What is left to do concerns few of the rows of large tables.
    sql.execute("SET LOCAL enable_nestloop TO DEFAULT")
    # Last: a click, a STOP or the dispatcher waits for a batch that is locked here.
    if joining:
        _add_to_households(sql, values)
    ended = sql.execute(_END_SUPPRESSED, values).fetchall()
    batching.finish_empty({batch_id for (batch_id,) in ended if batch_id is not None})
    (row.zone_sets,) = sql.execute(_ZONE_SETS, values).fetchone() or ([],)


def _add_to_households(sql: Cursor[Any], values: dict[str, Any]) -> None:
    sql.execute("SELECT id FROM batch WHERE id IN (SELECT batch_id FROM joining) ORDER BY id FOR UPDATE")
    sql.execute(_ADD_TO_HOUSEHOLDS, values)
    # What it holds has changed: have its contacts looked at, and offer it again if it was done.
    sql.execute(
        """UPDATE batch SET zone_sets = NULL, held_until = NULL,
             state = CASE state WHEN 'done' THEN 'open' ELSE state END
           WHERE id IN (SELECT batch_id FROM joining)"""
    )
