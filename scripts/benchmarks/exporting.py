"""How long a file of contacts with answers takes, what the worker needs for it, and whom it holds up."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, cycle, islice
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
IDLE_S, PIECE_S = 60, 3
"""How long others are watched before, and in what pieces meanwhile."""
MOST_S = 600


def exporting(stack: Stack, evening: Evening) -> list[Row]:
    """The campaign of a tenth, then the large one, as CSV and as Parquet, while others go on."""
    others = _Others(stack, evening)
    idle = others.watch(IDLE_S)
    rows = []
    for campaign_id, contacts, format_, bar_s in (
        (evening.tenth_id, evening.contacts // 10, "csv", 5),
        (evening.campaign_id, evening.contacts, "csv", 60),
        (evening.campaign_id, evening.contacts, "parquet", 60),
    ):
        made = _export(stack, evening, others, campaign_id, format_)
        rows.append(_row(contacts, format_, bar_s, made, idle))
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
        self._clicks = iter(evening_cards.clicks(evening, CLICKS_PER_SECOND * 200))
        self._pages = cycle(
            load.Request(one.path, one.body, one.headers, "look", one.method)
            for one in dashboards.looks(evening)
        )

    def watch(self, seconds: int) -> load.Outcome:
        """What came of so many seconds of it."""
        return load.run_at(self._stack.url, self._due(seconds))

    def _due(self, seconds: int) -> Iterator[tuple[float | None, load.Request]]:
        clicks = islice(self._clicks, CLICKS_PER_SECOND * seconds)
        pages = islice(self._pages, LOOKS_PER_SECOND * seconds)
        return iter(
            sorted(
                chain(load.steadily(clicks, CLICKS_PER_SECOND), load.steadily(pages, LOOKS_PER_SECOND)),
                key=lambda due: due[0] or 0.0,
            )
        )


def _export(stack: Stack, evening: Evening, others: _Others, campaign_id: int, format_: str) -> _Made:
    before = _newest(evening)["id"]
    meanwhile = load.Outcome()
    with _Memory(stack) as memory:
        began = time.perf_counter()
        _ask(stack, evening, campaign_id, format_)
        finished = _Finished(evening, before)
        while finished.at is None and time.perf_counter() - began < MOST_S:
            piece = others.watch(PIECE_S)
            meanwhile.answers += piece.answers
            meanwhile.seconds += piece.seconds
        finished.thread.join(5)
    found = _newest(evening)
    if found["status"] != "done" or finished.at is None:
        raise RuntimeError(f"The export ended as {found['status']}: {found['fault']}")
    return _Made(
        finished.at - began, memory.above_idle_mb, found["size_bytes"], found["rows_done"], meanwhile
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
                """SELECT id, status, fault, size_bytes, rows_done FROM export WHERE organization_id = :org
                   ORDER BY id DESC LIMIT 1"""
            ),
            {"org": evening.ground.org_id},
        )
        return dict(next(iter(found.mappings()), {"id": 0, "status": ""}))


class _Finished:
    """Notices when the newest export, another than `before`, is over."""

    def __init__(self, evening: Evening, before: object) -> None:
        self._evening, self._before = evening, before
        self.at: float | None = None
        self.thread = threading.Thread(target=self._wait, daemon=True)
        self.thread.start()

    def _wait(self) -> None:
        until = time.perf_counter() + MOST_S
        while time.perf_counter() < until:
            found = _newest(self._evening)
            if found["id"] != self._before and found["status"] not in ("waiting", "running"):
                self.at = time.perf_counter()
                return
            time.sleep(0.05)


class _Memory:
    """The memory of the worker and the process it makes for a job, shared pages counted once."""

    def __init__(self, stack: Stack) -> None:
        self._worker = psutil.Process(stack.children["slow-worker"].pid)
        self._idle = self._most = self._now()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

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


def _row(contacts: int, format_: str, bar_s: int, made: _Made, idle: load.Outcome) -> Row:
    peer = (
        f"; the peer takes {PEER_S} s, {PEER_S / made.seconds:.1f} times as long, serves nobody for "
        f"{PEER_FROZEN_S} s of it and needs {PEER_MB} MB"
        if contacts == 100_000
        else ""
    )
    told, slower = [], []
    for label in ("click", "look"):
        before, then = (run.of(label).percentile(0.5) for run in (idle, made.meanwhile))
        told.append(f"{label}s p50 {then:.1f} ms, before {before:.1f}")
        slower.append(then / before if before else 0.0)
    slowest = max(made.meanwhile.milliseconds, default=0.0)
    return Row(
        f"export of {contacts:,} contacts with answers, {format_.upper()}",
        f"{made.seconds:.1f} s, {made.megabytes:.0f} MB above idle, others {max(slower):.2f} times as long",
        f"{bar_s} s, 100 MB, 1.10 times",
        f"{made.rows:,} rows, {made.size_bytes / 1e6:.0f} MB; meanwhile {'; '.join(told)}; the slowest "
        f"request {slowest:.0f} ms{peer}",
    )
