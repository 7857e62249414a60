"""A file of roots, read line by line beside the blocks it tells of."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from p2ptext.rules import ledger_lines
from p2ptext.rules.ledger import Block
from p2ptext.texting.ledger_findings import Finding, span

LONGEST_LINE = 512


class RootsFile:
    """The blocks of a file of roots, in order. What is wrong with its lines is told to `found`.

    It is read as far as it reaches when it is opened: what is appended meanwhile belongs to blocks
    that a check which begins now does not see.
    """

    def __init__(self, path: Path, found: Callable[[Finding], None]) -> None:
        """Raises OSError when the file cannot be read."""
        self._file: BinaryIO = path.open("rb")
        self._left = os.fstat(self._file.fileno()).st_size
        self._found = found
        self._blocks = self._read()
        self._next = next(self._blocks, None)

    def close(self) -> None:
        self._file.close()

    @property
    def empty(self) -> bool:
        """Whether no block is left."""
        return self._next is None

    def up_to(self, block_id: int) -> list[Block]:
        """The blocks not given yet, up to this one."""
        given = []
        while self._next is not None and self._next.id <= block_id:
            given.append(self._next)
            self._next = next(self._blocks, None)
        return given

    def rest(self) -> Iterator[Block]:
        """The blocks not given yet."""
        while self._next is not None:
            yield self._next
            self._next = next(self._blocks, None)

    def _lines(self) -> Iterator[str]:
        while self._left > 0:
            line = self._file.readline(min(self._left, LONGEST_LINE))
            self._left -= len(line)
            yield line.decode("ascii", "replace").removesuffix("\n")

    def _read(self) -> Iterator[Block]:
        before: Block | None = None
        bad: tuple[int, str, str] | None = None
        for number, line in enumerate(self._lines(), 1):
            # A crash leaves the beginning of a line, and the whole of it follows.
            if bad and not (bad[1] and line.startswith(bad[1])):
                self._bad_line(*bad)
            bad = None
            try:
                block = ledger_lines.read(line)
            except ledger_lines.BadLine as error:
                bad = (number, line, str(error))
                continue
            if self._follows(before, block, number):
                before = block
                yield block
        if bad and bad[1]:
            self._bad_line(*bad)

    def _bad_line(self, number: int, line: str, why: str) -> None:
        self._found(Finding("file_line_changed", f"Line {number} of the file {why}.", lines=(number,)))

    def _follows(self, before: Block | None, block: Block, number: int) -> bool:
        """Whether the line may stand where it stands; one that comes twice or too late is passed over."""
        if before is None:
            return True
        if block.id <= before.id:
            words = f"Line {number} of the file tells of block {block.id} again, after block {before.id}"
            words += " had been kept: the chain went back and on from there once more."
            self._found(Finding("file_line_out_of_order", words, blocks=(block.id,), lines=(number,)))
            return False
        if block.id > before.id + 1:
            lost = span(before.id + 1, block.id - 1, "block")
            words = f"The file lacks {lost}, before line {number}: lines were taken out of it."
            blocks = (before.id + 1, block.id - 1)
            self._found(Finding("file_lines_missing", words, blocks=blocks, lines=(number,)))
        elif block.previous_root != before.root:
            words = f"Line {number} of the file (block {block.id}) does not follow on the one before:"
            words += " one of the two was replaced."
            self._found(Finding("file_line_changed", words, blocks=(block.id,), lines=(number,)))
        return True
