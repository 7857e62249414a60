"""A pause holds for everything that has not been handed to the carrier, and at once.

Measured from the commit of the pause, by the database's own clock: no attempt begins later than MOST_S.
"""

import threading
from datetime import datetime

from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.audience import launching
from p2ptext.audience.models import Contact
from p2ptext.background import transaction
from p2ptext.extensions import db
from p2ptext.sms.provider import OutboundText, SendResult
from p2ptext.texting.models import Attempt, Message, Outbox
from tests.texting.scene import Scene
from tests.texting.test_races import Ledger
from tests.texting.test_stop_races import dispatchers, queued, states
from tests.waiting import until

__all__ = ["queued"]
MOST_S = 5


class Watched(Ledger):
    """A carrier that says when the first texts have come."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()

    def send(self, message: OutboundText) -> SendResult:
        if len(self.taken) >= 3:
            self.begun.set()
        return super().send(message)


def test_nothing_leaves_after_a_pause(committed_app: Flask, queued: Scene) -> None:
    carrier = Watched()
    db.session.remove()
    with dispatchers(committed_app, carrier, 2):
        assert carrier.begun.wait(30)
        with transaction():
            launching.pause(queued.campaign, queued.org_id, "A wrong date in the text.")
        paused_at: datetime = db.session.scalar(text("SELECT p2p_now()"))
        until(lambda: not db.session.rollback() and not outbox())
    late = db.session.scalar(select(func.max(Attempt.started_at)))
    assert late is not None
    assert (late - paused_at).total_seconds() < MOST_S
    found = states()
    assert set(found) == {"accepted", "blocked"}
    assert found["accepted"] == len(carrier.taken)
    reasons = select(Message.reason).where(Message.state == "blocked").distinct()
    assert list(db.session.scalars(reasons)) == ["paused"]
    ready = select(func.count()).select_from(Contact).where(Contact.state == "ready")
    assert db.session.scalar(ready) == found["blocked"]  # their cards come back


def outbox() -> int:
    return db.session.scalar(select(func.count()).select_from(Outbox)) or 0
