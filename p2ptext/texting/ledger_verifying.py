"""Checks the whole ledger in one snapshot of the database, row by row, in little memory.

Every hash is computed again from the rows as they are. What stands in the database is held against
what it was sealed with, the blocks against each other, and both against the file of roots.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from psycopg import Connection

from p2ptext.extensions import db
from p2ptext.rules import ledger
from p2ptext.texting import ledger_checks
from p2ptext.texting.ledger_block import BlockCheck, SealedBlock
from p2ptext.texting.ledger_file import RootsFile
from p2ptext.texting.ledger_findings import Finding, Report, span
from p2ptext.texting.ledger_queries import CLICK_COLUMNS

AT_ONCE = 2_000
"""Rows fetched at once."""

BLOCKS = """
SELECT id, root, version, previous_root, merkle_root, clicks, first_click, last_click,
       timestamptz_send(sealed_at)
FROM ledger_block ORDER BY id
"""

SEALS = f"""
SELECT s.block_id, s.position, s.click_id, s.leaf, k.id IS NOT NULL, {CLICK_COLUMNS}
FROM click_seal s LEFT JOIN click k ON k.id = s.click_id ORDER BY s.block_id, s.position
"""


class NothingToCompare(Exception):
    """The file of roots names no block, while the database has some."""


def verify(roots: Path | None = None) -> Report:
    """Check everything there is; `roots` is a file of roots, best one kept out of reach of this computer.

    Raises OSError when the file cannot be read, NothingToCompare when it is empty, and the driver's
    errors when the database cannot be read.
    """
    report = Report(roots_file=None if roots is None else str(roots))
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with ExitStack() as opened:
        # First, and no further than it reaches now: it must not know blocks that the snapshot lacks.
        file = None if roots is None else opened.enter_context(closing(RootsFile(roots, report.add)))
        connection = opened.enter_context(db.engine.connect().execution_options(**options))
        connection.begin()
        driver = connection.connection.driver_connection
        if driver is None:
            raise RuntimeError("the connection is closed")
        # The cursors are closed here and now: one that the garbage collector closes later, in the middle of
        # something else on the same connection, waits for itself for ever.
        with ExitStack() as cursors:
            _Chain(driver, cursors, report, file).check()
        ledger_checks.check(driver, report)
    return report


class _Chain:
    """One walk along the blocks, their seals and the file's lines, all of them in order."""

    def __init__(
        self, driver: Connection[Any], cursors: ExitStack, report: Report, file: RootsFile | None
    ) -> None:
        self._driver = driver
        self._cursors = cursors
        self._report = report
        self._file = file
        self._seals = self._stream("seals", SEALS)
        self._seal = next(self._seals, None)
        self._rechained: tuple[int, int] | None = None

    def check(self) -> None:
        """Walk from the first block to the last."""
        last_id, last_root = 0, ledger.FIRST_PREVIOUS
        for row in self._stream("blocks", BLOCKS):
            block = SealedBlock(*row)
            if self._file and last_id == 0:
                self._check_there_is_something(self._file)
            self._check_link(block, last_id, last_root)
            self._pass_seals_before(block.id)
            checked = BlockCheck(block, self._report.add)
            for seal in self._seals_of(block.id):
                checked.take(seal)
            checked.finish()
            if self._file:
                self._check_line(block, self._file)
            self._report.blocks += 1
            self._report.clicks += checked.count
            last_id, last_root = block.id, block.root
        self._pass_seals_before(None)
        self._tell_rechained()
        if self._file:
            self._check_end(self._file)

    def _stream(self, name: str, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, a few at a time."""
        opened = self._cursors.enter_context(self._driver.cursor(name=name))
        opened.itersize = AT_ONCE
        opened.execute(query)
        return iter(opened)

    def _seals_of(self, block_id: int) -> Iterator[tuple[Any, ...]]:
        while self._seal is not None and self._seal[0] == block_id:
            yield self._seal
            self._seal = next(self._seals, None)

    def _pass_seals_before(self, block_id: int | None) -> None:
        """Tell of seals that name no block; None is the end of all blocks."""
        while self._seal is not None and (block_id is None or self._seal[0] < block_id):
            named, _, click_id, *_ = self._seal
            words = f"Click {click_id} is sealed in block {named}, which does not exist."
            self._report.add(Finding("seal_without_block", words, blocks=(named,), clicks=(click_id,)))
            self._seal = next(self._seals, None)

    def _check_link(self, block: SealedBlock, last_id: int, last_root: bytes) -> None:
        if block.id != last_id + 1:
            lost = (last_id + 1, block.id - 1)
            words = (
                f"Missing before block {block.id}: {span(*lost, 'block')}, deleted with what it sealed."
            )
            self._report.add(Finding("blocks_missing", words, blocks=tuple(sorted(set(lost)))))
        elif block.previous_root != last_root:
            before = f"block {last_id}" if last_id else "the beginning"
            words = f"Block {block.id} does not follow on {before}: one of the two was replaced."
            self._report.add(Finding("chain_broken", words, blocks=(block.id,)))

    def _check_there_is_something(self, file: RootsFile) -> None:
        if file.empty and self._report.sound:
            raise NothingToCompare

    def _check_line(self, block: SealedBlock, file: RootsFile) -> None:
        """Hold the block against the file's line of it, where it has one."""
        lines = [line for line in file.up_to(block.id) if line.id == block.id]
        if not lines:
            return
        kept = lines[-1]
        if kept.root == block.root:
            self._report.blocks_vouched = self._report.blocks + 1
            self._tell_rechained()
        elif (kept.merkle_root, kept.clicks) == (block.merkle_root, block.clicks):
            first = self._rechained[0] if self._rechained else block.id
            self._rechained = (first, block.id)
        else:
            clicks = span(kept.first_click, kept.last_click, "click")
            words = f"Block {block.id} seals something else than when its root was kept ({clicks}):"
            words += " clicks in it were changed, added or deleted, and it was sealed anew."
            ends = (kept.first_click, kept.last_click)
            self._report.add(Finding("block_rewritten", words, blocks=(block.id,), clicks=ends))

    def _tell_rechained(self) -> None:
        if self._rechained:
            first, last = self._rechained
            words = f"{span(first, last, 'Block')}: another root than in the file, for the same clicks."
            words += " The chain was computed anew, as it has to be after a change before it."
            self._report.add(Finding("chain_rewritten", words, blocks=tuple(sorted({first, last}))))
        self._rechained = None

    def _check_end(self, file: RootsFile) -> None:
        lost = None
        for block in file.rest():
            lost = (lost[0], block) if lost else (block, block)
        if lost:
            first, last = lost
            words = f"The database no longer has what the file knows: {span(first.id, last.id, 'block')}"
            words += (
                f" with {span(first.first_click, last.last_click, 'click')}. The end of the ledger was"
            )
            words += " cut off, or the database put back to an older state."
            ids, clicks = (first.id, last.id), (first.first_click, last.last_click)
            self._report.add(Finding("end_cut_off", words, tuple(sorted(set(ids))), clicks))
