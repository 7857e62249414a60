"""Checks one block: its own hash, and the clicks it seals, one after another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from p2ptext.rules import ledger
from p2ptext.texting.ledger_findings import Finding


@dataclass(frozen=True, slots=True)
class SealedBlock:
    """A row of ledger_block as it stands."""

    id: int
    root: bytes
    version: int
    previous_root: bytes
    merkle_root: bytes
    clicks: int
    first_click: int
    last_click: int
    sealed_at: bytes
    """As it is hashed."""

    @property
    def right_root(self) -> bytes:
        """What its root is by its other columns."""
        return ledger.block_root(
            (
                self.version,
                self.id,
                self.previous_root,
                self.merkle_root,
                self.clicks,
                self.first_click,
                self.last_click,
                self.sealed_at,
            )
        )


class BlockCheck:
    """Takes the seals of a block in the order of their positions, then says what is wrong with it."""

    def __init__(self, block: SealedBlock, found: Callable[[Finding], None]) -> None:
        self._block = block
        self._found = found
        self._tree = ledger.Tree()
        self._leaves: list[tuple[int, bytes]] = []
        """Click and hash; not kept any further than one more than the block was sealed with."""
        self._expected = 0
        self._gaps: list[str] = []
        self._last_click: int | None = None

    @property
    def count(self) -> int:
        """Seals taken."""
        return self._tree.leaves

    def take(self, seal: tuple[Any, ...]) -> None:
        """A row of the query SEALS."""
        _, position, click_id, leaf, exists, *click = seal
        if not exists:
            self._tell("click_deleted", f"Click {click_id} was deleted after it was sealed.", click_id)
        elif ledger.leaf(click) != leaf:
            self._tell("click_changed", f"Click {click_id} was changed after it was sealed.", click_id)
        if position > self._expected:
            self._gaps.append(_place(self._last_click, click_id))
        if self._last_click is not None and click_id <= self._last_click:
            words = f"Click {click_id} stands behind click {self._last_click} in block {self._block.id}:"
            words += " they were swapped, or one slipped in."
            self._tell("clicks_swapped", words, self._last_click, click_id)
        self._expected, self._last_click = position + 1, click_id
        self._tree.add(leaf)
        if len(self._leaves) <= self._block.clicks:
            self._leaves.append((click_id, leaf))

    def finish(self) -> None:
        """All seals were taken."""
        block = self._block
        if block.right_root != block.root:
            words = f"The row of block {block.id} itself was changed: its root is another."
            self._tell("block_changed", words)
        if self.count < block.clicks:
            self._tell_missing(block.clicks - self.count)
        elif self.count > block.clicks:
            self._tell_added(self.count - block.clicks)
        elif self._tree.root != block.merkle_root or self._gaps:
            words = (
                f"The seals of block {block.id} are not those it was made of. If no click is named, one"
            )
            words += (
                f" from {block.first_click} to {block.last_click} was changed, and its seal with it."
            )
            self._tell("seals_changed", words)

    def _tell(self, code: str, words: str, *clicks: int) -> None:
        self._found(Finding(code, words, blocks=(self._block.id,), clicks=clicks))

    def _tell_missing(self, lost: int) -> None:
        block = self._block
        if self._last_click != block.last_click:
            self._gaps.append(_place(self._last_click, None))
        first_left = self._leaves[0][0] if self._leaves else None
        ends = ((block.first_click, first_left), (block.last_click, self._last_click))
        known = {click_id for click_id, left in ends if click_id != left}
        words = f"Block {block.id} was sealed with {block.clicks} clicks and has {self.count}:"
        words += f" {lost} {'was' if lost == 1 else 'were'} deleted together with the seal"
        words += f" ({'; '.join(self._gaps)})." if self._gaps else "."
        self._tell("click_deleted_with_seal", words, *sorted(known))

    def _tell_added(self, more: int) -> None:
        block = self._block
        words = f"Block {block.id} was sealed with {block.clicks} clicks and has {self.count}:"
        words += f" {more} {'was' if more == 1 else 'were'} added afterwards"
        odd = None
        if more == 1:
            odd = ledger.one_too_many(block.merkle_root, [leaf for _, leaf in self._leaves])
        if odd is None:
            self._tell("click_added", words + ".")
        else:
            click_id = self._leaves[odd][0]
            self._tell("click_added", f"{words}, click {click_id}.", click_id)


def _place(before: int | None, behind: int | None) -> str:
    """Where something is missing, by its neighbours."""
    if before is None:
        return "all of them" if behind is None else f"before click {behind}"
    return f"after click {before}" if behind is None else f"between clicks {before} and {behind}"
