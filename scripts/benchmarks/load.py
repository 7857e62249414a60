"""A load generator on threads, and what processes used meanwhile."""

import os
import queue
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil

import psutil

from scripts.launcher.processes import Stack

THREADS = 64
TIMEOUT_S = 60


@dataclass(frozen=True)
class Request:
    """One request; `label` says to which of several kinds of a run it belongs."""

    path: str
    body: bytes
    headers: Mapping[str, str]
    label: str = ""
    method: str = "POST"

    def bytes(self, host: str) -> bytes:
        """As it goes over the wire."""
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        first = (
            f"{self.method} {self.path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(self.body)}\r\n"
        )
        return f"{first}{head}\r\n".encode() + self.body


@dataclass(frozen=True)
class Answer:
    """What came of one request."""

    label: str
    status: int
    milliseconds: float
    retry_after: bool
    """Whether it said when to come again."""


@dataclass
class Outcome:
    """What came of a run."""

    answers: list[Answer] = field(default_factory=list)
    seconds: float = 0.0

    def of(self, label: str) -> "Outcome":
        """The same of one kind of request."""
        return Outcome([one for one in self.answers if one.label == label], self.seconds)

    def served(self) -> "Outcome":
        """The same of those that were not turned away."""
        return Outcome([one for one in self.answers if one.status < 400], self.seconds)

    @property
    def milliseconds(self) -> list[float]:
        return [one.milliseconds for one in self.answers]

    @property
    def statuses(self) -> Counter[int]:
        return Counter(one.status for one in self.answers)

    @property
    def rate(self) -> float:
        return len(self.answers) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """By the nearest rank: of 20 times, p95 is the nineteenth."""
        ordered = sorted(self.milliseconds)
        return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0

    @property
    def figure(self) -> str:
        return f"p50 {self.percentile(0.5):.1f} ms, p99 {self.percentile(0.99):.1f} ms"

    @property
    def words(self) -> str:
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        return f"{self.rate:.0f}/s, {self.figure} ({statuses})"


def together(runs: Iterable[Outcome]) -> Outcome:
    """Several runs, one after the other, as one."""
    found = Outcome()
    for one in runs:
        found.answers += one.answers
        found.seconds += one.seconds
    return found


def run(url: str, requests: Iterable[Request], per_second: float | None) -> Outcome:
    """Send `requests`, at a steady rate whatever the answers take, or as fast as they are answered."""
    return run_at(url, steadily(requests, per_second))


def steadily(
    requests: Iterable[Request], per_second: float | None
) -> Iterator[tuple[float | None, Request]]:
    """The requests with the second at which each is due."""
    for place, one in enumerate(requests):
        yield place / per_second if per_second else None, one


def run_at(url: str, requests: Iterable[tuple[float | None, Request]]) -> Outcome:
    """Send each request so many seconds after the beginning; those without, as fast as they are answered.

    `requests` are in the order of time. A request's time counts from the moment it was due: waiting for
    the load generator or for earlier answers counts too.
    """
    host, _, port = url.split("//")[1].partition(":")
    todo: queue.SimpleQueue[tuple[float, str, bytes] | None] = queue.SimpleQueue()
    outcome = Outcome()
    prepared = [(after, one.label, one.bytes(host)) for after, one in requests]
    started = time.perf_counter() + 0.2
    for after, label, raw in prepared:
        todo.put((0.0 if after is None else started + after, label, raw))
    for _ in range(THREADS):
        todo.put(None)
    workers = [
        threading.Thread(target=_work, args=((host, int(port)), todo, outcome.answers), daemon=True)
        for _ in range(THREADS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    outcome.seconds = time.perf_counter() - started
    return outcome


def _work(
    address: tuple[str, int],
    todo: "queue.SimpleQueue[tuple[float, str, bytes] | None]",
    answers: list[Answer],
) -> None:
    connection = _Connection(address)
    while (task := todo.get()) is not None:
        due, label, raw = task
        wait = due - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        began = due or time.perf_counter()
        status, retry_after = connection.ask(raw)
        answers.append(Answer(label, status, (time.perf_counter() - began) * 1000, retry_after))
    connection.close()


class _Connection:
    """One kept connection. Hand-made, because a client library took as much of the two cores as a click."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._socket: socket.socket | None = None

    def ask(self, raw: bytes) -> tuple[int, bool]:
        """Status of the answer, and whether it says when to come again; 0 for none."""
        for _ in range(2):  # the server may have closed the kept one a moment ago
            try:
                if self._socket is None:
                    self._socket = socket.create_connection(self._address, TIMEOUT_S)
                    self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._socket.sendall(raw)
                return self._answer(self._socket)
            except OSError:
                self.close()
        return 0, False

    def _answer(self, connection: socket.socket) -> tuple[int, bool]:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                raise ConnectionError("closed")
            head += piece
        head, _, body = head.partition(b"\r\n\r\n")
        lowered = head.lower()
        length = int(lowered.partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
        while len(body) < length:
            body += connection.recv(65536)
        if b"connection: close" in lowered:
            self.close()
        return int(head[9:12]), b"retry-after:" in lowered

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None


class Usage:
    """Processor seconds of each process of a stack over a stretch of time."""

    def __init__(self, stack: Stack) -> None:
        started = {**stack.children, **{child.name: child for child in stack.engines.children}}
        self._trees = {name: psutil.Process(child.pid) for name, child in started.items() if child.pid}
        self._trees["load generator"] = psutil.Process(os.getpid())
        self._before = self._now()

    def _now(self) -> dict[str, float]:
        return {name: _tree_seconds(process) for name, process in self._trees.items()}

    def spent(self) -> dict[str, float]:
        """Seconds since the object was made."""
        return {name: seconds - self._before.get(name, 0.0) for name, seconds in self._now().items()}


def _tree_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
        if process.pid == os.getpid():  # its children are the system under test
            return float(times.user + times.system)
        own = times.user + times.system + times.children_user + times.children_system
        return float(own + sum(_tree_seconds(child) for child in process.children()))
    except psutil.Error:
        return 0.0
