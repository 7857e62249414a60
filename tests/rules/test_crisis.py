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
        "I don't see a reason to go on anymore. Sorry, I know you only asked about the vote.",
        "i cant see any point in going on",
        "I do not see the point in carrying on",
        "can't find a reason to keep going",
        "there is no reason to go on",
        "No reason to go on living",
        "what's the point of going on?",
        "What is the point in living",
        "I can't go on. Everything is dark",
        "I just cant go on like this",
        "I can't carry on anymore",
        "I don't want to be here anymore",
        "I don't want to live in this world anymore",
        "life isn't worth living",
        "I have nothing to live for",
        "I'm tired of living",
        "no veo razón para seguir",
        "ya no veo ningún motivo para vivir",
        "¿Para qué seguir viviendo?",
        "ya no quiero estar aquí",
        "ya no puedo seguir así",
        "je ne vois plus de raison de continuer",
        "À quoi bon vivre ?",
        "Je n'ai aucune raison de vivre",
        "je ne peux plus continuer",
        "não vejo mais motivo para continuar",
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
        "Our office is closed. If this is an emergency, please call 911.",
        "no reason to go on voting for him",
        "I don't see a reason to keep voting for them",
        "I see no point in going on about it",
        "I don't see the point of going on with this conversation",
        "I can't see a reason to go on Saturday",
        "what's the point of going on and on",
        "no reason to keep going to the polls",
        "what is the point of voting",
        "I don't see the point in living in a democracy then",
        "I can't go on Saturday",
        "I can't go on the bus",
        "this can't go on",
        "We can't go on like this as a country",
        "I don't want to live under his rule",
        "I don't want to live here anymore",
        "tired of living paycheck to paycheck",
        "no veo razón para seguir votando por él",
        "no quiero seguir recibiendo mensajes",
        "no puedo seguir la conversación ahora",
        "je ne vois pas de raison de continuer à voter pour lui",
        "je ne peux plus continuer cette conversation",
        "não vejo motivo para continuar votando nele",
    ],
)
def test_everyday_words(text: str) -> None:
    assert read(text) == ""


def test_the_guidance_names_who_helps() -> None:
    assert "988" in GUIDANCE
    assert "911" in GUIDANCE
    assert "!" not in GUIDANCE
