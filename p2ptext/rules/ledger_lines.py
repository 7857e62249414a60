"""The file of roots: one line a block, to be kept where the database's owner cannot write.

A line is the block's number, root, previous root, Merkle root, clicks, first and last click, the moment
it was sealed and the version, between single spaces. The root is the hash of all the others, so
a line that was changed by itself is known without the database.
"""

import re
from datetime import UTC, datetime

from p2ptext.rules.ledger import Block

_LINE = re.compile(
    r"([1-9]\d{0,17}) ([0-9a-f]{64}) ([0-9a-f]{64}) ([0-9a-f]{64}) ([1-9]\d{0,8}) (-?\d{1,18}) (-?\d{1,18})"
    r" (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([1-9]\d{0,3})",
    re.ASCII,
)
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


class BadLine(ValueError):
    """A line that is not one of ours, or whose root is not the hash of the rest."""


def write(block: Block) -> str:
    """The block's line, without its end."""
    return (
        f"{block.id} {block.root.hex()} {block.previous_root.hex()} {block.merkle_root.hex()} {block.clicks}"
        f" {block.first_click} {block.last_click} {block.sealed_at.astimezone(UTC).strftime(_MOMENT)}"
        f" {block.version}"
    )


def read(line: str) -> Block:
    """The block of a line. Raises BadLine in words that follow on "Line 7 "."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise BadLine("is not a block's line")
    number, root, previous, merkle, clicks, first, last, sealed_at, version = found.groups()
    try:
        moment = datetime.strptime(sealed_at, _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        raise BadLine("names a moment that does not exist") from None
    block = Block(
        int(number),
        bytes.fromhex(previous),
        bytes.fromhex(merkle),
        int(clicks),
        int(first),
        int(last),
        moment,
        int(version),
    )
    if block.root.hex() != root:
        raise BadLine("was changed: its root is not the hash of the rest of it")
    return block
