"""What is broken, and how it is made well again. Each fault lasts as long as its `hold` says."""

import contextlib
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil
import psycopg
import redis as redis_client
import urllib3

from scripts.drills.system import System

Heal = Callable[[], None]
Inject = Callable[[System, random.Random], Heal]


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break the system."""

    name: str
    touches: str
    """What it concerns: two faults that touch the same never overlap."""
    hold_s: tuple[float, float]
    """Seconds until it is made well again."""
    inject: Inject


def _nothing() -> None:
    """What was broken is well again by itself."""


def kill(name: str) -> Inject:
    """kill -9, and down until the fault is over: then whoever looks after the processes starts it."""

    def inject(system: System, chance: random.Random) -> Heal:
        pids = system.pids(name)
        whole = name != "web-worker"
        if whole:
            system.held.add(name)
        if pids:
            system.signal(chance.choice(pids), signal.SIGKILL)
        return lambda: system.held.discard(name)

    return inject


def freeze(name: str) -> Inject:
    """SIGSTOP, and SIGCONT at the end: a process that stood still without knowing it."""

    def inject(system: System, chance: random.Random) -> Heal:
        pids = [chance.choice(found)] if (found := system.pids(name)) else []
        if name == "postgres":
            pids = [*pids, *_children(pids)]
        for pid in pids:
            system.signal(pid, signal.SIGSTOP)

        def heal() -> None:
            for pid in reversed(pids):
                system.signal(pid, signal.SIGCONT)

        return heal

    return inject


def _children(pids: list[int]) -> list[int]:
    with contextlib.suppress(psutil.Error):
        return [child.pid for pid in pids for child in psutil.Process(pid).children()]
    return []


def terminate_backends(system: System, chance: random.Random) -> Heal:
    """pg_terminate_backend of about half the program's connections."""
    with contextlib.suppress(psycopg.Error), system.database() as connection:
        connection.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE backend_type = 'client backend' AND usename = current_user
                 AND pid <> pg_backend_pid() AND random() < %s""",
            (chance.uniform(0.3, 0.8),),
        )
    return _nothing


def flush_queue(system: System, chance: random.Random) -> Heal:
    """FLUSHALL: whatever Valkey held is gone."""
    with contextlib.suppress(redis_client.RedisError):
        system.redis().flushall()
    return _nothing


def shift_clock(name: str) -> Inject:
    """The operating system's clock, as one process sees it, jumps ten minutes, and back at the end."""

    def inject(system: System, chance: random.Random) -> Heal:
        system.shift(name, chance.choice((-600, 600)))
        return lambda: system.shift(name, 0)

    return inject


def carrier(name: str, share: float) -> Inject:
    """The carrier misbehaves; it stops by itself at the end."""

    def inject(system: System, chance: random.Random) -> Heal:
        system.carrier.switch(name, share, 300)

        def heal() -> None:
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                system.carrier.switch(name, 0, 0)

        return heal

    return inject


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("kill dispatcher", "dispatcher", (0.5, 6), kill("dispatcher")),
        Fault("kill web worker", "web", (0.5, 3), kill("web-worker")),
        Fault("kill web", "web", (0.5, 5), kill("web")),
        Fault("kill worker", "worker", (0.5, 6), kill("worker")),
        Fault("kill slow worker", "worker", (0.5, 6), kill("slow-worker")),
        Fault("kill database", "database", (0.2, 4), kill("postgres")),
        Fault("kill queue", "queue", (1, 12), kill("valkey")),
        Fault("freeze dispatcher", "dispatcher", (1, 12), freeze("dispatcher")),
        Fault("freeze dispatcher past its deadline", "dispatcher", (52, 56), freeze("dispatcher")),
        Fault("freeze web worker", "web", (1, 10), freeze("web-worker")),
        Fault("freeze worker", "worker", (1, 10), freeze("worker")),
        Fault("freeze slow worker", "worker", (1, 10), freeze("slow-worker")),
        Fault("freeze database", "database", (1, 6), freeze("postgres")),
        Fault("freeze queue", "queue", (1, 10), freeze("valkey")),
        Fault("terminate backends", "database", (0.5, 1), terminate_backends),
        Fault("empty the queue", "queue", (0.5, 1), flush_queue),
        Fault("clock of web", "web", (8, 20), shift_clock("web")),
        Fault("clock of dispatcher", "dispatcher", (8, 20), shift_clock("dispatcher")),
        Fault("clock of worker", "worker", (8, 20), shift_clock("worker")),
        Fault("clock of slow worker", "worker", (8, 20), shift_clock("slow-worker")),
        Fault("carrier slow", "carrier", (5, 15), carrier("slow", 0.5)),
        Fault("carrier slow to take", "carrier", (5, 15), carrier("slow_first", 0.5)),
        Fault("carrier stalls", "carrier", (4, 8), carrier("stall", 0.2)),
        Fault("carrier takes and drops", "carrier", (4, 10), carrier("drop", 0.4)),
        Fault("carrier answers 503", "carrier", (4, 10), carrier("broken", 0.4)),
        Fault("carrier takes and answers 503", "carrier", (4, 10), carrier("taken_broken", 0.4)),
        Fault("carrier throttles", "carrier", (4, 10), carrier("throttle", 0.6)),
        Fault("webhooks early", "webhooks", (6, 15), carrier("early", 0.7)),
        Fault("webhooks double", "webhooks", (6, 15), carrier("double", 0.7)),
        Fault("webhooks late", "webhooks", (6, 15), carrier("late", 0.6)),
        Fault("webhooks unsigned", "webhooks", (6, 15), carrier("unsigned", 0.3)),
        Fault("webhooks forged", "webhooks", (6, 15), carrier("forged", 0.3)),
    )
}
"""Every fault by its name."""

NEEDS_CLOCKS = tuple(name for name in FAULTS if name.startswith("clock of"))


@dataclass(frozen=True, slots=True)
class Struck:
    """One fault that was injected, and how long the system took to be well after its end."""

    name: str
    began: float
    ended: float
    recovered_s: float | None
    """None: it was not well again within the bound."""


RECOVERY_S = 60.0
"""After this long without a recovery the drill goes on and counts the fault as not survived."""


class Storm:
    """Injects faults one after another, at most two at once, until the time is over."""

    def __init__(self, system: System, seed: str, names: list[str], seconds: float) -> None:
        self._system, self._names = system, names
        self._chance = random.Random(f"storm {seed}")  # noqa: S311  # weather, not secrets
        self._until = time.monotonic() + seconds
        self._open: list[tuple[Fault, float, float, Heal]] = []
        self._ended: list[tuple[str, float, float]] = []
        self._order: list[str] = []
        self.struck: list[Struck] = []

    def run(self) -> None:
        """Until the time is over; everything is well again afterwards."""
        while time.monotonic() < self._until:
            self._heal_due(time.monotonic())
            if len(self._open) < 2 and self._chance.random() < 0.35:
                self._strike()
            time.sleep(0.5)
        self.calm()

    def calm(self) -> None:
        """End every fault that is still open."""
        self._heal_due(float("inf"))

    def _strike(self) -> None:
        if not self._order:
            # Every fault once in each round, in an order of chance: a short drill meets many.
            self._order = self._chance.sample(self._names, len(self._names))
        taken = {fault.touches for fault, *_ in self._open}
        fit = next((name for name in self._order if FAULTS[name].touches not in taken), None)
        if fit is None:
            return
        self._order.remove(fit)
        fault = FAULTS[fit]
        hold = self._chance.uniform(*fault.hold_s)
        now = self._system.clock.now()
        heal = fault.inject(self._system, self._chance)
        self._open.append((fault, now, time.monotonic() + hold, heal))

    def _heal_due(self, now: float) -> None:
        for entry in [entry for entry in self._open if entry[2] <= now]:
            fault, began, _, heal = entry
            heal()
            self._open.remove(entry)
            self._ended.append((fault.name, began, self._system.clock.now()))
        if self._ended and not self._open:
            recovered = self._system.await_health(RECOVERY_S)
            self.struck += [Struck(*ended, recovered) for ended in self._ended]
            self._ended.clear()
