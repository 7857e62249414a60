"""Batches go out to volunteers and come back; no contact is ever in two hands or in none.

Batches are cut when a list comes in. Handing one out updates that one row, so it costs the same in
a campaign of a thousand contacts or a million. The order of locks is recipient, contact, batch,
everywhere; a statement that decides by contacts runs after the one that locks their batch.
"""

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from p2ptext.extensions import cursor
from p2ptext.rules.hours import Window, may_text

LEASE_S = 600
"""Seconds a batch stays in hand after it was taken or last renewed."""

# Something in the batch that this person could send right now.
_SENDABLE = """
EXISTS (SELECT 1 FROM contact c JOIN recipient r ON r.id = c.recipient_id
        WHERE c.batch_id = b.id AND c.state = 'ready' AND r.suppressed_at IS NULL
          AND c.skipped_by IS DISTINCT FROM %(person)s AND c.zones <@ %(open_zones)s)
"""
# Told from the batch's own row, before any contact is looked at.
_MAY_BE_OPEN = "(b.zone_sets && %(open_sets)s::text[]) IS NOT FALSE"
_RENEW_OWN = f"""
UPDATE batch b SET leased_until = p2p_now() + make_interval(secs => %(lease)s)
WHERE b.campaign_id = %(campaign)s AND b.person_id = %(person)s AND b.state = 'leased' AND {_SENDABLE}
RETURNING b.id
"""
# Ordered by position, which the partial index keeps; SKIP LOCKED: fifty people at once take fifty
# different batches instead of queueing for the first.
_TAKE = f"""
UPDATE batch SET state = 'leased', person_id = %(person)s,
                 leased_until = p2p_now() + make_interval(secs => %(lease)s)
WHERE id = (
  SELECT b.id FROM batch b
  WHERE b.campaign_id = %(campaign)s AND b.state = 'open'
    AND (b.last_person_id IS DISTINCT FROM %(person)s) = %(others)s
    AND {_MAY_BE_OPEN} AND {_SENDABLE}
  ORDER BY b.position LIMIT 1 FOR UPDATE OF b SKIP LOCKED)
RETURNING id
"""


def hand_out(campaign_id: int, person_id: int) -> int | None:
    """Give this person a batch with something to send now, and return its id.

    The batch in hand is theirs still, as long as it holds a card for them; else it goes back and
    another comes. Batches that they gave back themselves come last. None when the campaign is not
    running, or nobody's hours are open, or all is texted or in other hands.
    """
    sql = cursor()
    # One request at a time of the same person: eight taps at once shall take one batch.
    sql.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"batch of {campaign_id} {person_id}",)
    )
    open_zones, open_sets = _open_now(campaign_id)
    if not open_zones:
        return None
    values = {
        "campaign": campaign_id,
        "person": person_id,
        "open_zones": open_zones,
        "open_sets": open_sets,
        "lease": LEASE_S,
    }
    batch_id = _first(sql.execute(_RENEW_OWN, values).fetchone())
    if batch_id is not None:
        return batch_id
    in_hand = _first(
        sql.execute(
            "SELECT id FROM batch WHERE campaign_id = %(campaign)s AND person_id = %(person)s"
            " AND state = 'leased'",
            values,
        ).fetchone()
    )
    if in_hand is not None:
        give_back(in_hand, person_id)
    for others in (True, False):
        batch_id = _first(sql.execute(_TAKE, {**values, "others": others}).fetchone())
        if batch_id is not None:
            return batch_id
    return None


def _first(row: Sequence[Any] | None) -> int | None:
    return None if row is None else int(row[0])


def _open_now(campaign_id: int) -> tuple[list[str], list[str] | None]:
    """The zones, and the combinations of zones, in which this campaign may text at this moment.

    None unless it is running. Only zones that somebody on its lists may be in count; the
    combinations are None where a list does not say which it has.
    """
    sql = cursor()
    sql.execute(
        """SELECT p2p_now(), a.opens, a.closes, a.sunday_opens, i.zone_sets
           FROM campaign a JOIN contact_import i ON i.campaign_id = a.id AND i.status = 'done'
           WHERE a.id = %s AND a.status = 'running'""",
        (campaign_id,),
    )
    rows = sql.fetchall()
    if not rows:
        return [], []
    moment, window = rows[0][0], Window(*rows[0][1:4])
    sets = {zone_set for row in rows for zone_set in row[4] or ()}
    zones = {zone for zone_set in sets for zone in zone_set.split()}
    known = all(row[4] is not None for row in rows)
    if not known:
        zones = available_timezones()
    open_zones = {zone for zone in zones if may_text(moment, [zone], window)}
    open_sets = sorted(one for one in sets if open_zones.issuperset(one.split()))
    return sorted(open_zones), open_sets if known else None


def renew(batch_id: int, person_id: int) -> bool:
    """A sign of life: the batch stays in hand for another ten minutes. False if it no longer is."""
    sql = cursor()
    sql.execute(
        """UPDATE batch SET leased_until = p2p_now() + make_interval(secs => %s)
           WHERE id = %s AND person_id = %s AND state = 'leased'""",
        (LEASE_S, batch_id, person_id),
    )
    return bool(sql.rowcount)


def give_back(batch_id: int, person_id: int) -> None:
    """ "I'm done": what is unsent goes to the others; a batch without anything unsent is done.

    Nothing happens when the batch is no longer in this person's hands.
    """
    sql = cursor()
    sql.execute(
        "UPDATE contact SET skipped_by = NULL WHERE batch_id = %s AND skipped_by = %s",
        (batch_id, person_id),
    )
    sql.execute(
        "SELECT 1 FROM batch WHERE id = %s AND person_id = %s AND state = 'leased' FOR UPDATE",
        (batch_id, person_id),
    )
    if sql.fetchone():
        _release([batch_id])


def skip(contact_id: int, person_id: int) -> None:
    """Pass a card on: it is not shown to this person again while they hold the batch."""
    cursor().execute(
        """UPDATE contact c SET skipped_by = %(person)s FROM batch b
           WHERE c.id = %(contact)s AND c.state = 'ready' AND b.id = c.batch_id
             AND b.state = 'leased' AND b.person_id = %(person)s""",
        {"contact": contact_id, "person": person_id},
    )


def reopen(batch_id: int) -> None:
    """A contact of this batch is ready again (its text was undone or expired): so is the batch.

    Called after the contact was changed, in the same transaction. It locks the batch before it
    looks: a concurrent release that has not seen the contact would else leave it in no hand.
    """
    sql = cursor()
    sql.execute("SELECT 1 FROM batch WHERE id = %s FOR UPDATE", (batch_id,))
    # Its combination of zones may have been the last of its kind: have the contacts looked at.
    sql.execute(
        """UPDATE batch SET zone_sets = NULL, state = CASE state WHEN 'done' THEN 'open' ELSE state END
           WHERE id = %s""",
        (batch_id,),
    )


def return_expired() -> int:
    """Take back batches whose lease is over. Returns how many; safe to run at any time."""
    sql = cursor()
    sql.execute(
        """UPDATE contact SET skipped_by = NULL
           WHERE skipped_by IS NOT NULL AND batch_id IN (
             SELECT id FROM batch WHERE state = 'leased' AND leased_until < (SELECT p2p_now()))"""
    )
    sql.execute(
        """SELECT id FROM batch WHERE state = 'leased' AND leased_until < (SELECT p2p_now())
           ORDER BY id FOR UPDATE SKIP LOCKED"""
    )
    expired = [row[0] for row in sql.fetchall()]
    if expired:
        _release(expired)
    return len(expired)


def _release(batch_ids: list[int]) -> None:
    """Open or finish batches that this transaction has locked."""
    cursor().execute(
        """UPDATE batch b SET person_id = NULL, leased_until = NULL, last_person_id = b.person_id,
             state = CASE WHEN unsent.zone_sets IS NULL THEN 'done' ELSE 'open' END,
             zone_sets = coalesce(unsent.zone_sets, '{}')
           FROM (SELECT b.id, array_agg(DISTINCT array_to_string(c.zones, ' '))
                          FILTER (WHERE c.id IS NOT NULL) AS zone_sets
                 FROM batch b LEFT JOIN contact c ON c.batch_id = b.id AND c.state = 'ready'
                 WHERE b.id = ANY(%s) GROUP BY b.id) AS unsent
           WHERE b.id = unsent.id""",
        (batch_ids,),
    )
