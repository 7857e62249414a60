"""How long a volunteer waits for a batch, in a campaign of any size."""

import random
import statistics

from sqlalchemy import text

from p2ptext.extensions import db
from scripts.benchmarks import ground as grounds
from scripts.benchmarks import load
from scripts.benchmarks.ground import Ground, Volunteer
from scripts.benchmarks.measures import Row
from scripts.launcher.processes import Stack

PER_SECOND = 32
AT_ONCE = 32
RUSHES = 5


def hand_outs(stack: Stack, ground: Ground, campaign_id: int, seconds: int) -> list[Row]:
    """Volunteers ask for a batch: at random for a while, then all in the same instant, again and again.

    `campaign_id` has a list and a script; each volunteer asks once, so every request hands one out.
    """
    with ground.app.app_context():
        db.session.execute(
            text("UPDATE campaign SET status = 'running' WHERE id = :id"), {"id": campaign_id}
        )
        contacts = db.session.scalar(
            text("SELECT count(*) FROM contact WHERE campaign_id = :id"), {"id": campaign_id}
        )
        db.session.commit()
    volunteers = grounds.more_volunteers(ground, 2 * AT_ONCE + PER_SECOND * seconds + RUSHES * AT_ONCE)
    requests = [_take(ground, campaign_id, volunteer) for volunteer in volunteers]
    # The processes have done nothing yet; the first requests open their connections.
    load.run_at(stack.url, [(place / 16, one) for place, one in enumerate(requests[: 2 * AT_ONCE])])
    del requests[: 2 * AT_ONCE]
    chance, due, arrivals = random.Random(11), 0.0, []  # noqa: S311  # the same arrivals every time
    for one in requests[: PER_SECOND * seconds]:
        due += chance.expovariate(PER_SECOND)
        arrivals.append((due, one))
    del requests[: PER_SECOND * seconds]
    usage = load.Usage(stack)
    steady = load.run_at(stack.url, arrivals)
    spent = usage.spent()
    rushes = []
    for rush in range(RUSHES):
        mine = requests[rush * AT_ONCE : (rush + 1) * AT_ONCE]
        rushes.append(load.run_at(stack.url, [(0.0, one) for one in mine]))
    if {status for run in (steady, *rushes) for status in run.statuses} != {303}:
        raise RuntimeError(f"not every volunteer got a batch: {steady.statuses}")
    each = ", ".join(f"{name} {1000 * s / len(arrivals):.1f}" for name, s in sorted(spent.items()))
    lasts = sorted(max(run.milliseconds) for run in rushes)
    return [
        Row(
            f"hand-out of a batch, {contacts:,}-contact campaign, {PER_SECOND}/s at random",
            steady.figure,
            "p50 10, p99 50 ms",
            f"{steady.words}; CPU ms each: {each}",
        ),
        Row(
            f"the same, {AT_ONCE} in the same instant",
            f"all served within {statistics.median(lasts):.0f} ms",
            "500 ms",
            f"median of {RUSHES}: {', '.join(f'{last:.0f}' for last in lasts)} ms",
        ),
    ]


def _take(ground: Ground, campaign_id: int, volunteer: Volunteer) -> load.Request:
    headers = volunteer.headers | {"Content-Type": "application/x-www-form-urlencoded"}
    return load.Request(f"/o/{ground.slug}/texting/{campaign_id}/take", b"", headers)
