"""`scripts/lock`: the lock files from what requirements/*.in ask for."""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = (("app.in", "../requirements.txt"), ("local.in", "local.txt"), ("dev.in", "dev.txt"))
"""Source and lock file, seen from requirements/, in the order in which they build on each other."""


def compile_all(folder: Path, extra: list[str]) -> None:
    """Compile every lock in `folder`, a requirements/ folder. The locks there are preferred."""
    for source, lock in LOCKS:
        command = [
            *(sys.executable, "-m", "uv", "pip", "compile", "-q"),
            *("--universal", "--python-version", "3.11", "--generate-hashes"),
            # The computer's own certificates: some networks have one of their own.
            *("--no-header", "--no-emit-index-url", "--system-certs"),
            *(*extra, source, "-o", lock),
        ]
        subprocess.run(command, cwd=folder, check=True)


def check() -> list[str]:
    """The lock files that are not what their sources give, without changing any."""
    with tempfile.TemporaryDirectory(prefix="p2ptext-lock-") as name:
        copy = Path(name) / "requirements"
        shutil.copytree(ROOT / "requirements", copy)
        shutil.copy(ROOT / "requirements.txt", name)
        compile_all(copy, [])
        pairs = [(copy / lock, ROOT / "requirements" / lock) for _, lock in LOCKS]
        return [
            str(there.resolve().relative_to(ROOT))
            for made, there in pairs
            if made.resolve().read_bytes() != there.read_bytes()
        ]


def main() -> int:
    """Compile, or with --check compare. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/lock", description="Compile the lock files.")
    parser.add_argument("--check", action="store_true", help="fail when a lock file is out of date")
    options, extra = parser.parse_known_args()
    if not options.check:
        compile_all(ROOT / "requirements", extra)
        return 0
    stale = check()
    for name in stale:
        print(f"{name} is not what its .in file gives. Run scripts/lock.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
