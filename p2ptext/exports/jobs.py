"""What a worker does for exports. It may be killed and run again at any point: a file is there when it is
whole, and not before."""

import psycopg
import structlog
from sqlalchemy import exc

from p2ptext import files, logs
from p2ptext.background import settings, slow, transaction
from p2ptext.errors import Refused
from p2ptext.exports import keeping, making
from p2ptext.exports.making import Made, Wish
from p2ptext.exports.models import Export
from p2ptext.exports.turns import Cancelled, Turn, turn
from p2ptext.extensions import db

log = structlog.get_logger()

MOST_TRIES = 5
OUR_FAULT = (
    "Something went wrong on our side while the file was made. Try again; if it fails again, tell whoever "
    "runs this installation."
)
NO_ROOM = "The file could not be written: the disk may be full. Tell whoever runs this installation."
TRY_AGAIN = (
    exc.OperationalError,
    exc.InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
"""The database is away: it is not the export's fault."""


@slow
def make_export(export_id: int) -> None:
    """Make the file somebody asked for. A second run of one that is over, or being made, is a no-op."""
    with turn(export_id) as mine:
        if mine is not None:
            _make(export_id, mine)


def _make(export_id: int, mine: Turn) -> None:
    if mine.tries > MOST_TRIES:
        mine.fail(OUR_FAULT)
        return
    with transaction():
        wish = _wish(export_id)
    try:
        made = making.make(wish, keeping.folder(), mine.tell)
    except Cancelled:
        mine.cancelled()
    except Refused as refused:
        mine.fail(refused.words)
    except OSError as error:
        log.error("export_not_written", export=export_id, error=type(error).__name__)
        mine.fail(NO_ROOM)
    except TRY_AGAIN:
        raise  # it stays as it is, for the queue's next try
    except Exception as error:
        log.error(
            "export_failed", export=export_id, error=type(error).__name__, where=logs.place_of(error)
        )
        mine.fail(OUR_FAULT)
        raise
    else:
        _hand_over(made, mine)


def _hand_over(made: Made, mine: Turn) -> None:
    if not mine.done(made, settings().export_keep_hours):
        files.remove(keeping.folder(), made.stored_as)


def _wish(export_id: int) -> Wish:
    row = db.session.get_one(Export, export_id, populate_existing=True)
    chosen = row.options.get("chosen") or {}
    return Wish(
        row.organization_id,
        row.campaign_id,
        row.kind,
        row.format,
        row.file_name.rpartition(".")[0],
        chosen.get("by", ""),
        chosen.get("with"),
    )
