"""Keeps the roots of blocks where a change of the database does not reach: in a file, and elsewhere.

The file `roots` in the data folder gets a line for each block (rules.ledger_lines), each written once and
for good. A line that a crash kept from being written is written by the next call, by comparing the
file's last line with the database. LEDGER_ROOTS_URL, where set, gets the same lines by POST; up to
which byte it has them is kept beside the file, in `roots.sent`.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from p2ptext.background import transaction
from p2ptext.extensions import cursor, log
from p2ptext.rules import ledger, ledger_lines
from p2ptext.texting.ledger_queries import BLOCK_COLUMNS

NAME = "roots"
AT_ONCE = 1_000
"""Blocks read, written or sent at once: a file that lacks a year is completed in small steps."""

LONGEST_LINE = 512
LOCK = 7022029
"""Of the file's end, across machines that share the folder."""

POST_TIMEOUT_S = 5


class RootsDiffer(Exception):
    """The file's last line and the database name different roots for the same block."""


def keep(folder: Path, url: str) -> None:
    """Write what the file lacks, then send what `url` lacks. What fails is logged and tried again next time."""
    path = folder / NAME
    try:
        while _append(path) == AT_ONCE:
            pass
    except RootsDiffer as error:
        log.error("ledger_roots_differ", block=error.args[0])
    except OSError as error:
        log.error("ledger_roots_not_kept", error=type(error).__name__)
    if url:
        try:
            _send(path, url)
        except (requests.RequestException, OSError) as error:
            log.warning("ledger_roots_not_sent", error=type(error).__name__)


def _append(path: Path) -> int:
    """Write at most AT_ONCE missing lines; returns how many. Nothing while another process writes.

    Raises RootsDiffer when the database no longer has the block of the file's last line: it was put
    back to an older state, or worse. Nothing is written then; docs/ledger.md says what to do.
    """
    with transaction():
        sql = cursor()
        sql.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,))
        if not (sql.fetchone() or (False,))[0]:
            return 0
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "rb+", 0) as file:
            last, torn = _end_of(file.fileno())
            sql.execute(
                f"SELECT {BLOCK_COLUMNS} FROM ledger_block WHERE id >= %s ORDER BY id LIMIT {AT_ONCE + 1}",
                (last.id if last else 1,),
            )
            blocks = [ledger.Block(*row) for row in sql.fetchall()]
            if last:
                if not blocks or blocks[0].root != last.root:
                    raise RootsDiffer(last.id)
                del blocks[0]
            lines = "".join(ledger_lines.write(block) + "\n" for block in blocks[:AT_ONCE])
            if lines:
                # One call writes all: a crash leaves a line that is the beginning of the next, at worst.
                file.write(("\n" if torn else "").encode() + lines.encode())
                os.fsync(file.fileno())
            return min(len(blocks), AT_ONCE)


def _end_of(opened: int) -> tuple[ledger.Block | None, bool]:
    """The last whole line of the file, and whether something without a line's end follows it."""
    size = os.fstat(opened).st_size
    text = os.pread(opened, 2 * LONGEST_LINE, max(0, size - 2 * LONGEST_LINE)).decode("ascii", "replace")
    for line in reversed(text.split("\n")):
        try:
            return ledger_lines.read(line), not text.endswith("\n")
        except ledger_lines.BadLine:
            continue
    if text.strip():
        raise OSError("the file of roots does not end in a block's line")
    return None, bool(text) and not text.endswith("\n")


def _send(path: Path, url: str) -> None:
    """Post the lines that were not yet taken, no connection to the database held meanwhile."""
    with _alone(path.with_name(NAME + ".sent")) as mark, path.open("rb", 0) as file:
        sent = int(os.pread(mark, 32, 0).decode("ascii").strip() or 0)
        if sent > os.fstat(file.fileno()).st_size:
            sent = 0  # another file than the one whose lines were sent: all of it is new
        lines = os.pread(file.fileno(), AT_ONCE * LONGEST_LINE, sent)
        whole = lines[: lines.rfind(b"\n") + 1]
        if not whole:
            return
        answer = requests.post(
            url,
            data=whole,
            headers={"Content-Type": "text/plain; charset=us-ascii"},
            timeout=POST_TIMEOUT_S,
            allow_redirects=False,
        )
        if answer.status_code // 100 != 2:
            log.warning("ledger_roots_not_sent", status=answer.status_code)
            return
        os.pwrite(mark, b"%20d\n" % (sent + len(whole)), 0)
        os.fsync(mark)


@contextmanager
def _alone(path: Path) -> Iterator[int]:
    """The file's descriptor, held by no other process of this machine.

    Raises BlockingIOError when one holds it.
    """
    opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield opened
    finally:
        os.close(opened)
