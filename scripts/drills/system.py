"""The whole system on this computer, with everything that is needed to break it and start it again."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import util
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis

from scripts.drills.carrier import Carrier
from scripts.drills.histories import Clock
from scripts.launcher.children import Child, StartFailed, is_running, wait_for
from scripts.launcher.engines import Engines
from scripts.launcher.environment import ROOT
from scripts.launcher.processes import Stack, answers

SHIFTED = ("web", "worker", "slow-worker", "dispatcher", "dispatcher-2")
"""Processes whose operating-system clock can be moved. The database's stays: it is the one clock."""

START_S = 300.0
"""A busy computer may take this long to start everything."""

SETTINGS = {
    "SIMULATOR_SPEED": "20",
    "SIMULATOR_RPS": "30",
    "SMS_PER_SECOND": "25",
    "SIMULATOR_LATENCY_MS": "60",
    "LOG_LEVEL": "WARNING",
    # More people ask to stop here than in life; the campaigns shall go on all the same.
    "PAUSE_AT_OPT_OUTS_PERCENT": "50",
}


def clock_library() -> Path | None:
    """The library that moves one process's clock, from the package libfaketime; None without it."""
    found = util.find_spec("libfaketime")
    if found is None or found.origin is None:
        return None
    path = Path(found.origin).parent / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
    return path if path.exists() else None


def _clear_shared_memory() -> None:
    """Remove what the clock library of killed processes left: they could not do it themselves."""
    for path in Path("/dev/shm").glob("*faketime_s*_*"):  # noqa: S108  # where Linux has it
        pid = path.name.rpartition("_")[2]
        if pid.isdigit() and not is_running(int(pid)):
            path.unlink(missing_ok=True)


class System:
    """Engines, processes and the carrier; whatever ends without leave is started again."""

    def __init__(self, engines: Engines, offset_s: int, overrides: Mapping[str, str]) -> None:
        self.engines = engines
        self.clock = Clock(offset_s)
        self.stack = Stack(engines, overrides={**SETTINGS, **overrides}, clock_offset_s=offset_s)
        children = self.stack.children
        first = children["dispatcher"]
        children["dispatcher-2"] = replace(
            first, name="dispatcher-2", log=first.log.with_name("dispatcher-2.log")
        )
        self._clocks = engines.data_dir / "clocks"
        self._make_clocks_movable()
        self.carrier = Carrier(self.stack.carrier_url)
        self.held: set[str] = set()
        """Names of what must not be started again now."""
        self.problems: list[str] = []
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def _make_clocks_movable(self) -> None:
        library = clock_library()
        if library is None:
            return
        self._clocks.mkdir(exist_ok=True)
        for name in SHIFTED:
            (self._clocks / name).write_text("+0\n", encoding="ascii")
            child = self.stack.children[name]
            child.environment = {
                **child.environment,
                "LD_PRELOAD": str(library),
                "FAKETIME_TIMESTAMP_FILE": str(self._clocks / name),
                "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }

    @property
    def clocks_movable(self) -> bool:
        return clock_library() is not None

    def shift(self, name: str, seconds: int) -> None:
        """Move the clock that one process sees, at once; 0 sets it right again."""
        with (self._clocks / name).open("r+", encoding="ascii") as file:
            file.write(f"{seconds:+d}\n".ljust(12))
            file.truncate()

    # Starting, stopping, looking after

    def __enter__(self) -> "System":
        try:
            for child in self.stack.children.values():
                child.start()
            if self.await_health(START_S) is None:
                raise StartFailed(f"The system was not well after {START_S:.0f} s.")
        except BaseException:
            self.close()
            raise
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End everything but the engines."""
        self._stopping.set()
        if self._keeper.is_alive():
            self._keeper.join(30)
        self.stack.stop("dispatcher-2")
        self.stack.stop()
        _clear_shared_memory()

    def _keep(self) -> None:
        while not self._stopping.wait(0.2):
            for child in [*self.engines.children, *self.stack.children.values()]:
                if not child.runs and child.name not in self.held and not self._stopping.is_set():
                    self._again(child)

    def _again(self, child: Child) -> None:
        try:
            if child in self.engines.children:
                self.engines.restart(child)
            else:
                child.start()
        except StartFailed as error:
            self.problems.append(f"{child.name}: {error}")

    @contextlib.contextmanager
    def down(self, name: str) -> Iterator[None]:
        """What is killed inside stays down until the end of the block."""
        self.held.add(name)
        try:
            yield
        finally:
            self.held.discard(name)

    # Reaching in

    def child(self, name: str) -> Child:
        """A program by its name, an engine or one of ours."""
        everything = [*self.engines.children, *self.stack.children.values()]
        return next(child for child in everything if child.name == name)

    def pids(self, name: str) -> list[int]:
        """Process numbers: `web-worker` one of gunicorn's workers, else the program's own."""
        if name != "web-worker":
            pid = self.child(name).pid
            return [pid] if pid else []
        try:
            return [child.pid for child in psutil.Process(self.child("web").pid).children()]
        except psutil.Error:
            return []

    def signal(self, pid: int, what: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, what)

    def database(self) -> psycopg.Connection[Any]:
        """A connection of the drill's own, on the database's one clock."""
        offset = int(self.clock.offset_s)
        return psycopg.connect(
            self.engines.database_url,
            autocommit=True,
            connect_timeout=3,
            options=f"-c p2ptext.clock_offset_s={offset}",
        )

    def redis(self) -> redis.Redis:
        client: redis.Redis = redis.Redis.from_url(self.engines.redis_url, socket_timeout=2)
        return client

    def recount(self) -> str:
        """What differs from the rows by `recount --check`; empty where every sum is right."""
        done = self._command("recount", "--check")
        return "" if done.returncode == 0 else (done.stdout + done.stderr)[-1500:]

    def _command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            env={**os.environ, **self.stack.settings},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def verify_ledger(self) -> dict[str, Any]:
        """What `verify-ledger --json` says, held against the roots kept outside of the database."""
        roots = str(self.engines.data_dir / "roots")
        done = self._command("verify-ledger", "--json", "--roots", roots)
        try:
            told: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            told = {"sound": None, "cannot_check": done.stderr[-500:]}
        return told

    def healthy(self) -> bool:
        """Every program runs and the web process answers."""
        everything = [*self.engines.children, *self.stack.children.values()]
        return all(child.runs for child in everything) and answers(f"{self.stack.url}/readyz")

    def await_health(self, seconds: float) -> float | None:
        """Seconds until everything was well again; None if it was not in time."""
        began = time.monotonic()
        return time.monotonic() - began if wait_for(self.healthy, seconds, every=0.1) else None
