"""Stop means stop: who must not be texted, and the history of it.

A recipient's row lock is where sending and stopping meet. Whoever texts or stops takes it first and
checks in the statement after it; then nothing can slip between. The order of locks is recipient,
contact, batch, everywhere, and rows of one table in the order of their ids.
"""

from collections.abc import Mapping, Sequence, Sized

from p2ptext.audience import batching
from p2ptext.errors import NotFound
from p2ptext.extensions import cursor

OWN_WORDS = "their own words"
"""How the reason begins when nobody but the recipient asked for it."""
SEEN_WITHIN = "15 minutes"
"""An opt-out has the time of its beginning, and others see it at its commit, at most so much later."""


def lock_recipient(recipient_id: int) -> bool:
    """Hold this recipient until the transaction ends. Returns whether they are suppressed.

    Raises NotFound. The lock leaves the key alone (NO KEY UPDATE): whoever writes rows that point
    at a recipient shares its key, and a STOP must not wait for it.
    """
    sql = cursor()
    sql.execute(
        "SELECT suppressed_at IS NOT NULL FROM recipient WHERE id = %s FOR NO KEY UPDATE",
        (recipient_id,),
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return bool(row[0])


def suppress(recipient_id: int, reason: str, person_id: int | None) -> bool:
    """Never text this recipient again, in any campaign of the organization.

    `reason` is kept for people to read; `person_id` is None when the recipient's own words or the
    carrier did it. Contacts not yet texted end. Returns False when they were suppressed already. That
    is no news and makes no history, unless so far it was by their own words alone and now somebody
    else asks for it: then it stays when their words turn out to have been misread.
    """
    return bool(suppress_all({recipient_id: reason}, person_id))


_SUPPRESS = """
WITH added AS (
  UPDATE recipient r SET suppressed_at = p2p_now(), suppressed_reason = named.reason
  FROM unnest(%(ids)s::bigint[], %(reasons)s::text[]) AS named (id, reason)
  WHERE r.id = named.id AND r.suppressed_at IS NULL
  RETURNING r.id, r.organization_id, r.suppressed_reason)
INSERT INTO suppression_event (organization_id, recipient_id, action, reason, person_id)
SELECT organization_id, id, 'added', suppressed_reason, %(person)s FROM added ORDER BY id
RETURNING recipient_id
"""

# Whose own words were the latest that counted: whoever else has asked is in the history already.
_ALSO = """
INSERT INTO suppression_event (organization_id, recipient_id, action, reason, person_id)
SELECT r.organization_id, r.id, 'added', named.reason, %(person)s
FROM unnest(%(ids)s::bigint[], %(reasons)s::text[]) AS named (id, reason)
JOIN recipient r ON r.id = named.id AND r.suppressed_at IS NOT NULL
JOIN LATERAL (SELECT action, person_id, reason FROM suppression_event
              WHERE recipient_id = r.id ORDER BY id DESC LIMIT 1) e ON true
WHERE e.action = 'added' AND e.person_id IS NULL AND starts_with(e.reason, %(own_words)s)
ORDER BY r.id
"""


def suppress_all(reasons: Mapping[int, str], person_id: int | None) -> int:
    """The same for many recipients at once: id to reason. Returns how many were not suppressed yet.

    More than one must be locked by this transaction, in the order of their ids.
    """
    values = {"ids": list(reasons), "reasons": list(reasons.values()), "person": person_id}
    found = cursor().execute(_SUPPRESS, values, prepare=_prepared(reasons))
    added = [row[0] for row in found.fetchall()]
    end_ready(added, "opted_out")
    _also({one: reasons[one] for one in reasons.keys() - set(added)}, person_id)
    return len(added)


def _also(reasons: Mapping[int, str], person_id: int | None) -> None:
    """Note that a list, a person or the carrier asks for it too, of recipients who are suppressed already."""
    others = {
        one: reason
        for one, reason in reasons.items()
        if person_id is not None or not reason.startswith(OWN_WORDS)
    }
    if others:
        values = {
            "ids": list(others),
            "reasons": list(others.values()),
            "person": person_id,
            "own_words": OWN_WORDS,
        }
        cursor().execute(_ALSO, values, prepare=_prepared(others))


def _prepared(many: Sized) -> bool | None:
    """Whether a statement's plan is kept: one made for a small table or for one person is no plan for
    thousands in a table that has grown since."""
    return False if len(many) > 1 else None


def lift(recipient_id: int, reason: str, person_id: int | None) -> bool:
    """Allow texts to this recipient again. Returns False when nothing stood against it.

    Contacts that ended stay ended: what the person wants now is asked anew, not resumed.
    """
    sql = cursor()
    sql.execute(
        """UPDATE recipient SET suppressed_at = NULL, suppressed_reason = NULL
           WHERE id = %s AND suppressed_at IS NOT NULL RETURNING organization_id""",
        (recipient_id,),
    )
    row = sql.fetchone()
    if row is None:
        return False
    sql.execute(
        """INSERT INTO suppression_event (organization_id, recipient_id, action, reason, person_id)
           VALUES (%s, %s, 'lifted', %s, %s)""",
        (row[0], recipient_id, reason, person_id),
    )
    return True


def end_ready(recipient_ids: Sequence[int], reason: str) -> int:
    """End the contacts of these recipients that nobody has texted yet. Returns how many.

    The recipients are locked by this transaction. A batch without anybody left to text is done.
    """
    if not recipient_ids:
        return 0
    sql = cursor()
    sql.execute(
        """SELECT id, batch_id FROM contact WHERE recipient_id = ANY(%s) AND state = 'ready'
           ORDER BY id FOR NO KEY UPDATE""",
        (list(recipient_ids),),
        prepare=_prepared(recipient_ids),
    )
    ready = sql.fetchall()
    if not ready:
        return 0
    # The state again: the one that was waited for may have changed it.
    sql.execute(
        """UPDATE contact SET state = 'ended', ended_reason = %s WHERE id = ANY(%s) AND state = 'ready'""",
        (reason, [row[0] for row in ready]),
        prepare=_prepared(ready),
    )
    ended = sql.rowcount
    batching.finish_empty({row[1] for row in ready if row[1] is not None})
    return ended


# An import decides who is left out between its confirmation and its end, and neither sees the other
# when somebody opts out meanwhile. Only lists that came in lately, and who opted out while they did.
_MISSED = f"""
SELECT DISTINCT r.id FROM contact_import i
JOIN recipient r ON r.organization_id = i.organization_id
  AND r.suppressed_at >= coalesce(i.confirmed_at, i.created_at) - interval '{SEEN_WITHIN}'
  AND r.suppressed_at <= i.finished_at + interval '1 minute'
JOIN contact c ON c.recipient_id = r.id AND c.campaign_id = i.campaign_id AND c.state = 'ready'
WHERE i.status = 'done' AND i.finished_at > (SELECT p2p_now()) - interval '15 minutes'
"""


def settle() -> int:
    """End contacts of people who opted out while a list that names them came in. Returns how many.

    No text could leave to them, but they would wait in a batch for ever. Safe to run at any time.
    """
    sql = cursor()
    missed = [row[0] for row in sql.execute(_MISSED).fetchall()]
    if not missed:
        return 0
    # Who is held by a click or a STOP just now is looked at the next time.
    sql.execute(
        "SELECT id FROM recipient WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
        (missed,),
    )
    held = [row[0] for row in sql.fetchall()]
    sql.execute("SELECT id FROM recipient WHERE id = ANY(%s) AND suppressed_at IS NOT NULL", (held,))
    return end_ready([row[0] for row in sql.fetchall()], "opted_out")
