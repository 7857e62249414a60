"""A load generator on threads, and what processes used meanwhile."""

import queue
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import psutil
import urllib3

from scripts.launcher.processes import Stack

THREADS = 48


@dataclass(frozen=True)
class Request:
    """One POST."""

    path: str
    body: bytes
    headers: Mapping[str, str]


@dataclass
class Outcome:
    """What came of a run: milliseconds per request and how many of each status."""

    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.milliseconds) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    @property
    def words(self) -> str:
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        return (
            f"{self.rate:.0f}/s, p50 {statistics.median(self.milliseconds):.1f} ms, "
            f"p99 {self.percentile(0.99):.1f} ms ({statuses})"
        )


def run(url: str, requests: Iterable[Request], per_second: float | None) -> Outcome:
    """Send `requests`, at a steady rate whatever the answers take, or as fast as they are answered."""
    return run_at(
        url,
        ((place / per_second if per_second else None, one) for place, one in enumerate(requests)),
    )


def run_at(url: str, requests: Iterable[tuple[float | None, Request]]) -> Outcome:
    """Send each request so many seconds after the beginning; those without, as fast as they are answered.

    A request's time counts from the moment it was due: waiting for the load generator or for earlier
    answers counts too.
    """
    pool = urllib3.HTTPConnectionPool(
        host=url.split("//")[1].split(":")[0],
        port=int(url.rsplit(":", 1)[1]),
        maxsize=THREADS,
        retries=False,
    )
    todo: queue.Queue[tuple[float, Request] | None] = queue.Queue()
    outcome, lock = Outcome(), threading.Lock()
    started = time.perf_counter() + 0.2
    for after, request in requests:
        todo.put((0.0 if after is None else started + after, request))
    for _ in range(THREADS):
        todo.put(None)
    workers = [
        threading.Thread(target=_work, args=(pool, todo, outcome, lock), daemon=True)
        for _ in range(THREADS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    outcome.seconds = time.perf_counter() - started
    return outcome


def _work(
    pool: urllib3.HTTPConnectionPool,
    todo: "queue.Queue[tuple[float, Request] | None]",
    outcome: Outcome,
    lock: threading.Lock,
) -> None:
    while (task := todo.get()) is not None:
        due, request = task
        wait = due - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        began = due or time.perf_counter()
        answer = pool.request("POST", request.path, body=request.body, headers=dict(request.headers))
        took = (time.perf_counter() - began) * 1000
        with lock:
            outcome.milliseconds.append(took)
            outcome.statuses[answer.status] += 1


class Usage:
    """Processor seconds of each process of a stack over a stretch of time."""

    def __init__(self, stack: Stack) -> None:
        started = {**stack.children, **{child.name: child for child in stack.engines.children}}
        self._trees = {name: psutil.Process(child.pid) for name, child in started.items() if child.pid}
        self._before = self._now()

    def _now(self) -> dict[str, float]:
        return {name: _tree_seconds(process) for name, process in self._trees.items()}

    def spent(self) -> dict[str, float]:
        """Seconds since the object was made."""
        return {name: seconds - self._before.get(name, 0.0) for name, seconds in self._now().items()}


def _tree_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
        own = times.user + times.system + times.children_user + times.children_system
        return float(own + sum(_tree_seconds(child) for child in process.children()))
    except psutil.Error:
        return 0.0
