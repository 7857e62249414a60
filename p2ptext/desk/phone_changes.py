"""How often somebody may say another number of their own phone: tests must not go to one stranger
after the other."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from p2ptext.accounts.auditing import record
from p2ptext.extensions import cursor
from p2ptext.rules.clock_words import span
from p2ptext.rules.fault import Fault

ACTION = "own_phone"
"""How the audit calls it, the first time included."""
LIMITS = ((1, timedelta(hours=24)), (3, timedelta(days=30)))
"""Changes, and the time in which there may be no more of them."""


def opens_at(changes: Sequence[datetime], now: datetime) -> datetime | None:
    """When the number may be changed again; None when it may now. `changes` is in order."""
    opens = [
        recent[-most] + period
        for most, period in LIMITS
        if len(recent := [at for at in changes if at > now - period]) >= most
    ]
    return max(opens, default=None)


def refuse(membership_id: int, organization_id: int) -> Fault | None:
    """A Fault that says when, while this membership's number may not be changed. It is locked."""
    sql = cursor()
    sql.execute(
        """SELECT p2p_now(), array_agg(at ORDER BY at) FROM audit_event
           WHERE organization_id = %s AND action = %s AND target = %s""",
        (organization_id, ACTION, _target(membership_id)),
    )
    ((now, said),) = sql.fetchall()
    # The first time is no change: a slip of the finger can be put right at once.
    opens = opens_at((said or [])[1:], now)
    if opens is None:
        return None
    words = (
        "You can change your number once in 24 hours, and three times in 30 days. "
        f"You can change it again in {span(opens - now)}."
    )
    return Fault("changed_lately", words)


def note(membership_id: int, changed: bool) -> None:
    """Write down that it was said; the number itself stays out of the audit."""
    record(ACTION, _target(membership_id), changed=changed)


def _target(membership_id: int) -> str:
    return f"membership {membership_id}"
