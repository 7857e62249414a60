"""Looks for requests in the languages of `optout_words_more`."""

import re

from p2ptext.rules import optout_words_more as more
from p2ptext.rules.optout_rule import Rule, Rules, rule
from p2ptext.rules.plain_words import same_letters, words

_OTHER_SCRIPTS = re.compile("[\u0370-\u06ff\u0e00-\u0eff\u1100-\u11ff\u3040-\u9fff]")


def _whole(written: str) -> frozenset[str]:
    return frozenset("".join(words(same_letters(keyword))) for keyword in written.split("|"))


_STOP = frozenset().union(*map(_whole, more.STOP_WORDS.values()))
_PERHAPS = frozenset().union(*map(_whole, more.PERHAPS_WORDS.values()))
_START = _whole(more.START_WORDS)
_HELP = _whole(more.HELP_WORDS)

_LATIN = {
    tier: Rules(
        [
            rule(slug, reason, on, pattern)
            for wanted, slug, reason, on, pattern in more.LATIN_PHRASES
            if wanted == tier
        ]
    )
    for tier in ("auto", "review")
}
_OTHER = {
    tier: tuple(
        Rule(slug, reason, re.compile(same_letters(pattern)), frozenset())
        for wanted, slug, reason, pattern in more.OTHER_PHRASES
        if wanted == tier
    )
    for tier in ("auto", "review")
}


WRONG_NUMBER = "They say that this is not the person you meant"
_WRONG_NUMBER = re.compile(same_letters(more.WRONG_NUMBER))


def is_wrong_number(own: str) -> bool:
    """Whether flattened text in another script says that the number is wrong."""
    return bool(_OTHER_SCRIPTS.search(own) and _WRONG_NUMBER.search(own))


def whole_words(whole: set[str]) -> tuple[str, str, str] | None:
    """Tier, kind and word where one of `whole`, a message without blanks, is a keyword."""
    for known, tier, kind in (
        (_PERHAPS, "review", "stop"),
        (_STOP, "auto", "stop"),
        (_START, "none", "start"),
        (_HELP, "none", "help"),
    ):
        found = whole & known
        if found:
            return tier, kind, min(found)
    return None


def by_phrase(tier: str, own: str, found: list[str], line: str) -> Rule | None:
    """The first rule of `tier` that the flattened text `own`, or its words `line`, meets."""
    hit = _LATIN[tier].first(found, line)
    if hit is not None:
        return hit[0]
    if not _OTHER_SCRIPTS.search(own):
        return None
    return next((entry for entry in _OTHER[tier] if entry.pattern.search(own)), None)
