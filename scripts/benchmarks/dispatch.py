"""How fast one dispatcher hands texts over, and what it costs it."""

import time

from sqlalchemy import text

from p2ptext.extensions import db
from scripts.benchmarks import load
from scripts.benchmarks.clicks import restart
from scripts.benchmarks.ground import Ground
from scripts.benchmarks.measures import Row
from scripts.launcher.processes import Stack

WARM_UP_S = 3


def dispatch(stack: Stack, ground: Ground, seconds: int) -> list[Row]:
    """One dispatcher works off what is queued, against a carrier that answers in 150 ms.

    The web process rests meanwhile: the receipts wait with the carrier.
    """
    stack.stop("web")
    restart(stack, "dispatcher", SMS_PER_SECOND="400")
    time.sleep(WARM_UP_S)
    usage, before, began = load.Usage(stack), _accepted(ground), time.perf_counter()
    time.sleep(seconds)
    spent, took = usage.spent(), time.perf_counter() - began
    sent, left = _accepted(ground) - before, _queued(ground)
    stack.start("web")
    each = {name: 1000 * used / max(1, sent) for name, used in spent.items()}
    return [
        Row(
            "texts handed over by one dispatcher, the carrier answering in 150 ms",
            f"{sent / took:.0f}/s, {each['dispatcher']:.1f} ms of processor time each",
            "200/s, 3 ms",
            f"{sent} in {took:.0f} s, {left} still queued; CPU ms each: "
            + ", ".join(f"{name} {milliseconds:.1f}" for name, milliseconds in sorted(each.items())),
        )
    ]


def _accepted(ground: Ground) -> int:
    with ground.app.app_context():
        return int(
            db.session.scalar(text("SELECT count(*) FROM attempt WHERE outcome = 'accepted'")) or 0
        )


def _queued(ground: Ground) -> int:
    with ground.app.app_context():
        return int(db.session.scalar(text("SELECT count(*) FROM outbox")) or 0)
