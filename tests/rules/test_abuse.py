"""Abuse that is blurred."""

import pytest

from p2ptext.rules import abuse
from p2ptext.rules.abuse import is_abusive


@pytest.mark.parametrize(
    "text",
    [
        "I will kill you",
        "I'm going to find you and hurt you",
        "I know where you live",
        "go kill yourself",
        "KYS",
        "hope you die",
        "send nudes",
        "suck my dick",
        "what are you wearing",
        "you are a stupid bitch",
        "f u c k off you fat bitch",
        "te voy a matar",
        "hijo de puta",
        "fils de pute",
        "je vais te tuer",
    ],
)
def test_abuse(text: str) -> None:
    assert is_abusive(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "damn",
        "damn it stop texting",
        "fuck off",
        "this is bullshit",
        "go to hell",
        "I hate these texts",
        "he will kill the bill",
        "you are the best",
        "this election is killing me",
        "I will beat you to the polls",
        "I know where you are coming from",
        "what are you doing to fix Scunthorpe?",
        "de puta madre",
        "the rain is a bitch today",
        "spice rack",
        "Dick Cheney",
        "are you single payer supporters",
    ],
)
def test_ordinary_anger_and_talk(text: str) -> None:
    assert not is_abusive(text)


def test_slurs_count_in_singular_and_plural() -> None:
    assert abuse._SLURS
    for slur in abuse._SLURS:
        assert is_abusive(f"just another {slur}")
        assert is_abusive(f"you {slur}s!")
