"""Clicks follow each other faster than a hand's."""

import pytest


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("p2ptext.texting.pacing.wait_ms", lambda *_: 0)
