"""Where the data lies, and who may enter."""

import contextlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from scripts.launcher.children import StartFailed

AS_ROOT = os.geteuid() == 0
ENGINE_USER = 65534 if AS_ROOT else None
"""PostgreSQL refuses to run as root, so root runs both engines as the user "nobody"."""

MARK = "p2ptext-data"


def default_data_dir() -> Path:
    """/var/lib/p2ptext for root, else the user's own data folder."""
    if AS_ROOT:
        return Path("/var/lib/p2ptext")
    home = os.environ.get("XDG_DATA_HOME", "").strip()
    return (Path(home) if home else Path.home() / ".local" / "share") / "p2ptext"


def prepare(data_dir: Path) -> None:
    """Make the data folder, closed to others, or check that it is one of ours.

    As root its group is the engines' and may pass through but not look. Raises StartFailed.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        mark = data_dir / MARK
        if not mark.exists():
            if any(data_dir.iterdir()):
                raise StartFailed(
                    f"{data_dir} holds other things. Choose an empty or a new folder with --data."
                )
            mark.write_text("The data of one p2ptext installation. Keep this folder private.\n")
        if AS_ROOT:
            os.chown(data_dir, 0, ENGINE_USER or 0)
        data_dir.chmod(0o710 if AS_ROOT else 0o700)
    except PermissionError as problem:
        raise StartFailed(
            f"{data_dir} belongs to another user ({problem.strerror}). Choose a folder with --data."
        ) from None


def empty(data_dir: Path) -> None:
    """Remove what the folder holds, but only if it is marked as ours."""
    if not data_dir.exists() or not any(data_dir.iterdir()):
        return
    if not (data_dir / MARK).exists():
        raise StartFailed(f"{data_dir} is not a p2ptext data folder; nothing was removed.")
    for entry in data_dir.iterdir():
        if entry.name in (MARK, "lock"):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def engine_folder(path: Path) -> Path:
    """Make a folder that belongs to the engines' user alone."""
    path.mkdir(exist_ok=True)
    if ENGINE_USER is not None:
        os.chown(path, ENGINE_USER, ENGINE_USER)
    path.chmod(0o700)
    return path


def seen_from_inside(folder: Path) -> str:
    """How a program that was started in `folder` names it.

    On Linux root enters the folder first and then becomes the engines' user: so it works below
    a folder that user may not enter, such as root's home, without opening it.
    """
    return "/proc/self/cwd" if AS_ROOT and sys.platform == "linux" else str(folder)


def write_private(path: Path, text: str, *, owner: int | None = None) -> None:
    """Write a file only its owner can read, whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            if owner is not None:
                os.fchown(descriptor, owner, owner)
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def read_json(path: Path) -> dict[str, str]:
    """The JSON object in a file, empty if there is no such file. Raises StartFailed if broken."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        raise StartFailed(
            f"{path} is damaged. Put back a copy of it; without it the data is lost."
        ) from None
    return dict(found)


def public_copy(source: Path, parts: list[str], name: str) -> Path:
    """Copy `parts` of `source` once to a folder every user may read; returns that folder.

    The virtual environment may lie where the engines' user cannot go, such as root's home.
    """
    shelf = Path("/var/cache/p2ptext")
    target = shelf / name
    if target.exists():
        return target
    shelf.mkdir(mode=0o755, parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=shelf, prefix=f".{name}."))
    try:
        for part in parts:
            shutil.copytree(
                source / part,
                making / part,
                symlinks=True,
                ignore=shutil.ignore_patterns("*.a", "include"),
            )
        for folder, _, files in os.walk(making):
            Path(folder).chmod(0o755)
            for file in files:
                path = Path(folder) / file
                if not path.is_symlink():
                    path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        try:
            making.rename(target)
        except OSError:
            # Another start was faster; its copy is the same.
            if not target.exists():
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return target
