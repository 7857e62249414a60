"""The database and the queue, embedded or given.

    with Engines(folder) as engines:
        ... engines.database_url, engines.redis_url ...

Both listen on 127.0.0.1 only, with passwords made once and kept, readable by the owner
alone, in `folder`. As root they run as the user "nobody". They end when their launcher
ends, however it ends, and the next start recovers what a `kill -9` left behind.
"""

import contextlib
import json
import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import Self

from scripts.launcher import folders, locks, postgres, valkey
from scripts.launcher.children import Child, Lifeline, StartFailed

PASSWORDS = ("postgres_postgres", f"postgres_{postgres.NAME}", "valkey")


class Engines:
    """PostgreSQL and Valkey for one data folder.

    `database_url` or `redis_url`, when given, is used as it is and that engine is not started.
    `durable=False` trades safety after a power cut for speed, for tests.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        log_dir: Path | None = None,
        database_url: str = "",
        redis_url: str = "",
        durable: bool = True,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.log_dir = log_dir or self.data_dir / "logs"
        self.database_url = database_url
        self.redis_url = redis_url
        self.durable = durable
        self.lifeline = Lifeline()
        self.run_lock: int = -1
        """Inherited by every program of the installation: held for as long as one of them lives."""
        self.notes: list[str] = []
        """What the operator should know about this start, in words."""
        self._postgres: postgres.Postgres | None = None
        self._valkey: valkey.Valkey | None = None

    @property
    def children(self) -> list[Child]:
        """The engines that were started here, in the order in which to end them."""
        engines = (self._valkey, self._postgres)
        return [engine.child for engine in engines if engine is not None and engine.child is not None]

    @property
    def admin_url(self) -> str:
        """The embedded database's superuser, for what the program itself may not do; "" if given."""
        return "" if self._postgres is None else self._postgres.url("postgres", postgres.NAME)

    def start(self) -> Self:
        """Start what is not given. Raises StartFailed, in words, leaving nothing running."""
        folders.prepare(self.data_dir)
        self.log_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.run_lock = locks.take_over(self.data_dir / "run.lock")
        try:
            passwords = self._passwords()
            if not self.redis_url:
                self._launch_valkey(passwords)
            if not self.database_url:
                self._start_postgres(passwords)
            if self._valkey is not None:
                self._await_valkey()
        except BaseException:
            self.stop()
            raise
        return self

    def _passwords(self) -> dict[str, str]:
        path = self.data_dir / "engines.json"
        passwords = folders.read_json(path)
        missing = [name for name in PASSWORDS if name not in passwords]
        if missing:
            if (self.data_dir / "postgres").exists():
                raise StartFailed(
                    f"{path} is missing or lacks passwords of the database beside it. "
                    "Put back a copy of it, or begin anew with --fresh."
                )
            passwords |= {name: secrets.token_urlsafe(32) for name in missing}
            folders.write_private(path, json.dumps(passwords, indent=1) + "\n")
        return passwords

    def _launch_valkey(self, passwords: dict[str, str]) -> None:
        self._valkey = valkey.Valkey(self.data_dir / "valkey", passwords, durable=self.durable)
        self._valkey.launch(
            valkey.find_binary(),
            log=self.log_dir / "valkey.log",
            lifeline=self.lifeline,
            inherits=(self.run_lock,),
        )
        self.redis_url = self._valkey.url

    def _start_postgres(self, passwords: dict[str, str]) -> None:
        binaries = postgres.find_binaries()
        self._postgres = postgres.Postgres(self.data_dir / "postgres", passwords, durable=self.durable)
        self._postgres.create(binaries)
        self._postgres.start(
            binaries,
            log=self.log_dir / "postgres.log",
            lifeline=self.lifeline,
            inherits=(self.run_lock,),
        )
        self.database_url = self._postgres.url()

    def _await_valkey(self) -> None:
        engine = self._valkey
        if engine is None or engine.child is None or engine.wait_until_ready():
            return
        if "Bad file format" in engine.child.output():
            # The queue holds nothing that the database cannot bring back.
            self.notes.append(f"The queue's file was damaged; it was moved to {engine.set_aside()}.")
            engine.child.start()
            if engine.wait_until_ready():
                return
        raise StartFailed(f"The queue did not start:\n{engine.child.last_lines()}")

    def restart(self, child: Child) -> bool:
        """Start an engine again after it ended by itself. Returns whether it is ready."""
        child.start()
        for engine in (self._postgres, self._valkey):
            if engine is not None and engine.child is child:
                return engine.wait_until_ready()
        return False

    def stop(self) -> None:
        """End both and give the folder free."""
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.stop()
        self.lifeline.close()
        if self.run_lock >= 0:
            with contextlib.suppress(OSError):
                os.close(self.run_lock)
            self.run_lock = -1

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
