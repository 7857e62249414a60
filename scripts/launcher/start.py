"""`scripts/start`: one installation on this computer, from an empty folder to READY."""

import argparse
import contextlib
import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from p2ptext.config import SettingsError, is_loopback, load
from scripts.launcher import demo_clock, environment, folders, locks, ports
from scripts.launcher.children import StartFailed
from scripts.launcher.engines import Engines
from scripts.launcher.processes import Stack
from scripts.launcher.supervising import GaveUp, Supervisor

DEFAULT_PORT = 8000
NOTE_CLOCK_EVERY_S = 60.0


class Stopping(BaseException):
    """A signal asked us to stop."""


def say(words: str = "") -> None:
    """Tell the operator; nobody may be listening any more, and that must not end a run."""
    with contextlib.suppress(OSError):
        print(words, flush=True)


def ask(question: str) -> bool | None:
    """Yes or no from a person at a terminal, None where nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    try:
        return input(f"{question} [y/n] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return None


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line. Relative paths are the caller's, not the clone's."""
    here = Path(os.environ.get("P2PTEXT_CALLED_FROM") or Path.cwd())
    parser = argparse.ArgumentParser(prog="scripts/start", description="Run p2ptext on this computer.")
    parser.add_argument("--port", type=int, help=f"where the pages are served ({DEFAULT_PORT})")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where the data is kept between runs")
    parser.add_argument("--fresh", action="store_true", help="empty the data first")
    parser.add_argument("--yes", action="store_true", help="do not ask before emptying the data")
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="your own contacts for the sample campaign"
    )
    options = parser.parse_args(arguments)
    options.data = here / options.data.expanduser() if options.data else folders.default_data_dir()
    if options.csv:
        options.csv = here / options.csv.expanduser()
        if not options.csv.is_file():
            parser.error(f"There is no file {options.csv}.")
    if options.port is not None and not 0 < options.port <= ports.HIGHEST:
        parser.error(f"--port must lie between 1 and {ports.HIGHEST}.")
    return options


def choose_address(wanted: int | None) -> tuple[str, int]:
    """Host and port to serve on; offers the next free port when the wanted one is busy."""
    host, _, port = os.environ.get("BIND", "").rpartition(":")
    host = host or ports.LOOPBACK
    if environment.carrier_is_simulated(os.environ) and not is_loopback(host):
        raise StartFailed(
            f"BIND is {host}, but the sample installation is for this computer alone: its sign-ins are "
            "printed for everybody. Set the VONAGE_* settings, or unset BIND."
        )
    first = wanted or (int(port) if port.isdigit() else DEFAULT_PORT)
    offered = ports.next_free(first, lambda port: ports.is_free(port, host))
    if offered is None:
        raise StartFailed(f"Port {first} is busy and so are the next ones. Choose another with --port.")
    if offered != first:
        agreed = ask(f"Port {first} is busy. Use port {offered} instead?")
        if agreed is False:
            raise StartFailed("Choose another port with --port.")
        if agreed is None:
            say(f"Port {first} is busy, so this run uses port {offered}.")
    return host, offered


@contextlib.contextmanager
def one_instance(data_dir: Path) -> Iterator[int]:
    """Hold the data folder for this launcher alone."""
    path = data_dir / "lock"
    lock = locks.try_lock(path)
    if lock is None:
        raise StartFailed(
            f"p2ptext already runs on {data_dir} ({path.read_text().strip() or 'just starting'}). "
            "Stop that one first, or choose another folder with --data."
        )
    try:
        locks.write_note(lock, f"process {os.getpid()}")
        yield lock
    finally:
        os.close(lock)


def make_fresh(data_dir: Path, *, sure: bool) -> None:
    """Empty the data folder after asking."""
    if os.environ.get("DATABASE_URL", "").strip():
        raise StartFailed("--fresh does not empty a database given by DATABASE_URL. Empty it yourself.")
    if not sure and not ask(f"Remove everything in {data_dir}?"):
        raise StartFailed(f"Nothing was removed. Add --yes to empty {data_dir} without being asked.")
    folders.empty(data_dir)


def sign_ins(output: str) -> list[dict[str, str]]:
    """The sign-ins among the lines the demo command wrote."""
    found = []
    for line in output.splitlines():
        with contextlib.suppress(ValueError):
            entry = json.loads(line)
            if isinstance(entry, dict) and "password" in entry:
                found.append({name: str(value) for name, value in entry.items()})
    return found


class Launcher:
    """One run of one installation."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.data_dir: Path = options.data.resolve()
        self.clock_file = self.data_dir / "clock.json"
        self.clock: demo_clock.Kept | None = None
        self.stopping = False
        self.stack: Stack | None = None
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # A run under nohup ignores the terminal's hang-up and goes on doing so.
            if not (sign is signal.SIGHUP and signal.getsignal(sign) is signal.SIG_IGN):
                signal.signal(sign, self._on_signal)

    def _on_signal(self, *_: object) -> None:
        if not self.stopping:
            self.stopping = True
            raise Stopping
        if self.stack is not None:
            for child in self.stack.children.values():
                child.kill()

    def run(self) -> None:
        """Start, serve until a signal, stop."""
        folders.prepare(self.data_dir)
        with one_instance(self.data_dir) as lock:
            # What a killed launcher left may still be ending, and holds the port until then.
            os.close(locks.take_over(self.data_dir / "run.lock"))
            if self.options.fresh:
                make_fresh(self.data_dir, sure=self.options.yes)
            _, port = choose_address(self.options.port)
            locks.write_note(lock, f"process {os.getpid()}, http://{ports.LOOPBACK}:{port}")
            # The secrets come before the database, so a database without them has lost them.
            environment.refuse_lost_secrets(self.data_dir / "secrets.json")
            environment.keep_secrets(self.data_dir / "secrets.json")
            say("Starting the database and the queue.")
            engines = Engines(
                self.data_dir,
                database_url=os.environ.get("DATABASE_URL", "").strip(),
                redis_url=os.environ.get("REDIS_URL", "").strip(),
            )
            try:
                engines.start()
                for note in engines.notes:
                    say(note)
                self._serve(engines, port)
            finally:
                self.stopping = True
                self._stop(engines)

    def _serve(self, engines: Engines, port: int) -> None:
        stack = Stack(engines, port=port, given=os.environ, clock_offset_s=self._set_clock())
        self.stack = stack
        load(stack.settings | _pass_through())
        environment.write_shell_file(self.data_dir / "env", stack.settings | _pass_through())
        commands = [["db", "upgrade"]]
        if stack.simulated:
            commands.append(["demo", *(["--csv", str(self.options.csv)] if self.options.csv else [])])
        say("Bringing the tables up to date.")
        people = sign_ins(stack.flask_in_turn(*commands))
        stack.start_all()
        self._welcome(stack, people)
        self._watch(engines, stack)

    def _set_clock(self) -> int | None:
        if not environment.carrier_is_simulated(os.environ):
            return None
        self.clock = demo_clock.set_clock(datetime.now(UTC), demo_clock.load(self.clock_file))
        demo_clock.save(self.clock_file, self.clock)
        return self.clock.offset_s

    def _welcome(self, stack: Stack, people: list[dict[str, str]]) -> None:
        say()
        if stack.simulated and self.clock is not None:
            say("Texts go to a simulated carrier; nothing leaves this computer.")
            say(
                f"There it is {demo_clock.in_words(datetime.now(UTC), self.clock.offset_s)}, "
                "whatever the time is here."
            )
        else:
            say("Texts go to real people through Vonage.")
            say("The first account is made in another terminal:")
            say(f"  set -a; . {shlex.quote(str(self.data_dir / 'env'))}")
            say(f"  cd {shlex.quote(str(environment.ROOT))}")
            say('  "$P2PTEXT_PYTHON" -m flask --app wsgi create-owner --help')
        if people:
            say("Sign in as:")
        for person in people:
            say(f"  {person.get('role', ''):<12}{person.get('email', ''):<36}{person['password']}")
        say(f"Data: {self.data_dir}   Logs: {stack.log_dir}   Stop: Ctrl-C")
        say()
        say(f"READY {stack.settings['PUBLIC_URL']}")

    def _watch(self, engines: Engines, stack: Stack) -> None:
        supervisor = Supervisor(say)
        noted = time.monotonic()
        while True:
            for engine in engines.children:
                supervisor.look_after(engine, partial(engines.restart, engine))
            for child in stack.children.values():
                supervisor.look_after(child, child.start)
            if time.monotonic() - noted > NOTE_CLOCK_EVERY_S:
                self._note_clock()
                noted = time.monotonic()
            time.sleep(0.25)

    def _note_clock(self) -> None:
        if self.clock is not None:
            demo_clock.note_time(self.clock_file, self.clock, datetime.now(UTC))

    def _stop(self, engines: Engines) -> None:
        if self.stack is not None:
            say("Stopping.")
            self.stack.stop()
        engines.stop()
        self._note_clock()
        (self.data_dir / "env").unlink(missing_ok=True)


def _pass_through() -> dict[str, str]:
    """Settings of the shell that hold as they are, for the file another terminal reads."""
    names = (*environment.VONAGE_SETTINGS, "VONAGE_API_HOST", "VONAGE_SIGNATURE_SECRET_OLD")
    others = (
        *("DATABASE_OWNER_URL", "MAIL_URL", "MAIL_FROM", "TRUSTED_PROXIES", "SMS_PER_SECOND"),
        *("T_MOBILE_UNKNOWN_PERCENT", "PAUSE_AT_OPT_OUTS_PERCENT", "PAUSE_AT_FILTERED_PERCENT"),
    )
    real = () if environment.carrier_is_simulated(os.environ) else names
    return {name: os.environ[name] for name in (*real, *others) if os.environ.get(name, "").strip()}


def main() -> int:
    """Run until stopped. Returns 0 after a signal, 1 with words when something is wrong."""
    options = parse(sys.argv[1:])
    try:
        Launcher(options).run()
    except Stopping:
        say("Stopped.")
        return 0
    except (StartFailed, SettingsError, GaveUp) as problem:
        with contextlib.suppress(OSError):
            print(f"\n{problem}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
