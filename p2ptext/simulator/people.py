"""The people behind the numbers: what each answers to what they are told, and when.

Pure: the same seed, number, turn and text always give the same answer. Who has which number is in
`casting`, the words are in `sayings`.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from p2ptext.simulator import sayings
from p2ptext.simulator.sayings import Sayings

Call = Literal["", "receipt_first", "drop", "stall", "busy", "broken"]
Trick = Literal["", "forge", "replay", "change", "unsign"]
Parts = Literal["", "out of order", "doubled", "one missing"]
Picture = Literal["", "yard-sign.jpg", "letter.png", "huge.jpg", "liar.jpg"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A status the carrier reports so many seconds after it took the text."""

    after_s: float
    status: str
    code: int | None = None


DELIVERED = (Receipt(0.4, "submitted"), Receipt(2.0, "delivered"))


def failed(code: int, status: str = "rejected") -> tuple[Receipt, ...]:
    """The receipts of a text that does not arrive, with the carrier's code."""
    return (Receipt(0.4, "submitted"), Receipt(1.5, status, code))


@dataclass(frozen=True, slots=True)
class Persona:
    """How one person, and the carrier on the way to them, behaves. Seconds are human seconds."""

    name: str
    openings: tuple[str, ...] = ()
    """Answers to the first text, one of them is used; none is silence for good. `{quote}` stands for
    the first words of the text, `{whole}` for all of it."""
    then: Mapping[str, Sayings] = field(default_factory=lambda: sayings.ENGLISH)
    """Answers to later texts by what they ask; see `sayings.topic_of`."""
    second: tuple[str, ...] = ()
    """What they add a few seconds after the opening."""
    patience: int = 4
    """So many texts are answered, then the person is silent."""
    delay_s: tuple[float, float] = (8.0, 35.0)
    receipts: tuple[Receipt, ...] = DELIVERED
    leaves_at: int = 0
    """At this turn they ask for no more texts, in the words of `goodbyes`; later texts find silence."""
    goodbyes: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    """What they write some minutes after the goodbye, to get texts again."""
    blocked_after: bool = False
    """Having left, they are blocked by the carrier too (error 1240)."""
    call: Call = ""
    """How the carrier mistreats the request itself."""
    trick: Trick = ""
    """What is wrong with the webhook that carries the answer."""
    picture: Picture = ""
    """What comes with the opening."""
    parts: Parts = ""
    """How a long opening comes in parts, in the shape of Vonage's older interface."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person writes, and when."""

    after_s: float
    text: str
    trick: Trick = ""
    picture: Picture = ""
    parts: Parts = ""
    leaves: bool = False
    """Whatever comes after this finds silence."""


def replies_to(persona: Persona, number: str, seed: str, turn: int, heard: str) -> tuple[Reply, ...]:
    """What the person answers to the `turn`th text (1 is the first), which says `heard`.

    Nothing is silence; somebody who writes several texts in a row has several.
    """
    if turn > persona.patience or (0 < persona.leaves_at < turn):
        return ()
    chance = random.Random(f"{seed}:{number}:{turn}")  # noqa: S311  # people, not secrets
    if turn == persona.leaves_at:
        return _goodbye(persona, chance)
    if turn == 1:
        return _opening(persona, heard, chance)
    words = sayings.answers(persona.then, heard, turn) if persona.openings else ()
    if not words:
        return ()
    slow, slowest = persona.delay_s
    # Whoever has the phone in hand already answers sooner.
    return (Reply(chance.uniform(0.6 * slow, 0.6 * slowest), chance.choice(words)),)


def _goodbye(persona: Persona, chance: random.Random) -> tuple[Reply, ...]:
    goes = Reply(
        chance.uniform(*persona.delay_s),
        chance.choice(persona.goodbyes),
        trick=persona.trick,
        leaves=not persona.returns,
    )
    if not persona.returns:
        return (goes,)
    return (goes, Reply(goes.after_s + chance.uniform(60, 180), chance.choice(persona.returns)))


def _opening(persona: Persona, heard: str, chance: random.Random) -> tuple[Reply, ...]:
    if not persona.openings:
        return ()
    text = chance.choice(persona.openings)
    text = text.replace("{quote}", sayings.first_words(heard)).replace("{whole}", heard)
    first = Reply(
        chance.uniform(*persona.delay_s),
        text,
        trick=persona.trick,
        picture=persona.picture,
        parts=persona.parts,
    )
    if not persona.second:
        return (first,)
    return (first, Reply(first.after_s + chance.uniform(1.5, 4.0), chance.choice(persona.second)))
