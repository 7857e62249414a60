"""What the ledger shows about single clicks, as the evidence pack tells it."""

from collections.abc import Sequence
from typing import Any

from p2ptext.texting import sealing
from p2ptext.texting.ledger_queries import Proof

IN_WORDS = {
    "holds": "Sealed and unchanged",
    "waits": "Not sealed yet",
    "broken": "Does not match its seal",
}


def prove(click_ids: Sequence[int]) -> list[dict[str, Any]]:
    """For each click whether it is sealed and unchanged, with all that is needed to check it again.

    `result` is holds, waits (clicks are sealed about once a minute), or broken.
    """
    try:
        proofs = sealing.proof_of(click_ids)
    except LookupError:
        # A seal names a block that is gone: then no proof of these clicks is worth anything.
        return [{"click_id": click_id, "result": "broken"} for click_id in click_ids]
    return [_row(click_id, proofs.get(click_id)) for click_id in click_ids]


def _row(click_id: int, proof: Proof | None) -> dict[str, Any]:
    if proof is None:
        return {"click_id": click_id, "result": "waits"}
    block = proof.block
    return {
        "click_id": click_id,
        "result": "holds" if proof.holds else "broken",
        "leaf": proof.leaf.hex(),
        "position": proof.position,
        "path": [step.hex() for step in proof.path],
        "block": {
            "id": block.id,
            "version": block.version,
            "root": proof.root.hex(),
            "previous_root": block.previous_root.hex(),
            "merkle_root": block.merkle_root.hex(),
            "clicks": block.clicks,
            "first_click": block.first_click,
            "last_click": block.last_click,
            "sealed_at": block.sealed_at.isoformat(),
        },
    }
