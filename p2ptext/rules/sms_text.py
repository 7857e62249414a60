"""The characters and the size of a text message."""

import re
import unicodedata
from dataclasses import dataclass

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""One unit each (3GPP TS 23.038, default alphabet, without the escape character)."""
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Two units each: an escape and a character, which may not be parted."""
GSM = GSM_BASIC | GSM_EXTENSION

# Units in a text of one segment, and in each segment of a longer one (6 bytes of header).
_GSM_SINGLE, _GSM_PART = 160, 153
_UCS2_SINGLE, _UCS2_PART = 70, 67

_PLAIN = {
    **dict.fromkeys("‘’‚‛′´ʼ＇", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    **dict.fromkeys("\t\u00a0\u1680\u202f\u205f\u3000", " "),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    # Nothing to see: soft hyphen, zero-width space, direction marks, word joiner, BOM.
    **dict.fromkeys("\u00ad\u200b\u200e\u200f\u2060\ufeff", ""),
    **dict.fromkeys(map(chr, range(0x202A, 0x202F)), ""),
    **dict.fromkeys(map(chr, range(0x2066, 0x206A)), ""),
}
_PLAIN_TABLE = str.maketrans(_PLAIN)
# Joiners hold emoji (and letters of some scripts) together; beside a plain character they do nothing.
_IDLE_JOINER = re.compile(r"(?<![^\x00-\u02ff])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u02ff])")


@dataclass(frozen=True, slots=True)
class Count:
    """How a text travels."""

    encoding: str
    """"GSM-7" or "UCS-2"."""
    units: int
    """Septets in GSM-7, 16-bit units in UCS-2."""
    segments: int
    """What the carrier charges for; an empty text counts as one."""


@dataclass(frozen=True, slots=True)
class NonGsm:
    """A character that makes the whole text UCS-2 (70 instead of 160 to a segment)."""

    index: int
    char: str
    name: str
    replacement: str | None
    """The plain form that says the same, "" where it can simply go, None where there is none."""


def _segments(widths: list[int], single: int, part: int) -> int:
    if sum(widths) <= single:
        return 1
    segments, room = 1, part
    for width in widths:
        if width > room:
            segments += 1
            room = part
        room -= width
    return segments


def count(text: str) -> Count:
    """Encoding, units and segments of `text` as it is, counted by packing.

    A two-unit character that does not fit at a segment's end moves to the next one whole,
    so division would be wrong (152 letters, ^, 152 letters: 306 units, 3 segments).
    """
    if GSM.issuperset(text):
        widths = [2 if char in GSM_EXTENSION else 1 for char in text]
        return Count("GSM-7", sum(widths), _segments(widths, _GSM_SINGLE, _GSM_PART))
    widths = [2 if char > "\uffff" else 1 for char in text]
    return Count("UCS-2", sum(widths), _segments(widths, _UCS2_SINGLE, _UCS2_PART))


def plain_typography(text: str) -> str:
    """`text` with typographic quotes, dashes, dots and odd spaces in their plain form.

    Letters, accents, signs and emoji stay as they are.
    """
    if text.isascii() and "\t" not in text:
        return text
    return _IDLE_JOINER.sub("", text.translate(_PLAIN_TABLE))


def find_non_gsm(text: str) -> list[NonGsm]:
    """Every character of `text` that is not in the GSM alphabet, in order."""
    idle = {i for match in _IDLE_JOINER.finditer(text) for i in range(*match.span())}
    return [
        NonGsm(
            index=index,
            char=char,
            name=unicodedata.name(char, f"U+{ord(char):04X}").lower(),
            replacement="" if index in idle else _PLAIN.get(char),
        )
        for index, char in enumerate(text)
        if char not in GSM
    ]
