"""What is kept of a click that was refused: only that it came faster than a hand can."""

from p2ptext.background import quick_transaction
from p2ptext.errors import Refused
from p2ptext.extensions import cursor


def note_pace(refused: Refused, organization_id: int, person_id: int) -> None:
    """Count a refusal for pace, by person and minute, so that organizers can see it.

    In a transaction of its own: the one of the click is rolled back.
    """
    if refused.code != "pace":
        return
    with quick_transaction():
        cursor().execute(
            """INSERT INTO pace_refusal (person_id, organization_id, minute)
               VALUES (%s, %s, date_trunc('minute', p2p_now()))
               ON CONFLICT (person_id, organization_id, minute)
                 DO UPDATE SET refusals = pace_refusal.refusals + 1""",
            (person_id, organization_id),
        )
