"""Makes the virtual environment with the locked packages; prints its interpreter's path.

Run by `bootstrap.sh` with the system's Python, so it uses the standard library only. It does
nothing when the lock files are those of the last time. Two starts at once wait for each other,
and an interrupted installation is made again.
"""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {
    "run": ("requirements.txt", "requirements/local.txt"),
    "test": ("requirements.txt", "requirements/local.txt", "requirements/dev.txt"),
}
COVERED_BY = {"run": ("run", "test"), "test": ("test",)}
"""Which installations are enough for a purpose."""

NO_PIP = """\
This Python can make no virtual environment: it lacks ensurepip, and there is no pip either.
Install it and start again (Debian, Ubuntu: sudo apt install python3-venv;
Fedora: sudo dnf install python3-pip), or name another Python: PYTHON=/path/to/python3"""


class SetUpFailed(RuntimeError):
    """The environment could not be made; the message says what to do."""


def tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def digest(purpose: str) -> str:
    """Identifies the locked packages of a purpose."""
    total = hashlib.sha256()
    for name in LOCKS[purpose]:
        total.update((ROOT / name).read_bytes())
    return total.hexdigest()


def interpreter(folder: Path) -> Path:
    return folder / "bin" / "python"


def python_version(folder: Path) -> str:
    """The version the environment's interpreter has now, empty if it does not run."""
    try:
        told = subprocess.run(
            [interpreter(folder), "-I", "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return told.stdout.strip()


def stamp(folder: Path, purpose: str) -> Path:
    return folder / f"p2ptext-{purpose}.stamp"


def is_complete(folder: Path, purpose: str) -> bool:
    """Whether the environment has what the lock files say now, for a Python that still runs."""
    for covering in COVERED_BY[purpose]:
        with contextlib.suppress(OSError):
            found = stamp(folder, covering).read_text()
            if found == f"{digest(covering)} {python_version(folder)}":
                return True
    return False


def places() -> list[Path]:
    """Where the environment may lie: in the clone, else in the user's cache folder."""
    cache = os.environ.get("XDG_CACHE_HOME", "").strip()
    home = Path(cache) if cache else Path("~").expanduser() / ".cache"
    name = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    return [ROOT / ".venv", home / "p2ptext" / f"venv-{name}"]


def writable_place() -> Path:
    in_clone, in_cache = places()
    if os.access(in_clone if in_clone.exists() else ROOT, os.W_OK) and os.access(ROOT, os.W_OK):
        return in_clone
    try:
        in_cache.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SetUpFailed(
            f"Neither {ROOT} nor {in_cache.parent} can be written to ({problem.strerror}). "
            "Set HOME or XDG_CACHE_HOME to a folder of yours."
        ) from None
    return in_cache


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One set-up at a time; the system gives the lock free even when one is killed."""
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Another start is setting things up; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def has_module(python: Path | str, name: str) -> bool:
    tried = subprocess.run([python, "-I", "-c", f"import {name}"], capture_output=True, check=False)
    return tried.returncode == 0


def make(folder: Path, *, anew: bool) -> None:
    """An environment without packages, or the one that is there."""
    if not anew and python_version(folder):
        return
    with_pip = has_module(sys.executable, "ensurepip")
    if not with_pip and not has_module(sys.executable, "pip"):
        raise SetUpFailed(NO_PIP)
    venv.EnvBuilder(clear=folder.exists(), with_pip=with_pip, symlinks=True).create(folder)


def pip(folder: Path) -> list[str]:
    """The environment's own pip, or the system's working on it."""
    python = str(interpreter(folder))
    if has_module(python, "pip"):
        return [python, "-I", "-m", "pip"]
    return [sys.executable, "-I", "-m", "pip", "--python", python]


def install(folder: Path, purpose: str) -> None:
    """Install exactly the locked packages, each checked against its hash."""
    requirements = [word for name in LOCKS[purpose] for word in ("-r", str(ROOT / name))]
    done = subprocess.run(
        [
            *pip(folder),
            "install",
            "--quiet",
            "--no-input",
            "--disable-pip-version-check",
            "--require-hashes",
            "--only-binary=:all:",
            *requirements,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        said = "\n".join(line for line in done.stdout.splitlines() if not line.startswith("WARNING"))
        raise SetUpFailed(
            f"The packages could not be installed:\n{said}\n\n"
            "Is the package registry reachable from here? Starting again tries once more."
        )


def compile_modules(folder: Path) -> None:
    """Compile what is not compiled yet; without it every process of every start takes seconds longer."""
    command = [
        *(str(interpreter(folder)), "-I", "-m", "compileall"),
        *("-q", "-j", "0", str(folder / "lib")),
    ]
    # A package may carry a file for another Python; that it does not compile here is no fault.
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def set_up(purpose: str) -> Path:
    """The environment's folder, made or brought up to date where needed."""
    for folder in places():
        if is_complete(folder, purpose):
            return folder
    folder = writable_place()
    with alone(folder):
        if is_complete(folder, purpose):
            return folder
        began = time.monotonic()
        tell(f"Setting up in {folder}. This happens once and takes about a minute.")
        # Left behind only when an earlier set-up was interrupted: then nothing in it can be trusted.
        unfinished = folder.with_name(f"{folder.name}.unfinished")
        make(folder, anew=unfinished.exists())
        unfinished.touch()
        for each in LOCKS:
            stamp(folder, each).unlink(missing_ok=True)
        install(folder, purpose)
        compile_modules(folder)
        stamp(folder, purpose).write_text(f"{digest(purpose)} {python_version(folder)}")
        unfinished.unlink()
        tell(f"Set up in {time.monotonic() - began:.0f} s.")
    return folder


def main() -> int:
    try:
        print(interpreter(set_up(sys.argv[1])))
    except SetUpFailed as problem:
        tell(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
