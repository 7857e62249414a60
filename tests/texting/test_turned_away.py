"""Webhooks that nobody can have signed for us are counted, and the count costs little."""

from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.extensions import db
from p2ptext.texting import turned_away
from p2ptext.texting.turned_away import Notes


def test_a_flood_is_one_write_in_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now, written = [100.0], []
    monkeypatch.setattr(turned_away, "write", lambda refusals, why: written.append((refusals, why)))
    notes = Notes(lambda: now[0])
    for _ in range(1000):
        notes.refused("No signature.")
        now[0] += 0.01
    assert written == [(1, "No signature."), (500, "No signature.")]
    now[0] += 5
    notes.refused("A wrong one.")
    assert written[2:] == [(500, "A wrong one.")]


def test_who_cannot_write_answers_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise psycopg.OperationalError("gone")

    monkeypatch.setattr(turned_away, "write", broken)
    Notes().refused("No signature.")


def test_an_unsigned_webhook_is_noted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turned_away, "NOTES", Notes())
    for path in ("inbound", "status"):
        monkeypatch.setattr(turned_away.NOTES, "_wrote_at", -1e9)
        assert app.test_client().post(f"/webhooks/vonage/{path}", data=b"{}").status_code == 503
    found = db.session.execute(text("SELECT sum(refusals), max(why) FROM refused_webhook")).one()
    assert found == (2, "The webhook came without a signature.")
