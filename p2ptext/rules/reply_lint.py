"""What may be wrong with an answer that a volunteer wrote themselves, told before it leaves.

Each is told once; a second press sends. None of it blocks: a volunteer may have a good reason.
"""

import re
from collections.abc import Callable, Collection, Sequence

from p2ptext.rules.abuse import is_abusive
from p2ptext.rules.fault import Fault
from p2ptext.rules.plain_words import flatten, words, words_of

# Shorteners that everybody may use: carriers filter texts with them (CTIA Messaging Principles 5.3.2).
_SHORTENERS = words_of(
    "bit.ly bitly.com tinyurl.com t.co goo.gl ow.ly is.gd buff.ly rebrand.ly cutt.ly rb.gy shorturl.at",
    "tiny.cc t.ly bl.ink lnkd.in s.id v.gd soo.gd dub.sh shorte.st adf.ly",
)
_SHORT_LINK = re.compile(
    r"(?<![\w.@/-])(?:https?://)?(?:www\.)?(?:"
    + "|".join(map(re.escape, sorted(_SHORTENERS)))
    + r")/\S",
    re.IGNORECASE,
)
# Ten digits as people write them; a year, a price or an address has fewer.
_PHONE = re.compile(r"(?<![\w/.-])(?:\+?1[ .-]?)?\(?[2-9]\d\d\)?[ .-]?[2-9]\d\d[ .-]?\d{4}(?!\w|[-.]\d)")
_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-]+)@[\w-]+(?:\.[\w-]+)+")
# Addresses that are nobody's own.
_OFFICES = words_of(
    "info contact hello help support office team vote votes volunteer volunteers elections election "
    "clerk registrar press media mail questions feedback privacy optout"
)
# What templates leave behind: {first_name}, [NAME], <name>, NAME, ___.
_GAP = re.compile(
    r"\{[^{}\n]{0,40}\}|\[(?:[A-Z][A-Z _]{1,30}|(?:your |first |last |insert )?(?:name|date|time|city|link|"
    r"address|candidate)[^\]\n]{0,20})\]|<(?:first |last |your )?name>|\b(?:FIRST_?NAME|XXX+|NAME)\b|_{3,}"
)
_GREETING = re.compile(
    r"^\W{0,3}(?:hi|hello|hey|dear|hola|bonjour|salut|thanks|thank you|gracias|merci),? "
    r"([^\W\d_][\w'’-]+)",
    re.IGNORECASE,
)
# What follows a greeting and is no name.
_NO_NAMES = words_of(
    "there again all everyone everybody folks friend friends neighbor neighbour you so very for a and "
    "to the this it my i im we from back anyway good y por tu su usted de beaucoup pour a vous et muchas no "
    "yes of course sir maam miss mr mrs ms sorry just much"
)
_CURSES = words_of(
    "fuck fucking fucked fucker motherfucker shit shitty bullshit bitch asshole bastard damn damned goddamn "
    "crap piss pissed dick prick mierda puta puto cabron pendejo pinche joder merde putain connard salope"
)
_LETTERS = 10
"""Capitals alone in a shorter text are a word or two, such as OK or an abbreviation."""


def check(text: str, names: Collection[str]) -> list[Fault]:
    """What the volunteer should look at again.

    `names` are those that belong in it: the person's and the volunteer's. Codes: gap, other_name, curse,
    phone, email, short_link, capitals.
    """
    found = [Fault(code, said) for code, finds, said in _CHECKS if finds(text)]
    if _other_name(text, names):
        found.append(Fault("other_name", "It greets somebody by another name than theirs."))
    return found


def still_to_tell(found: Sequence[Fault], despite: Collection[str]) -> list[Fault]:
    """Those the volunteer was not told of before; `despite` holds the codes of the others."""
    return [fault for fault in found if fault.code not in despite]


def _gap(text: str) -> bool:
    return _GAP.search(text) is not None


def _other_name(text: str, names: Collection[str]) -> bool:
    """Whether it greets somebody else than the person: a name left over from another conversation."""
    match = _GREETING.match(text)
    if match is None or not match[1][:1].isupper() or match[1].isupper():
        return False
    greeted = flatten(match[1]).split(" ")[0]
    known = {part for name in names for part in words(flatten(name))}
    return bool(known) and greeted not in known and greeted not in _NO_NAMES


def _curse(text: str) -> bool:
    return not _CURSES.isdisjoint(words(flatten(text))) or is_abusive(text)


def _phone(text: str) -> bool:
    return _PHONE.search(text) is not None


def _email(text: str) -> bool:
    """Whether it gives away an address that looks like a person's own."""
    return any(_OFFICES.isdisjoint(re.split(r"[._+-]", found.lower())) for found in _EMAIL.findall(text))


def _short_link(text: str) -> bool:
    return _SHORT_LINK.search(text) is not None


def _capitals(text: str) -> bool:
    letters = [char for char in re.sub(r"https?://\S+", "", text) if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    return len(letters) >= _LETTERS and capitals > 0.7 * len(letters)


_CHECKS: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("gap", _gap, "There is a gap that was not filled in, such as {name} or [date]."),
    ("curse", _curse, "There is a word in it that may offend."),
    ("phone", _phone, "There is a phone number in it. Do not give out your own or anybody's."),
    ("email", _email, "There is an email address in it that looks like a person's own."),
    ("short_link", _short_link, "Phone companies hold back shortened links. Write the whole address."),
    ("capitals", _capitals, "It is all in capitals, which reads like shouting."),
)
