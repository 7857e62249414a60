"""A thumb on one of our texts, which a phone sends as words: “Liked “Hi Maria, this is …””.

iPhones write to phones that cannot show a reaction, Google Messages to phones that never heard of
any; both quote the text they mean, long ones cut short. Shapes as seen in English, Spanish, French
and Portuguese, in these three also with the name of whoever reacts.
"""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reaction:
    """What somebody did to a text."""

    kind: str
    """"like", "love", "dislike", "laugh", "emphasize", "question", "emoji" or "removed"."""
    emoji: str
    """The sign to show for it; "" where none was named."""
    quoted: str
    """The text they mean, as quoted: perhaps cut short, then without the dots. "" for a picture."""


_SIGNS = {"like": "👍", "love": "❤️", "dislike": "👎", "laugh": "😂", "emphasize": "‼️", "question": "❓"}

# A name has a capital; “Ella” and “My sister” are how people begin to tell something.
_WORD = r"(?-i:[^\W\d_a-zß-ÿ])[\w.'’-]{0,24}"
_NAME = (
    r"(?!(?:yo|t[uú]|[eé]l|ellas?|ellos|usted|nadie|todos|je|tu|ils?|elles?|on|nous|vous|eu|eles?|elas?"
    r"|voc[eê]|i|we|he|she|they|you)\s)"
    rf"{_WORD}(?: (?:de |del |la |las |los |da |do |dos |du |von |van )*{_WORD}){{0,3}}"
)
_ENGLISH = {
    "dislike": "disliked",
    "like": "liked",
    "love": "loved",
    "laugh": "laughed at",
    "emphasize": "emphasi[sz]ed",
    "question": "questioned",
}
_LE = {
    "dislike": "no le ha gustado|no le gust[oó]",
    "like": "le ha gustado|le gust[oó]",
    "love": "le ha encantado|le encant[oó]",
    "laugh": "le (?:dio|ha dado|caus[oó]) (?:mucha )?risa",
}
"""Spanish verbs before which “A Maria” stands."""
_OTHERS = {
    "dislike": r"n['’]a pas aim[eé]|n[aã]o (?:gostou de|curtiu)",
    "like": r"indic[oó] que le gust[oó]|a aim[eé]|gostou de|curtiu",
    "love": r"a ador[eé]|amou|adorou",
    "laugh": r"se ri[oó] (?:de|con)|se ha re[ií]do (?:de|con)|(?:a|s['’]est) ri (?:de|à)|riu de|"
    r"achou gra[cç]a em|a trouvé drôle",
    "emphasize": r"enfatiz[oó]u?|destac[oó]u?|exclam[oó] por|ha exclamado por|"
    r"a (?:soulign[eé]|mis en évidence|accentu[eé])|s['’]est exclam[eé] (?:sur|pour)",
    "question": r"cuestion[oó]|pregunt[oó] por|ha cuestionado|a questionn[eé]|"
    r"s['’]est interrog[eé] sur|s['’]interroge sur|questionou",
}
"""Verbs before which a mere name stands."""


def _verb(kind: str) -> str:
    le = rf"(?:a {_NAME} )?(?:{_LE[kind]})|" if kind in _LE else ""
    return rf"(?P<{kind}>{_ENGLISH[kind]}|{le}(?:{_NAME} )?(?:{_OTHERS[kind]}))"


_REACTED = (
    rf"(?:reacted|(?:{_NAME} )?(?:reaccion[oó]|ha reaccionado|a réagi|reagiu))"
    r"(?: with| con| avec| par| com)? (?P<sign>[^“\"«\n]{1,24}?) (?:to|a|ao|à)"
)
_REMOVED = (
    rf"(?:removed|(?:{_NAME} )?(?:(?:se )?(?:elimin[oó]|quit[oó])|(?:a )?(?:supprim[eé]|retir[eé])"
    r"|removeu)) (?P<gone>[^“\"«\n]{1,32}?) (?:from|de|à|d['’]|do)"
)
# Google Messages: the sign, then the quotation. Letters and digits are never its sign.
_BARE = r"(?P<bare>[^\w\s“\"«.,!?;:()\-]{1,12})\s+(?:to|a|à|an|zu)"

_PICTURE = (
    r"(?:an?|your|una?|une|uma?|l['’])? ?(?:image|imagen|imagem|photo|foto|picture|video|vid[eé]o"
    r"|movie|"
    r"sticker|audio message|mensaje de audio|attachment|file|link|gif|contact|location)s?"
)
_WHAT = rf"(?:[“\"«„]\s?(?P<quoted>.*?)\s?(?:[”\"»“](?P<after>)|(?:…|\.\.\.))|(?P<picture>{_PICTURE}))"
_HEAD = "|".join([*map(_verb, _ENGLISH), _REACTED, _REMOVED, _BARE])
_SHAPE = re.compile(rf"(?:{_HEAD})\s*{_WHAT}(?:\.{{1,3}}|…)?", re.DOTALL | re.IGNORECASE)

_HIDDEN = re.compile("[\u200b\u200c\u200e\u200f\u2060\ufeff\u2066-\u2069]")
_BLANKS = str.maketrans(
    dict.fromkeys(map(chr, range(0x2000, 0x200B)), " ") | {"\u00a0": " ", "\u202f": " "}
)
_NOT_A_SIGN = re.compile(r"[A-Za-z]{3,}")


def read(text: str) -> Reaction | None:
    """The reaction that is the whole of `text`, or None."""
    plain = unicodedata.normalize("NFC", _HIDDEN.sub("", text)).translate(_BLANKS).strip()
    shape = _SHAPE.fullmatch(plain)
    if shape is None:
        return None
    named = shape.groupdict()
    quoted = (named["quoted"] or "").strip().removesuffix("...").removesuffix("…").strip()
    if named["gone"] is not None:
        return Reaction("removed", _sign(named["gone"]), quoted)
    emoji = named["sign"] or named["bare"]
    if emoji is not None:
        return Reaction("emoji", _sign(emoji), quoted)
    kind = next(kind for kind in _ENGLISH if named[kind] is not None)
    return Reaction(kind, _SIGNS[kind], quoted)


def _sign(words: str) -> str:
    """The sign itself; "" where words stand for it, such as “a sticker”."""
    sign = words.strip()
    return "" if _NOT_A_SIGN.search(sign) else sign
