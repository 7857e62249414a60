"""Where each first text stands, asked of the rows, and the sums moved by what has changed since.

One statement does it for some contacts or for all of a campaign: it reads what there is, compares it
with the facts as they were written last, writes those that differ, and moves the sums by the difference.
So the sums are those of the facts at every commit, and the facts those of the rows when no change waits
to be counted. docs/contract.md says what counts; docs/counting.md how.

None of it is kept prepared: a plan for ten contacts is no plan for all of a campaign.
"""

from collections.abc import Mapping, Sequence

from p2ptext.extensions import cursor

# A contact that is texted has the text of its round; one that waits in a later round, or ended there,
# has that of the round before. The index uq_message_first allows one text a round that has left or may.
LATEST = "c.round - (c.state <> 'texted' AND c.round > 1)::int"
COUNTS = "m.kind = 'first' AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')"

_KEYS = ("contact_id", "round")
_COLUMNS = (
    *_KEYS,
    *("organization_id", "campaign_id", "message_id", "is_latest", "place", "text_place", "state"),
    *("replied", "opted_out", "wrong_number", "waiting", "answered", "goal"),
    *("texted_at", "local_weekday", "local_hour", "person_id", "number_id", "import_id"),
    *("zone", "us_state", "network", "wording", "language", "reason", "answers", "left_out"),
)

# What is counted of each fact, for the place where the contact is by it or where the text alone is.
_MEASURES = {
    "texts": "round > 0",
    "on_the_way": "{place} = 'on_the_way'",
    "sent": "{place} = 'sent'",
    "unknown": "{place} = 'unknown'",
    "ended": "{place} = 'ended'",
    "delivered": "coalesce(state = 'delivered', false)",
    "failed": "{failed}",
    "replied": "replied",
    "opted_out": "opted_out",
    "wrong_number": "wrong_number",
    "waiting": "waiting",
    "answered": "answered",
    "goal": "goal",
    "failed_of_sent": "{failed} AND {place} = 'sent'",
    "replied_to_sent": "replied AND {place} = 'sent'",
    "opted_out_of_sent": "opted_out AND {place} = 'sent'",
    "answered_of_sent": "answered AND {place} = 'sent'",
    "goal_of_sent": "goal AND {place} = 'sent'",
    "left_out": "left_out IS NOT NULL",
}
MEASURES = tuple(_MEASURES)


def _marks(place: str) -> str:
    """All of that as the bits of one number, in SQL: facts that count alike are then counted together."""
    failed = "coalesce(state IN ('rejected', 'undeliverable'), false)"
    bits = [
        f"({what.format(place=place, failed=failed)})::int << {bit}"
        for bit, what in enumerate(_MEASURES.values())
    ]
    return f"({') | ('.join(bits)})"


# Of contacts: each counts once, by the text that speaks for it, or by its row without a text.
_OF_CONTACTS = {
    "all": "''",
    "list": "import_id::text",
    "zone": "zone",
    "state": "us_state",
    "number": "coalesce(number_id::text, '')",
    "carrier": "network",
    "language": "language",
}
# Of texts: whoever was texted in two rounds counts in both.
_OF_TEXTS = {
    "round": "round::text",
    "person": "coalesce(person_id::text, '')",
    "wording": "round || ':' || coalesce(replace(wording::text, '-', ''), '')",
    "hour": "coalesce(local_weekday || '-' || local_hour, '')",
    "day": "left(utc, 10)",
    "time": "utc",
}
# Of contacts that have one: why no text reached them.
_OF_SOME_CONTACTS = {"reason": "reason"}
# Of contacts, each once for every answer.
_OF_ANSWERS = {"answer": "answers", "left_out": "left_out"}
DIMENSIONS = (*_OF_CONTACTS, *_OF_SOME_CONTACTS, *_OF_ANSWERS, *_OF_TEXTS)

_FACTS = f"""
people AS (
  SELECT c.id, c.organization_id, c.campaign_id, c.import_id, c.state, c.ended_reason, c.zones,
    {LATEST} AS latest,
    CASE WHEN cardinality(c.zones) = 1 THEN c.zones[1] ELSE '' END AS zone,
    CASE WHEN cardinality(c.states) = 1 THEN c.states[1] ELSE '' END AS us_state,
    r.suppressed_at IS NOT NULL AS stopped, t.waiting_since IS NOT NULL AS waiting,
    heard.replied, heard.wrong_number, said.*
  FROM {{contacts}}
  JOIN recipient r ON r.id = c.recipient_id
  JOIN campaign a ON a.id = c.campaign_id
  LEFT JOIN conversation t ON t.contact_id = c.id
  CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS replied,
      coalesce(bool_or(i.intent = 'wrong_number' AND i.undone_at IS NULL), false) AS wrong_number
    FROM inbound_text i WHERE i.conversation_id = t.id) heard
  CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(s.on_path), false) AS answered, coalesce(bool_or(s.on_path
        AND s.step_key = a.goal_step_key AND s.answer_key = a.goal_answer_key), false) AS goal,
      array_agg(s.step_key || ':' || s.answer_key ORDER BY s.step_key) FILTER (WHERE s.on_path) AS answers,
      array_agg(s.step_key || ':' || s.answer_key ORDER BY s.step_key) FILTER (WHERE NOT s.on_path) AS left_out
    FROM survey_answer s WHERE s.contact_id = c.id) said
), texts AS (
  SELECT p.*, m.id AS message_id, m.round, m.round = p.latest AS is_latest, m.state AS text_state,
    counted_clock(m.created_at, p.zones) AS clock, m.created_at, m.person_id, m.number_id,
    coalesce(m.network, '') AS network, coalesce(m.language, '') AS language, m.variant, m.script_version_id,
    CASE WHEN m.state IN ('rejected', 'undeliverable') THEN coalesce(m.reason, '') END AS reason,
    CASE WHEN m.state <> 'rejected' THEN false ELSE (
      SELECT count(*) = 0 FROM attempt e WHERE e.message_id = m.id
        AND coalesce(e.outcome, 'accepted') IN ('accepted', 'unknown')) END AS refused
  FROM people p JOIN message m ON m.contact_id = p.id AND {COUNTS}
), words AS (
  SELECT w.*, md5(CASE WHEN w.round = 1 THEN spoken -> 'first'
      ELSE spoken -> 'rounds' -> w.round::text END ->> w.variant)::uuid AS wording
  FROM (SELECT DISTINCT script_version_id, language, round, variant::int FROM texts) w
  JOIN script_version v ON v.id = w.script_version_id
  CROSS JOIN LATERAL (SELECT CASE w.language WHEN '' THEN v.document
    ELSE v.document -> 'languages' -> w.language END AS spoken) s
), fact AS (
  SELECT x.id AS contact_id, x.round::smallint AS round, x.organization_id, x.campaign_id, x.message_id,
    x.is_latest, CASE WHEN x.refused AND x.round > 1 THEN 'sent' ELSE own.place END AS place,
    own.place AS text_place,
    CASE WHEN x.text_state IN ('delivered', 'rejected', 'undeliverable') THEN x.text_state END AS state,
    x.is_latest AND x.replied AS replied, x.is_latest AND x.stopped AS opted_out,
    x.is_latest AND x.wrong_number AS wrong_number, x.is_latest AND x.waiting AS waiting,
    x.is_latest AND x.answered AS answered, x.is_latest AND x.goal AS goal,
    x.created_at AS texted_at, extract(isodow FROM x.clock)::smallint AS local_weekday,
    extract(hour FROM x.clock)::smallint AS local_hour, x.person_id, x.number_id, x.import_id, x.zone,
    x.us_state, x.network, words.wording, x.language, x.reason,
    CASE WHEN x.is_latest THEN x.answers END AS answers, CASE WHEN x.is_latest THEN x.left_out END AS left_out
  FROM texts x
  CROSS JOIN LATERAL (SELECT CASE WHEN x.text_state IN ('queued', 'sending') THEN 'on_the_way'
    WHEN x.text_state = 'unknown' THEN 'unknown' WHEN x.refused THEN 'ended' ELSE 'sent' END AS place) own
  LEFT JOIN words USING (script_version_id, language, round, variant)
  UNION ALL
  SELECT p.id, 0::smallint, p.organization_id, p.campaign_id, NULL::bigint, true, own.place, own.place,
    NULL::text, p.replied, false, p.wrong_number, p.waiting, p.answered, p.goal, NULL::timestamptz,
    NULL::smallint, NULL::smallint, NULL::integer, NULL::integer, p.import_id, p.zone, p.us_state, '',
    NULL::uuid, '', CASE own.place WHEN 'ended' THEN coalesce(p.ended_reason, '') END, p.answers, p.left_out
  FROM people p
  CROSS JOIN LATERAL (
    SELECT CASE p.state WHEN 'ready' THEN 'not_texted' ELSE 'ended' END AS place) own
  WHERE (p.state <> 'ready' OR p.replied OR p.wrong_number OR p.waiting OR p.answered
      OR p.left_out IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM texts x WHERE x.id = p.id AND x.is_latest)
)"""

_VALUES = ", ".join(
    [f"('{name}', {key}, marks, is_latest)" for name, key in _OF_CONTACTS.items()]
    + [
        f"('{name}', {key}, marks, is_latest AND {key} IS NOT NULL)"
        for name, key in _OF_SOME_CONTACTS.items()
    ]
    + [f"('{name}', {key}, text_marks, round > 0)" for name, key in _OF_TEXTS.items()]
)
_GIVEN = " ".join(
    f"UNION ALL SELECT '{name}', one, marks, true FROM unnest({column}) AS one WHERE {column} IS NOT NULL"
    for name, column in _OF_ANSWERS.items()
)
_SUMS = ", ".join(
    f"coalesce(sum(n) FILTER (WHERE d.marks & {1 << bit} <> 0), 0) AS {name}"
    for bit, name in enumerate(MEASURES)
)
# What the facts in `moved`, each with a sign, add to the sums. OFFSET 0: the marks are worked out once.
_SUMMED = f"""
SELECT campaign_id, dimension, key, organization_id, {_SUMS} FROM (
  SELECT campaign_id, organization_id, dimension, key, d.marks, sum(sign)::int AS n
  FROM (SELECT *, {_marks("place")} AS marks, {_marks("text_place")} AS text_marks,
          coalesce(to_char(texted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24'), '') AS utc
        FROM moved OFFSET 0) moved
  CROSS JOIN LATERAL (VALUES {_VALUES} {_GIVEN}) AS d (dimension, key, marks, counts)
  WHERE d.counts
  GROUP BY campaign_id, organization_id, dimension, key, d.marks HAVING sum(sign) <> 0
) d GROUP BY campaign_id, dimension, key, organization_id"""

_FIELDS = ", ".join(_COLUMNS)
_DIFFERS = f"""
WITH {{facts}}, old AS (
  SELECT f.{", f.".join(_COLUMNS)} FROM {{written}}
), differs AS (
  SELECT {", ".join(f"fact.{each} AS n_{each}, old.{each} AS o_{each}" for each in _COLUMNS)}
  FROM fact FULL JOIN old ON old.contact_id = fact.contact_id AND old.round = fact.round
  WHERE ({", ".join(f"fact.{each}" for each in _COLUMNS)})
    IS DISTINCT FROM ({", ".join(f"old.{each}" for each in _COLUMNS)})
)"""
_MOVE = f"""{_DIFFERS}, gone AS (
  DELETE FROM text_fact f USING differs
  WHERE n_contact_id IS NULL AND f.contact_id = o_contact_id AND f.round = o_round
), now_so AS (
  INSERT INTO text_fact ({_FIELDS})
  SELECT {", ".join(f"n_{each}" for each in _COLUMNS)} FROM differs WHERE n_contact_id IS NOT NULL
  ON CONFLICT (contact_id, round) DO UPDATE
  SET {", ".join(f"{each} = excluded.{each}" for each in _COLUMNS if each not in _KEYS)}
), moved (sign, {_FIELDS}) AS (
  SELECT 1, {", ".join(f"n_{each}" for each in _COLUMNS)} FROM differs WHERE n_contact_id IS NOT NULL
  UNION ALL
  SELECT -1, {", ".join(f"o_{each}" for each in _COLUMNS)} FROM differs WHERE o_contact_id IS NOT NULL
), summed AS ({_SUMMED}), added AS (
  INSERT INTO tally AS t (campaign_id, dimension, key, organization_id, {", ".join(MEASURES)})
  SELECT * FROM summed WHERE ({", ".join(MEASURES)}) <> ({", ".join("0" for _ in MEASURES)})
  ON CONFLICT (campaign_id, dimension, key) DO UPDATE
  SET {", ".join(f"{name} = t.{name} + excluded.{name}" for name in MEASURES)}
)"""

_OF_SOME = _MOVE.format(
    facts=_FACTS.format(
        contacts="unnest(%(ids)s::bigint[]) AS chosen (id) JOIN contact c ON c.id = chosen.id"
    ),
    written="unnest(%(ids)s::bigint[]) AS chosen (id) JOIN text_fact f ON f.contact_id = chosen.id",
)
_OF_SOME += " SELECT count(*) FROM differs"
_ALL_FACTS = _FACTS.format(
    contacts="(SELECT * FROM contact WHERE campaign_id = %(campaign)s OFFSET 0) c"
)
_WRITTEN = "text_fact f WHERE f.campaign_id = %(campaign)s"
_UNTOLD = """
SELECT count(*) FROM differs WHERE NOT EXISTS (
  SELECT 1 FROM changed_contact n WHERE n.contact_id = coalesce(n_contact_id, o_contact_id))"""
_OF_ALL = _MOVE.format(facts=_ALL_FACTS, written=_WRITTEN) + _UNTOLD
_CHECK = _DIFFERS.format(facts=_ALL_FACTS, written=_WRITTEN) + _UNTOLD
_WRONG = f"""
WITH moved AS (
  SELECT 1 AS sign, f.* FROM {_WRITTEN}
), summed AS ({_SUMMED}), wrong AS (
  SELECT campaign_id, dimension, key, coalesce(s.organization_id, t.organization_id) AS organization_id,
    {", ".join(f"coalesce(s.{name}, 0) AS {name}" for name in MEASURES)}
  FROM summed s FULL JOIN (SELECT * FROM tally WHERE campaign_id = %(campaign)s) t
    USING (campaign_id, dimension, key)
  WHERE ({", ".join(f"coalesce(s.{name}, 0)" for name in MEASURES)})
    <> ({", ".join(f"coalesce(t.{name}, 0)" for name in MEASURES)})
)"""
_CHECK_SUMS = f"{_WRONG} SELECT count(*) FROM wrong"
_SUM_UP = f"""{_WRONG}, put AS (
  INSERT INTO tally (campaign_id, dimension, key, organization_id, {", ".join(MEASURES)})
  SELECT * FROM wrong
  ON CONFLICT (campaign_id, dimension, key) DO UPDATE
  SET {", ".join(f"{name} = excluded.{name}" for name in MEASURES)}
) SELECT count(*) FROM wrong"""


def recompute(contact_ids: Sequence[int]) -> int:
    """Write down anew where the texts of these contacts stand, and move the sums by what differs.

    Each contact once. Only for whoever holds the counting's lock, and in a statement later than the one
    that took these contacts' notes. Returns how many facts differed.
    """
    return _number(_OF_SOME, {"ids": list(contact_ids)})


def recompute_campaign(campaign_id: int) -> int:
    """The same for every contact of a campaign; how many differed that no note told of."""
    return _number(_OF_ALL, {"campaign": campaign_id})


def differing(campaign_id: int) -> int:
    """How many facts of a campaign are not what the rows say, although no note waits to be counted."""
    return _number(_CHECK, {"campaign": campaign_id})


def wrong_sums(campaign_id: int) -> int:
    """How many sums of a campaign are not those of its facts."""
    return _number(_CHECK_SUMS, {"campaign": campaign_id})


def sum_up(campaign_id: int) -> int:
    """Make the sums of a campaign those of its facts. Only for whoever holds the counting's lock.

    Returns how many were wrong.
    """
    return _number(_SUM_UP, {"campaign": campaign_id})


def _number(statement: str, values: Mapping[str, object]) -> int:
    found = cursor().execute(statement, values, prepare=False).fetchone()
    return int(found[0]) if found else 0
