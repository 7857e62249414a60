"""The words of a text as its reader hears them: without case, accents, decoration or signature.

What people type, what a phone adds, and what hides in full-width or invisible characters all come
down to the same small letters here, so that the rules about replies look at one spelling only.
"""

import re
import sys
import unicodedata

LONGEST = 2000
"""Characters read: more than any text message; what follows is not looked at."""

_APOSTROPHES = "'’‘`´ʼ′"
_LOOKALIKES = dict(zip("аеорсхуѕіјтмнкοτριυε", "aeopcxysijtmhkotpiue", strict=True))
"""Letters of other alphabets that look like ours."""

_SPELLED = {"œ": "oe", "æ": "ae", "đ": "d", "ø": "o", "ł": "l", "ı": "i", "ى": "ي", "ة": "ه", "ـ": ""}
"""Letters that have a plain spelling but no decomposition in Unicode."""


_Becomes = str | int | None


class _Letters(dict[int, _Becomes]):
    """What becomes of a character: marks and invisible ones go, lookalikes turn into ours."""

    def __missing__(self, code: int) -> _Becomes:
        hidden = unicodedata.category(chr(code)) in ("Mn", "Cf", "Cc") or code in (
            0x3164,
            0x115F,
            0x1160,
        )
        found = None if hidden else code
        if code < 0x3000:
            self[code] = found
        return found


_LETTERS = _Letters({ord(odd): plain for odd, plain in (_LOOKALIKES | _SPELLED).items()})
_LETTERS.update(dict.fromkeys(map(ord, _APOSTROPHES)))
_LETTERS.update({ord("\n"): "\n", ord("\r"): "\n", ord("\t"): "\t"})
_ASCII_HIDDEN = re.compile("['`\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_ASCII = re.compile(f"[\x80-{chr(sys.maxunicode)}]")

_WORD = re.compile(r"[^\W_]+")
_QUOTATION = re.compile(r"[“«„][^”»]*(?:[”»]|$)|\"[^\"]*\"")

_EFFECT = re.compile(
    r"\s{0,3}[(\[]? ?(?:sent|enviado|envoye) (?:with|con|avec|com)(?: (?:el|un|l|an?))?(?: efecto| effet)? ?"
    r"(?:slam|loud|gentle|invisible ink|echo|spotlight|balloons?|confetti|love|lasers?|fireworks|"
    r"celebration|shooting star|heart|big|small|shake|nod|explode|ripple|bloom"
    r"|jitter)(?: effect)? ?[)\]]?\s*$"
)
_SENT_FROM = re.compile(
    r"\s{0,3}[-–—(\[]{0,2} ?(?:sent|enviado|envoye|mande) (?:from|via|desde|depuis|do|by) "
    r"(?:my|mi|mon|meu|the|yahoo|outlook|gmail|samsung|iphone|android|verizon|at&t|t-mobile|proton)"
    r"[^\n]{0,40}$|\s{0,3}get outlook for [a-z]{2,10}\s*$"
)
_NAME = r"[a-z][a-z.\-]{0,14}"
_SIGNED = re.compile(rf"(?:\s?\n\s?|\s)(?:--?|–|—|~) ?{_NAME}(?: {_NAME}){{0,2}}\s{{0,3}}$")
_END = 80
"""Characters at the end in which additions stand."""


def flatten(text: str) -> str:
    """`text` in small letters without accents, apostrophes and invisible characters; signs stay.

    Marks that only decorate go: full-width letters, zero-width characters, lookalikes.
    """
    return same_letters(text[:LONGEST])[: 2 * LONGEST]


def same_letters(text: str) -> str:
    """What `flatten` does, for text of any length, such as what is looked for."""
    if not _NOT_ASCII.search(text):
        return _ASCII_HIDDEN.sub("", text.replace("\r", "\n")).lower()
    return unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)


def without_additions(flat: str) -> str:
    """Flattened text without what a phone adds at its end: effects and “Sent from my phone”."""
    end = flat[-_END:]
    if not any(word in end for word in ("sent", "envi", "envo", "mande", "outlook")):
        return flat
    own = flat[:-_END] + _SENT_FROM.sub("", _EFFECT.sub("", end))
    return own if _WORD.search(own) else flat


def without_name(flat: str) -> str:
    """Flattened text without “- Maria” at its end. It may be a word that matters, so look at both."""
    end = flat[-_END:]
    signed = _SIGNED.search(end)
    return flat if signed is None else flat[: len(flat) - len(end) + signed.start()]


def without_quotations(flat: str) -> str:
    """Flattened text without what it quotes, the end of which may be cut off: others said that."""
    return _QUOTATION.sub(" ", flat)


def words(flat: str) -> list[str]:
    """The words of flattened text."""
    return _WORD.findall(flat)


def line(text: str) -> str:
    """The words of `text` with one space between them: what phrases are looked for in."""
    return " ".join(words(without_additions(flatten(text))))


def any_of(*alternatives: str) -> str:
    """A pattern for any of these whole words or phrases."""
    return rf"\b(?:{'|'.join(alternatives)})\b"


def words_of(*lines: str) -> frozenset[str]:
    """The words that stand in `lines`."""
    return frozenset(word for line_ in lines for word in line_.split())
