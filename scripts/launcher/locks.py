"""Locks that the system releases by itself, so none can be left behind.

`flock` belongs to an open file and is given up when the last process that has it open ends.
A program that inherits the open file therefore shows, without any bookkeeping of process
numbers, that it is still alive.
"""

import fcntl
import os
import shutil
import signal
import subprocess
from pathlib import Path

from scripts.launcher.children import StartFailed, wait_for


def try_lock(path: Path) -> int | None:
    """Take the lock file and return the open file, or None while another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def write_note(descriptor: int, note: str) -> None:
    """Say in the lock file who holds it."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, note.encode(), 0)


def holders(path: Path) -> list[int]:
    """Process numbers that have the file open, without our own."""
    proc = Path("/proc")
    if not (proc / "self" / "fd").exists():
        return _holders_by_lsof(path)
    wanted = path.stat()
    found = []
    for entry in proc.iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid() and _has_open(entry, wanted):
            found.append(int(entry.name))
    return found


def _has_open(process: Path, wanted: os.stat_result) -> bool:
    try:
        return any(os.path.samestat(fd.stat(), wanted) for fd in _readable(process / "fd"))
    except OSError:
        return False


def _readable(folder: Path) -> list[Path]:
    # A pipe or a file closed meanwhile cannot be looked at; it is not the lock file then.
    return [fd for fd in folder.iterdir() if fd.exists()]


def _holders_by_lsof(path: Path) -> list[int]:
    lsof = shutil.which("lsof")
    if lsof is None:
        return []
    told = subprocess.run([lsof, "-t", "--", str(path)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in told.stdout.split() if int(pid) != os.getpid()]


def take_over(path: Path, *, patience_s: float = 25.0) -> int:
    """Take the lock of a folder's programs, ending what an earlier run left behind.

    Programs of a launcher that was killed end by themselves within seconds; what has not
    ended after `patience_s` is killed. Raises StartFailed if even that does not help.
    """
    taken: list[int] = []

    def free() -> bool:
        descriptor = try_lock(path)
        if descriptor is not None:
            taken.append(descriptor)
        return descriptor is not None

    if not wait_for(free, patience_s, every=0.05):
        for pid in holders(path):
            try:
                os.kill(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
        if not wait_for(free, 10, every=0.05):
            names = ", ".join(map(str, holders(path))) or "unknown"
            raise StartFailed(
                f"Programs of an earlier run still use {path.parent} and cannot be ended "
                f"(process {names}). End them and start again."
            )
    return taken[0]
