"""What a worker does for message review. A second run of anything that is over changes nothing."""

import importlib
from typing import Any

import psycopg
import structlog
from sqlalchemy import exc

from p2ptext import logs
from p2ptext.accounts import auditing
from p2ptext.audience.jobs import check_list
from p2ptext.background import enqueue, slow, transaction
from p2ptext.errors import Refused
from p2ptext.review import deed_doing, follow_up, grouping
from p2ptext.review.models import ReviewDeed

log = structlog.get_logger()

OUR_FAULT = (
    "Something went wrong on our side. What was done until then stays done. Try again with the rest; if it "
    "fails again, tell whoever runs this installation."
)
TRY_AGAIN = (
    exc.OperationalError,
    exc.InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
"""The database is away, or had to choose somebody in a deadlock: it is nobody's fault, and tried again."""


def do_deed(deed_id: int) -> None:
    """Do with many conversations what somebody decided."""
    try:
        while _go_on(deed_id):
            pass
    except Refused as refused:
        _give_up(deed_id, refused.words)
    except TRY_AGAIN:
        raise  # it stays as it is, for the queue's next try
    except Exception as error:
        log.error("review_deed", deed=deed_id, error=type(error).__name__, where=logs.place_of(error))
        _give_up(deed_id, OUR_FAULT)
        raise


def _go_on(deed_id: int) -> bool:
    """Do the next part. False when nothing is left to do, or another process is at it."""
    with transaction():
        row = deed_doing.mine(deed_id)
        if row is None:
            return False
        if row.cancel_asked_at is not None:
            deed_doing.end(row, "cancelled")
        elif row.deed == "list":
            _make_lists(row)
        else:
            deed_doing.do_part(row)
        return row.status == "running"


def _make_lists(row: ReviewDeed) -> None:
    deed_doing.check_asker(row)
    for one in follow_up.make(row):
        enqueue(check_list, one.id)
    auditing.record(
        "follow_up_list",
        f"review deed {row.id}",
        organization_id=row.organization_id,
        person_id=row.asked_by,
        people=row.done,
        **row.result,
    )
    deed_doing.end(row, "done")


def _give_up(deed_id: int, words: str) -> None:
    """It cannot be done to its end; `words` say why."""
    with transaction():
        row = deed_doing.mine(deed_id)
        if row is not None:
            row.fault = words
            deed_doing.end(row, "failed")


@slow
def group_replies(grouping_id: int) -> None:
    """Group a campaign's unanswered replies by what they say."""
    with transaction():
        found = grouping.begin(grouping_id)
    if found is None:
        return
    try:
        replies = grouping.clear(found)
        # By its name, when it is needed: it loads 100 MB that no page and no other job has a use for.
        alike: Any = importlib.import_module("p2ptext.review.alike")
        groups = alike.groups([reply.text for reply in replies])
        with transaction():
            grouping.finish(grouping_id, replies, groups)
    except TRY_AGAIN:
        raise
    except Exception as error:
        log.error(
            "reply_groups", grouping=grouping_id, error=type(error).__name__, where=logs.place_of(error)
        )
        with transaction():
            grouping.fail(grouping_id, OUR_FAULT)
        raise
