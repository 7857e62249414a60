"""Watches the way out: whether the carrier takes texts, and whether anything hands them over."""

from psycopg.rows import dict_row

from p2ptext.alarms import raising
from p2ptext.alarms.thresholds import Thresholds
from p2ptext.extensions import cursor
from p2ptext.rules import alarm_levels, breaker
from p2ptext.texting import breakers


def halted() -> None:
    """The carrier refuses the account, or does not answer: told to whoever has texts to send."""
    reason = breakers.halted()
    organizations = _under_way() if reason else []
    level = alarm_levels.DANGER if reason == breaker.REFUSED else alarm_levels.WARNING
    for organization_id in organizations:
        raising.open_or_refresh(organization_id, "halted", "", level, {"because": reason})
    raising.settle("halted", [(organization_id, "") for organization_id in organizations])


SIGNED_MIN = 10
"""How far back webhooks are looked at that were turned away."""
KEPT_D = 7
"""Days after which their counts are forgotten."""

# The last event is the last row: nothing that came in since.
_SIGNATURES = f"""
SELECT coalesce(sum(refusals), 0)::int AS count, (array_agg(why ORDER BY minute DESC))[1] AS why,
  coalesce((SELECT received_at FROM provider_event ORDER BY id DESC LIMIT 1)
    > (SELECT p2p_now()) - interval '{SIGNED_MIN} minutes', false) AS others
FROM refused_webhook WHERE minute > (SELECT p2p_now()) - interval '{SIGNED_MIN} minutes'"""


def signatures(wanted: Thresholds) -> None:
    """Webhooks that were turned away for their signature: told to whoever has texts under way."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(_SIGNATURES)
        seen = sql.fetchall()[0]
        sql.execute(
            f"DELETE FROM refused_webhook WHERE minute < (SELECT p2p_now()) - interval '{KEPT_D} days'"
        )
    still = []
    level = alarm_levels.WARNING if seen["others"] else alarm_levels.DANGER
    for organization_id in _under_way() if seen["count"] else ():
        setting = wanted.of(organization_id, "signatures")
        if not setting.is_on or seen["count"] < setting.threshold:
            continue
        facts = {**seen, "minutes": SIGNED_MIN, "size": seen["count"]}
        raising.open_or_refresh(organization_id, "signatures", "", level, facts)
        still.append((organization_id, ""))
    raising.settle("signatures", still)


def _under_way() -> list[int]:
    """Organizations that have texts to send or wait for what becomes of them."""
    found = cursor().execute(
        """SELECT a.organization_id FROM campaign a WHERE a.status = 'running' AND NOT a.is_tests
           UNION SELECT organization_id FROM outbox"""
    )
    return [row[0] for row in found.fetchall()]


# A dispatcher that lives measures what waits, once a second while anything does; while it does, the outbox is
# not even looked at. A halted account is another alarm.
_STUCK = """
SELECT o.organization_id, count(*) AS texts, min(o.due_at) AS oldest,
       extract(epoch FROM (SELECT p2p_now()) - greatest(min(o.due_at), (
         SELECT measured_at FROM pacing_bucket WHERE name = 'account'))) AS silent_s
FROM outbox o
WHERE o.due_at < (SELECT p2p_now()) AND NOT EXISTS (
  SELECT 1 FROM pacing_bucket WHERE name = 'account' AND (
    measured_at >= (SELECT p2p_now()) - interval '30 seconds' OR halted_until >= (SELECT p2p_now())))
GROUP BY 1"""


def stuck(wanted: Thresholds) -> None:
    """Texts are due and nobody takes them. Asked by pages as well: who does the chores may be what is gone."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(_STUCK)
        rows = sql.fetchall()
    still = []
    for row in rows:
        if row["silent_s"] < wanted.of(row["organization_id"], "stuck").threshold:
            continue
        facts = {
            "count": row["texts"],
            "oldest": row["oldest"].isoformat(),
        }
        raising.open_or_refresh(row["organization_id"], "stuck", "", alarm_levels.DANGER, facts)
        still.append((row["organization_id"], ""))
    raising.settle("stuck", still)
