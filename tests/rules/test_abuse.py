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
        "get lost you idiot",
        "You are a stupid damn liar",
        "shut up moron",
        "You idiot",
        "you're such a loser",
        "ur an idiot",
        "u r so dumb",
        "Stop texting me, moron!",
        "Are you stupid or what",
        "you stupid people",
        "Idiot.",
        "eres un idiota",
        "cállate pendejo",
        "espèce d'idiot",
        "vous êtes un imbécile",
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
        "this stupid election",
        "your stupid texts",
        "ur stupid texts",
        "he is an idiot and you know it",
        "are you voting for that idiot",
        "do you think I am stupid",
        "thank you, stupid autocorrect",
        "thank you. Dumb question, where do I vote?",
        "you are not stupid",
        "you elected that moron",
        "I felt like an idiot at the polls",
        "son unos mentirosos los del congreso",
        "qué elección tan estúpida",
        "cette élection est stupide",
    ],
)
def test_ordinary_anger_and_talk(text: str) -> None:
    assert not is_abusive(text)


def test_slurs_count_in_singular_and_plural() -> None:
    assert abuse._SLURS
    for slur in abuse._SLURS:
        assert is_abusive(f"just another {slur}")
        assert is_abusive(f"you {slur}s!")
