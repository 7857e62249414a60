"""Replies that somebody else than their owner may take up: after the promised time, or when the owner has gone.

The promise counts minutes in which somebody of the organization was on shift, so that a night does not
use it up. Where somebody may be in danger, it is offered at once when its owner is not there. An
offered reply stays its owner's until somebody takes it; answering or closing it ends the offer.
Whatever changes an offer holds the recipient's lock, where sending, stopping and handing over meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from p2ptext.background import hint
from p2ptext.extensions import cursor
from p2ptext.texting import live, presence, who_waits

MOST_AT_ONCE = 500
"""Replies offered in one transaction, so that nobody's lock is held for long."""

# Materialized: else, in search of the smallest recipients, every conversation there is would be read.
# A reply has waited through N minutes of somebody's shift when the N-th latest of these minutes began
# after it came: one step a minute in the table's key, however many replies wait.
# What may ask to stop waits for a decision and not for an answer; in a campaign that is over nobody may
# answer. But whoever's owner has gone is nobody's, and that comes before both.
_DUE = f"""
WITH waits AS MATERIALIZED (
  SELECT id, recipient_id, organization_id, person_id, campaign_id, waiting_since, review_reason, crisis_reason
  FROM conversation WHERE waiting_since IS NOT NULL AND offered_at IS NULL {{only}}
), promise AS MATERIALIZED (
  SELECT a.id, (SELECT s.minute FROM shift_minute s WHERE s.organization_id = o.id ORDER BY s.minute DESC
                OFFSET coalesce(a.reply_promise_min, o.reply_promise_min) - 1 LIMIT 1) AS over_before
  FROM campaign a JOIN organization o ON o.id = a.organization_id
  WHERE a.id IN (SELECT campaign_id FROM waits)
), due AS (
  SELECT t.id, t.recipient_id, CASE WHEN gone.sure THEN 'left' ELSE 'waited' END AS why
  FROM waits t JOIN promise ON promise.id = t.campaign_id
  CROSS JOIN LATERAL (SELECT NOT EXISTS (
    SELECT 1 FROM membership m JOIN person p ON p.id = m.person_id
    WHERE m.organization_id = t.organization_id AND m.person_id = t.person_id AND m.status = 'active'
      AND p.disabled_at IS NULL) AS sure) AS gone
  WHERE gone.sure OR (t.review_reason IS NULL
    AND (t.waiting_since <= promise.over_before OR (t.crisis_reason IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM presence p WHERE p.organization_id = t.organization_id AND p.person_id = t.person_id
        AND {presence.ON_SHIFT})))
    AND (SELECT status <> 'archived' AND NOT is_tests FROM campaign WHERE id = t.campaign_id))
)
"""
_ALL_DUE = _DUE.format(only="")
_STILL_DUE = _DUE.format(only="AND id = ANY(%s) AND recipient_id = ANY(%s)")


def offer_waiting() -> int:
    """Offer at most MOST_AT_ONCE replies whose time has come; returns how many.

    What is being answered at this moment is left for the next time: 0 says that nothing else is due.
    """
    sql = cursor()
    sql.execute(
        f"{_ALL_DUE} SELECT id, recipient_id FROM due ORDER BY recipient_id LIMIT {MOST_AT_ONCE}"
    )
    due = sql.fetchall()
    if not due:
        return 0
    sql.execute(
        """SELECT id FROM recipient WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED""",
        ([row[1] for row in due],),
    )
    held = [row[0] for row in sql.fetchall()]
    sql.execute(
        f"""{_STILL_DUE}
            UPDATE conversation t SET offered_at = p2p_now(), offered_why = due.why
            FROM due WHERE t.id = due.id RETURNING t.organization_id, t.person_id""",
        ([row[0] for row in due], held),
    )
    offered = sql.fetchall()
    tell(offered)
    return len(offered)


def offer(conversation_ids: Sequence[int], why: str) -> list[int]:
    """Offer those of these that wait; the recipients' rows must be locked. Returns which it were.

    One that was offered before stays offered for its first reason.
    """
    sql = cursor()
    sql.execute(
        """UPDATE conversation SET offered_at = p2p_now(), offered_why = %s
           WHERE id = ANY(%s) AND waiting_since IS NOT NULL AND offered_at IS NULL
           RETURNING organization_id, person_id, id""",
        (why, list(conversation_ids)),
    )
    rows = sql.fetchall()
    tell([row[:2] for row in rows])
    return [row[2] for row in rows]


def tell(owners: Sequence[tuple[int, int]]) -> None:
    """Have the pages of owners and of whoever is on shift look again; `owners` are organization and person."""
    for organization_id, person_id in set(owners):
        hint(live.person_channel(organization_id, person_id), "state")
    for organization_id in {owner[0] for owner in owners}:
        hint(live.shift_channel(organization_id), "offer")


def lock(conversation_ids: Sequence[int]) -> None:
    """Lock the recipients of these conversations, in the order of their ids."""
    cursor().execute(
        """SELECT id FROM recipient WHERE id IN (
             SELECT recipient_id FROM conversation WHERE id = ANY(%s)) ORDER BY id FOR NO KEY UPDATE""",
        (list(conversation_ids),),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How an organization keeps its promise just now."""

    offered: int
    """People whose reply anybody may take up; while nobody is there, all who wait for an answer."""
    oldest: datetime | None
    """Since when the first of them waits."""
    on_shift: int
    """Members who are there."""

    @property
    def words(self) -> str:
        """For organizers; empty while nobody is offered."""
        if not self.offered:
            return ""
        people = "1 person waits" if self.offered == 1 else f"{self.offered:,} people wait"
        if not self.on_shift:
            return f"{people} for an answer and nobody is here."
        return f"{people} for somebody to take over their conversation."


def standing(organization_id: int) -> Standing:
    """How many replies wait for somebody to take them up, and how many members are there to do so."""
    on_shift = presence.on_shift(organization_id)
    waits = who_waits.of(organization_id)
    if not on_shift and waits.for_volunteers:
        return Standing(waits.people, waits.oldest, on_shift)
    return Standing(waits.offered, waits.oldest_offered, on_shift)
