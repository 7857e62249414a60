"""Files on disk, uploaded or made here. Their names are ours; what a person called a file is only shown."""

import os
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from p2ptext.errors import NotFound, Refused

_CHUNK = 1 << 20
UNFINISHED = ".part"
"""How the name of a file ends that is being made."""
_OUR_NAME = re.compile(r"[0-9a-f]{32}")
_LONGEST_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was kept: the name to find it by and its size in bytes."""

    name: str
    size: int


def store(stream: BinaryIO, folder: Path, most_bytes: int) -> Stored:
    """Keep an upload, a piece at a time, readable by this program's user only.

    Raises Refused (too_large) and keeps nothing when it is larger than `most_bytes`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(16)
    path = folder / name
    size = 0
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
            while piece := stream.read(_CHUNK):
                size += len(piece)
                if size > most_bytes:
                    raise too_large(most_bytes)
                kept.write(piece)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Stored(name, size)


@contextmanager
def made(folder: Path) -> Iterator[tuple[BinaryIO, str]]:
    """A new file, open for writing, and the name it is found by once the block has ended well.

    Until then it has another name, which `find` never gives; after an error there is none.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(16)
    begun = folder / f"{name}{UNFINISHED}"
    try:
        # Read as well: whoever writes an archive goes back in it.
        opened = os.open(begun, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w+b", buffering=_CHUNK) as file:
            yield file, name
            file.flush()
            os.fsync(file.fileno())
        begun.rename(folder / name)
    except BaseException:
        begun.unlink(missing_ok=True)
        raise


def too_large(most_bytes: int) -> Refused:
    """What is said of a file over the limit."""
    return Refused(
        "too_large",
        f"The file is larger than {most_bytes // 2**20:,} MB, the most this installation takes. "
        "Split it into several files and upload one after the other.",
        413,
    )


def find(folder: Path, name: str) -> Path:
    """The path of a stored file. Raises NotFound for a name that is not one of ours."""
    if not _OUR_NAME.fullmatch(name):
        raise NotFound
    return folder / name


def remove(folder: Path, name: str) -> None:
    """Forget a stored file; one that is gone already is fine."""
    find(folder, name).unlink(missing_ok=True)


def shown_name(name: str | None) -> str:
    """A file's name as people may see it: no folders, nothing invisible, not endless."""
    last = re.split(r"[/\\]", name or "")[-1]
    # Control, formatting and unassigned characters could turn the words around it.
    visible = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip()
    return visible[:_LONGEST_SHOWN] or "list.csv"
