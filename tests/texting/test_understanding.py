"""What a text means, when several things are true of it."""

import pytest

from p2ptext.texting.understanding import understand


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("You are an idiot", "none"),
        ("get lost you idiot", "review"),
        ("STOP texting me you idiot", "auto"),
        ("wrong number you moron", "none"),
    ],
)
def test_abuse_is_told_whatever_the_verdict(text: str, tier: str) -> None:
    found = understand(text)
    assert found.abusive
    assert found.verdict.tier == tier


def test_whoever_insults_is_no_machine() -> None:
    found = understand("I'm driving right now you idiot")
    assert (found.kind, found.abusive) == ("text", True)


def test_danger_is_told_beside_a_request_to_stop() -> None:
    found = understand("Stop texting me. I don't want to live anymore")
    assert found.verdict.tier == "auto"
    assert found.crisis
