"""Watches what waits for people: replies nobody took up, and what waits for an organizer."""

from datetime import timedelta
from itertools import groupby
from typing import Any

from psycopg.rows import dict_row

from p2ptext.alarms import raising
from p2ptext.alarms.thresholds import Thresholds, limit_of
from p2ptext.clock import now
from p2ptext.extensions import cursor
from p2ptext.rules import alarm_levels, hours
from p2ptext.sms.vonage_events import OLD_ACCOUNT, OLD_APPLICATION, SWAPPED
from p2ptext.texting import who_waits
from p2ptext.texting.clicking import window_of
from p2ptext.texting.presence import ON_SHIFT
from p2ptext.texting.queries import WAITS_FOR_ANSWER
from p2ptext.texting.resending import CLARIFYING

MOST_COUNTED = 1000
"""More than so many waiting things of one kind are said to be so many."""
LATE_REVIEW_H = 24
"""We ask for a decision on the same day; the law allows ten business days."""


# Where somebody is there nothing else is asked. What waits is told apart by where people are: an answer
# leaves in their hours alone, and while it cannot, nobody has to be there.
_ALONE = f"""
WITH there AS (
  SELECT p.organization_id, max(coalesce(p.done_at, p.seen_at)) AS at
  FROM presence p
  JOIN membership m ON m.organization_id = p.organization_id AND m.person_id = p.person_id
    AND m.status = 'active'
  GROUP BY 1), alone AS (
  SELECT o.id, there.at AS gone, o.reply_promise_min, own.before
  FROM organization o
  CROSS JOIN LATERAL (SELECT (SELECT p2p_now())
    - make_interval(mins => {limit_of("nobody", "o.id")}::int) AS before OFFSET 0) own
  LEFT JOIN there ON there.organization_id = o.id
  WHERE there.at IS NULL OR there.at < own.before)
SELECT alone.id AS organization_id, alone.gone, min(t.waiting_since) AS oldest,
  coalesce(a.reply_promise_min, alone.reply_promise_min) AS promise,
  a.opens, a.closes, a.sunday_opens, a.state_hours, c.zones, c.states
FROM alone
JOIN conversation t ON t.organization_id = alone.id AND t.waiting_since IS NOT NULL
  AND t.waiting_since < alone.before
JOIN campaign a ON a.id = t.campaign_id AND a.status = 'running' AND NOT a.is_tests
JOIN contact c ON c.id = t.contact_id
WHERE {WAITS_FOR_ANSWER}
GROUP BY 1, 2, promise, a.id, c.zones, c.states
ORDER BY 1, oldest"""


def nobody(wanted: Thresholds) -> None:
    """Replies that could be answered now, and nobody has a page open on which to do it."""
    at = now()
    rows = [row for row in _rows(_ALONE) if hours.may_text(at, row["zones"], window_of(row))]
    still = []
    for organization_id, of_organization in groupby(rows, key=lambda row: row["organization_id"]):
        if not wanted.of(organization_id, "nobody").is_on:
            continue
        ones = list(of_organization)
        waits = who_waits.of(organization_id)
        if not waits.people:
            continue  # somebody has answered since the look began
        late = any(at - row["oldest"] > timedelta(minutes=row["promise"]) for row in ones)
        facts = {
            "count": waits.people,
            "for_organizers": waits.for_organizers,
            "oldest": ones[0]["oldest"].isoformat(),
            "gone": ones[0]["gone"].isoformat() if ones[0]["gone"] else "",
            "promises": waits.promises,
            "size": waits.people,
        }
        level = alarm_levels.DANGER if late else alarm_levels.WARNING
        raising.open_or_refresh(organization_id, "nobody", "", level, facts)
        still.append((organization_id, ""))
    raising.settle("nobody", still)


def waiting(wanted: Thresholds) -> None:
    """Replies that were offered to everybody, as they waited longer than promised, and nobody took.

    While nobody is there `nobody` says more.
    """
    rows = _rows(
        f"""WITH late AS (
              SELECT t.organization_id, t.campaign_id, count(*) AS replies, min(t.waiting_since) AS oldest
              FROM conversation t
              WHERE t.offered_at IS NOT NULL AND {WAITS_FOR_ANSWER}
                AND t.offered_at < (SELECT p2p_now())
                  - make_interval(mins => {limit_of("waiting", "t.organization_id")}::int)
              GROUP BY 1, 2)
            SELECT late.*, a.name, coalesce(a.reply_promise_min, o.reply_promise_min) AS promise,
              (SELECT count(*) FROM (SELECT 1 FROM shift_minute
                 WHERE organization_id = late.organization_id AND minute >= late.oldest
                 LIMIT {MOST_COUNTED}) m) AS served,
              (SELECT count(*) FROM presence p
               WHERE p.organization_id = late.organization_id AND {ON_SHIFT}) AS here
            FROM late JOIN campaign a ON a.id = late.campaign_id
            JOIN organization o ON o.id = late.organization_id
            WHERE a.status IN ('running', 'paused') AND NOT a.is_tests"""
    )
    still = []
    for row in rows:
        covered = not row["here"] and wanted.of(row["organization_id"], "nobody").is_on
        if covered or not wanted.of(row["organization_id"], "waiting").is_on:
            continue
        subject = f"campaign {row['campaign_id']}"
        facts = {
            "name": row["name"],
            "count": row["replies"],
            "oldest": row["oldest"].isoformat(),
            "promise": row["promise"],
            "here": row["here"],
            "size": row["replies"],
        }
        level = alarm_levels.waiting(row["served"], row["promise"])
        raising.open_or_refresh(
            row["organization_id"], "waiting", subject, level, facts, row["campaign_id"]
        )
        still.append((row["organization_id"], subject))
    raising.settle("waiting", still)


# Each is a short list behind a partial index, of what is not done with yet. About a confirmation, which went by
# itself, nobody can decide.
_COUNTED = {
    "reviews": f"""
      SELECT organization_id, count(*) AS count, min(waiting_since) AS oldest,
             coalesce(min(waiting_since) < (SELECT p2p_now()) - interval '{LATE_REVIEW_H} hours', false)
               AS is_late
      FROM conversation WHERE review_reason IS NOT NULL AND waiting_since IS NOT NULL GROUP BY 1""",
    "strays": """
      SELECT organization_id, count(*) AS count, min(received_at) AS oldest, false AS is_late
      FROM inbound_text WHERE conversation_id IS NULL AND dealt_with_at IS NULL
        AND (tier <> 'auto' OR recipient_id IS NULL) GROUP BY 1""",
    "unknown": """
      SELECT organization_id, count(*) AS count, min(created_at) AS oldest, false AS is_late
      FROM message WHERE state = 'unknown' AND let_be_at IS NULL AND person_id IS NOT NULL
        AND created_at < (SELECT p2p_now()) - %(clarifying)s GROUP BY 1""",
    "kept": """
      SELECT organization_id, count(*) AS count, min(received_at) AS oldest, false AS is_late
      FROM provider_event WHERE note IS NOT NULL AND organization_id IS NOT NULL
        AND put_aside_at IS NULL AND note <> ALL(%(settings)s)
        AND received_at > (SELECT p2p_now()) - interval '24 hours'
      GROUP BY 1""",
}


def counted(kind: str, wanted: Thresholds) -> None:
    """What waits for an organizer, of a kind that is counted."""
    rows = _rows(
        _COUNTED[kind],
        {"clarifying": CLARIFYING, "settings": [OLD_ACCOUNT, OLD_APPLICATION, SWAPPED]},
    )
    still = []
    for row in rows:
        setting = wanted.of(row["organization_id"], kind)
        level = alarm_levels.by_count(row["count"], setting.threshold)
        if level is None or not setting.is_on:
            continue
        if row["is_late"]:
            level = alarm_levels.DANGER
        facts = {"count": row["count"], "oldest": row["oldest"].isoformat(), "size": row["count"]}
        raising.open_or_refresh(row["organization_id"], kind, "", level, facts)
        still.append((row["organization_id"], ""))
    raising.settle(kind, still)


COUNTED = tuple(_COUNTED)


def _rows(statement: str, values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(statement, values or {}, prepare=False)
        return sql.fetchall()
