"""The ledger's arithmetic: what is hashed, how, and how one click is proven to be in a block.

docs/ledger.md says the same byte for byte, for programs that check without this one.

Every hash is SHA-256 over a first byte that says what it is of (0 a click, 1 two hashes of a tree, 2 a
block), so that no hash of one kind can be passed off as another's. Trees and proofs are those of
RFC 6962, section 2.1; proofs are checked as RFC 9162, section 2.1.3.2, says.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

VERSION = 1
"""Of the encodings of a click and of a block. A column that joins the evidence needs a new one."""

CLICK_FIELDS = (
    "id",
    "organization_id",
    "person_id",
    "session_id",
    "contact_id",
    "kind",
    "shown_at",
    "age_ms",
    "received_at",
    "token_digest",
    "text_commitment",
    "zone_evidence",
    "checks",
)
"""What is hashed of a click, in this order."""

CLICK, NODE, BLOCK = b"\x00", b"\x01", b"\x02"
FIRST_PREVIOUS = bytes(32)
"""Where the chain begins: what block 1 names as the root before it."""

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

Value = int | str | bytes | datetime | None


@dataclass(frozen=True, slots=True)
class Block:
    """What a block's root is a hash of."""

    id: int
    previous_root: bytes
    merkle_root: bytes
    """The root of the tree over its clicks."""
    clicks: int
    first_click: int
    last_click: int
    sealed_at: datetime
    version: int = VERSION

    @property
    def root(self) -> bytes:
        """The block's hash, which the next block names: whoever knows it knows all blocks up to it."""
        return block_root(
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


def block_root(fields: Iterable[Value]) -> bytes:
    """The hash of a block: of its version, id, previous root, Merkle root, clicks, first and last click
    and moment of sealing, in this order."""
    return hashlib.sha256(BLOCK + encode(fields)).digest()


def microseconds(moment: datetime) -> int:
    """Microseconds since the beginning of 2000 in UTC, as PostgreSQL counts moments."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def encode(fields: Iterable[Value]) -> bytes:
    """The fields one after another, each behind its length in four bytes, so that none runs into the next.

    A whole number is eight bytes with sign, a moment is its `microseconds`, words are UTF-8; all numbers
    begin with their highest byte. Nothing at all (null) has the length FF FF FF FF and no bytes.
    """
    parts = []
    for value in fields:
        if value is None:
            parts.append(b"\xff\xff\xff\xff")
            continue
        if isinstance(value, datetime):
            value = microseconds(value)
        if isinstance(value, int):
            value = value.to_bytes(8, signed=True)
        elif isinstance(value, str):
            value = value.encode()
        parts.append(len(value).to_bytes(4))
        parts.append(value)
    return b"".join(parts)


def click_leaf(click: Mapping[str, Value]) -> bytes:
    """The hash of a click: of CLICK_FIELDS, `checks` as the text PostgreSQL prints for it."""
    return leaf(click[name] for name in CLICK_FIELDS)


def leaf(fields: Iterable[Value]) -> bytes:
    """As `click_leaf`, of the values of CLICK_FIELDS in their order."""
    return hashlib.sha256(CLICK + encode(fields)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(NODE + left + right).digest()


class Tree:
    """A root over leaves that come one by one; it keeps no more than one hash a level."""

    def __init__(self) -> None:
        self.leaves = 0
        self._peaks: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """Take the next leaf."""
        self.leaves += 1
        self._peaks.append(hashed)
        size = self.leaves
        while size % 2 == 0:  # two trees of one size become one of twice the size
            right = self._peaks.pop()
            self._peaks.append(_node(self._peaks.pop(), right))
            size //= 2

    @property
    def root(self) -> bytes:
        """The root over what came so far. Raises ValueError when nothing came: no block is empty."""
        if not self._peaks:
            raise ValueError("a tree without leaves has no root")
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = _node(peak, root)
        return root


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree over `leaves`. Raises ValueError when there are none."""
    tree = Tree()
    for hashed in leaves:
        tree.add(hashed)
    return tree.root


def path(leaves: Sequence[bytes], position: int) -> list[bytes]:
    """The hashes that lead from the leaf at `position` (from 0) to the root, from below.

    Raises IndexError for a position outside of the tree.
    """
    if not 0 <= position < len(leaves):
        raise IndexError("no leaf at this position")
    # RFC 6962 splits at the largest power of two below the size. From below that is: neighbours are
    # paired, and who is left over at the end goes up alone.
    level, at, steps = list(leaves), position, []
    while len(level) > 1:
        if at ^ 1 < len(level):
            steps.append(level[at ^ 1])
        pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
        at //= 2
    return steps


def leads_to(root: bytes, leaf: bytes, position: int, leaves: int, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that `leaf` stands at `position` (from 0) among the `leaves` under `root`."""
    if not 0 <= position < leaves:
        return False
    at, last, reached = position, leaves - 1, leaf
    for step in path:
        if last == 0:
            return False
        if at % 2 or at == last:
            reached = _node(step, reached)
            while at % 2 == 0 and at:  # went up alone
                at, last = at // 2, last // 2
        else:
            reached = _node(reached, step)
        at, last = at // 2, last // 2
    return last == 0 and reached == root


def one_too_many(root: bytes, leaves: Sequence[bytes]) -> int | None:
    """The position of the one leaf without which the others give `root`; None when there is no such one.

    Names a click that was slipped into a block. Costs a few hashes a leaf: what stands before the one
    left out is hashed once, and what stands behind it, moved up by one, once as well.
    """

    @cache
    def whole(first: int, size: int) -> bytes:
        if size == 1:
            return leaves[first]
        left = _largest_power_below(size)
        return _node(whole(first, left), whole(first + left, size - left))

    def without(gone: int, first: int, size: int) -> bytes:
        """The hash over `size` places from `first`, of the leaves that are left."""
        if first + size <= gone:
            return whole(first, size)
        if first >= gone:
            return whole(first + 1, size)
        left = _largest_power_below(size)
        return _node(without(gone, first, left), without(gone, first + left, size - left))

    for gone in range(len(leaves) if len(leaves) > 1 else 0):
        if without(gone, 0, len(leaves) - 1) == root:
            return gone
    return None


def _largest_power_below(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1
