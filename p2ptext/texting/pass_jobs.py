"""What a worker does for passes."""

from p2ptext.background import enqueue, transaction
from p2ptext.extensions import cursor
from p2ptext.texting import passes


def cut_pass(pass_id: int) -> None:
    """Bring the people of a pass into their round. A second run, or one at the same time, changes nothing."""
    with transaction():
        passes.cut(pass_id)
    with transaction():
        # A large pass changes what the planner believes about these tables.
        cursor().execute("ANALYZE contact, batch")


def enqueue_waiting() -> int:
    """Put passes that nobody prepares on the queue again. Returns how many."""
    waiting = passes.waiting_passes()
    for pass_id in waiting:
        enqueue(cut_pass, pass_id)
    return len(waiting)
