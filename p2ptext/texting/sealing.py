"""Seals clicks: about once a minute the committed ones that have no seal yet become a block.

Which clicks those are is said by `click_unsealed`, where each click puts itself in its own
transaction, never by a time: a click that commits late is in the next block.
"""

from p2ptext import clock
from p2ptext.background import settings, transaction
from p2ptext.extensions import cursor, log
from p2ptext.rules import ledger
from p2ptext.texting import ledger_roots
from p2ptext.texting.ledger_queries import BLOCK_COLUMNS, CLICK_COLUMNS, proof_of

__all__ = ["proof_of", "seal"]

MOST = 10_000
"""Clicks in a block: what is sealed in one transaction, and hashed again to check one of them."""

LOCK = 7022028
"""Of the chain's end; held from reading the last block to the commit of the next."""


def seal() -> int:
    """Seal what waits, keep the new roots outside of the database; returns how many clicks were sealed.

    Transactions of its own, one a block. Any number of processes may call it at once: one seals, the
    others return 0. What cannot be kept outside is logged and done by the next call.
    """
    sealed = 0
    while True:
        with transaction():
            latest = _seal_block()
        sealed += latest
        if latest < MOST:
            break
    ledger_roots.keep(settings().data_dir, settings().ledger_roots_url)
    if sealed:
        log.info("ledger_sealed", clicks=sealed)
    return sealed


def _seal_block() -> int:
    """Seal at most MOST waiting clicks in one block; returns how many. 0 while another process seals."""
    sql = cursor()
    sql.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,))
    if not (sql.fetchone() or (False,))[0]:
        return 0
    # Only the committed rows of the line are seen. A click that is gone keeps its place in it, for
    # verify-ledger to find; one that has a seal got it by other hands than these, and must not stop the rest.
    sql.execute(
        f"""WITH taken AS (
              DELETE FROM click_unsealed WHERE ctid = ANY(ARRAY(
                SELECT u.ctid FROM click_unsealed u JOIN click k ON k.id = u.click_id LIMIT {MOST}))
              RETURNING click_id
            )
            SELECT {CLICK_COLUMNS} FROM taken JOIN click k ON k.id = taken.click_id
            WHERE NOT EXISTS (SELECT 1 FROM click_seal s WHERE s.click_id = k.id)
            ORDER BY k.id"""
    )
    rows = sql.fetchall()
    if not rows:
        return 0
    leaves = [ledger.leaf(row) for row in rows]
    block = _next_block(ledger.merkle_root(leaves), len(rows), rows[0][0], rows[-1][0])
    with sql.copy("COPY click_seal (click_id, block_id, position, leaf) FROM STDIN") as copy:
        for position, (row, hashed) in enumerate(zip(rows, leaves, strict=True)):
            copy.write_row((row[0], block.id, position, hashed))
    return len(rows)


def _next_block(merkle_root: bytes, clicks: int, first_click: int, last_click: int) -> ledger.Block:
    """Chain a block to the last one. The unique previous_root lets no second one be chained there."""
    sql = cursor()
    sql.execute("SELECT id, root FROM ledger_block ORDER BY id DESC LIMIT 1")
    last_id, last_root = sql.fetchone() or (0, ledger.FIRST_PREVIOUS)
    block = ledger.Block(
        last_id + 1, last_root, merkle_root, clicks, first_click, last_click, clock.now()
    )
    sql.execute(
        f"""INSERT INTO ledger_block (root, {BLOCK_COLUMNS})
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            block.root,
            block.id,
            block.previous_root,
            block.merkle_root,
            block.clicks,
            block.first_click,
            block.last_click,
            block.sealed_at,
            block.version,
        ),
    )
    return block
