"""What the dispatcher looks after in conversations every few seconds. Safe to run at any time, by many."""

from collections.abc import Callable

from p2ptext.background import transaction
from p2ptext.conversations import alarming, noticing, offering
from p2ptext.extensions import cursor
from p2ptext.texting import opening

# The lock's number is arbitrary; two at once would only do the same work twice.
LOCK = 7022041


def tend() -> dict[str, int]:
    """Offer replies that have waited too long or whose owner has gone, tell organizers of danger, and
    volunteers of due reminders.

    Counts of what was done; all zero while another process is at it.
    """
    done = {"offered": 0, "alarmed": 0, "reminded": 0}
    while offered := _alone(offering.offer_waiting):
        done["offered"] += offered
    done["alarmed"] = _alone(alarming.alarm)
    done["reminded"] = _alone(noticing.remind)
    return done


def notify() -> dict[str, int]:
    """Ask for mails to volunteers for whom replies wait while they do not look, and of campaigns that
    have opened. How many."""
    return {"notices": _alone(noticing.notify), "opened": _alone(opening.tell)}


def _alone(work: Callable[[], int]) -> int:
    """Do it in a transaction of its own, unless another process does just now; what it says it did."""
    with transaction():
        sql = cursor()
        sql.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,))
        return work() if (sql.fetchone() or (False,))[0] else 0


CHORES = ((10.0, tend), (60.0, notify))
"""Seconds between two times, and what is done."""
