"""What a worker does for audience."""

import structlog
from sqlalchemy.exc import DBAPIError

from p2ptext import files
from p2ptext.audience import importing
from p2ptext.audience.models import ContactImport
from p2ptext.audience.progress import turn, waiting_imports
from p2ptext.background import enqueue, transaction
from p2ptext.extensions import cursor, db
from p2ptext.rules.fault import FileFault

log = structlog.get_logger()

OUR_FAULT = (
    "Something went wrong on our side while the list was read. Nothing of it was imported. "
    "Upload it again; if it fails again, tell whoever runs this installation."
)


def import_contacts(import_id: int) -> None:
    """Read an uploaded list. A second run, or one at the same time, changes nothing."""
    with turn(import_id) as mine:
        if mine is None:
            return
        try:
            with transaction():
                importing.import_list(import_id, mine)
        except FileFault as fault:
            mine.refuse(fault.words)
        except DBAPIError:
            raise  # the import stays as it is, for the queue's next try
        except Exception:
            mine.refuse(OUR_FAULT)
            raise
    _forget_upload(import_id)
    _look_again()


def enqueue_waiting() -> int:
    """Put imports that nobody runs on the queue again. Returns how many."""
    waiting = waiting_imports()
    for import_id in waiting:
        enqueue(import_contacts, import_id)
    return len(waiting)


def _forget_upload(import_id: int) -> None:
    """A list that is read, or refused, is not needed as a file any more: it is personal data."""
    with transaction():
        stored_as = db.session.get_one(ContactImport, import_id).stored_as
    if stored_as:
        files.remove(importing.upload_folder(), stored_as)


def _look_again() -> None:
    """Tell the database how large its tables have become.

    Until it looks by itself, minutes later, it would plan a dashboard's statements for empty tables:
    50,000 texts joined row by row took minutes.
    """
    with transaction():
        cursor().execute("ANALYZE recipient, contact, batch")
