"""Watches running campaigns: people who opt out, and campaigns that were paused by themselves."""

from itertools import groupby
from typing import Any

from psycopg.rows import dict_row

from p2ptext.alarms import raising
from p2ptext.alarms.thresholds import Thresholds
from p2ptext.counting import budgets
from p2ptext.extensions import cursor
from p2ptext.rules import alarm_levels
from p2ptext.rules.alarm_levels import Count
from p2ptext.texting.breakers import WATCHED

LOOKED_AT = 10 * alarm_levels.BLOCK
"""First texts of a campaign that the moving average is made of, the latest."""

# Blocks are counted from the newest text backwards, so that the newest is a full one. The past is what all
# campaigns of the organization have sent.
_LATEST = f"""
SELECT a.id AS campaign, a.organization_id, a.name, seen.block,
       seen.opted_out, seen.texts, past.*
FROM campaign a
CROSS JOIN LATERAL (
  SELECT block, count(*) AS texts, count(*) FILTER (WHERE opted_out) AS opted_out FROM (
    SELECT coalesce(r.suppressed_at >= m.created_at, false) AS opted_out,
           (row_number() OVER (ORDER BY m.id DESC) - 1) / {alarm_levels.BLOCK} AS block
    FROM (SELECT id, recipient_id, created_at FROM message
          WHERE campaign_id = a.id AND kind = 'first' AND accepted_at IS NOT NULL
            AND created_at > coalesce(a.watched_from, '-infinity')
          ORDER BY campaign_id DESC, id DESC LIMIT {LOOKED_AT}) m
    JOIN recipient r ON r.id = m.recipient_id) AS one
  GROUP BY block) AS seen
CROSS JOIN LATERAL (
  SELECT coalesce(sum(t.sent) FILTER (WHERE b.id <> a.id), 0)::bigint AS sent_elsewhere,
         coalesce(sum(t.opted_out_of_sent) FILTER (WHERE b.id <> a.id), 0)::bigint AS opted_out_elsewhere,
         coalesce(sum(t.sent) FILTER (WHERE b.id = a.id), 0)::bigint AS sent_here,
         coalesce(sum(t.opted_out_of_sent) FILTER (WHERE b.id = a.id), 0)::bigint AS opted_out_here
  FROM campaign b JOIN tally t ON t.campaign_id = b.id AND t.dimension = 'all' AND t.key = ''
  WHERE b.organization_id = a.organization_id AND NOT b.is_tests) AS past
WHERE a.status = 'running' AND NOT a.is_tests
ORDER BY a.id, seen.block DESC"""


def opt_outs(wanted: Thresholds) -> None:
    """Warn where people opt out more than they may, or more than is usual here."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(_LATEST, prepare=False)
        rows = sql.fetchall()
    still = []
    for _, of_campaign in groupby(rows, key=lambda row: row["campaign"]):
        ones = list(of_campaign)
        first = ones[0]
        setting = wanted.of(first["organization_id"], "opt_outs")
        blocks = [(row["opted_out"], row["texts"]) for row in ones]
        usual = _usual(first, blocks)
        seen = alarm_levels.opt_outs(blocks, usual, setting.threshold) if setting.is_on else None
        if seen is None:
            continue
        facts = {
            "name": first["name"],
            "bad": seen.bad,
            "n": seen.n,
            "low": seen.low,
            "high": seen.high,
            "because": seen.because,
            "usual": seen.usual,
            "percent": setting.threshold * (2 if seen.level == alarm_levels.DANGER else 1),
            "size": round(100 * seen.bad / seen.n),
        }
        subject = f"campaign {first['campaign']}"
        raising.open_or_refresh(
            first["organization_id"], "opt_outs", subject, seen.level, facts, first["campaign"]
        )
        still.append((first["organization_id"], subject))
    raising.settle("opt_outs", still)


def _usual(row: dict[str, Any], blocks: list[Count]) -> Count:
    """What the organization has seen before the texts that are judged: opted out, and sent."""
    bad, n = (sum(column) for column in zip(*blocks, strict=True))
    earlier = max(0, row["sent_here"] - n)
    opted_out = min(earlier, max(0, row["opted_out_here"] - bad))
    return row["opted_out_elsewhere"] + opted_out, row["sent_elsewhere"] + earlier


def paused() -> None:
    """Campaigns that p2ptext has paused, until a manager resumes or archives them."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            # The audit record grows for ever: it is asked once, when the alarm begins.
            """SELECT a.id, a.organization_id, a.name, a.paused_because, m.facts AS known, e.detail
               FROM campaign a
               LEFT JOIN alarm m ON m.organization_id = a.organization_id AND m.kind = 'paused'
                 AND m.subject = 'campaign ' || a.id AND m.until IS NULL
               LEFT JOIN LATERAL (SELECT detail FROM audit_event
                 WHERE m.id IS NULL AND organization_id = a.organization_id
                   AND target = 'campaign ' || a.id AND action = 'campaign_status'
                 ORDER BY organization_id DESC, id DESC LIMIT 1) e ON true
               WHERE a.status = 'paused' AND a.paused_because IS NOT NULL"""
        )
        rows = sql.fetchall()
    for row in rows:
        detail, known = row["detail"] or {}, row["known"] or {}
        facts = {
            "name": row["name"],
            "because": row["paused_because"],
            "bad": known.get("bad", detail.get("count", 0)),
            "n": known.get("n", detail.get("of", WATCHED)),
        }
        raising.open_or_refresh(
            row["organization_id"],
            "paused",
            f"campaign {row['id']}",
            alarm_levels.DANGER,
            facts,
            row["id"],
        )
    raising.settle("paused", [(row["organization_id"], f"campaign {row['id']}") for row in rows])


def near_budget(wanted: Thresholds) -> None:
    """Running campaigns that have spent as much of their budget as their managers want to be told of."""
    still = []
    for one in budgets.watched():
        if not one.is_near or not wanted.of(one.organization_id, "budget").is_on:
            continue
        subject = f"campaign {one.campaign_id}"
        facts = {
            "name": one.name,
            "spent": f"{one.expected:.2f}",
            "budget": f"{one.budget:.2f}",
            "currency": one.currency,
            "percent": one.percent,
            "size": one.percent,
        }
        level = alarm_levels.DANGER if one.is_used_up else alarm_levels.WARNING
        raising.open_or_refresh(one.organization_id, "budget", subject, level, facts, one.campaign_id)
        still.append((one.organization_id, subject))
    raising.settle("budget", still)
