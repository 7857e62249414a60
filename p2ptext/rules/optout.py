"""What a reply asks for: to stop, to get help, to start again, or that the number is wrong."""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do about a reply."""

    tier: str
    """"auto": act at once. "review": a person looks the same day. "none": an ordinary reply."""
    kind: str
    """"stop", "help", "start", "wrong_number" or ""."""
    reason: str
    """In words, for the person who looks."""


def classify(text: str) -> Verdict:
    """What `text` asks for."""
    word = unicodedata.normalize("NFKC", text[:2000]).casefold().strip(" .!\n")
    if re.fullmatch(r"stop|quit|end|revoke|opt[ -]?out|cancel|unsubscribe", word):
        return Verdict("auto", "stop", f"They wrote “{word}”.")
    if word in {"help", "info"}:
        return Verdict("none", "help", f"They wrote “{word}”.")
    if word in {"start", "unstop"}:
        return Verdict("auto", "start", f"They wrote “{word}”.")
    if "wrong number" in word:
        return Verdict("review", "wrong_number", "They say the number is wrong.")
    return Verdict("none", "", "An ordinary reply.")
