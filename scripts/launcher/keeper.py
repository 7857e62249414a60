"""Keeps one program: starts it, and ends it when told to or when the launcher is gone.

Every program of a running installation has its own keeper. The launcher holds the writing
end of a pipe, the lifeline; nobody ever writes to it. When the launcher dies, however
suddenly, the system closes that end, the keeper reads an end of file and ends its program
politely, then firmly. So nothing outlives the launcher, on any Unix.

The order comes as JSON on standard input (see `scripts.launcher.children`). This file uses
the standard library only and is run as a bare script, to start in a few milliseconds.
"""

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

# linux/prctl.h
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
ON_LINUX = sys.platform == "linux"


def prctl(option: int, value: int) -> None:
    """Ask Linux for a process attribute; elsewhere the pipe alone must do."""
    if ON_LINUX:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


class Keeper:
    """One program and the reasons to end it."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.lifeline: int = order["lifeline"]
        self.polite = signal.Signals[order["polite"]]
        self.firm = signal.Signals[order["firm"]]
        self.grace_s: float = order["grace_s"]
        self.told_to_stop = False
        self.ended: int | None = None
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_read, False)
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write)
        self.wake = wake_read
        # Handlers rather than SIG_IGN: the program would inherit an ignored signal.
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, lambda *_: None)
        signal.signal(signal.SIGHUP, lambda *_: None)
        signal.signal(signal.SIGTERM, self._stop)
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        # Kept, because a forgotten Popen collects its program's exit code, and we would never see it.
        self.program = self._start(order)
        self.pid = self.program.pid

    def _stop(self, *_: object) -> None:
        self.told_to_stop = True

    def _start(self, order: dict[str, Any]) -> subprocess.Popen[bytes]:
        user = order["user"]
        program = subprocess.Popen(
            order["command"],
            cwd=order["cwd"],
            env=order["environment"],
            stdin=subprocess.DEVNULL,
            pass_fds=order["pass_fds"],
            # Linux may weigh sessions against each other. In its keeper's a program that gives way would
            # still get as much as the pages: see p2ptext/giving_way.py.
            start_new_session=True,
            # Runs after the change of user, which would clear the attribute: should this keeper
            # itself be killed, Linux sends its program the polite signal.
            preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, self.polite),
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
        with os.fdopen(order["report"], "w") as report:
            report.write(f"{program.pid}\n")
        return program

    def _reap(self) -> None:
        """Collect whatever has ended; orphans of the program arrive here too on Linux."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.pid:
                self.ended = os.waitstatus_to_exitcode(status)

    def _wait(self, until: float | None, *, watch_lifeline: bool) -> None:
        """Sleep until something happens, `until` on the monotonic clock at the latest."""
        watched = [self.wake, self.lifeline] if watch_lifeline else [self.wake]
        left = None if until is None else max(0.0, until - time.monotonic())
        ready, _, _ = select.select(watched, [], [], left)
        if self.wake in ready:
            os.read(self.wake, 4096)
        if self.lifeline in ready:
            self.told_to_stop = True
        self._reap()

    def _end(self, sign: signal.Signals, patience_s: float) -> None:
        if self.ended is not None:
            return
        os.kill(self.pid, sign)
        until = time.monotonic() + patience_s
        while self.ended is None and time.monotonic() < until:
            self._wait(until, watch_lifeline=False)

    def _clear_descendants(self) -> None:
        """End what the program left behind, such as a job it had forked."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        children = Path(f"/proc/self/task/{os.getpid()}/children")
        until = time.monotonic() + 5
        while children.exists() and (pids := children.read_text().split()) and time.monotonic() < until:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            self._wait(time.monotonic() + 0.05, watch_lifeline=False)

    def run(self) -> int:
        """Stay until the program has ended. Returns its exit code, 128 + signal when killed."""
        while self.ended is None and not self.told_to_stop:
            self._wait(None, watch_lifeline=True)
        self._end(self.polite, self.grace_s)
        self._end(self.firm, 3)
        self._end(signal.SIGKILL, 5)
        self._clear_descendants()
        code = self.ended if self.ended is not None else 1
        return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(Keeper(json.load(sys.stdin)).run())
