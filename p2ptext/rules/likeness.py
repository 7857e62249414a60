"""How much a reply reads like a request to stop, learnt from examples: rules alone miss what nobody foresaw.

A text is cut into its words, its pairs and triples of words, and the pieces of two to four letters in
each word; every such piece has a weight, and so has each sign that the rules give. Pieces that nobody
has seen count as nothing. The weights come from `scripts/train-likeness`, which learns them from the
example replies in `scripts/training`.
"""

import functools
import math
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

LONGEST = 500
"""Characters that are read: far more than people write to say this, and than the examples have."""
_LONGEST_WORD = 30
_WEIGHTS = Path(__file__).with_name("likeness.tsv")
_SCALE = 100
"""The file holds hundredths."""

_WORD = re.compile(r"\w+|[^\w\s]")
_STRETCHED = re.compile(r"(.)\1{2,}", re.DOTALL)
_DIGIT = re.compile(r"\d")
_APOSTROPHE = re.compile("['’‘`´]")


def score(text: str, signs: Iterable[str] = ()) -> float:
    """Between 0, nothing like it, and 1, very much so. `signs` are what rules have found."""
    weights = _weights()
    found = pieces(text)
    total = sum(weights.get(piece, 0) for piece in found)
    strength = weights[""] + total / math.sqrt(len(found) or 1)
    strength += sum(weights.get(f"!{sign}", 0) for sign in signs)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, strength / _SCALE))))


def telling(text: str, most: int = 2) -> list[str]:
    """The words of the text that speak most for it, strongest first; never parts of words."""
    weights = _weights()
    known = [(weights.get(piece, 0), piece) for piece in pieces(text) if piece[0] not in "#^$~!"]
    chosen: list[str] = []
    for weight, piece in sorted(known, key=lambda one: (-one[0], one[1])):
        words = piece.removeprefix("=")
        if weight <= 0 or len(chosen) == most:
            break
        if not any(words in earlier or earlier in words for earlier in chosen):
            chosen.append(words)
    return chosen


def pieces(text: str) -> set[str]:
    """What a text is made of: `=word`, `two words`, `#part`, its `^first`, `$last` and `~length`."""
    words = [word[:_LONGEST_WORD] for word in _WORD.findall(_flat(text))]
    found: set[str] = set()
    for place, word in enumerate(words):
        found.add(f"={word}")
        if place + 1 < len(words):
            found.add(f"{word} {words[place + 1]}")
        if place + 2 < len(words):
            found.add(f"{word} {words[place + 1]} {words[place + 2]}")
        framed = f"_{word}_"
        for size in (2, 3, 4):
            for start in range(len(framed) - size + 1):
                found.add(f"#{framed[start : start + size]}")
    if words:
        found |= {f"^{words[0]}", f"${words[-1]}", f"~{min(6, int(math.log2(len(words))))}"}
    return found


def _flat(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text[:LONGEST]).casefold()
    shown = "".join(char for char in folded if unicodedata.category(char) not in ("Mn", "Cf"))
    shown = _STRETCHED.sub(r"\1\1", _APOSTROPHE.sub("", shown))
    return _DIGIT.sub("0", shown)


@functools.cache
def _weights() -> dict[str, int]:
    """Piece -> weight in hundredths; the empty piece has what every text begins with."""
    # The first line says what they were learnt from. Only \n ends a line: pieces are any characters.
    lines = _WEIGHTS.read_text("utf-8").rstrip("\n").split("\n")[1:]
    rows = (line.rsplit("\t", 1) for line in lines)
    return {piece: int(weight) for piece, weight in rows}
