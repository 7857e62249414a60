"""The launcher: its clock and port as tables, its promises on real engines and real signals."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
import redis

from scripts.launcher import demo_clock, environment, folders, locks, ports, start
from scripts.launcher.children import Child, Lifeline, StartFailed, is_running, wait_for
from scripts.launcher.engines import Engines
from scripts.launcher.supervising import MOST_RESTARTS, GaveUp, Supervisor

EASTERN = ZoneInfo("America/New_York")
ROOT = Path(__file__).resolve().parents[1]


def eastern(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN)


# --- the sample's clock -------------------------------------------------------------------------

OPENINGS = [
    # real time, Eastern; what the first run shows; why
    ("2026-11-22 03:00", "2026-11-24 14:00", "Sunday night: the Tuesday after"),
    ("2026-11-24 09:30", "2026-11-24 14:00", "that Tuesday, before the opening"),
    ("2026-11-24 14:00", "2026-11-24 14:00", "exactly at the opening"),
    ("2026-11-24 14:01", "2026-12-01 14:00", "a minute late: a week on, never back"),
    ("2026-10-28 12:00", "2026-11-03 14:00", "over the end of daylight saving"),
    ("2026-03-04 12:00", "2026-03-10 14:00", "over its beginning"),
]


@pytest.mark.parametrize(("now", "shows", "why"), OPENINGS)
def test_a_first_run_opens_on_tuesday_at_two(now: str, shows: str, why: str) -> None:
    real = eastern(now)
    kept = demo_clock.set_clock(real.astimezone(UTC), None)
    shown = datetime.fromtimestamp(real.timestamp() + kept.offset_s, EASTERN)
    assert shown == eastern(shows), why
    assert kept.opened_on == shown.date()


LATER_RUNS = [
    # the clock shows, had it run on; last seen; what the next run shows; why
    ("2026-11-24 16:10", "2026-11-24 15:00", "2026-11-24 16:10", "same afternoon: it runs on"),
    ("2026-11-24 19:29", "2026-11-24 15:00", "2026-11-24 19:29", "the last minute"),
    ("2026-11-24 19:30", "2026-11-24 15:00", "2026-12-01 14:00", "too late to work with"),
    ("2026-11-25 10:00", "2026-11-24 15:00", "2026-12-01 14:00", "Wednesday"),
    ("2026-12-01 10:00", "2026-11-24 15:00", "2026-12-01 14:00", "another Tuesday is not that one"),
    ("2026-12-01 14:30", "2026-11-24 15:00", "2026-12-08 14:00", "nor in the afternoon: never back"),
    ("2026-11-24 14:30", "2026-11-24 15:00", "2026-11-24 15:00", "the computer was set back: hold"),
    ("2026-11-20 14:30", "2026-11-26 15:00", "2026-12-01 14:00", "set back by days"),
]


@pytest.mark.parametrize(("would_show", "last_seen", "shows", "why"), LATER_RUNS)
def test_a_later_run_goes_on_or_jumps_forward(
    would_show: str, last_seen: str, shows: str, why: str
) -> None:
    offset = 86_400 * 3
    real = eastern(would_show).timestamp() - offset
    kept = demo_clock.Kept(offset, date(2026, 11, 24), eastern(last_seen).astimezone(UTC))
    now = demo_clock.set_clock(datetime.fromtimestamp(real, UTC), kept)
    assert datetime.fromtimestamp(real + now.offset_s, EASTERN) == eastern(shows), why
    assert now.last_seen >= kept.last_seen, "never backwards"


def test_the_clock_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    assert demo_clock.load(path) is None
    kept = demo_clock.set_clock(datetime.now(UTC), None)
    demo_clock.save(path, kept)
    assert demo_clock.load(path) == kept


# --- ports --------------------------------------------------------------------------------------

PORTS = [
    (8000, set(), 8000, "free"),
    (8000, {8000}, 8001, "the next one"),
    (8000, {8000, 8001, 8002}, 8003, "the first free one"),
    (65_535, {65_535}, None, "nothing above the highest port"),
    (8000, set(range(8000, 8100)), None, "gives up after a hundred"),
]


@pytest.mark.parametrize(("wanted", "busy", "offered", "why"), PORTS)
def test_the_next_free_port_is_offered(
    wanted: int, busy: set[int], offered: int | None, why: str
) -> None:
    assert ports.next_free(wanted, lambda port: port not in busy) == offered, why


def test_a_port_with_a_server_is_busy_even_if_that_server_would_share_it() -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind((ports.LOOPBACK, 0))
        server.listen()
        assert not ports.is_free(server.getsockname()[1])


def test_a_busy_port_is_named_and_another_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("BIND", *environment.VONAGE_SETTINGS):
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as server:
        server.bind((ports.LOOPBACK, 0))
        server.listen()
        busy = server.getsockname()[1]
        _, taken = start.choose_address(busy)
    assert taken > busy
    assert f"Port {busy} is busy, so this run uses port {taken}." in capsys.readouterr().out


# --- settings and folders -----------------------------------------------------------------------


def test_half_a_vonage_account_is_refused_by_name() -> None:
    given = {"VONAGE_API_KEY": "abcd1234", "VONAGE_API_SECRET": "made up"}
    with pytest.raises(StartFailed, match="not VONAGE_APPLICATION_ID, VONAGE_PRIVATE_KEY"):
        environment.carrier_is_simulated(given)
    assert environment.carrier_is_simulated({})


def test_a_sample_installation_stays_on_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in environment.VONAGE_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BIND", "0.0.0.0:8000")
    with pytest.raises(StartFailed, match="for this computer alone"):
        start.choose_address(None)


def test_only_a_folder_marked_as_ours_is_used_or_emptied(tmp_path: Path) -> None:
    precious = tmp_path / "home" / "thesis.txt"
    precious.parent.mkdir()
    precious.write_text("years of work")
    with pytest.raises(StartFailed, match="holds other things"):
        folders.prepare(precious.parent)
    with pytest.raises(StartFailed, match="nothing was removed"):
        folders.empty(precious.parent)
    assert precious.read_text() == "years of work"


def test_lost_secrets_are_not_replaced_beside_a_database(tmp_path: Path) -> None:
    kept = environment.keep_secrets(tmp_path / "secrets.json")
    assert environment.keep_secrets(tmp_path / "secrets.json") == kept
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    (tmp_path / "secrets.json").unlink()
    (tmp_path / "postgres").mkdir()
    with pytest.raises(StartFailed, match="opt-outs"):
        environment.refuse_lost_secrets(tmp_path / "secrets.json")


def test_the_shell_file_is_read_back_by_a_shell(tmp_path: Path) -> None:
    odd = {"A": "two\nlines", "B": 'it\'s $HOME `x` "q"', "C": ""}
    environment.write_shell_file(tmp_path / "env", odd)
    script = 'set -a; . "$0"; exec "$1" -c "import os,json; print(json.dumps(dict(os.environ)))"'
    command = ["/bin/sh", "-c", script, str(tmp_path / "env"), sys.executable]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    seen = json.loads(told.stdout)
    assert {name: seen[name] for name in odd} == odd


# --- keeping programs ---------------------------------------------------------------------------


def sleeper(folder: Path, lifeline: Lifeline, script: str = "sleep 600", grace_s: float = 5) -> Child:
    return Child(
        name="sleeper",
        command=["sh", "-c", script],
        environment={"PATH": os.environ["PATH"]},
        cwd=folder,
        log=folder / "sleeper.log",
        lifeline=lifeline,
        grace_s=grace_s,
    )


@pytest.fixture
def lifeline() -> Iterator[Lifeline]:
    line = Lifeline()
    yield line
    line.close()


def test_a_closed_lifeline_ends_a_program_that_ignores_politeness(
    tmp_path: Path, lifeline: Lifeline
) -> None:
    child = sleeper(
        tmp_path, lifeline, "trap '' TERM; echo up; while :; do sleep 0.1; done", grace_s=0.2
    )
    child.start()
    assert wait_for(lambda: "up" in child.output(), 10)
    lifeline.close()
    # Polite for 0.2 s, firm for 3 s, then killed.
    assert wait_for(lambda: not is_running(child.pid), 10)
    assert wait_for(lambda: child.exit_code is not None, 10)


def test_what_a_killed_program_had_started_ends_too(tmp_path: Path, lifeline: Lifeline) -> None:
    child = sleeper(tmp_path, lifeline, "setsid sleep 600 & echo $!; wait")
    child.start()
    assert wait_for(lambda: child.output().strip().isdigit(), 10)
    grandchild = int(child.output())
    child.kill()
    assert wait_for(lambda: not is_running(grandchild), 10)


def test_a_program_that_keeps_dying_is_given_up_with_words(tmp_path: Path, lifeline: Lifeline) -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)
    child = sleeper(tmp_path, lifeline, "echo no luck; exit 3")
    child.start()

    def death() -> None:
        assert wait_for(lambda: not child.runs, 10)
        supervisor.look_after(child, child.start)

    for _ in range(MOST_RESTARTS):
        death()
    with pytest.raises(GaveUp, match="sleeper was started again 5 times"):
        death()
    assert "sleeper stopped unexpectedly (exit code 3). Its last lines:" in said
    assert "    no luck" in said


# --- the engines --------------------------------------------------------------------------------


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder whose path has spaces, closed to everybody else."""
    folder = Path(tempfile.mkdtemp(prefix="p2ptext launcher "))
    yield folder / "the data"
    shutil.rmtree(folder)


def note(engines: Engines, word: str) -> None:
    with psycopg.connect(engines.database_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", (word,))
    with redis.Redis.from_url(engines.redis_url) as queue:
        queue.rpush("kept", word)


def notes(engines: Engines) -> tuple[list[str], list[str]]:
    with psycopg.connect(engines.database_url) as connection:
        rows = [row[0] for row in connection.execute("SELECT word FROM kept ORDER BY word")]
    with redis.Redis.from_url(engines.redis_url, decode_responses=True) as queue:
        return rows, sorted(queue.lrange("kept", 0, -1))


def test_both_engines_recover_from_kill_9_where_they_were(data_dir: Path) -> None:
    with Engines(data_dir) as engines:
        note(engines, "first")
        for child in engines.children:
            old = child.pid
            child.kill()
            assert wait_for(lambda child=child: not child.runs, 20)  # type: ignore[misc]
            assert engines.restart(child)
            assert child.pid != old
        note(engines, "second")
        # A clean file of a dead server is PostgreSQL's own business; a number that now belongs to
        # another living program is ours.
        database = engines.children[-1]
        database.kill()
        assert wait_for(lambda: not database.runs, 20)
        pid_file = data_dir / "postgres" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
        assert engines.restart(database)
    with Engines(data_dir) as engines:
        assert notes(engines) == (["first", "second"], ["first", "second"])


def test_the_engines_let_nobody_in_without_the_password(data_dir: Path) -> None:
    with Engines(data_dir, durable=False) as engines:
        without = engines.database_url.replace(engines.database_url.split(":")[2].split("@")[0], "wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(without)
        port = int(engines.redis_url.rsplit(":", 1)[1].split("/")[0])
        with (
            redis.Redis(port=port) as queue,
            pytest.raises(redis.exceptions.AuthenticationError),
        ):
            queue.ping()
        with psycopg.connect(engines.database_url) as connection:
            row = connection.execute(
                "SELECT usesuper FROM pg_user WHERE usename = current_user"
            ).fetchone()
        assert row == (False,)
    for name in ("engines.json", "valkey/valkey.conf", "logs/postgres.log"):
        assert (data_dir / name).stat().st_mode & 0o077 == 0, name
    assert (data_dir.stat().st_mode & 0o007) == 0
    assert (data_dir.parent.stat().st_mode & 0o777) == 0o700, "nothing above was widened"


def test_data_of_another_postgresql_is_refused_in_words(data_dir: Path) -> None:
    with Engines(data_dir, durable=False):
        pass
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")
    with (
        pytest.raises(StartFailed, match="holds data of PostgreSQL 17"),
        Engines(data_dir, durable=False),
    ):
        pass


HOLDER = """
import sys, time
from pathlib import Path
from scripts.launcher.engines import Engines
from scripts.launcher.start import one_instance
folder = Path(sys.argv[1])
engines = Engines(folder, durable=False).start()
with one_instance(folder):
    print("up", *[child.pid for child in engines.children], flush=True)
    time.sleep(600)
"""


@contextlib.contextmanager
def holding(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """Another process that holds the folder; also the engines' process numbers."""
    command = [sys.executable, "-c", HOLDER, str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as holder:  # noqa: S603
        try:
            assert holder.stdout is not None
            word, *pids = holder.stdout.readline().split()
            assert word == "up"
            yield holder, [int(pid) for pid in pids]
        finally:
            holder.kill()
            os.close(locks.take_over(data_dir / "run.lock"))


def test_a_second_start_on_the_same_data_is_told_who_runs(data_dir: Path) -> None:
    with (
        holding(data_dir) as (holder, _),
        pytest.raises(StartFailed, match=f"already runs on .*process {holder.pid}"),
        start.one_instance(data_dir),
    ):
        pass


def test_nothing_outlives_a_launcher_that_is_killed(data_dir: Path) -> None:
    with holding(data_dir) as (holder, pids):
        everything = locks.holders(data_dir / "run.lock")
        assert set(pids) <= set(everything)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert wait_for(lambda: not any(is_running(pid) for pid in everything), 20)
    with Engines(data_dir, durable=False) as engines:
        assert "was shut down at" in engines.children[-1].output(), "and the database ended cleanly"
