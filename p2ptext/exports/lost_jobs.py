"""What is looked after without being asked: exports that a crash lost, and files whose time is over."""

from p2ptext.background import enqueue, transaction
from p2ptext.exports import keeping, turns
from p2ptext.exports.jobs import make_export


def sweep() -> dict[str, int]:
    """Put lost exports on the queue again, and remove files that may not be had any more. Counts."""
    with transaction():
        lost = turns.lost()
        for export_id in lost:
            enqueue(make_export, export_id)
    with transaction():
        names = keeping.let_go()
    return {"exports": len(lost), "export_files": keeping.remove(names)}


def remove_orphans() -> dict[str, int]:
    """Remove what killed jobs left on the disk. How many."""
    with transaction():
        return {"orphans": keeping.remove_orphans()}


CHORES = ((10.0, sweep), (3600.0, remove_orphans))
"""Seconds between two times, and what is done."""
