"""What a reply asks for: to stop, to get help, to start again, or that the number is wrong.

Whoever reads it as a reasonable person decides, as 47 CFR 64.1200(a)(10) says; the clear
requests are acted on at once, the probable ones go to a person.
"""

import re
import unicodedata
from dataclasses import dataclass

from p2ptext.rules import optout_words as words

_LONGEST = 2000
"""More than any text message; what follows is not read."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do about a reply."""

    tier: str
    """"auto": no more texts from now on. "review": a person looks the same day. "none": neither."""
    kind: str
    """"stop", "help", "start", "wrong_number" or ""."""
    reason: str
    """In words, for the person who looks."""


_ORDINARY = Verdict("none", "", "Nothing here asks for the texts to stop.")
_AUTO = tuple((reason, re.compile(pattern)) for reason, pattern in words.AUTO)
_COMPLAINTS = tuple((reason, re.compile(pattern)) for reason, pattern in words.COMPLAINTS)
_REVIEW = tuple((reason, re.compile(pattern)) for reason, pattern in words.REVIEW)

# Letters of other alphabets that look like ours.
_LOOKALIKES = str.maketrans("аеорсхуѕіјтмнкοτριυε", "aeopcxysijtmhkotpiue")
_CLAUSE_END = re.compile(r"[.,!?;:()\n\r\u2014\u2013…/|]+| - |--+")
_QUOTED = re.compile(r"[\"“«][^\"“”«»]{8,}[\"”»]")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_REPEATED = re.compile(r"(\w{3,14}?)\1+")
_MOST_WORDS = 30
"""No keyword is longer, even spelled with spaces and said twice."""
_STOP_SIGNS = frozenset("🛑✋⛔🚫")


def classify(text: str) -> Verdict:
    """What `text` asks for. The first 2,000 characters count.

    A request to stop wins over everything else in the message; the seven words of the FCC
    always are one. HELP and START count only as the whole message, and YES is never START.
    """
    flat = _flatten(text[:_LONGEST])
    if words.TAPBACK.fullmatch(flat):
        return _ORDINARY
    return _by_whole_message(flat) or _by_phrases(flat)


def _flatten(text: str) -> str:
    """Small letters without accents, apostrophes and invisible characters; signs still there."""
    decomposed = unicodedata.normalize("NFKD", text[:_LONGEST]).casefold()
    kept = (
        char
        for char in decomposed
        if unicodedata.category(char) not in ("Mn", "Cf", "Cc") or char in "\n\r\t"
    )
    return re.sub("['’‘`´]", "", "".join(kept)).translate(_LOOKALIKES)[: 2 * _LONGEST]


def _words(flat: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", flat)


def _by_whole_message(flat: str) -> Verdict | None:
    found = _words(flat)
    if not found:
        return _by_sign(flat)
    whole = {_joined(found), _joined(_without_manners(found))}
    stop = whole & words.STOP_WORDS
    if stop:
        return Verdict("auto", "stop", f"They wrote “{min(stop)}”.")
    if whole & words.HELP_WORDS:
        return Verdict("none", "help", "They ask for help.")
    if _joined(found) in words.START_WORDS:
        return Verdict("none", "start", "They ask to get texts again.")
    if whole == {"para"}:
        return Verdict("review", "stop", "They wrote “para”, which may mean stop.")
    return None


def _by_sign(flat: str) -> Verdict:
    signs = set(flat)
    if signs & _STOP_SIGNS:
        return Verdict("auto", "stop", "They sent a stop sign.")
    if "🖕" in signs:
        return Verdict("review", "stop", "They sent an angry sign.")
    return _ORDINARY


def _joined(found: list[str]) -> str:
    """The words as one: "S T O P", "stoooop" and "stop stop" are all "stop"."""
    if len(found) > _MOST_WORDS:
        return ""
    whole = _STRETCHED.sub(r"\1", "".join(found))
    again = _REPEATED.fullmatch(whole)
    return again[1] if again else whole


def _without_manners(found: list[str]) -> list[str]:
    first, last = 0, len(found)
    while first < last and found[first] in words.POLITE:
        first += 1
    while last > first and found[last - 1] in words.POLITE:
        last -= 1
    return found[first:last]


def _by_phrases(flat: str) -> Verdict:
    own = _QUOTED.sub(" ", flat)
    line = " ".join(_words(own))
    plain = " ".join(words.NEGATED.sub(" ", line).split())
    clauses = [_words(clause) for clause in _CLAUSE_END.split(words.NEGATED.sub(" ", own))]
    if any(_joined(_without_manners(clause)) in words.CLAUSE_WORDS for clause in clauses if clause):
        tier = "review" if words.JOKING.search(plain) else "auto"
        return Verdict(tier, "stop", "They wrote “stop”, among other words.")
    return (
        _first("auto", _AUTO, plain)
        or _first("review", _COMPLAINTS, line)
        or _first("review", _REVIEW, plain)
        or _by_wrong_number(line)
        or _ORDINARY
    )


def _first(tier: str, patterns: tuple[tuple[str, re.Pattern[str]], ...], line: str) -> Verdict | None:
    for reason, pattern in patterns:
        match = pattern.search(line)
        if match:
            return Verdict(tier, "stop", f"{reason}: “{match[0].strip()}”.")
    return None


def _by_wrong_number(line: str) -> Verdict | None:
    if words.WRONG_NUMBER.search(line):
        return Verdict("review", "wrong_number", "They say that this is not the person you meant.")
    return None
