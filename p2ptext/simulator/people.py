"""The people behind the numbers: what each answers, and what happens to the texts sent to them.

Pure: the same seed and number always give the same person. The last four digits of a reserved number
(555-0100 to 555-0119) choose a case worth testing, 555-0120 to 555-0199 the mix of everyday life; any
other number gets a person from the same mix. About half the people never answer, as in life.
"""

import hashlib
import random
import re
from dataclasses import dataclass, field, replace
from typing import Literal

Call = Literal["", "receipt_first", "drop", "stall", "busy", "broken"]
Trick = Literal["", "forge", "replay", "change", "unsign"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A status the carrier reports so many seconds after it took the text."""

    after_s: float
    status: str
    code: int | None = None


_DELIVERED = (Receipt(0.4, "submitted"), Receipt(2.0, "delivered"))


def _failed(code: int, status: str = "rejected") -> tuple[Receipt, ...]:
    return (Receipt(0.4, "submitted"), Receipt(1.5, status, code))


@dataclass(frozen=True, slots=True)
class Persona:
    """How one person, and the carrier on the way to them, behaves. Seconds are human seconds."""

    name: str
    openings: tuple[str, ...] = ()
    """Answers to the first text, one of them is used; none is silence."""
    thanks: tuple[str, ...] = ("Thanks!", "Ok, thank you", "Great, thanks", "👍")
    """Answers to the second text; after that the person is silent."""
    delay_s: tuple[float, float] = (8.0, 35.0)
    receipts: tuple[Receipt, ...] = _DELIVERED
    leaves: bool = False
    """The opening asks for no more texts: whatever comes later finds silence."""
    blocked_after: bool = False
    """Having left, they are blocked by the carrier too (error 1240)."""
    call: Call = ""
    """How the carrier mistreats the request itself."""
    trick: Trick = ""
    """What is wrong with the webhook that carries the answer."""
    media: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person writes, and when."""

    after_s: float
    text: str
    trick: Trick = ""
    media: list[dict[str, str]] = field(default_factory=list)


_YES = Persona("yes", ("Yes", "Yes!", "yes i will be there", "Count me in", "Yep, you can count on me"))
_NO = Persona("no", ("No", "No thanks", "not interested", "I already decided, no"), thanks=("ok",))
_QUESTION = Persona(
    "question",
    (
        "Where is my polling place?",
        "Who is this?",
        "What time does it start?",
        "how did you get my number?",
        "Can I bring my sister? She can't drive.",
    ),
)
_LONG = Persona(
    "long reply",
    (
        "I appreciate you reaching out. I have lived on this street for thirty-one years and I have "
        "never seen the bus come on time. If your people can fix that, you have my vote and my "
        "husband's too. If not, please tell us honestly what you can do and when.",
        "Honestly I'm torn. The schools matter most to us: my daughter's class has 34 children and one "
        "teacher. My neighbor says your side wants to help with that, but I read the opposite in the "
        "paper last week. Which one is it? I would like to read the plan myself.",
    ),
)
_SPANISH = Persona(
    "spanish",
    ("Sí, claro que sí", "¿Quién es?", "No hablo inglés, ¿me puede escribir en español?", "Sí, gracias"),
    thanks=("Gracias", "Muchas gracias"),
)
_STOP = Persona("stop", ("STOP", "Stop", "stop.", "STOP "), thanks=(), leaves=True)
_STOP_WORDS = Persona(
    "stop in words",
    ("please stop texting me", "Take me off your list", "Stop texting me", "Remove me please"),
    thanks=(),
    leaves=True,
)
_WRONG = Persona(
    "wrong number",
    ("Wrong number", "You have the wrong person", "Sorry, this isn't her number anymore"),
    thanks=(),
)
_SLOW = replace(_YES, name="slow", delay_s=(240.0, 900.0))
_SILENT = Persona("silent", thanks=())
_PICTURE = {
    "type": "image",
    "url": "https://media.invalid/picture.jpg",
    "caption": "",
    "name": "picture.jpg",
}

_CASES: dict[str, Persona] = {
    "0100": replace(_YES, openings=("yes",)),
    "0101": replace(_STOP, openings=("STOP",)),
    "0102": Persona("help", ("HELP",)),
    "0103": replace(_STOP_WORDS, openings=("Stop texting me",)),
    "0104": replace(_SILENT, name="filtered as spam", receipts=_failed(1210)),
    "0105": replace(_SILENT, name="no such number", receipts=_failed(1170)),
    "0106": replace(
        _YES,
        name="phone off for a while",
        receipts=(Receipt(0.4, "submitted"), Receipt(90.0, "delivered")),
    ),
    "0107": replace(_YES, name="no receipt", receipts=()),
    "0108": replace(
        _YES,
        name="receipts doubled and out of order",
        receipts=(
            Receipt(0.4, "delivered"),
            Receipt(0.8, "submitted"),
            Receipt(1.2, "delivered"),
            Receipt(1.6, "submitted"),
        ),
    ),
    "0109": Persona(
        "long reply with pictures in it",
        ("Yes 🎉🎉 my whole family is coming! " + "We can’t wait to see everybody there 🇺🇸. " * 4,),
    ),
    "0110": Persona("picture message", ("Here is my yard sign",), media=[_PICTURE]),
    "0111": replace(_YES, name="receipt before the answer", call="receipt_first"),
    # The receipts come late enough for the message to be seen as "unknown" first; they resolve it.
    "0112": replace(
        _SILENT,
        name="taken, then the line drops",
        call="drop",
        receipts=(Receipt(30.0, "submitted"), Receipt(32.0, "delivered")),
    ),
    "0113": replace(_SILENT, name="taken, then no answer", call="stall", receipts=()),
    "0114": replace(_YES, name="429 at every first try", call="busy"),
    "0115": replace(
        _STOP, name="stop, then blocked by the carrier", openings=("STOP",), blocked_after=True
    ),
    "0116": replace(_SILENT, name="503, never taken", call="broken"),
    "0117": replace(_YES, name="forged reply", trick="forge"),
    "0118": replace(_YES, name="replayed reply", trick="replay"),
    "0119": replace(_YES, name="reply changed on the way", trick="change"),
}

# One in twenty each. The last two places differ from person to person.
_MIX: tuple[tuple[Persona, ...], ...] = (
    *((_SILENT,) for _ in range(10)),
    (_YES,),
    (_YES,),
    (_NO,),
    (_QUESTION,),
    (_QUESTION,),
    (_LONG,),
    (_SPANISH,),
    (_SLOW,),
    # One in a hundred asks for no more texts: where five do, a campaign is paused by itself.
    (_STOP, _STOP_WORDS, *(_SILENT for _ in range(8))),
    (
        _WRONG,
        replace(_SILENT, name="phone unreachable", receipts=_failed(1180, "undeliverable")),
        _WRONG,
        replace(_SILENT, name="landline", receipts=_failed(1300)),
    ),
)


def persona_for(number: str, seed: str) -> Persona:
    """The person with this number (digits, with or without plus)."""
    reserved = re.search(r"555(01\d\d)$", number)
    if reserved and reserved[1] in _CASES:
        return _CASES[reserved[1]]
    if reserved:
        place = int(reserved[1]) - 120
        # 7 has no divisor in common with 20, so each place of the mix is met equally often.
        slot, turn = place * 7 % len(_MIX), place // len(_MIX)
    else:
        digest = hashlib.sha256(f"{seed}:{number}".encode()).digest()
        slot, turn = digest[0] * 256 + digest[1], digest[2]
    choices = _MIX[slot % len(_MIX)]
    return choices[turn % len(choices)]


def reply_to(persona: Persona, number: str, seed: str, turn: int) -> Reply | None:
    """What the person answers to the `turn`th text (1 is the first); None is silence."""
    words = {1: persona.openings, 2: persona.thanks}.get(turn, ())
    if not words or (turn > 1 and (persona.leaves or not persona.openings)):
        return None
    chance = random.Random(f"{seed}:{number}:{turn}")  # noqa: S311  # people, not secrets
    return Reply(
        after_s=chance.uniform(*persona.delay_s),
        text=chance.choice(words),
        trick=persona.trick if turn == 1 else "",
        media=persona.media if turn == 1 else [],
    )
