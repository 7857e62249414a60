"""What the ledger reads: clicks as they are hashed, blocks, and the proof of single clicks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from p2ptext.extensions import cursor
from p2ptext.rules import ledger

CLICK_COLUMNS = ", ".join(
    {
        # As PostgreSQL keeps moments, microseconds since 2000: the very bytes that are hashed, for any value.
        "shown_at": "timestamptz_send(k.shown_at)",
        "received_at": "timestamptz_send(k.received_at)",
        "checks": "k.checks::text",
    }.get(name, f"k.{name}")
    for name in ledger.CLICK_FIELDS
)
"""Of the table `click k`, ready for ledger.leaf, the id first."""

BLOCK_COLUMNS = "id, previous_root, merkle_root, clicks, first_click, last_click, sealed_at, version"
"""Of `ledger_block`, ready for ledger.Block."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that a click is in the ledger, for a program that has only the block's root."""

    click_id: int
    block: ledger.Block
    root: bytes
    """The block's root as it stands in the ledger (and in the file of roots)."""
    position: int
    leaf: bytes
    """The click's hash, of its row as it is now."""
    path: tuple[bytes, ...]
    """From the leaf to the block's `merkle_root`, from below."""

    @property
    def holds(self) -> bool:
        """Whether the click as it is now is the one that was sealed in the block with this root."""
        return self.root == self.block.root and ledger.leads_to(
            self.block.merkle_root, self.leaf, self.position, self.block.clicks, self.path
        )


def proof_of(click_ids: Iterable[int]) -> dict[int, Proof]:
    """The proof of each of these clicks that is sealed, by click id; a click not sealed yet has none.

    A changed click has a proof as well, one that does not hold.
    """
    sql = cursor()
    sql.execute(
        f"""SELECT s.block_id, s.position, {CLICK_COLUMNS}
            FROM click_seal s JOIN click k ON k.id = s.click_id
            WHERE s.click_id = ANY(%s) ORDER BY s.block_id, s.position""",
        (list(click_ids),),
    )
    found = sql.fetchall()
    blocks = {block_id: _block(block_id) for block_id in {row[0] for row in found}}
    proofs = {}
    for block_id, position, click_id, *others in found:
        block, root, leaves = blocks[block_id]
        path = tuple(ledger.path(leaves, position)) if position < len(leaves) else ()
        hashed = ledger.leaf((click_id, *others))
        proofs[click_id] = Proof(click_id, block, root, position, hashed, path)
    return proofs


def _block(block_id: int) -> tuple[ledger.Block, bytes, list[bytes]]:
    """A block, its root, and the hashes of its clicks."""
    sql = cursor()
    sql.execute(f"SELECT root, {BLOCK_COLUMNS} FROM ledger_block WHERE id = %s", (block_id,))
    root, *columns = sql.fetchone() or _no_block(block_id)
    sql.execute("SELECT leaf FROM click_seal WHERE block_id = %s ORDER BY position", (block_id,))
    return ledger.Block(*columns), root, [leaf for (leaf,) in sql.fetchall()]


def _no_block(block_id: int) -> Sequence[Any]:
    raise LookupError(f"clicks are sealed in block {block_id}, which does not exist")
