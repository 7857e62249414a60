"""The text of one cell, made fit to stand in a message."""

import re
import unicodedata

MOST_MARKS = 8
"""Accents and vowel signs kept on one letter: more than any script needs, few enough to read."""

# Seen by nobody, yet they turn the words around them, or make a message longer. The joiners
# U+200C and U+200D are not among them: they hold emoji and the letters of some scripts together.
_INVISIBLE = (
    *(0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF, 0xFFF9, 0xFFFA, 0xFFFB),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE0080),
    *range(0x20),
    *range(0x7F, 0xA0),
    *range(0xD800, 0xE000),
)
_LINES = "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_TIDY = {**dict.fromkeys(_INVISIBLE), **dict.fromkeys(map(ord, _LINES + _SPACES), " ")}
# Letters that look like nothing: the braille blank and the Hangul fillers.
# All but letters that stand for themselves: Latin, Cyrillic, Vietnamese, typographic signs, Chinese
# and Korean. None of them is a mark, and no two of them make one letter.
_LOOKED_AT = re.compile(
    "[^\0-\u02ff\u0400-\u0482\u048a-\u052f\u1e00-\u1eff\u2010-\u2027\u4e00-\u9fff\uac00-\ud7a3]"
)
_LOOKS_BLANK = re.compile("[\\s\u200c\u200d\u115f\u1160\u2800\u3164\uffa0]*")
NOTHING = frozenset(
    [
        "undefined",
        "Undefined",
        "UNDEFINED",
        "null",
        "NULL",
        "(null)",
        "<null>",
        "[null]",
        "\\N",
        "NaN",
        "nan",
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NUM!",
        "#NULL!",
        "#ERROR!",
    ]
) | {""}
"""What programs write where they have no value."""


def clean(cell: str) -> str:
    """A cell as one line of text with single spaces; "" if there is nothing to see in it.

    Control characters, marks that turn the direction of the text and other invisible ones are
    left out, line ends become spaces, letters are composed (e and an accent become é) and of
    many marks on one letter eight are kept. The words that programs write for no value
    ("undefined", "null", "#N/A") count as nothing; "Null" is somebody's name and stays.
    Cleaning again changes nothing.
    """
    if cell.isascii():
        if not cell.isprintable():
            cell = cell.translate(_TIDY)
    else:
        cell = _few_marks(unicodedata.normalize("NFC", cell.translate(_TIDY)))
        if _LOOKS_BLANK.fullmatch(cell):
            return ""
    cell = " ".join(cell.split())
    return "" if cell in NOTHING else cell


def are_clean(row: str) -> bool:
    """Whether every cell is as `clean` leaves it, told from all cells at once with a | between.

    Quick and never wrong in saying yes; it says no whenever a longer look is needed.
    """
    return (
        row.isprintable()
        and "  " not in row
        and " |" not in row
        and "| " not in row
        and (row.isascii() or not _LOOKED_AT.search(row))
        and row[:1] != " "
        and row[-1:] != " "
    )


def _few_marks(text: str) -> str:
    if len(text) <= MOST_MARKS:
        return text
    kept = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)
