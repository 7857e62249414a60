"""A program that is started, watched and ended: the launcher's side of `keeper.py`."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

KEEPER = Path(__file__).with_name("keeper.py")
ROTATE_AT_BYTES = 10_000_000


class StartFailed(RuntimeError):
    """Something did not start; the message says what, and what to do where we know it."""


def wait_for(condition: Callable[[], bool], seconds: float, *, every: float = 0.02) -> bool:
    """Wait until `condition` holds, `seconds` at most. Returns whether it did."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(every)
    return True


def is_running(pid: int) -> bool:
    """Whether a process with this number exists, anybody's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Lifeline:
    """A pipe nobody writes to. Keepers end their programs once all its writing ends are closed."""

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()

    def close(self) -> None:
        for end in (self.reader, self.writer):
            with contextlib.suppress(OSError):
                os.close(end)


@dataclass
class Child:
    """One program under its keeper. `start` may be called again after it has ended."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    cwd: Path
    log: Path
    lifeline: Lifeline
    polite: signal.Signals = signal.SIGTERM
    firm: signal.Signals = signal.SIGTERM
    """Sent when the polite signal was not enough; after that comes SIGKILL."""
    grace_s: float = 10.0
    user: int | None = None
    """User and group number to run as; None keeps the launcher's own."""
    inherits: Sequence[int] = ()
    """Open files the program keeps, such as the lock that says it is alive."""
    keeper_holds: Sequence[int] = ()
    """Open files its keeper alone keeps: the lifelines of programs that must outlive it."""
    before_start: Callable[[], None] = lambda: None
    pid: int = 0
    """The program's own process number, not its keeper's."""
    log_start: int = 0
    """Where in the log file the present run begins, in bytes."""
    _keeper: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it and return at once; it may not be ready for work yet."""
        self._wait_for_the_last_one()
        self.before_start()
        self._rotate_log()
        read_end, write_end = os.pipe()
        order = {
            "lifeline": self.lifeline.reader,
            "report": write_end,
            "command": list(self.command),
            "environment": dict(self.environment),
            "cwd": str(self.cwd),
            "polite": self.polite.name,
            "firm": self.firm.name,
            "grace_s": self.grace_s,
            "user": self.user,
            "pass_fds": list(self.inherits),
        }
        descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as log, os.fdopen(read_end, "r") as report:
            self.log_start = log.seek(0, os.SEEK_END)
            self._keeper = subprocess.Popen(
                [sys.executable, "-I", "-S", str(KEEPER), self.name],
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(self.lifeline.reader, write_end, *self.inherits, *self.keeper_holds),
                # Out of reach of the terminal's Ctrl-C: the launcher decides the order of ending.
                start_new_session=True,
            )
            os.close(write_end)
            if self._keeper.stdin is not None:
                with self._keeper.stdin as stdin:
                    stdin.write(json.dumps(order).encode())
            self.pid = int(report.readline() or 0)
        if not self.pid:
            raise StartFailed(f"{self.name} could not be started.\n{self.last_lines()}")

    def _wait_for_the_last_one(self) -> None:
        """After its keeper was killed the program itself may still be ending."""
        if self.pid and not wait_for(lambda: not is_running(self.pid), self.grace_s):
            self.kill()
            wait_for(lambda: not is_running(self.pid), 5)

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > ROTATE_AT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    @property
    def exit_code(self) -> int | None:
        """None while it runs or was never started."""
        return None if self._keeper is None else self._keeper.poll()

    @property
    def runs(self) -> bool:
        return self._keeper is not None and self._keeper.poll() is None

    def output(self) -> str:
        """What it has written to its log since its last start."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            return log.read().decode(errors="replace")

    def last_lines(self, count: int = 12) -> str:
        """The end of its log, indented for a terminal."""
        return "\n".join(f"    {line}" for line in self.output().splitlines()[-count:])

    def kill(self) -> None:
        """SIGKILL to the program itself, as an out-of-memory killer would."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def ask_to_stop(self) -> None:
        """Begin to end it, without waiting."""
        if self._keeper is not None and self._keeper.poll() is None:
            self._keeper.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """End it, politely first, and wait until it is gone."""
        self.ask_to_stop()
        if self._keeper is None:
            return
        try:
            self._keeper.wait(self.grace_s + 20)
        except subprocess.TimeoutExpired:
            self.kill()
            self._keeper.kill()
            self._keeper.wait()
        self.pid = 0
