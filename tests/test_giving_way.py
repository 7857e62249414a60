"""Background work says so to the kernel, for itself and for the database's processes that work for it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from p2ptext import giving_way
from p2ptext.config import Settings
from p2ptext.extensions import connect
from scripts.launcher.children import Child, Lifeline, wait_for

ROOT = Path(__file__).parents[1]
ALONE = """
import json, os, sys
from pathlib import Path
from p2ptext import giving_way
from p2ptext.extensions import connect

def standing(pid):
    group = Path(f"/proc/{pid}/autogroup")
    among = group.read_text().split("nice ")[-1].strip() if group.exists() else None
    return [os.getpriority(os.PRIO_PROCESS, pid), among]

before = connect(sys.argv[1])
giving_way.this_process(7)
after = connect(sys.argv[1])
giving_way.this_process(3)
found = [os.getpid(), before.info.backend_pid, after.info.backend_pid]
print(json.dumps([standing(one) for one in found]))
"""


def test_a_process_and_its_new_connections_give_way(settings: Settings) -> None:
    """In a process that leads a session of its own: without rights nobody can take back what they gave."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", ALONE, settings.database_url],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
        start_new_session=True,
    )
    own, before, after = json.loads(done.stdout)
    groups = Path("/proc/self/autogroup").exists()
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert before == [ours, "0" if groups else None]
    given = max(7, ours)
    assert own == after == [given, str(given) if groups else None], "who gave way keeps to it"


TWICE = """
import ctypes, os
from pathlib import Path
from p2ptext import giving_way

if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: what is ours in /proc is ours again
giving_way.this_process(5)
giving_way.this_process(7)
group = Path("/proc/self/autogroup")
print(group.read_text().split()[-1] if group.exists() else "none")
"""


def test_the_kernel_is_asked_again_when_it_has_no_time() -> None:
    """It takes one such wish in a tenth of a second from all who are not the superuser, and refuses others."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", TWICE],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
        start_new_session=True,
    )
    given = str(max(7, os.getpriority(os.PRIO_PROCESS, 0)))
    assert done.stdout.strip() in (given, "none"), done.stderr


SLICES = """
import ctypes, json, os, platform, struct, sys
from p2ptext import giving_way
from p2ptext.extensions import connect

def slice_of(pid):
    told = ctypes.create_string_buffer(48)
    number = {"x86_64": 315, "aarch64": 275}.get(platform.machine())
    if number is None or ctypes.CDLL(None).syscall(number, pid, told, 48, 0) != 0:
        return 0  # such a machine, or such a kernel, does not say
    return struct.unpack("=IIQiIQQQ", told.raw)[5]

usual = slice_of(os.getpid())
giving_way.this_process(giving_way.BACKGROUND)
in_background = [os.getpid(), connect(sys.argv[1])]
after = [slice_of(in_background[0]), slice_of(in_background[1].info.backend_pid)]
giving_way.this_process(giving_way.SLOW)
slow = connect(sys.argv[1])
print(json.dumps([usual, after, [slice_of(os.getpid()), slice_of(slow.info.backend_pid)]]))
"""


def test_only_jobs_of_minutes_run_in_long_slices(settings: Settings) -> None:
    """Whoever wakes up interrupts them at once, the dispatcher too. Linux before 6.12 knows no slices."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", SLICES, settings.database_url],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
        start_new_session=True,
    )
    usual, background, slow = json.loads(done.stdout)
    assert background == [usual, usual]
    assert slow == ([giving_way.LONG_SLICE_NS] * 2 if usual else [0, 0])


def test_a_program_of_an_installation_gives_way_among_all_others(tmp_path: Path) -> None:
    """Whoever keeps it is in a session of its own, or what it says would count within that one only."""
    script = (
        "import signal\nfrom p2ptext import giving_way\n"
        "giving_way.this_process(7)\nprint('said', flush=True)\nsignal.pause()"
    )
    log = tmp_path / "program.log"
    lifeline = Lifeline()
    child = Child("program", [sys.executable, "-c", script], {}, ROOT, log, lifeline)
    child.start()
    try:
        assert wait_for(lambda: "said" in log.read_text(encoding="utf-8"), 20)
        given = max(7, os.getpriority(os.PRIO_PROCESS, 0))
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == given
        group = Path(f"/proc/{child.pid}/autogroup")
        if group.exists():
            assert group.read_text(encoding="ascii").split()[-1] == str(given)
    finally:
        child.kill()
        lifeline.close()


def test_a_process_of_somebody_else_with_the_same_number_is_left_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the database runs in another container: its numbers mean other processes here."""
    monkeypatch.setattr(giving_way, "_given", [7])
    with (
        connect(settings.database_url) as ours,
        connect(settings.database_url) as another,
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger,
    ):
        for pid in (stranger.pid, another.info.backend_pid, 2**22 + 1):
            there = os.getpriority(os.PRIO_PROCESS, pid) if pid <= 2**22 else None
            mistaken = SimpleNamespace(info=SimpleNamespace(backend_pid=pid), fileno=ours.fileno)
            assert giving_way.with_connection(mistaken) is False  # type: ignore[arg-type]
            assert there is None or os.getpriority(os.PRIO_PROCESS, pid) == there
        stranger.communicate(b"\n")


def test_pages_do_not_give_way(settings: Settings) -> None:
    with connect(settings.database_url) as connection:
        assert giving_way.with_connection(connection) is False
        pid = connection.info.backend_pid
        assert os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0)
