"""Logs are events with ids and counts. Texts, names, phones, addresses, tokens and keys stay out of them."""

import logging
import sys
import traceback
from pathlib import Path

import structlog

HOUSE = f"{Path(__file__).parent}/"


def configure(level: str) -> None:
    """One line of JSON an event, on standard error, from `level` up."""
    logging.basicConfig(
        level=getattr(logging, level, logging.INFO), format="%(levelname)s %(name)s %(message)s"
    )
    # The SDK's debug log prints texts, numbers and keys; SQL echo prints parameters.
    for name in ("vonage", "urllib3", "sqlalchemy.engine", "rq.worker"):
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level, logging.INFO)),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def place_of(error: BaseException) -> str:
    """Where an exception came from, as files and lines of this program, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(HOUSE)] or frames[-1:]
    return " < ".join(
        f"{frame.filename.removeprefix(HOUSE)}:{frame.lineno}" for frame in reversed(ours[-3:])
    )
