"""Clicks become blocks: whoever commits late comes into the next, and many sealers make one chain."""

from flask import Flask
from sqlalchemy import text

from p2ptext.extensions import db
from p2ptext.rules import ledger
from p2ptext.texting import sealing
from p2ptext.texting.evidence_models import Click, click_unsealed
from tests.texting.ledger_scene import clicks


def test_every_column_of_a_click_is_sealed() -> None:
    assert set(ledger.CLICK_FIELDS) == {column.name for column in Click.__table__.columns}


def test_what_waits_is_sealed_once_and_proven(committed_app: Flask) -> None:
    made = clicks(committed_app, 5)
    assert sealing.seal() == 5
    assert sealing.seal() == 0
    assert db.session.execute(db.select(click_unsealed)).all() == []
    proofs = sealing.proof_of(made)
    assert [proofs[click].position for click in made] == [0, 1, 2, 3, 4]
    assert all(proof.holds and proof.block.id == 1 for proof in proofs.values())
    shown = db.session.execute(text("SELECT id, block_id, block_position FROM qa_click ORDER BY id"))
    assert shown.all() == [(click, 1, place) for place, click in enumerate(made)]
