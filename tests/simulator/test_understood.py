"""What the simulator's people say is understood by the rule that is meant for it."""

from collections.abc import Iterable

import pytest

from p2ptext.rules import abuse, auto_replies, crisis, intents, optout, reactions
from p2ptext.simulator import characters
from p2ptext.simulator.casting import CONVERSATIONS
from p2ptext.simulator.people import Persona
from p2ptext.texting.understanding import understand

WHOLE = "Hi Maria, this is Amy with Ohio Neighbors. Can we count on your vote? Reply STOP to opt out."
FILLED = {"whole": WHOLE, "quote": WHOLE[:30].rstrip() + "…"}


def lines(*people: Persona) -> list[str]:
    return [opening.format(**FILLED) for person in people for opening in person.openings]


def among_conversations(*names: str) -> Iterable[Persona]:
    found = [person for person in CONVERSATIONS.values() if person.name.startswith(names)]
    assert found, f"No conversation is called {names}."
    return found


CRISIS = lines(characters.CRISIS)
ABUSIVE = lines(characters.ABUSIVE)
REACTIONS = lines(
    characters.IPHONE, characters.GOOGLE, *among_conversations("tapback of", "reaction of")
)
MACHINES = lines(characters.DRIVING, characters.BUSINESS, *among_conversations("out of office"))
MEANT = [
    (slug, text)
    for slug, person in (
        ("who_is_this", characters.WHO),
        ("how_got_number", characters.NUMBER),
        ("wrong_number", characters.WRONG),
        ("moved", characters.MOVED),
        ("already_voted", characters.VOTED),
        ("thanks", characters.THANKS),
        ("angry", characters.ANGRY),
    )
    for text in lines(person)
]


@pytest.mark.parametrize("text", CRISIS)
def test_danger_is_seen(text: str) -> None:
    assert crisis.read(text)
    assert understand(text).crisis


@pytest.mark.parametrize("text", ABUSIVE)
def test_abuse_is_seen_whatever_else_is_made_of_it(text: str) -> None:
    assert abuse.is_abusive(text)
    assert understand(text).abusive


@pytest.mark.parametrize("text", REACTIONS)
def test_reactions_ask_for_nothing(text: str) -> None:
    assert reactions.read(text) is not None
    found = understand(text)
    assert (found.kind, found.verdict.tier, found.verdict.kind) == ("reaction", "none", "")


@pytest.mark.parametrize("text", MACHINES)
def test_machines_ask_for_nothing(text: str) -> None:
    assert auto_replies.is_auto_reply(text)
    found = understand(text)
    assert (found.kind, found.verdict.tier, found.verdict.kind) == ("auto_reply", "none", "")


@pytest.mark.parametrize(("slug", "text"), MEANT)
def test_what_they_mean_comes_first(slug: str, text: str) -> None:
    assert intents.read(text)[0] == slug


@pytest.mark.parametrize("text", lines(characters.WRONG))
def test_wrong_numbers_are_told_apart_from_requests(text: str) -> None:
    assert optout.classify(text).kind == "wrong_number"


EVERYDAY = lines(*(person for person in CONVERSATIONS.values()))


@pytest.mark.parametrize("text", sorted(set(EVERYDAY) - set(CRISIS)))
def test_nobody_else_is_in_danger(text: str) -> None:
    assert not crisis.read(text)


@pytest.mark.parametrize("text", sorted(set(EVERYDAY) - set(ABUSIVE)))
def test_nobody_else_is_abusive(text: str) -> None:
    assert not abuse.is_abusive(text)
