"""How long a file of contacts with answers takes, what the worker needs for it, and whom it holds up."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, cycle, islice
from statistics import median
from typing import Any
from urllib.parse import urlencode

import psutil
from sqlalchemy import text

from p2ptext.extensions import db
from scripts.benchmarks import dashboards, evening_cards, load
from scripts.benchmarks.evening import Evening
from scripts.benchmarks.measures import Row
from scripts.launcher.processes import Stack

PEER_S, PEER_FROZEN_S, PEER_MB = 16.9, 11.9, 720
"""The peer's export of 100,000 contacts, on such a machine: how long, how long nobody else was served, and
the memory of its process."""
CLICKS_PER_SECOND, LOOKS_PER_SECOND = 20, 5
PIECE_S = 2
"""Others are watched in pieces of the same length at all times, for each begins with connections of its own."""
CLICKS_S = 900
"""For how long there are clicks; all that follows takes some 700 s."""
MOST_S = 600


def exporting(stack: Stack, evening: Evening) -> list[Row]:
    """The campaign of a tenth, then the large one, as CSV and as Parquet, while others go on.

    Each several times, and others watched in between: the machine's own speed changes from minute to minute.
    """
    others = _Others(stack, evening)
    with _Memory(stack) as memory:
        others.watch(30)  # the first ones find nothing warm
        rows = []
        for campaign_id, contacts, format_, bar_s, times, between_s in (
            (evening.tenth_id, evening.contacts // 10, "csv", 5, 7, 6),
            (evening.campaign_id, evening.contacts, "csv", 60, 3, 30),
            (evening.campaign_id, evening.contacts, "parquet", 60, 3, 30),
        ):
            made, idle = [], [others.watch(between_s)]
            for _ in range(times):
                made.append(_export(stack, evening, others, memory, campaign_id, format_))
                idle.append(others.watch(between_s))
            rows.append(_row(contacts, format_, bar_s, made, load.together(idle)))
    return rows


@dataclass(frozen=True)
class _Made:
    """One export."""

    seconds: float
    """From the request to the finished file."""
    megabytes: float
    """The most that the worker's processes needed beyond what they need when idle."""
    size_bytes: int
    rows: int
    meanwhile: load.Outcome


class _Others:
    """People who go on working: clicks, and pages looked at."""

    def __init__(self, stack: Stack, evening: Evening) -> None:
        self._stack = stack
        self._clicks = iter(evening_cards.clicks(evening, CLICKS_PER_SECOND * CLICKS_S))
        self._pages = cycle(
            load.Request(one.path, one.body, one.headers, "look", one.method)
            for one in dashboards.looks(evening)
        )

    def watch(self, seconds: int) -> load.Outcome:
        """What came of so many seconds of it."""
        return load.together([self.piece() for _ in range(seconds // PIECE_S)])

    def piece(self) -> load.Outcome:
        """What came of one piece of it."""
        return load.run_at(self._stack.url, self._due(PIECE_S))

    def _due(self, seconds: int) -> Iterator[tuple[float | None, load.Request]]:
        clicks = islice(self._clicks, CLICKS_PER_SECOND * seconds)
        pages = islice(self._pages, LOOKS_PER_SECOND * seconds)
        return iter(
            sorted(
                chain(load.steadily(clicks, CLICKS_PER_SECOND), load.steadily(pages, LOOKS_PER_SECOND)),
                key=lambda due: due[0] or 0.0,
            )
        )


def _export(
    stack: Stack, evening: Evening, others: _Others, memory: "_Memory", campaign_id: int, format_: str
) -> _Made:
    before = _newest(evening)["id"]
    memory.begin()
    began = time.perf_counter()
    _ask(stack, evening, campaign_id, format_)
    pieces, found = [], {"id": before, "status": ""}
    while found["id"] == before or found["status"] in ("waiting", "running"):
        if time.perf_counter() - began > MOST_S:
            raise RuntimeError(f"The export was not over in {MOST_S} seconds.")
        pieces.append(others.piece())
        found = _newest(evening)
    if found["status"] != "done":
        raise RuntimeError(f"The export ended as {found['status']}: {found['fault']}")
    return _Made(
        found["seconds"],
        memory.above_idle_mb,
        found["size_bytes"],
        found["rows_done"],
        load.together(pieces),
    )


def _ask(stack: Stack, evening: Evening, campaign_id: int, format_: str) -> None:
    headers = evening.organizer.headers | {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"kind": "contacts", "campaign_id": campaign_id, "format": format_})
    path = f"/o/{evening.ground.slug}/exports"
    answer = load.run(stack.url, [load.Request(path, body.encode(), headers)], None).answers[0]
    if answer.status != 303:
        raise RuntimeError(f"The request for an export was answered {answer.status}.")


def _newest(evening: Evening) -> dict[str, Any]:
    with evening.ground.app.app_context():
        found = db.session.execute(
            text(
                """SELECT id, status, fault, size_bytes, rows_done,
                          extract(epoch FROM finished_at - asked_at)::float AS seconds
                   FROM export WHERE organization_id = :org ORDER BY id DESC LIMIT 1"""
            ),
            {"org": evening.ground.org_id},
        )
        return dict(next(iter(found.mappings()), {"id": 0, "status": ""}))


class _Memory:
    """The memory of the worker and the process it makes for a job, shared pages counted once."""

    def __init__(self, stack: Stack) -> None:
        self._worker = psutil.Process(stack.children["slow-worker"].pid)
        self._idle = self._most = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def begin(self) -> None:
        """From here on."""
        self._idle = self._most = self._now()

    @property
    def above_idle_mb(self) -> float:
        return (self._most - self._idle) / 1e6

    def _now(self) -> int:
        found = 0
        for one in [self._worker, *self._worker.children(recursive=True)]:
            try:
                found += one.memory_full_info().pss
            except psutil.Error:  # it has ended
                continue
        return found

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            self._most = max(self._most, self._now())

    def __enter__(self) -> "_Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


def _row(contacts: int, format_: str, bar_s: int, made: list[_Made], idle: load.Outcome) -> Row:
    seconds = median(one.seconds for one in made)
    peer = (
        f"; the peer takes {PEER_S} s, {PEER_S / seconds:.1f} times as long, serves nobody for"
        f" {PEER_FROZEN_S} s of it and needs {PEER_MB} MB"
        if contacts == 100_000
        else ""
    )
    meanwhile = load.together([one.meanwhile for one in made])
    told, slower = [], []
    for label in ("click", "look"):
        before, then = (run.of(label).percentile(0.5) for run in (idle, meanwhile))
        told.append(f"{label}s p50 {then:.1f} ms, in between {before:.1f}")
        slower.append(then / before if before else 0.0)
    slowest, usual = (max(run.milliseconds, default=0.0) for run in (meanwhile, idle))
    return Row(
        f"export of {contacts:,} contacts with answers, {format_.upper()}",
        f"{seconds:.1f} s, {max(one.megabytes for one in made):.0f} MB above idle, others {max(slower):.2f} "
        "times as long",
        f"{bar_s} s, 100 MB, 1.10 times",
        f"{made[0].rows:,} rows, {made[0].size_bytes / 1e6:.0f} MB; median of {len(made)}; meanwhile "
        f"{'; '.join(told)}; the slowest request {slowest:.0f} ms, otherwise {usual:.0f}{peer}",
    )
