"""A volunteer passes a conversation on: nobody has to answer abuse, or a language they do not speak."""

from p2ptext.conversations import offering, rights
from p2ptext.errors import Refused
from p2ptext.extensions import cursor
from p2ptext.texting.clicking import Clicker

REASONS = {
    "abusive": "Passed on: abusive words.",
    "language": "Passed on: they write in a language I do not speak.",
    "other": "Passed on.",
}
LONGEST_NOTE = 500


def pass_on(who: Clicker, conversation_id: int, reason: str, note: str = "") -> None:
    """Offer it to the others, with a word on why. It is readable to who passed it on, as before.

    A second press changes nothing. Raises NotFound, and Refused: handed_over, bad_request, and
    not_waiting when there is nothing to answer.
    """
    rights.lock(who, conversation_id)
    if reason not in REASONS:
        raise Refused("bad_request", "Choose why you pass this on.", 400)
    sql = cursor()
    sql.execute(
        """SELECT waiting_since IS NOT NULL, offered_at IS NOT NULL AND offered_why = 'passed_on'
           FROM conversation WHERE id = %s""",
        (conversation_id,),
    )
    waits, passed_on = sql.fetchone() or (False, False)
    if not waits:
        raise Refused("not_waiting", "Nobody waits for an answer here, so there is nothing to pass on.")
    if passed_on:
        return
    # Offered for another reason already: from now on it is for this one, and does not come back to them.
    if not offering.offer([conversation_id], "passed_on"):
        sql.execute(
            "UPDATE conversation SET offered_why = 'passed_on' WHERE id = %s", (conversation_id,)
        )
    words = f"{REASONS[reason]} {' '.join(note.split())[:LONGEST_NOTE]}".strip()
    sql.execute(
        """INSERT INTO note (organization_id, conversation_id, person_id, kind, text)
           VALUES (%s, %s, %s, 'note', %s)""",
        (who.organization_id, conversation_id, who.person_id, words),
    )
