"""Watches how volunteers text. What it finds is a reason to look and to ask; nothing follows by itself."""

from datetime import timedelta
from typing import Any

from psycopg.rows import dict_row

from p2ptext.alarms import raising
from p2ptext.alarms.thresholds import Thresholds
from p2ptext.clock import now
from p2ptext.extensions import cursor
from p2ptext.rules import alarm_levels, reply_lint

LOOKED_AT = 200
"""Latest presses of somebody whose answers are compared with what they were offered."""
LEAST_ANSWERS = 20
BACK_MIN = 3
"""How far back a look reads what was written; looks come every minute, and see some of it twice."""
RUDE_H = 24
"""So long an alarm of rude words stays open after the last of them."""


def timing(wanted: Thresholds) -> None:
    """Presses that looked like a machine's within the last day, and that nobody has looked into."""
    rows = _rows(
        """SELECT f.organization_id, f.person_id AS person, p.name, count(*) AS count,
                  (array_agg(f.words ORDER BY f.ends_at DESC))[1] AS words
           FROM timing_flag f JOIN person p ON p.id = f.person_id
           WHERE f.ends_at > (SELECT p2p_now()) - interval '24 hours'
             AND (f.seen_at IS NULL OR f.seen_at < f.ends_at)
           GROUP BY 1, 2, 3"""
    )
    found = [(row, {"words": row["words"], "size": row["count"]}) for row in rows]
    _raise("timing", wanted, found)


def pace(wanted: Thresholds) -> None:
    """Presses that were refused for their pace, too many of one person in an hour."""
    rows = _rows(
        """SELECT f.organization_id, f.person_id AS person, p.name, sum(f.refusals)::int AS count
           FROM pace_refusal f JOIN person p ON p.id = f.person_id
           WHERE f.minute > (SELECT p2p_now()) - interval '1 hour' GROUP BY 1, 2, 3"""
    )
    found = [
        (row, {"count": row["count"], "size": row["count"]})
        for row in rows
        if row["count"] >= wanted.of(row["organization_id"], "pace").threshold
    ]
    _raise("pace", wanted, found)


# Whoever is there just now: their latest presses are a few steps in ix_click_person.
_EDITED = f"""
SELECT p.organization_id, p.person_id AS person, who.name, count(*) AS n,
       count(*) FILTER (WHERE m.edited) AS bad
FROM presence p
JOIN person who ON who.id = p.person_id
CROSS JOIN LATERAL (
  SELECT id FROM click WHERE person_id = p.person_id AND organization_id = p.organization_id
    AND received_at > (SELECT p2p_now()) - interval '24 hours'
  ORDER BY person_id DESC, id DESC LIMIT {LOOKED_AT}) k
JOIN message m ON m.click_id = k.id AND m.edited IS NOT NULL
WHERE p.seen_at > (SELECT p2p_now()) - interval '15 minutes'
GROUP BY 1, 2, 3 HAVING count(*) >= {LEAST_ANSWERS}"""


def edited(wanted: Thresholds) -> None:
    """Members who rewrite most of the answers that the script offers them."""
    found = []
    for row in _rows(_EDITED):
        percent = wanted.of(row["organization_id"], "edited").threshold
        seen = alarm_levels.above(row["bad"], row["n"], percent, LEAST_ANSWERS)
        if seen is not None:
            facts = {"bad": seen.bad, "n": seen.n, "low": seen.low, "high": seen.high}
            found.append((row, facts | {"percent": percent, "size": round(100 * seen.bad / seen.n)}))
    _raise("edited", wanted, found)


# What was written by hand in the last minutes: the script's own words are the campaign's. The moment is a
# value, so that the planner knows how few presses lie after it.
_WRITTEN = """
SELECT m.id, m.organization_id, m.person_id AS person, who.name, m.conversation_id, m.text
FROM click k JOIN message m ON m.click_id = k.id AND m.kind = 'reply'
JOIN person who ON who.id = m.person_id
WHERE k.received_at > %(since)s AND m.edited IS NOT FALSE
  AND m.state <> 'cancelled'
ORDER BY m.id"""


def profanity(wanted: Thresholds) -> None:
    """Rude words that members wrote; the alarm names how many texts, and leads to the last."""
    for row in _rows(_WRITTEN, since=now() - timedelta(minutes=BACK_MIN)):
        setting = wanted.of(row["organization_id"], "profanity")
        if setting.is_on and is_rude(row["text"]):
            raising.open_or_refresh(
                row["organization_id"], "profanity", f"person {row['person']}", **_rude(row)
            )
    cursor().execute(
        f"""UPDATE alarm SET until = p2p_now() WHERE kind = 'profanity' AND until IS NULL
              AND worse_at < p2p_now() - interval '{RUDE_H} hours'
              AND seen_at < p2p_now() - interval '{RUDE_H} hours'"""
    )


def is_rude(text: str) -> bool:
    """Whether these words hold a curse or abuse; about whom is for people to judge."""
    return any(fault.code == "curse" for fault in reply_lint.check(text, ()))


def _rude(row: dict[str, Any]) -> dict[str, Any]:
    """What an alarm of rude words says with one more text; one that was counted is not counted again."""
    known = cursor().execute(
        """SELECT facts FROM alarm WHERE organization_id = %s AND kind = 'profanity' AND subject = %s
             AND until IS NULL FOR UPDATE""",
        (row["organization_id"], f"person {row['person']}"),
    )
    found = known.fetchone()
    before = found[0] if found else {"count": 0, "last": 0}
    count = before["count"] + (row["id"] > before["last"])
    facts = {
        "name": row["name"],
        "person": row["person"],
        "count": count,
        "size": count,
        "last": max(row["id"], before["last"]),
        "conversation": row["conversation_id"] if row["id"] > before["last"] else before["conversation"],
    }
    return {"level": alarm_levels.WARNING, "facts": facts}


def _raise(kind: str, wanted: Thresholds, found: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    still = []
    for row, facts in found:
        if not wanted.of(row["organization_id"], kind).is_on:
            continue
        subject = f"person {row['person']}"
        facts = facts | {"name": row["name"], "person": row["person"]}
        raising.open_or_refresh(row["organization_id"], kind, subject, alarm_levels.WARNING, facts)
        still.append((row["organization_id"], subject))
    raising.settle(kind, still)


def _rows(statement: str, **values: object) -> list[dict[str, Any]]:
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(statement, values, prepare=False)
        return sql.fetchall()
