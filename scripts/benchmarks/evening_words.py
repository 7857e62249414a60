"""What the people of the large ground write, what it means to the program, and what they are answered."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from p2ptext.texting.understanding import Understood, understand
from scripts.benchmarks.webhooks import everyday_words

EVERYDAY, OWN_WORDS, STOPS = 2500, 3000, 500
"""How many sayings there are: such as the simulated people's, many of them alike; longer ones; and
requests to stop, of which there are more than the simulated people make."""
RARE = "gazebo"
"""A word that a few people in a million write."""
COMMON = "schools"
PREFIX = "libr"
"""The beginning of `library` and `librarian`."""

_STOPS = (
    "STOP",
    "Stop",
    "stop",
    "STOP",
    "Stop texting me",
    "Please stop",
    "Unsubscribe",
    "remove me",
    "ALTO",
)
_OPENINGS = (
    "Yes,", "Sure,", "Maybe,", "Hi,", "Honestly", "Well", "Thanks for asking,", "Ok", "I think so,", "No,",
    "Not sure,", "Hello", "Sorry for the late answer,", "To be honest", "Good question,",
)  # fmt: skip
_SENTENCES = (
    "the {issue} matter most to us",
    "my {kin} says we need {issue} more than {other}",
    "I will vote {how} at {site}",
    "I walk past {site} every day and nobody does anything about {issue}",
    "what would you do about {issue} on {street}?",
    "we moved to {street} and {issue} got worse",
    "is {site} still my polling place?",
    "my {kin} already voted {how}",
    "can somebody call my {kin} about {issue}?",
    "I read in the paper about {issue} and {other} last week",
    "put a sign up at {street} please",
    "ask my {kin}, the {issue} are not my thing",
)
_ISSUES = (
    COMMON, "schools", "schools", "roads", "taxes", "buses", "rents", "library", "library", "jobs", "clinics",
    "parks", "teachers", "sidewalks", "streetlights", "potholes", "librarian", "daycare", "floods", "police",
    "pensions", "housing", "elevators", "crossings", "playgrounds", "wages", "hospitals", "recycling",
    "zoning", "sewers", "broadband", "orchards",
)  # fmt: skip
_KIN = (
    "mother", "father", "sister", "brother", "husband", "wife", "daughter", "son", "neighbor", "cousin",
    "grandmother", "uncle", "aunt", "boss", "roommate",
)  # fmt: skip
_HOW = ("early", "by mail", "on Election Day", "in person", "absentee")
_SITES = tuple(
    f"{name} {kind}"
    for name in (
        "Lincoln",
        "Maple",
        "Riverside",
        "Franklin",
        "Hilltop",
        "Oakwood",
        "Garfield",
        "Weinland",
    )
    for kind in ("school", "church", "community center", "fire station")
)
_STREETS = tuple(f"{name} {kind}" for name in (
    "Elm", "Cherry", "Walnut", "Cedar", "Mulberry", "Hickory", "Juniper", "Linden", "Poplar", "Sycamore",
) for kind in ("Street", "Avenue", "Lane"))  # fmt: skip


@dataclass(frozen=True)
class Saying:
    """One text, what the program understands of it, and what it says to the script's question."""

    text: str
    understood: Understood
    answer: str | None
    """`yes`, `no` or `undecided`; None where it is no answer."""

    @property
    def is_calm(self) -> bool:
        """Whether somebody may write it in the middle of a conversation, with nothing following from it."""
        verdict, is_text = self.understood.verdict, self.understood.kind == "text"
        return (
            is_text
            and verdict.tier == "none"
            and not (verdict.kind or self.understood.abusive or self.understood.crisis)
        )


def sayings(seed: int) -> list[Saying]:
    """The same texts for the same seed, as often as people say them."""
    chance = random.Random(seed)  # noqa: S311  # made-up people
    texts = [text for text in everyday_words(EVERYDAY) if text]
    texts += [_own(chance) for _ in range(OWN_WORDS - 1)]
    texts.append(f"is the {RARE} in the park still going to be built?")
    texts += [chance.choice(_STOPS) for _ in range(STOPS)]
    chance.shuffle(texts)
    return [Saying(text, understand(text), _answer(text)) for text in texts]


def _own(chance: random.Random) -> str:
    said = [f"{chance.choice(_OPENINGS)} {chance.choice(_SENTENCES)}"]
    if chance.random() < 0.3:
        said.append(chance.choice(_SENTENCES))
    return ". ".join(said).format(
        issue=chance.choice(_ISSUES),
        other=chance.choice(_ISSUES),
        kin=chance.choice(_KIN),
        how=chance.choice(_HOW),
        site=chance.choice(_SITES),
        street=chance.choice(_STREETS),
    )


def _answer(text: str) -> str | None:
    """As a volunteer would read it: by how it begins."""
    begins = text.lower().lstrip()
    for answer, words in (
        ("yes", ("yes", "yep", "sure", "count me", "ok", "sí", "already voted", "i think so")),
        ("no", ("no,", "no ", "no.", "not interested", "i already decided, no", "nope")),
        ("undecided", ("maybe", "not sure", "honestly", "i haven't", "to be honest", "well")),
    ):
        if begins.startswith(words):
            return answer
    return None


def rows(found: Sequence[Saying]) -> Iterator[tuple[object, ...]]:
    """As the ground's table of sayings wants them; the calm ones are counted through."""
    calm = count()
    for place, one in enumerate(found):
        verdict = one.understood.verdict
        yield (
            place, one.text, verdict.tier, verdict.kind, verdict.reason, one.understood.kind,
            one.understood.reaction, one.understood.abusive, one.understood.crisis, one.answer,
            next(calm) if one.is_calm else None,
        )  # fmt: skip
