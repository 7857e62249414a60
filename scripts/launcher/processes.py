"""The program's own processes: web, workers, dispatcher and, without a real carrier, the simulator.

with Engines(folder) as engines, Stack(engines) as stack:
    stack.flask("demo")
    ... stack.url, stack.carrier_url, stack.kill("dispatcher"), stack.start("dispatcher") ...
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from scripts.launcher import demo_clock, environment
from scripts.launcher.children import Child, Lifeline, StartFailed, wait_for
from scripts.launcher.engines import Engines
from scripts.launcher.ports import LOOPBACK, any_free

COMMANDS = {
    "simulator": ("-m", "p2ptext.simulator"),
    "web": ("-m", "gunicorn", "-c", "scripts/gunicorn.conf.py", "wsgi:app"),
    "worker": ("-m", "flask", "--app", "wsgi", "worker", "default"),
    "slow-worker": ("-m", "flask", "--app", "wsgi", "worker", "slow"),
    "dispatcher": ("-m", "flask", "--app", "wsgi", "dispatcher"),
}
"""What each process runs, in the order of starting. Never console scripts: their first line
breaks in a path with spaces."""

GRACE_S = {"simulator": 5.0, "web": 10.0, "worker": 10.0, "slow-worker": 10.0, "dispatcher": 25.0}
"""Seconds to end in. The dispatcher waits for calls on the wire, 15 s at most each."""

COMMAND_PATIENCE_S = 1800.0
"""The longest a migration of a large installation may take."""

ORDER_OF_ENDING = ("web", "dispatcher", "worker", "slow-worker", "simulator")


class Stack:
    """All processes of one installation on the given engines.

    `given` is the operator's environment; settings in it win over generated ones. For tests and
    measurements leave it out: then the carrier is simulated whatever the shell holds, and
    `overrides` adds settings such as SIMULATOR_SPEED. `port` 0 takes a free one.
    """

    def __init__(
        self,
        engines: Engines,
        *,
        port: int = 0,
        given: Mapping[str, str] | None = None,
        overrides: Mapping[str, str] | None = None,
        clock_offset_s: int | None = None,
    ) -> None:
        self.engines = engines
        self.port = port or any_free()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.carrier_url = ""
        self.log_dir = engines.log_dir
        self.lifeline = Lifeline()
        given = {} if given is None else given
        kept = environment.keep_secrets(engines.data_dir / "secrets.json")
        self.settings = environment.installation_settings(
            kept,
            given,
            data_dir=engines.data_dir,
            database_url=engines.database_url,
            redis_url=engines.redis_url,
            port=self.port,
        )
        self.simulated = environment.carrier_is_simulated(given)
        if self.simulated:
            if clock_offset_s is None:
                clock_offset_s = demo_clock.set_clock(datetime.now(UTC), None).offset_s
            self.settings |= environment.simulator_settings(
                kept, port=self.port, carrier_port=any_free()
            )
            self.settings["CLOCK_OFFSET_S"] = str(clock_offset_s)
            self.carrier_url = self.settings["VONAGE_API_HOST"]
        self.settings |= overrides or {}
        names = [name for name in COMMANDS if self.simulated or name != "simulator"]
        self.children = {name: self._child(name, COMMANDS[name]) for name in names}

    def _child(self, name: str, arguments: tuple[str, ...]) -> Child:
        return Child(
            name=name,
            command=[sys.executable, *arguments],
            environment=self._environment(),
            cwd=environment.ROOT,
            log=self.log_dir / f"{name}.log",
            lifeline=self.lifeline,
            grace_s=GRACE_S.get(name, 5.0),
            inherits=(self.engines.run_lock,),
            # Should the launcher be killed, the engines end only after the processes that use them.
            keeper_holds=(self.engines.lifeline.writer,),
        )

    def _environment(self) -> dict[str, str]:
        """Ours over the shell's, without what the shell has about another carrier."""
        kept = {name: value for name, value in os.environ.items() if self._passes(name)}
        # Seven processes read the same modules: compiled files save each of them half a second.
        python = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": ""}
        return kept | python | self.settings

    def _passes(self, name: str) -> bool:
        return not self.simulated or not name.startswith(("VONAGE_", "DATABASE_", "REDIS_", "CLOCK_"))

    def flask(self, *arguments: str) -> str:
        """Run one command of the program to its end; returns what it wrote. Raises StartFailed."""
        return self.flask_in_turn(list(arguments))

    def flask_in_turn(self, *commands: list[str]) -> str:
        """Run several commands in one interpreter, up to the first that fails."""
        child = self._child("command", ("-m", "scripts.launcher.commands", json.dumps(commands)))
        child.start()
        wait_for(lambda: not child.runs, COMMAND_PATIENCE_S)
        code = child.exit_code
        child.stop()
        if code != 0:
            told = ", ".join(" ".join(["flask", *each]) for each in commands)
            raise StartFailed(f"`{told}` failed. The end of {child.log}:\n{child.last_lines(20)}")
        return child.output()

    def migrate(self) -> None:
        """Bring the tables to this release."""
        self.flask("db", "upgrade")

    def start(self, name: str) -> None:
        """Start one process and wait until it is ready."""
        self.children[name].start()
        self.await_ready(name)

    def start_all(self) -> None:
        """Start every process, then wait for each."""
        for child in self.children.values():
            child.start()
        for name in self.children:
            self.await_ready(name)

    def await_ready(self, name: str, seconds: float = 120.0) -> None:
        """Wait until a process does its work. Raises StartFailed with the end of its log."""
        child = self.children[name]
        wait_for(lambda: self._ready(name) or not child.runs, seconds, every=0.05)
        if not (child.runs and self._ready(name)):
            raise StartFailed(f"{name} did not start. The end of {child.log}:\n{child.last_lines()}")

    def _ready(self, name: str) -> bool:
        if name == "web":
            return answers(f"{self.url}/readyz")
        if name == "simulator":
            return any(line.startswith("READY") for line in self.children[name].output().splitlines())
        return self.children[name].runs

    def kill(self, name: str) -> None:
        """SIGKILL to one process and wait until it is gone; it is not started again."""
        self.children[name].kill()
        wait_for(lambda: not self.children[name].runs, 10)

    def stop(self, name: str | None = None) -> None:
        """End one process, or all of them in their order."""
        for each in ORDER_OF_ENDING if name is None else (name,):
            if each in self.children:
                self.children[each].stop()
        if name is None:
            self.lifeline.close()

    def __enter__(self) -> Self:
        try:
            self.migrate()
            self.start_all()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def answers(url: str) -> bool:
    """Whether a GET there is answered 200 within two seconds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - always our own http address
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False
