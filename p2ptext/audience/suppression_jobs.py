"""What a worker does for the do-not-text list."""

import psycopg
from sqlalchemy import exc

from p2ptext.audience import suppression_importing as importing
from p2ptext.audience.reading import FileFault
from p2ptext.background import enqueue, transaction

OUR_FAULT = (
    "Something went wrong on our side while the list was read. Upload it again; if it fails again, "
    "tell whoever runs this installation."
)

TRY_AGAIN = (
    exc.OperationalError,
    exc.InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
"""The database is away or had to choose somebody in a deadlock: it is not the list's fault."""


def import_suppressions(import_id: int) -> None:
    """Put the numbers of an uploaded file on the list.

    It may be killed and run again at any point, and be run by two at once: a piece counts once.
    """
    with transaction():
        work = importing.begin(import_id)
    if work is None:
        return
    status, fault = "done", ""
    try:
        with importing.Reading(work) as reading:
            if not _take_all(work, reading):
                return
    except FileFault as found:
        status, fault = "refused", found.words
    except TRY_AGAIN:
        raise  # the import stays as it is, for the queue's next try
    except Exception:
        _close(work, "refused", OUR_FAULT)
        raise
    _close(work, status, fault)


def _close(work: importing.Work, status: str, fault: str) -> None:
    with transaction():
        importing.end(work.import_id, status, fault)
    importing.forget_file(work.stored_as)


def _take_all(work: importing.Work, reading: importing.Reading) -> bool:
    for piece in reading.pieces(work.last_line):
        with transaction():
            if not importing.take(work.import_id, piece, reading):
                return False
    return True


def enqueue_waiting() -> int:
    """Put imports that nobody works on on the queue again. Returns how many."""
    waiting = importing.standing_still()
    for import_id in waiting:
        enqueue(import_suppressions, import_id)
    return len(waiting)
