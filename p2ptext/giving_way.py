"""Work that nobody waits for gives way to pages and clicks, also inside the database on the same machine.

Whoever serves people and whoever works in the background share a few processors. The kernel takes from the
latter first once they say so: each process for itself, and each process of the database that works for it.
Where the database runs elsewhere, or as a user whose processes are not ours to change, those stay as they are.
"""

import contextlib
import ctypes
import os
import platform
import socket
import struct
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever has no database need not load the driver
    import psycopg

BACKGROUND, SLOW = 10, 19
"""For the dispatcher and the workers: on a full processor a page gets nine times as much as each of them. For
jobs of minutes: sixty times as much."""

LONG_SLICE_NS = 100_000_000
"""What a job of minutes asks for at a time, and the most the kernel grants."""

_SET_ATTRIBUTES = {"x86_64": 314, "aarch64": 274}
"""The number of the call sched_setattr(2), for which Python has no name."""
_ATTRIBUTES = struct.Struct("=IIQiIQQQ")

_PROC = Path("/proc")
_TRIES, _TRY_AGAIN_S = 20, 0.1
_given: list[int] = []
"""How much this process gives way, once it does. Jobs run in copies of their worker and take it along."""


def this_process(niceness: int) -> None:
    """From here on this process, those it makes, and the database's for its new connections give way.

    `niceness` is that of nice(1), 0 to 19; whoever gives way more already goes on doing so.
    """
    kept = max(niceness, os.getpriority(os.PRIO_PROCESS, 0))
    os.setpriority(os.PRIO_PROCESS, 0, kept)
    _among_sessions(os.getpid())
    _in_long_slices(os.getpid(), kept)
    _given[:] = [kept]


def with_connection(connection: "psycopg.Connection[object]") -> bool:
    """Have the database's process behind a new connection give way as this process does. Whether it does."""
    if not _given:
        return False
    pid = connection.info.backend_pid
    with contextlib.suppress(OSError):
        if _is_behind(pid, connection):
            os.setpriority(os.PRIO_PROCESS, pid, _given[0])
            _among_sessions(pid)
            _in_long_slices(pid, _given[0])
            return True
    return False


def _is_behind(pid: int, connection: "psycopg.Connection[object]") -> bool:
    """Whether the process of this number here is the server's end: its title names our end's port.

    A number alone may be one of another computer, or of another container.
    """
    title = (_PROC / str(pid) / "cmdline").read_bytes()
    with socket.socket(fileno=os.dup(connection.fileno())) as ours:
        name = ours.getsockname()
    return title.startswith(b"postgres:") and isinstance(name, tuple) and b"(%d)" % name[1] in title


def _among_sessions(pid: int) -> None:
    """Linux may weigh sessions against each other (sched(7), autogroup): nice then counts within one only.

    Who does not lead a session shares it with somebody who may serve people.
    """
    if os.getsid(pid) != pid:
        return
    niceness = b"%d" % os.getpriority(os.PRIO_PROCESS, pid)
    for _ in range(_TRIES):
        try:
            (_PROC / str(pid) / "autogroup").write_bytes(niceness)
        except BlockingIOError:  # one wish in a tenth of a second, of all who are not the superuser
            time.sleep(_TRY_AGAIN_S)
        except OSError:
            return
        else:
            return


def _in_long_slices(pid: int, niceness: int) -> None:
    """Let whoever wakes up interrupt a job of minutes at once, instead of when its slice is over.

    Since Linux 6.12 who asks for short slices goes before who runs in a long one; earlier kernels take no
    notice. The dispatcher keeps the usual slices, so that it too goes before such a job.
    """
    number = _SET_ATTRIBUTES.get(platform.machine())
    if niceness < SLOW or number is None or os.sched_getscheduler(pid) != os.SCHED_OTHER:
        return
    wish = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_OTHER, 0, niceness, 0, LONG_SLICE_NS, 0, 0)
    ctypes.CDLL(None).syscall(number, pid, wish, 0)  # refused, it stays as it was
