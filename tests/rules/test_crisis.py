"""Words of danger."""

import pytest

from p2ptext.rules.crisis import GUIDANCE, read


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself",
        "honestly i just wanna die",
        "I'm suicidal",
        "I don't want to live anymore",
        "thinking about suicide",
        "they'd be better off without me",
        "I’m going to end my life tonight",
        "I cut myself again last night",
        "my husband hits me",
        "I'm being abused at home",
        "he is going to kill me please help",
        "I am afraid for my life",
        "someone is breaking in",
        "call 911",
        "I'm in danger",
        "me quiero morir",
        "no quiero vivir",
        "mi esposo me golpea",
        "llame al 911",
        "je veux mourir",
        "il me frappe",
        "appelez la police",
    ],
)
def test_danger(text: str) -> None:
    assert read(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "this traffic is killing me",
        "dead tired",
        "kill the bill",
        "these taxes are killing me",
        "I'd rather die than vote for him",
        "over my dead body",
        "I'll vote for her until I die",
        "lol im gonna kill myself laughing",
        "I'm dying of laughter",
        "I support the suicide prevention bill",
        "gun violence kills",
        "she beat him in the primary",
        "he beat me to it",
        "cut my taxes",
        "me muero de risa",
        "mort de rire",
        "stop",
        "deadline is Tuesday",
        "he passed away",
        "the party is in danger of losing",
        "I'd die on that hill",
    ],
)
def test_everyday_words(text: str) -> None:
    assert read(text) == ""


def test_the_guidance_names_who_helps() -> None:
    assert "988" in GUIDANCE
    assert "911" in GUIDANCE
    assert "!" not in GUIDANCE
