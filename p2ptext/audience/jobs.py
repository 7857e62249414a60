"""What a worker does for audience.

A list takes three jobs: its check, its import after somebody confirmed it, and the cutting of its
batches. Each is one step that a second run does not repeat and that a killed worker leaves undone,
never half done; what it leaves is found by its status and put on the queue again.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import structlog
from sqlalchemy import exc, func

from p2ptext import files
from p2ptext.audience import cutting, forecasting, importing, line_types, staging
from p2ptext.audience.models import ContactImport
from p2ptext.audience.progress import Cancelled, Turn, turn, waiting_imports
from p2ptext.background import enqueue, transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import cursor, db
from p2ptext.rules.columns import Columns
from p2ptext.rules.fault import FileFault

log = structlog.get_logger()

OUR_FAULT = (
    "Something went wrong on our side while the list was read. Nothing of it was imported. "
    "Upload it again; if it fails again, tell whoever runs this installation."
)
TRY_AGAIN = (
    exc.OperationalError,
    exc.InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
"""The database is away or had to choose somebody in a deadlock: it is not the list's fault."""
_LOOK_AGAIN_S = 0.2


def check_list(import_id: int) -> None:
    """Read an uploaded list and find out what would happen; then it waits for a person."""
    read_list(import_id, forecast=True)


def read_list(import_id: int, *, forecast: bool) -> None:
    """The check of `check_list`; without `forecast` nobody is going to look at what would happen."""
    with _step(import_id, ("uploaded",), "checking") as mine:
        if mine is None:
            return
        mine.go_on()
        with transaction():
            opened = staging.open_upload(_row(import_id))
        with opened:
            with transaction():
                columns = staging.look(_row(import_id), opened)
            if columns.phones:
                with transaction():
                    staging.stage(_row(import_id), columns, opened, mine)
        with transaction():
            row = _row(import_id)
            if row.staged is not None and forecast:
                found = forecasting.forecast(row, db.session.get_one(Campaign, row.campaign_id))
                row.forecast = found | line_types.forecast(row)
            row.status, row.checked_at = "checked", func.p2p_now()


def import_contacts(import_id: int) -> None:
    """Make a confirmed list's recipients and decide what becomes of its rows; then it is cut."""
    if sort_out_list(import_id):
        with transaction():
            enqueue(cut_batches, import_id)


def sort_out_list(import_id: int) -> bool:
    """The work of `import_contacts`. Returns whether it was this process that did it."""
    with _step(import_id, ("waiting",), "running") as mine:
        if mine is None:
            return False
        mine.go_on()
        with transaction():
            row = _row(import_id)
            if not importing.is_staged(row) or line_types.are_staged(row):
                with staging.open_upload(row) as opened:
                    staging.stage(row, Columns.from_map(row.column_map), opened, mine)
        mine.go_on()
        with transaction():
            importing.make_recipients(_row(import_id))
        mine.go_on()
        with transaction():
            row = _row(import_id)
            importing.sort_out(row)
            row.status = "cutting"
        return True
    return False


def cut_batches(import_id: int) -> None:
    """Make the contacts of a list whose rows are sorted out, in batches; then it is done."""
    if _cut(import_id):
        # The list is in: what goes wrong from here on no longer stands against it.
        forget(import_id)
        _look_again()


def _cut(import_id: int) -> bool:
    """Whether the list came in just now."""
    with _step(import_id, (), "cutting") as mine:
        if mine is None:
            return False
        mine.go_on()
        with transaction():
            row = _row(import_id)
            if not importing.is_sorted_out(row):
                # A crash of the database emptied what is not logged: once more from the file.
                row.status = "waiting"
                enqueue(import_contacts, import_id)
                return False
            cutting.cut_list(row)
            mine.go_on()
            row.status, row.finished_at = "done", func.p2p_now()
        return True
    return False


STEPS: dict[str, Callable[[int], None]] = {
    "uploaded": check_list,
    "checking": check_list,
    "waiting": import_contacts,
    "running": import_contacts,
    "cutting": cut_batches,
}
"""Which job an import in this status waits for."""


def complete(import_id: int, *, forecast: bool = False) -> ContactImport:
    """Do in this process whatever this list still waits for, a person's decision excepted.

    Somebody else may be at it: then wait for them. Returns the list as it is in the end.
    """
    while True:
        with transaction():
            row = _row(import_id)
            status = row.status
        if status not in STEPS:
            return row
        if STEPS[status] is check_list:
            read_list(import_id, forecast=forecast)
        elif STEPS[status] is import_contacts:
            sort_out_list(import_id)
        else:
            cut_batches(import_id)
        with transaction():
            if _row(import_id).status == status:
                time.sleep(_LOOK_AGAIN_S)


def enqueue_waiting() -> int:
    """Put lists that nobody works on on the queue again, and those that are over and not forgotten.

    Lists that nobody decided on for a week are over. Returns how many.
    """
    importing.cancel_undecided()
    waiting = [(import_id, STEPS[status]) for import_id, status in waiting_imports()]
    waiting += [(import_id, forget) for import_id in importing.not_forgotten()]
    for import_id, job in waiting:
        enqueue(job, import_id)
    return len(waiting)


def forget(import_id: int) -> None:
    """A list that is over is personal data without a purpose: forget its staged rows, its file and what
    its check showed of people, and if it did not come in the phones only it has brought.
    """
    with transaction():
        row = _row(import_id)
        if row.status != "done":
            importing.forget_phones(row)
        importing.forget_rows(row)
        stored_as = row.stored_as
    if stored_as:
        files.remove(importing.upload_folder(), stored_as)
    with transaction():
        row = _row(import_id)
        row.stored_as, row.samples, row.forecast = "", [], {}
        row.shape = {**row.shape, "non_ascii": []}


@contextmanager
def _step(import_id: int, before: tuple[str, ...], during: str) -> Iterator[Turn | None]:
    """One step of an import, and what follows when it cannot be done."""
    over = False
    with turn(import_id, before, during) as mine:
        try:
            yield mine
        except Cancelled:
            over = True
            if mine is not None:
                mine.cancelled()
        except FileFault as fault:
            over = True
            if mine is not None:
                mine.refuse(fault.words)
        except TRY_AGAIN:
            raise  # the list stays as it is, for the queue's next try
        except Exception:
            over = True
            if mine is not None:
                mine.refuse(OUR_FAULT)
            raise
        finally:
            if over:
                forget(import_id)


def _row(import_id: int) -> ContactImport:
    return db.session.get_one(ContactImport, import_id, populate_existing=True)


def _look_again() -> None:
    """Tell the database how large its tables have become.

    Until it looks by itself, minutes later, it would plan a dashboard's statements for empty tables:
    50,000 texts joined row by row took minutes.
    """
    with transaction():
        cursor().execute("ANALYZE recipient, contact, batch")
