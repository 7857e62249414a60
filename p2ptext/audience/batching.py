"""A batch in a hand, and how it comes back; no contact is ever in two hands or in none.

The order of locks is the hand (a person's own lock, under which whatever they hold is changed),
recipient, contact, batch, everywhere, and rows of one table in the order of their ids. A statement
that decides by contacts runs after the one that locks their batch.
"""

from collections.abc import Iterable, Sequence

from p2ptext.campaigns import teams
from p2ptext.extensions import cursor

LEASE_S = 600
"""Seconds a batch stays in hand after it was taken or last renewed."""

LOCK_HAND = "pg_advisory_xact_lock(4, %(person)s)"
"""One change at a time to what a person holds: eight taps at once shall take one batch, and a card
skipped while the batch goes back must not stay skipped."""


def lock_hand(person_id: int) -> None:
    """Hold this person's hand until the transaction ends."""
    cursor().execute(f"SELECT {LOCK_HAND}", {"person": person_id})


def renew(batch_id: int, person_id: int) -> bool:
    """A sign of life: the batch stays in hand for another ten minutes. False if it no longer is."""
    sql = cursor()
    sql.execute(
        """UPDATE batch SET leased_until = p2p_now() + make_interval(secs => %s)
           WHERE id = %s AND person_id = %s AND state = 'leased'""",
        (LEASE_S, batch_id, person_id),
    )
    return bool(sql.rowcount)


def keep(batch_id: int, person_id: int) -> bool:
    """Have the batch stay in hand until the transaction ends. False if it no longer is.

    Whoever takes it back meanwhile waits, and then counts what this transaction has texted: else a
    batch whose last contact was just texted would go back as one that still holds somebody.
    """
    sql = cursor()
    sql.execute(
        "SELECT 1 FROM batch WHERE id = %s AND person_id = %s AND state = 'leased' FOR SHARE",
        (batch_id, person_id),
    )
    return sql.fetchone() is not None


def give_back(batch_id: int, person_id: int) -> None:
    """ "I'm done": what is unsent goes to the others; a batch without anything unsent is done.

    Nothing happens when the batch is no longer in this person's hands.
    """
    lock_hand(person_id)
    _forget_skips([batch_id])
    sql = cursor()
    sql.execute(
        "SELECT 1 FROM batch WHERE id = %s AND person_id = %s AND state = 'leased' FOR UPDATE",
        (batch_id, person_id),
    )
    if sql.fetchone():
        _release([batch_id])


def give_all_back(organization_id: int, person_id: int) -> int:
    """The same for whatever this person holds, in every campaign of the organization. Returns how many."""
    lock_hand(person_id)
    sql = cursor()
    sql.execute(
        "SELECT id FROM batch WHERE organization_id = %s AND person_id = %s AND state = 'leased'",
        (organization_id, person_id),
    )
    held = [row[0] for row in sql.fetchall()]
    if held:
        _forget_skips(held)
        sql.execute("SELECT 1 FROM batch WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (held,))
        _release(held)
    return len(held)


def take_back(campaign_id: int, person_id: int) -> int:
    """Somebody else ends what this person holds of a campaign, and what is reserved for them.

    Returns how many batches came back. A click on a card of one of them is refused from now on.
    """
    lock_hand(person_id)
    sql = cursor()
    values = {"campaign": campaign_id, "person": person_id}
    sql.execute(
        """SELECT id FROM batch WHERE campaign_id = %(campaign)s AND person_id = %(person)s
             AND state = 'leased'""",
        values,
    )
    held = [row[0] for row in sql.fetchall()]
    _forget_skips(held)
    sql.execute(
        """SELECT id FROM batch WHERE campaign_id = %(campaign)s AND state = 'open'
             AND reserved_for = %(person)s""",
        values,
    )
    reserved = [row[0] for row in sql.fetchall()]
    sql.execute("SELECT 1 FROM batch WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (held + reserved,))
    _release(held)
    return len(held) + _open_to_all(reserved)


def open_reserved(organization_id: int, person_id: int) -> int:
    """What managers set aside for this person in any campaign is for everybody again. Returns how many.

    The person's hand is held by this transaction.
    """
    sql = cursor()
    sql.execute(
        """SELECT id FROM batch WHERE reserved_for = %(person)s AND state = 'open'
             AND campaign_id IN (SELECT id FROM campaign WHERE organization_id = %(org)s)
           ORDER BY id FOR UPDATE""",
        {"org": organization_id, "person": person_id},
    )
    return _open_to_all([row[0] for row in sql.fetchall()])


def skip(contact_id: int, person_id: int) -> None:
    """Pass a card on: it is not shown to this person again while they hold the batch."""
    lock_hand(person_id)
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
    reopen_all([batch_id])


def reopen_all(batch_ids: Sequence[int]) -> None:
    """The same for several batches."""
    sql = cursor()
    ids = list(batch_ids)
    sql.execute("SELECT 1 FROM batch WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (ids,))
    # Its combination of zones may have been the last of its kind: have the contacts looked at.
    sql.execute(
        """UPDATE batch SET zone_sets = NULL, held_until = NULL,
             state = CASE state WHEN 'done' THEN 'open' ELSE state END
           WHERE id = ANY(%s)""",
        (ids,),
    )


def finish_empty(batch_ids: Iterable[int]) -> None:
    """Close open batches that have nobody left to text; batches in hand close when they come back.

    Called after contacts ended, in the same transaction. Locked first, whatever their state, and
    looked at in the next statement: of two that end the last two contacts of a batch at the same
    time, the second sees what the first did.
    """
    sql, ids = cursor(), sorted(batch_ids)
    sql.execute("SELECT 1 FROM batch WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (ids,))
    sql.execute(
        """UPDATE batch b SET state = 'done', zone_sets = '{}', reserved_for = NULL
           WHERE b.id = ANY(%s) AND b.state = 'open'
             AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.batch_id = b.id AND c.state = 'ready')""",
        (ids,),
    )


_GONE = """
NOT EXISTS (SELECT 1 FROM membership m WHERE m.organization_id = b.organization_id
              AND m.person_id = coalesce(b.person_id, b.reserved_for) AND m.status = 'active')
"""
# Whose hand is being changed just now is looked at the next time.
_OVER = f"""
WITH over AS MATERIALIZED (
  SELECT b.id, b.person_id, {_GONE} AS gone FROM batch b
  WHERE b.state = 'leased' AND (b.leased_until < (SELECT p2p_now()) OR {_GONE})
), hands AS MATERIALIZED (
  SELECT person_id, pg_try_advisory_xact_lock(4, person_id) AS mine
  FROM (SELECT DISTINCT person_id FROM over) AS people
)
SELECT id, gone FROM over JOIN hands USING (person_id) WHERE mine
"""
_STILL_OVER = f"""
SELECT b.id FROM batch b WHERE b.id = ANY(%s) AND b.state = 'leased'
  AND (b.leased_until < (SELECT p2p_now()) OR {_GONE})
ORDER BY b.id FOR UPDATE OF b SKIP LOCKED
"""
_RESERVED_FOR_NOBODY = f"""
SELECT b.id FROM batch b WHERE b.state = 'open' AND b.reserved_for IS NOT NULL AND ({_GONE}
  OR NOT {teams.INSIDE.format(campaign="b.campaign_id", person="b.reserved_for")})
ORDER BY b.id FOR UPDATE OF b SKIP LOCKED
"""


def return_expired() -> int:
    """Take back batches whose lease is over, and what people hold or were given who are no longer
    active here, or were given who are in none of the campaign's teams. Returns how many; safe to run at
    any time."""
    sql = cursor()
    over = dict(sql.execute(_OVER).fetchall())
    returned = 0
    if over:
        _forget_skips(list(over))
        sql.execute(_STILL_OVER, (list(over),))
        still = [row[0] for row in sql.fetchall()]
        _release([batch_id for batch_id in still if over[batch_id]])
        _release([batch_id for batch_id in still if not over[batch_id]], keep_reserved=True)
        returned = len(still)
    return returned + _open_to_all([row[0] for row in sql.execute(_RESERVED_FOR_NOBODY).fetchall()])


def _forget_skips(batch_ids: list[int]) -> None:
    """What one person skipped is a card like any other to the next."""
    sql = cursor()
    sql.execute(
        """SELECT id FROM contact WHERE batch_id = ANY(%s) AND skipped_by IS NOT NULL
           ORDER BY id FOR NO KEY UPDATE""",
        (batch_ids,),
    )
    skipped = [row[0] for row in sql.fetchall()]
    if skipped:
        sql.execute("UPDATE contact SET skipped_by = NULL WHERE id = ANY(%s)", (skipped,))


def _open_to_all(batch_ids: list[int]) -> int:
    """End reservations of batches that this transaction has locked. Returns how many."""
    if not batch_ids:
        return 0
    sql = cursor()
    sql.execute(
        "UPDATE batch SET reserved_for = NULL WHERE id = ANY(%s) AND reserved_for IS NOT NULL",
        (batch_ids,),
    )
    return sql.rowcount


def _release(batch_ids: list[int], *, keep_reserved: bool = False) -> None:
    """Open or finish batches that this transaction has locked.

    With `keep_reserved` what a manager gave somebody stays theirs where only managers give: else an
    interruption of ten minutes would leave a volunteer with nothing to take.
    """
    if not batch_ids:
        return
    cursor().execute(
        """UPDATE batch b SET person_id = NULL, leased_until = NULL, last_person_id = b.person_id,
             state = CASE WHEN unsent.zone_sets IS NULL THEN 'done' ELSE 'open' END,
             reserved_for = CASE WHEN unsent.zone_sets IS NOT NULL AND %(keep)s
               AND a.hand_out = 'given' THEN b.reserved_for END,
             zone_sets = coalesce(unsent.zone_sets, '{}')
           FROM (SELECT b.id, array_agg(DISTINCT array_to_string(c.zones || c.states, ' '))
                          FILTER (WHERE c.id IS NOT NULL) AS zone_sets
                 FROM batch b LEFT JOIN contact c ON c.batch_id = b.id AND c.state = 'ready'
                 WHERE b.id = ANY(%(ids)s) GROUP BY b.id) AS unsent, campaign a
           WHERE b.id = unsent.id AND a.id = b.campaign_id""",
        {"ids": batch_ids, "keep": keep_reserved},
    )
