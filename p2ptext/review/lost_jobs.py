"""What is looked after without being asked: jobs of message review that a crash lost, and what nobody
decided."""

from p2ptext.background import enqueue, transaction
from p2ptext.extensions import cursor
from p2ptext.review import deed_doing
from p2ptext.review.jobs import do_deed, group_replies

GIVEN_UP = "It could not be finished. Try again; if it fails again, tell whoever runs this installation."


def sweep() -> dict[str, int]:
    """Put deeds that nobody works on on the queue again. How many."""
    with transaction():
        lost = deed_doing.lost()
        for deed_id in lost:
            enqueue(do_deed, deed_id)
    return {"deeds": len(lost)}


def sweep_groupings() -> dict[str, int]:
    """The same for groupings, and give up those that half an hour did not suffice for: one that takes a worker
    along each time would go on for ever. Counts."""
    with transaction():
        cursor().execute(
            """UPDATE reply_grouping SET status = 'failed', fault = %s, finished_at = p2p_now()
               WHERE status IN ('waiting','running')
                 AND asked_at < (SELECT p2p_now()) - interval '30 minutes'""",
            (GIVEN_UP,),
        )
        # A second run of one that is under way keeps nothing: the first to finish has.
        groupings = cursor().execute(
            """SELECT id FROM reply_grouping WHERE status IN ('waiting','running')
                 AND asked_at < (SELECT p2p_now()) - interval '3 minutes' ORDER BY id"""
        )
        waiting = [row[0] for row in groupings]
        for grouping_id in waiting:
            enqueue(group_replies, grouping_id)
    return {"groupings": len(waiting)}


def forget() -> dict[str, int]:
    """Drop deeds that nobody decided on within a day, and the ids of those that ended a day ago: what was done
    with each conversation is in the record. Counts."""
    with transaction():
        undecided = cursor().execute(
            """DELETE FROM review_deed WHERE status = 'shown'
                 AND asked_at < (SELECT p2p_now()) - interval '1 day'"""
        )
        ended = cursor().execute(
            """UPDATE review_deed SET ids = '{}', inbound_ids = '{}'
               WHERE status IN ('done','cancelled','failed') AND ids <> '{}'
                 AND finished_at < (SELECT p2p_now()) - interval '1 day'"""
        )
    return {"deeds_undecided": undecided.rowcount, "deeds_ended": ended.rowcount}


CHORES = ((30.0, sweep), (300.0, sweep_groupings), (3600.0, forget))
"""Seconds between two times, and what is done."""
