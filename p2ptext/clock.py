"""The one clock. Every decision about time reads the database's p2p_now().

Its offset (CLOCK_OFFSET_S, simulated carrier only) lets demonstrations and tests run at any hour.
Signatures of web tokens are always made and checked in real time.
"""

from datetime import datetime

from sqlalchemy import text

from p2ptext.extensions import db


def now() -> datetime:
    """The present moment by the database, aware, in UTC; it moves on within a transaction."""
    moment: datetime = db.session.execute(text("SELECT p2p_now()")).scalar_one()
    return moment
