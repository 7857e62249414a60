"""Mails to the organizers when somebody who wrote may be in danger. They name nobody and quote nothing."""

from p2ptext.accounts import letters
from p2ptext.accounts.access import ROLES
from p2ptext.accounts.addresses import link
from p2ptext.accounts.models import Letter
from p2ptext.extensions import cursor

LETTER = "danger"
"""The kind of these letters."""
MOST_AT_ONCE = 50
"""Conversations told of in one transaction."""
TOLD = "A mail was sent to the organizers."
_ORGANIZERS = list(ROLES[ROLES.index("organizer") :])

# The note says that it was told. An organizer's "looked after" ends it; danger after that is new.
_UNTOLD = """
SELECT t.id, t.organization_id FROM conversation t
WHERE t.lead_asked_at IS NOT NULL AND t.crisis_reason IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM note n WHERE n.conversation_id = t.id AND n.kind = 'crisis' AND n.at >= t.lead_asked_at)
ORDER BY t.id LIMIT %s"""


def alarm() -> int:
    """Ask for a mail to each organizer of whose people one may be in danger; returns how many mails.

    One mail speaks of all that are found together, and none is sent twice for the same.
    """
    sql = cursor()
    sql.execute(_UNTOLD, (MOST_AT_ONCE,))
    found = sql.fetchall()
    sql.execute(
        """INSERT INTO note (organization_id, conversation_id, kind, text)
           SELECT organization_id, id, 'crisis', %s FROM conversation WHERE id = ANY(%s) ORDER BY id""",
        (TOLD, [row[0] for row in found]),
    )
    sql.execute(
        """SELECT m.id, m.organization_id, p.email FROM membership m JOIN person p ON p.id = m.person_id
           WHERE m.organization_id = ANY(%s) AND m.status = 'active' AND m.role = ANY(%s)
             AND p.disabled_at IS NULL ORDER BY m.id""",
        (list({row[1] for row in found}), _ORGANIZERS),
    )
    organizers = sql.fetchall()
    for membership_id, organization_id, email in organizers:
        letters.ask_for(LETTER, email, membership_id, organization_id)
    return len(organizers)


def write(letter: Letter) -> tuple[str, str] | None:
    """Subject and text; None when it is looked after by the time the mail leaves."""
    sql = cursor()
    sql.execute(
        """SELECT o.name, o.slug FROM membership m JOIN organization o ON o.id = m.organization_id
           WHERE m.id = %s AND m.status = 'active' AND EXISTS (
             SELECT 1 FROM conversation t WHERE t.organization_id = o.id
               AND t.lead_asked_at IS NOT NULL AND t.crisis_reason IS NOT NULL)""",
        (letter.about_id,),
    )
    row = sql.fetchone()
    if row is None:
        return None
    name = " ".join(row[0].split())
    return (
        "Please look now: somebody may be in danger",
        f"Somebody who wrote to {name} may be in danger. Please read it now:\n\n"
        f"{link('review.unrouted', org=row[1])}\n\n"
        "It stands there until an organizer presses It is looked after in the conversation.\n\n"
        "This mail was sent by p2ptext, the program that runs the texting.\n",
    )
