"""What keeps a text from arriving, or should not be said in it: found in its template, before any merge.

It points at words; whether they may stand is for the people who send them. What blocks can be let
stand by an owner with a reason, where a fault says so.
"""

from p2ptext.rules import lint_dates, lint_first, lint_style
from p2ptext.rules.lint_text import LintFacts, LintFault, Reading
from p2ptext.rules.lint_words import SPONSOR_RULES

__all__ = ["SPONSOR_RULES", "LintFacts", "LintFault", "check"]

_CHECKS = (lint_first.check, lint_style.check, lint_dates.check)


def check(text: str, facts: LintFacts) -> list[LintFault]:
    """Everything found in a template, what blocks first, each by its place; docs/pre-flight.md has the
    codes. [] for an empty text.
    """
    if not text.strip():
        return []
    reading = Reading(text)
    found = [fault for one in _CHECKS for fault in one(reading, facts)]
    return sorted(dict.fromkeys(found), key=lambda fault: (not fault.blocks, fault.start))
