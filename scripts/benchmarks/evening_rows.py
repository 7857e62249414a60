"""The program's rows of the large ground, written from the plan of evening_plan.py, a statement a table."""

from typing import Any

import psycopg

from scripts.benchmarks import evening_script as script
from scripts.benchmarks.evening_plan import BATCH

TABLES = (
    "recipient", "batch", "contact", "click", "provider_event", "conversation", "inbound_text", "message",
    "attempt", "survey_answer", "survey_change", "suppression_event", "conversation_tag",
)  # fmt: skip
"""Filled, in this order."""

_RECIPIENTS = """
INSERT INTO recipient (id, organization_id, phone_hash, phone, suppressed_at, suppressed_reason, number_id,
  last_texted_at, created_at)
SELECT %(recipient)s + n, %(org)s, sha256(%(outer)s::bytea || sha256(%(inner)s::bytea || phone::bytea)), phone,
  CASE WHEN stops THEN wrote_at WHEN standing = 'ended' AND mod(n, 2) = 0 THEN %(began)s::timestamptz END,
  CASE WHEN stops THEN 'They asked to stop: ' || reason WHEN standing = 'ended' AND mod(n, 2) = 0
    THEN 'On a list of people who asked not to be texted.' END,
  CASE WHEN first_at IS NOT NULL THEN (%(number_ids)s::int[])[number] END,
  greatest(first_at, again_at, helped_at, helped_again_at), %(began)s
FROM someone ORDER BY n"""
_BATCHES = f"""
INSERT INTO batch (id, organization_id, campaign_id, position, state, last_person_id, zone_sets)
SELECT %(batch)s + n, %(org)s, %(campaign)s, n, CASE WHEN (n + 1) * {BATCH} > %(contacts)s - %(ready)s
    THEN 'open' ELSE 'done' END, NULL, CASE WHEN (n + 1) * {BATCH} > %(contacts)s - %(ready)s THEN NULL
    ELSE '{{}}'::text[] END
FROM generate_series(0, (%(contacts)s - 1) / {BATCH}) n"""
_CONTACTS = f"""
INSERT INTO contact (id, organization_id, campaign_id, recipient_id, import_id, line, first_name, fields, zones,
  zone_evidence, states, batch_id, position, round, state, ended_reason, replied_at)
SELECT %(contact)s + n, %(org)s, %(campaign)s, %(recipient)s + n,
  (%(imports)s::int[])[1 + (pg_temp.luck(g, 40) < 0.3)::int], n + 2, first_name,
  jsonb_build_object('first_name', first_name, 'last_name', last_name, 'city', city, 'state', state,
    'zip', zip, 'voter_id', 'V' || g, 'polling_place', 'School No. ' || mod(g, 977)),
  ARRAY[zone], 'zip', ARRAY[state], %(batch)s + n / {BATCH}, n,
  CASE WHEN again_at IS NULL THEN 1 ELSE 2 END, standing,
  CASE WHEN standing = 'ended' THEN CASE WHEN mod(n, 2) = 0 THEN 'opted_out' ELSE 'missing_value' END END,
  wrote_at
FROM someone ORDER BY n"""
_CLICKS = """
INSERT INTO click (id, organization_id, person_id, session_id, contact_id, kind, shown_at, age_ms, received_at,
  token_digest, text_commitment, zone_evidence, checks)
SELECT %(click)s + t.id - %(message)s, %(org)s, (%(person_ids)s::int[])[s.volunteer],
  (%(session_ids)s::int[])[s.volunteer], %(contact)s + t.n, t.kind,
  t.at - make_interval(secs => 3 + 9 * pg_temp.luck(t.id, 41)), 20 + floor(pg_temp.luck(t.id, 42) * 80)::int,
  t.at, sha256(convert_to('evening ' || %(org)s || ' ' || t.id, 'UTF8')),
  sha256(convert_to(t.text, 'UTF8')), 'zip', '{}'
FROM said t JOIN someone s USING (n) WHERE t.kind IN ('first', 'reply') ORDER BY t.id"""
_EVENTS = """
INSERT INTO provider_event (id, organization_id, event_key, kind, raw, received_at)
SELECT event_id, %(org)s, 'evening:' || event_id, 'inbound', '', at FROM heard ORDER BY id"""
_CONVERSATIONS = """
INSERT INTO conversation (id, organization_id, campaign_id, contact_id, recipient_id, number_id, person_id,
  state, closed_reason, review_reason, last_sent_at, waiting_since, last_inbound_id, crisis_reason, created_at)
SELECT %(conversation)s + n, %(org)s, %(campaign)s, %(contact)s + n, %(recipient)s + n,
  (%(number_ids)s::int[])[number], (%(person_ids)s::int[])[volunteer],
  CASE WHEN ended IS NULL THEN 'open' ELSE 'closed' END, ended, CASE WHEN in_review THEN reason END,
  greatest(first_at, again_at, helped_at, helped_again_at), waits,
  latest.id, crisis, first_at
FROM someone LEFT JOIN (SELECT n, max(id) AS id FROM heard GROUP BY n) latest USING (n), LATERAL (
  SELECT CASE WHEN wrote_again_at IS NOT NULL THEN CASE WHEN helped_again_at IS NULL
                AND wrote_again_at > %(now)s::timestamptz - interval '90 minutes' THEN wrote_again_at END
              WHEN asks AND NOT stops AND helped_at IS NULL AND (in_review
                OR wrote_at > %(now)s::timestamptz - interval '90 minutes') THEN wrote_at END AS waits
) w, LATERAL (
  SELECT CASE WHEN stops THEN 'opted_out' WHEN intent = 'wrong_number' THEN 'wrong_number'
              WHEN wrote_at IS NOT NULL AND waits IS NULL
                AND coalesce(helped_again_at, helped_at) IS NULL THEN 'no_reply_needed' END AS ended
) c
WHERE first_at IS NOT NULL ORDER BY n"""
_INBOUND = """
INSERT INTO inbound_text (id, organization_id, event_id, conversation_id, recipient_id, number_id, sender, text,
  tier, intent, verdict_reason, kind, reaction, abusive, received_at)
SELECT h.id, %(org)s, h.event_id, CASE WHEN pg_temp.luck(h.id, 43) < 0.999 THEN %(conversation)s + h.n END,
  %(recipient)s + h.n, (%(number_ids)s::int[])[s.number], s.phone, w.text, w.tier, w.intent, w.reason, w.kind,
  w.reaction, w.abusive, h.at
FROM heard h JOIN someone s USING (n) JOIN saying w ON w.place = h.saying ORDER BY h.id"""
# Prices are of one segment, as receipts bring them.
_MESSAGES = """
INSERT INTO message (id, organization_id, campaign_id, contact_id, conversation_id, recipient_id, number_id,
  person_id, click_id, answers_inbound_id, kind, round, script_version_id, text, encoding, segments, state,
  reason, carrier_code, price, currency, network, created_at, accepted_at, settled_at, variant, step_key,
  answer_key, edited, waited_since)
SELECT t.id, %(org)s, %(campaign)s, %(contact)s + t.n, %(conversation)s + t.n, %(recipient)s + t.n,
  (%(number_ids)s::int[])[s.number],
  CASE WHEN of_click THEN (%(person_ids)s::int[])[s.volunteer] END,
  CASE WHEN of_click THEN %(click)s + t.id - %(message)s END,
  CASE WHEN NOT of_click THEN h.id END,
  t.kind, t.round, CASE WHEN of_click THEN %(version)s::int END, t.text, 'GSM-7', segments, t.state,
  CASE WHEN t.state = 'cancelled' THEN 'undone' WHEN t.code = 1210 THEN 'filtered'
       WHEN t.code = 1170 THEN 'invalid_number' WHEN t.code IS NOT NULL THEN 'unreachable_temporary' END,
  t.code, CASE WHEN t.state IN ('delivered', 'undeliverable', 'rejected', 'submitted', 'no_receipt')
    THEN CASE s.network WHEN '310260' THEN '0.0099' WHEN '310410' THEN '0.0107' ELSE '0.0102' END END,
  CASE WHEN t.state IN ('delivered', 'undeliverable', 'rejected', 'submitted', 'no_receipt') THEN 'EUR' END,
  CASE WHEN t.state NOT IN ('cancelled', 'unknown') THEN s.network END, t.at,
  CASE WHEN t.state NOT IN ('cancelled', 'unknown') THEN t.at + interval '5.4 seconds' END,
  CASE WHEN t.state IN ('delivered', 'undeliverable', 'rejected')
    THEN t.at + make_interval(secs => 6.5 + 20 * pg_temp.luck(t.id, 44)) END,
  t.variant, t.step, t.answer, t.edited, t.waited_since
FROM said t JOIN someone s USING (n)
CROSS JOIN LATERAL (SELECT t.kind IN ('first', 'reply') AS of_click, 1 + length(t.text) / 161 AS segments) x
LEFT JOIN heard h ON h.n = t.n AND h.turn = 1 AND NOT of_click
ORDER BY t.id"""
_ATTEMPTS = """
INSERT INTO attempt (id, organization_id, message_id, dispatcher, started_at, deadline_at, finished_at,
  outcome, provider_id)
SELECT md5('attempt ' || id)::uuid, %(org)s, id, 'bench', at + interval '5.1 seconds',
  at + interval '35 seconds', at + interval '5.4 seconds',
  CASE WHEN state = 'unknown' THEN 'unknown' ELSE 'accepted' END,
  CASE WHEN state <> 'unknown' THEN md5('provider ' || id)::uuid::text END
FROM said WHERE state <> 'cancelled' ORDER BY id"""
_ANSWERS = f"""
CREATE TEMP TABLE noted ON COMMIT DROP AS
SELECT n, volunteer, step, chosen, at FROM (
  SELECT n, volunteer, '{script.FIRST_STEP}' AS step, %(keys)s::jsonb ->> answer AS chosen, helped_at AS at
  FROM someone WHERE helped_at IS NOT NULL AND answer IS NOT NULL
  UNION ALL
  SELECT n, volunteer, '{script.SECOND_STEP}', 'a' || 1 + floor(pg_temp.luck(g, 45) * 3)::int, helped_again_at
  FROM someone WHERE helped_again_at IS NOT NULL AND answer = 'yes'
) told"""
_SURVEY = """
INSERT INTO {table} (contact_id, step_key, organization_id, campaign_id, answer_key, script_version_id,
  person_id, at)
SELECT %(contact)s + n, step, %(org)s, %(campaign)s, chosen, %(version)s, (%(person_ids)s::int[])[volunteer], at
FROM noted ORDER BY at"""
_STOPS = """
INSERT INTO suppression_event (organization_id, recipient_id, action, reason, person_id, at)
SELECT %(org)s, %(recipient)s + n, 'added', 'They asked to stop: ' || reason,
  CASE WHEN tier = 'auto' THEN NULL ELSE %(owner)s::int END, wrote_at
FROM someone WHERE stops ORDER BY wrote_at"""
_TAGS = """
INSERT INTO conversation_tag (conversation_id, tag_id, organization_id, person_id, at)
SELECT %(conversation)s + n, (%(tag_ids)s::int[])[1 + floor(pg_temp.luck(g, 47) * %(tags)s)::int], %(org)s,
  (%(person_ids)s::int[])[volunteer], wrote_at
FROM someone WHERE wrote_at IS NOT NULL AND pg_temp.luck(g, 46) < 0.12"""

STATEMENTS = (
    ("recipients", _RECIPIENTS),
    ("batches", _BATCHES),
    ("contacts", _CONTACTS),
    ("clicks", _CLICKS),
    ("events", _EVENTS),
    ("conversations", _CONVERSATIONS),
    ("replies", _INBOUND),
    ("messages", _MESSAGES),
    ("attempts", _ATTEMPTS),
    ("answers", _ANSWERS),
    ("answers as they stand", _SURVEY.format(table="survey_answer")),
    ("answers as they came", _SURVEY.format(table="survey_change")),
    ("stops", _STOPS),
    ("tags", _TAGS),
)
_SEQUENCES = {
    "recipient": "recipient", "contact": "contact", "conversation": "conversation", "message": "message",
    "click": "click", "batch": "batch", "inbound": "inbound_text", "event": "provider_event",
}  # fmt: skip


def reserve(sql: psycopg.Cursor[Any], contacts: int) -> dict[str, int]:
    """The id before the first of each kind of row; nobody else is given the ids behind it."""
    before = {}
    for name, table in _SEQUENCES.items():
        sql.execute(
            f"""SELECT setval(pg_get_serial_sequence('{table}', 'id'),
                  nextval(pg_get_serial_sequence('{table}', 'id')) + %s)""",
            (4 * contacts + 10,),
        )
        last = sql.fetchone()
        before[name] = (last[0] if last else 0) - 4 * contacts - 9
    return before


def write(sql: psycopg.Cursor[Any], values: dict[str, Any]) -> None:
    """Every row of one campaign."""
    for _, statement in STATEMENTS:
        sql.execute(statement, values, prepare=False)
    sql.execute("DROP TABLE someone, said, heard, noted")
