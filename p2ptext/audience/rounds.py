"""People who did not reply move into the next round of a campaign, and out of it again.

A round is a text everybody in it gets once. A contact is `texted` in the round whose text they have, or
`ready` in the round whose text they wait for. Whoever answers, or whose pass is stopped, goes back to
the round before, as if nobody had asked for more: with the first reply the database's own function
take_inbound sees to that, under the recipient's lock, so that no click can be between.
"""

from p2ptext.audience.cutting import make_batches
from p2ptext.audience.pass_models import Pass
from p2ptext.audience.setting_aside import MISSING
from p2ptext.audience.suppression import end_ready
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import cursor

ROUND_IS_OVER = """
(c.round > 1 AND (c.replied_at IS NOT NULL OR EXISTS (
  SELECT 1 FROM batch b JOIN campaign_pass p ON p.id = b.pass_id
  WHERE b.id = c.batch_id AND p.status = 'stopped')))
"""
"""Whether the contact `c`, whose text did not leave, goes back to the round before."""


_TO_PLACE = """
CREATE TEMPORARY TABLE to_place ON COMMIT DROP AS
SELECT c.id AS key, c.id AS who, array_to_string(c.zones || c.states, ' ') AS zone_set, c.household
FROM chosen JOIN contact c ON c.id = chosen.id
"""
# The contact's own row is asked once more: somebody may have answered since they were chosen.
_MOVE = """
UPDATE contact c SET round = %(round)s, state = 'ready', batch_id = b.id, position = p.place,
  skipped_by = NULL
FROM placed p JOIN batch b ON b.campaign_id = %(campaign)s AND b.position = %(first_batch)s + p.batch
WHERE c.id = p.who AND c.state = 'texted' AND c.round = %(round)s - 1 AND c.replied_at IS NULL
"""


def bring_in(row: Pass, campaign: Campaign) -> int:
    """Put whom the temporary table `chosen` (id of a contact) names into this pass, in new batches.

    They are cut like those of a new list: households together, each with its share of every zone.
    All in the open transaction, which holds `lock_batches_of` since before they were chosen: a list
    that came in meanwhile may have brought somebody of their household. The table is gone after it;
    returns how many it became.
    """
    sql = cursor()
    sql.execute(_TO_PLACE)
    values = {"campaign": campaign.id, "round": row.round, "pass": row.id}
    values["first_batch"] = make_batches(sql, campaign)
    sql.execute(
        "UPDATE batch SET pass_id = %(pass)s WHERE campaign_id = %(campaign)s AND position >= %(first_batch)s",
        values,
    )
    # Nobody waits for whoever holds these rows, and only a reply waits for them, as long as this takes.
    sql.execute(_MOVE, values)
    moved = sql.rowcount
    sql.execute(_FINISH, values)
    sql.execute("DROP TABLE chosen, to_place, placed")
    return moved


_FINISH = """
UPDATE batch b SET state = 'done', zone_sets = '{}', person_id = NULL, leased_until = NULL,
  reserved_for = NULL, last_person_id = coalesce(b.person_id, b.last_person_id)
WHERE b.pass_id = %(pass)s AND b.state <> 'done'
  AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.batch_id = b.id AND c.state = 'ready')
"""


def call_back(row: Pass) -> int:
    """Who has not been texted in this pass goes back to the round before. Returns how many.

    Their recipients are locked first, in the order of their ids, all of them: a click comes before
    this or after, and a text that is undone later finds the pass stopped.
    """
    sql = cursor()
    values = {"pass": row.id, "round": row.round, "set_aside": MISSING}
    sql.execute(
        """SELECT r.id FROM recipient r WHERE r.id IN (
             SELECT c.recipient_id FROM contact c JOIN batch b ON b.id = c.batch_id
             WHERE b.pass_id = %(pass)s)
           ORDER BY r.id FOR NO KEY UPDATE""",
        values,
    )
    sql.execute(
        """UPDATE contact c SET state = 'texted', round = c.round - 1, skipped_by = NULL, ended_reason = NULL
           FROM batch b WHERE b.id = c.batch_id AND b.pass_id = %(pass)s AND c.round = %(round)s
             AND (c.state = 'ready' OR (c.state = 'ended' AND c.ended_reason = %(set_aside)s))""",
        values,
    )
    called_back = sql.rowcount
    sql.execute("SELECT 1 FROM batch WHERE pass_id = %(pass)s ORDER BY id FOR UPDATE", values)
    sql.execute(_FINISH, values)
    return called_back


_HEARD = """
UPDATE contact c SET replied_at = p2p_now(),
  round = CASE WHEN c.round > 1 AND c.state <> 'texted' THEN c.round - 1 ELSE c.round END,
  state = CASE WHEN c.round > 1 AND c.state <> 'texted' THEN 'texted' ELSE c.state END,
  ended_reason = CASE WHEN c.round > 1 AND c.state <> 'texted' THEN NULL ELSE c.ended_reason END,
  skipped_by = CASE WHEN c.round > 1 AND c.state <> 'texted' THEN NULL ELSE c.skipped_by END
WHERE c.id = %s AND c.replied_at IS NULL
RETURNING (SELECT b.id FROM batch b JOIN campaign_pass p ON p.id = b.pass_id
           WHERE b.id = c.batch_id AND p.round > c.round)
"""
_CLOSE_IF_EMPTY = """
UPDATE batch b SET state = 'done', zone_sets = '{}' WHERE b.id = %s AND b.state = 'open'
  AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.batch_id = b.id AND c.state = 'ready')
"""


def heard(contact_id: int) -> None:
    """They have answered after all, as a person found: out of the pass, if they wait for one.

    What take_inbound does for an answer that finds its conversation by itself. The recipient's row must be
    locked.
    """
    sql = cursor()
    sql.execute(_HEARD, (contact_id,))
    (left_batch,) = sql.fetchone() or (None,)
    if left_batch is not None:
        sql.execute("SELECT 1 FROM batch WHERE id = %s FOR UPDATE", (left_batch,))
        sql.execute(_CLOSE_IF_EMPTY, (left_batch,))


def settle() -> int:
    """End contacts of people who opted out while a pass brought them in. Returns how many.

    Neither saw the other. No text could leave to them, but they would wait in a batch for ever.
    """
    sql = cursor()
    sql.execute(
        """SELECT DISTINCT r.id FROM campaign_pass p
           JOIN batch b ON b.pass_id = p.id
           JOIN contact c ON c.batch_id = b.id AND c.state = 'ready'
           JOIN recipient r ON r.id = c.recipient_id AND r.suppressed_at >= p.created_at
           WHERE p.cut_at > (SELECT p2p_now()) - interval '15 minutes'"""
    )
    missed = [found[0] for found in sql.fetchall()]
    if not missed:
        return 0
    sql.execute(
        "SELECT id FROM recipient WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
        (missed,),
    )
    held = [found[0] for found in sql.fetchall()]
    sql.execute("SELECT id FROM recipient WHERE id = ANY(%s) AND suppressed_at IS NOT NULL", (held,))
    return end_ready([found[0] for found in sql.fetchall()], "opted_out")
