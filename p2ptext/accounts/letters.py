"""Letters: rows that say which mail is needed, and the job that sends it.

A row holds no secret and no text; the text is written when the mail leaves.
"""

from sqlalchemy import select, text

from p2ptext import mail
from p2ptext.accounts.letter_texts import WRITERS
from p2ptext.accounts.models import Letter
from p2ptext.background import enqueue, settings, transaction
from p2ptext.clock import now
from p2ptext.extensions import db

MOST_TRIES = 20
"""With the sweep's pauses that is some hours; then the address or the server is wrong."""


def are_mailed() -> bool:
    """Whether a mail server is set. Without one mails stay here, for the operator alone to read."""
    return bool(settings().mail_url)


def ask_for(kind: str, to: str, about_id: int = 0, organization_id: int | None = None) -> None:
    """Write down that a mail is needed; the job sends it after the commit."""
    letter = Letter(kind=kind, to_email=to, about_id=about_id, organization_id=organization_id)
    db.session.add(letter)
    db.session.flush()
    enqueue(deliver, letter.id)


def enqueue_unsent() -> int:
    """Send again for letters whose job was lost or gave up, two minutes old and more; how many."""
    waiting = (
        select(Letter.id)
        .where(
            Letter.sent_at.is_(None),
            Letter.tries < MOST_TRIES,
            Letter.created_at < text("(SELECT p2p_now()) - interval '2 minutes'"),
        )
        .order_by(Letter.id)
        .limit(500)
    )
    found = list(db.session.scalars(waiting))
    for letter_id in found:
        enqueue(deliver, letter_id)
    return len(found)


def deliver(letter_id: int) -> None:
    """Job: write the letter and send it. A second run sends nothing.

    No connection is held while the mail server answers. A crash between its yes and our note sends
    the same mail again, which does no harm. Raises OSError when the mail did not leave, so that
    the job is tried again.
    """
    with transaction():
        written = _take(letter_id)
    if written is None:
        return
    to, subject, body = written
    mail.send(settings(), to, subject, body)
    with transaction():
        letter = db.session.get(Letter, letter_id)
        if letter is not None:
            letter.sent_at = now()


def _take(letter_id: int) -> tuple[str, str, str] | None:
    """Address, subject and text, counted as a try; None when there is nothing to send any more."""
    letter = db.session.get(Letter, letter_id, with_for_update=True)
    if letter is None or letter.sent_at is not None:
        return None
    written = WRITERS[letter.kind](letter)
    if written is None:
        db.session.delete(letter)
        return None
    letter.tries += 1
    return letter.to_email, *written
