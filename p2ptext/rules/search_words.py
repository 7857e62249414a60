"""What somebody types to search for words, understood; and where the words stand in a text.

Whole words count, whatever their case. `pol*` is every word that begins so, "my place" is words in a row,
and `-stop` leaves out what has the word. Punctuation parts words, apostrophes do not: don't is dont.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 200
"""Characters of a search that are read."""
MOST_TERMS = 12

APOSTROPHES = "'\u2019\u2018\u0060\u00b4"
LETTERS = (
    r"0-9A-Za-z\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u060B\u060D-\u061A\u0620-\u1FFF"
    r"\u2C00-\u2DFF\u3040-\uD7FF\uF900-\uFDFF\uFE70-\uFEFC"
)
"""What words are made of, as ranges for a regular expression. The database function search_words has the
same: emoji and punctuation of every kind part words there too."""

_PARTING = re.compile(f"[^{LETTERS}]+")
_WORD = re.compile(f"[{LETTERS}]+(?:[{APOSTROPHES}]+[{LETTERS}]+)*")
_ASKED = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')


@dataclass(frozen=True, slots=True)
class Term:
    """Words in a row, most often one."""

    words: tuple[str, ...]
    is_beginning: bool = False
    """Whether the last of them need only begin so."""
    is_unwanted: bool = False

    @property
    def query(self) -> str:
        """For to_tsquery. Words hold letters and digits alone, so nothing in it needs care."""
        end = ":*" if self.is_beginning else ""
        return "(" + " <-> ".join(self.words) + end + ")"

    @property
    def apart(self) -> "list[Term]":
        """Each of its words by itself."""
        last = len(self.words) - 1
        return [
            Term((word,), self.is_beginning and place == last) for place, word in enumerate(self.words)
        ]


def read(asked: str) -> list[Term]:
    """The terms of a search, at most MOST_TERMS; none where there is no word in it."""
    terms = []
    for minus, phrase, word in _ASKED.findall(asked[:LONGEST]):
        words = tuple(plain(phrase or word).split())
        if words:
            terms.append(Term(words, word.endswith("*"), bool(minus)))
    return terms[:MOST_TERMS]


def plain(text: str) -> str:
    """A text as words in small letters with a space between."""
    return _PARTING.sub(" ", _joined(text)).strip().lower()


def _joined(text: str) -> str:
    return text.translate({ord(char): None for char in APOSTROPHES})


def wanted(terms: Sequence[Term]) -> str:
    """What one and the same text must hold, for to_tsquery; "" for nothing in particular."""
    return " & ".join(term.query for term in terms if not term.is_unwanted)


def together(terms: Sequence[Term]) -> str:
    """The same without minding which words stand in a row: an index answers it without reading texts."""
    return " & ".join(one.query for term in terms if not term.is_unwanted for one in term.apart)


def unwanted(terms: Sequence[Term]) -> str:
    """What no text may hold, for to_tsquery; "" for nothing."""
    return " | ".join(term.query for term in terms if term.is_unwanted)


def letters_wanted(terms: Sequence[Term]) -> list[str]:
    """Patterns for LIKE, whatever the case, all of which a text matches that holds what is wanted.

    Told apart by them, few texts need be taken apart into words. Only words of ASCII letters: what others
    are in small letters is the database's to say.
    """
    return [
        f"%{word}%" for term in terms if not term.is_unwanted for word in term.words if word.isascii()
    ]


def letters_unwanted(terms: Sequence[Term]) -> list[str]:
    """Patterns one of which a text matches that holds what is not wanted."""
    return [f"%{_longest_plain(term)}%" for term in terms if term.is_unwanted]


def _longest_plain(term: Term) -> str:
    return max((word for word in term.words if word.isascii()), key=len, default="")


def marked(text: str, terms: Sequence[Term]) -> list[tuple[str, bool]]:
    """`text` in pieces, with whether each is among the words that were asked for."""
    found = list(_WORD.finditer(text))
    words = [_joined(match[0]).lower() for match in found]
    hit: set[int] = set()
    for term in terms:
        if not term.is_unwanted:
            for start in range(len(words) - len(term.words) + 1):
                if _stands(term, words[start : start + len(term.words)]):
                    hit.update(range(start, start + len(term.words)))
    pieces, last = [], 0
    for place, match in enumerate(found):
        if place in hit:
            pieces += [(text[last : match.start()], False), (match[0], True)]
            last = match.end()
    return [piece for piece in [*pieces, (text[last:], False)] if piece[0]]


def _stands(term: Term, words: Sequence[str]) -> bool:
    if list(term.words[:-1]) != list(words[:-1]):
        return False
    return words[-1].startswith(term.words[-1]) if term.is_beginning else words[-1] == term.words[-1]
