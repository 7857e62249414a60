"""Who has which number: cases worth testing at fixed numbers, everyday life behind all others.

The exchange 555 with a line from 0100 to 0199 is reserved for inventions. There the lines 0100 to 0119
are cases of the carrier in every area code, and area code 567 has a conversation of its own behind each
line (`CONVERSATIONS`). Any other number gets a person from the mix of everyday life: half of them never
answer, and one in a hundred asks for no more texts, as in life.
"""

import hashlib
import re
from dataclasses import replace

from p2ptext.simulator import sayings
from p2ptext.simulator.characters import (
    ABUSIVE,
    ANGRY,
    BUSINESS,
    COMES_BACK,
    CRISIS,
    DRIVING,
    EMOJI,
    GOOGLE,
    IPHONE,
    LANDLINE,
    LANGUAGES,
    LEAVING,
    LONG,
    LONG_PARTS,
    MOVED,
    NO,
    NUMBER,
    PERHAPS_STOP,
    PICTURE,
    PLEASE_STOP,
    QUESTION,
    RARE_LANGUAGES,
    SILENT,
    SLOW,
    STOP,
    STOP_LATER,
    STOP_WORDS,
    THANKS,
    TWICE,
    UNDECIDED,
    UNREACHABLE,
    VOTED,
    WHO,
    WRONG,
    YES,
)
from p2ptext.simulator.people import Persona, Receipt, failed

CONVERSATIONS_AT = "567"
"""The area code in which every line has a conversation of its own."""


def _saying(persona: Persona, *words: str, name: str = "") -> Persona:
    """The same person with these words and no others."""
    if persona.leaves_at == 1:
        return replace(persona, goodbyes=words, name=name or persona.name)
    return replace(persona, openings=words, name=name or persona.name)


def _lines(first: int, *personas: Persona) -> dict[str, Persona]:
    return {f"{first + place:04d}": persona for place, persona in enumerate(personas)}


_CARRIER_CASES = _lines(
    100,
    _saying(YES, "yes"),
    _saying(STOP, "STOP"),
    Persona("help", ("HELP",)),
    _saying(STOP_WORDS, "Stop texting me"),
    replace(SILENT, name="filtered as spam", receipts=failed(1210)),
    replace(SILENT, name="no such number", receipts=failed(1170)),
    replace(
        YES,
        name="phone off for a while",
        receipts=(Receipt(0.4, "submitted"), Receipt(90.0, "delivered")),
    ),
    replace(YES, name="no receipt", receipts=()),
    replace(
        YES,
        name="receipts doubled and out of order",
        receipts=(
            Receipt(0.4, "delivered"),
            Receipt(0.8, "submitted"),
            Receipt(1.2, "delivered"),
            Receipt(1.6, "submitted"),
        ),
    ),
    Persona(
        "long reply with pictures in it",
        ("Yes 🎉🎉 my whole family is coming! " + "We can’t wait to see everybody there 🇺🇸. " * 4,),
    ),
    PICTURE,
    replace(YES, name="receipt before the answer", call="receipt_first"),
    # The receipts come late enough for the message to be seen as "unknown" first; they resolve it.
    replace(
        SILENT,
        name="taken, then the line drops",
        call="drop",
        receipts=(Receipt(30.0, "submitted"), Receipt(32.0, "delivered")),
    ),
    replace(SILENT, name="taken, then no answer", call="stall", receipts=()),
    replace(YES, name="429 at every first try", call="busy"),
    replace(_saying(STOP, "STOP"), name="stop, then blocked by the carrier", blocked_after=True),
    replace(SILENT, name="503, never taken", call="broken"),
    replace(YES, name="forged reply", trick="forge"),
    replace(YES, name="replayed reply", trick="replay"),
    replace(YES, name="reply changed on the way", trick="change"),
)

CONVERSATIONS: dict[str, Persona] = (
    _lines(
        100,
        _saying(YES, "Yes!"),
        _saying(NO, "No thanks"),
        _saying(UNDECIDED, "Not sure yet"),
        _saying(WHO, "Who is this?"),
        _saying(NUMBER, "How did you get my number?"),
        _saying(QUESTION, "Where is my polling place?"),
        _saying(WRONG, "Wrong number"),
        _saying(MOVED, "I moved to Texas last year"),
        _saying(VOTED, "Already voted!"),
        _saying(THANKS, "Thank you for what you do!"),
        _saying(EMOJI, "👍"),
        _saying(ANGRY, "Are you kidding me? It's dinner time"),
        _saying(ABUSIVE, "get lost you idiot"),
        CRISIS,
        replace(TWICE, openings=("Yes",), second=("and my husband too",)),
        _saying(LONG, LONG.openings[0]),
        LONG_PARTS,
        replace(LONG_PARTS, name="long reply, a part doubled", parts="doubled"),
        replace(LONG_PARTS, name="long reply, a part missing", parts="one missing"),
        SLOW,
    )
    | _lines(
        120,
        _saying(IPHONE, "Liked “{whole}”"),
        _saying(IPHONE, "Loved “{quote}”"),
        _saying(IPHONE, "Questioned “{whole}”"),
        _saying(IPHONE, "Reacted 👍 to “{whole}”"),
        _saying(IPHONE, "Removed a heart from “{whole}”"),
        _saying(GOOGLE, GOOGLE.openings[0]),
        _saying(GOOGLE, GOOGLE.openings[1]),
        _saying(IPHONE, "A Maria le gustó “{whole}”", name="tapback of an iPhone in Spanish"),
        replace(YES, name="tapback after an answer", then={"closing": ("Liked “Thank you!”",)}),
    )
    | _lines(
        130,
        _saying(DRIVING, DRIVING.openings[0]),
        _saying(BUSINESS, BUSINESS.openings[0]),
        Persona(
            "out of office",
            ("Automatic reply: I am out of the office until Monday and will answer when I am back.",),
            delay_s=(1.0, 3.0),
            then=sayings.SILENT,
        ),
    )
    | _lines(
        135,
        PICTURE,
        replace(PICTURE, name="picture without words", openings=("",), picture="letter.png"),
        replace(PICTURE, name="picture too big", openings=("look at the line!",), picture="huge.jpg"),
        replace(PICTURE, name="not the picture it says", openings=("see this",), picture="liar.jpg"),
    )
    | _lines(140, *(_saying(person, person.openings[0]) for person in LANGUAGES.values()))
    | _lines(
        150,
        _saying(PLEASE_STOP, "Please stop"),
        _saying(PLEASE_STOP, "take me off"),
        _saying(STOP, "STPO", name="stop, misspelt"),
        _saying(STOP, "ＳＴＯＰ", name="stop, full-width"),
        _saying(STOP, "STOP\n(Sent with Slam Effect)", name="stop with an effect"),
        STOP_LATER,
        COMES_BACK,
        _saying(YES, "stop calling, texting is fine", name="not a stop: calls"),
        _saying(QUESTION, "Can you stop by the office?", name="not a stop: a visit"),
        _saying(NO, "Don't stop, you are doing great", name="not a stop: praise"),
    )
    | _lines(160, *(_saying(person, person.goodbyes[-1]) for person in LEAVING.values()))
    | _lines(170, *(_saying(PERHAPS_STOP, words) for words in PERHAPS_STOP.goodbyes))
)
"""Line -> the conversation in area code 567; the lines in between are everyday life."""

# One in a hundred each; where a place has several people, another digit of the hash chooses.
MIX: tuple[tuple[Persona, ...], ...] = (
    *((SILENT,) for _ in range(48)),
    (UNREACHABLE,),
    (LANDLINE,),
    *((YES,) for _ in range(11)),
    *((NO,) for _ in range(5)),
    *((UNDECIDED,) for _ in range(3)),
    *((QUESTION,) for _ in range(3)),
    (WHO,),
    (WHO,),
    (NUMBER,),
    (LONG,),
    (LONG_PARTS, LONG),
    *((LANGUAGES["spanish"],) for _ in range(3)),
    RARE_LANGUAGES,
    *((SLOW,) for _ in range(3)),
    (IPHONE,),
    (IPHONE,),
    (GOOGLE,),
    (DRIVING, BUSINESS),
    (WRONG,),
    (WRONG, MOVED),
    (VOTED,),
    (VOTED,),
    (ANGRY, ABUSIVE),
    (THANKS,),
    (EMOJI,),
    (PICTURE, replace(PICTURE, openings=("",), picture="letter.png")),
    (TWICE,),
    # One in a hundred asks for no more texts: where five do, a campaign is paused by itself.
    (STOP, STOP, STOP_WORDS, PLEASE_STOP, STOP_LATER, *LEAVING.values()),
    (PERHAPS_STOP, SILENT),
)


def persona_for(number: str, seed: str) -> Persona:
    """The person with this number (digits, with or without plus)."""
    reserved = re.search(r"(\d{3})555(01\d\d)$", number)
    if reserved:
        area, line = reserved.groups()
        fixed = CONVERSATIONS if area == CONVERSATIONS_AT else _CARRIER_CASES
        if line in fixed:
            return fixed[line]
    digest = hashlib.sha256(f"{seed}:{number.lstrip('+')}".encode()).digest()
    choices = MIX[(digest[0] * 256 + digest[1]) % len(MIX)]
    return choices[digest[2] % len(choices)]
