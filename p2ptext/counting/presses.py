"""How many presses of Send each minute of the clock had: whole minutes are counted once, the rest from rows.

Thirty minutes of a busy evening are 180,000 clicks, too many to count again at each look at it. A click
says when it was made in the statement that writes it, so a minute that ended some time ago gets no more.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from p2ptext.clock import now
from p2ptext.extensions import cursor, quick_connection

LOCK = 7022079
"""The counting's own advisory lock; the number is arbitrary."""
SETTLED = timedelta(minutes=1)
"""A minute is counted so long after it ended: no statement that writes a click lasts nearly as long."""
KEPT = timedelta(hours=1)
"""How far back minutes are counted and kept."""
A_MINUTE = timedelta(minutes=1)

_COUNT = """
INSERT INTO press_minute (organization_id, campaign_id, minute, presses)
SELECT k.organization_id, m.campaign_id, date_trunc('minute', k.received_at), count(*)
FROM click k JOIN message m ON m.click_id = k.id
WHERE k.received_at >= %(since)s AND k.received_at < %(until)s AND k.kind <> 'resend'
GROUP BY 1, 2, 3
"""
_STAMP = """
INSERT INTO counted (one, pressed_until) VALUES (true, %(until)s)
ON CONFLICT (one) DO UPDATE SET pressed_until = excluded.pressed_until
"""
_KEPT = """
SELECT k.pressed_until, p.minute, sum(p.presses)::int
FROM (SELECT max(pressed_until) AS pressed_until FROM counted WHERE pressed_until <= %(at)s) k
LEFT JOIN press_minute p ON p.organization_id = %(org)s AND p.minute >= %(since)s AND p.minute < k.pressed_until
  AND (%(campaign)s::int IS NULL OR p.campaign_id = %(campaign)s)
GROUP BY 1, 2
"""
# Clicks lie in the order of their times: the last minutes are the last pages. The moments are values, so that
# the planner knows how few they are. Whose campaign a press was for says its message: those of the last
# clicks are the last in their index as well.
_RECENT = """
WITH recent AS MATERIALIZED (
  SELECT k.id, k.received_at, k.person_id FROM click k
  WHERE k.received_at >= %(since)s AND k.received_at <= %(at)s AND k.organization_id = %(org)s
    AND k.kind <> 'resend'
)
SELECT date_trunc('minute', received_at), received_at > %(at)s::timestamptz - interval '1 minute',
  received_at > %(lately)s, person_id, count(*)
FROM recent {where} GROUP BY 1, 2, 3, 4
"""
_OF_CAMPAIGN = """
WHERE id IN (SELECT click_id FROM message
  WHERE click_id BETWEEN (SELECT min(id) FROM recent) AND (SELECT max(id) FROM recent)
    AND campaign_id = %(campaign)s)"""


@dataclass(frozen=True, slots=True)
class Presses:
    """Presses of Send in an organization, or for one campaign."""

    at: datetime
    minutes: list[int]
    """How many in each minute of the clock, the latest last; that one has only begun."""
    last_minute: int
    """In the sixty seconds before `at`."""
    people: int
    """Who pressed within the few minutes before `at` that were asked for."""

    @property
    def most(self) -> int:
        return max(self.minutes)

    def begins(self, place: int) -> datetime:
        """When a minute begins, by its place in `minutes`."""
        return _whole(self.at) - (len(self.minutes) - 1 - place) * A_MINUTE


def count() -> bool:
    """Count the minutes that are over, unless another process does just now; whether there were any."""
    with quick_connection():
        sql = cursor()
        sql.execute("SET LOCAL synchronous_commit = off", prepare=False)
        held = sql.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,), prepare=False).fetchone()
        if held != (True,):
            return False
        # A later statement than the one that took the lock: it sees what its last holder did.
        sql.execute("SELECT p2p_now(), max(pressed_until) FROM counted", prepare=False)
        at, counted_until = sql.fetchall()[0]
        until = _whole(at - SETTLED)
        if counted_until is not None and until <= counted_until <= at:
            return False
        if counted_until is None or counted_until > at:
            # Demonstrations may turn the clock back: what was counted ahead of it is counted again.
            counted_until = until - KEPT
            sql.execute("DELETE FROM press_minute", prepare=False)
        since = max(counted_until, until - KEPT)
        sql.execute(_COUNT, {"since": since, "until": until}, prepare=False)
        sql.execute("DELETE FROM press_minute WHERE minute < %s", (until - KEPT,), prepare=False)
        sql.execute(_STAMP, {"until": until}, prepare=False)
    return True


def of(organization_id: int, campaign_id: int | None, minutes: int, people_min: int) -> Presses:
    """The presses of the last so many minutes of the clock, and who pressed in the last `people_min` minutes.

    Of an hour at most. Texts on managers' own phones included.
    """
    at = now()
    since = _whole(at) - (minutes - 1) * A_MINUTE
    lately = at - people_min * A_MINUTE
    values = {"org": organization_id, "campaign": campaign_id, "at": at, "lately": lately}
    sql = cursor()
    kept = sql.execute(_KEPT, values | {"since": since}, prepare=False).fetchall()
    until = max(kept[0][0] or since, since)
    pressed = Counter({minute: presses for _, minute, presses in kept if minute is not None})
    recent = _RECENT.format(where="" if campaign_id is None else _OF_CAMPAIGN)
    rows = sql.execute(recent, values | {"since": min(until, lately)}, prepare=False).fetchall()
    for minute, _, _, _, presses in rows:
        if minute >= until:
            pressed[minute] += presses
    return Presses(
        at,
        [pressed[since + place * A_MINUTE] for place in range(minutes)],
        sum(presses for _, is_last, _, _, presses in rows if is_last),
        len({person for _, _, is_lately, person, _ in rows if is_lately}),
    )


def _whole(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
