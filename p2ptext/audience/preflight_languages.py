"""Whether people get the first message in the language that their list names."""

from collections.abc import Mapping
from typing import Any

from p2ptext.audience import speaking
from p2ptext.audience.columns import columns_of
from p2ptext.audience.findings import Finding
from p2ptext.campaigns.models import Campaign
from p2ptext.rules import languages

_MAIN = "en"
"""Main words are taken for English: most scripts are, and nobody says which language theirs is in."""


def warnings(campaign: Campaign, document: Mapping[str, Any]) -> list[Finding]:
    """Code: not_in_language, once for each language that people read and the first message has no words
    in, whether it was added or not. Costs nothing where no list has a column for it."""
    if languages.FIELD not in columns_of(campaign.id):
        return []
    found = []
    for code, count in speaking.readers(campaign.id).most_common():
        if code in (None, _MAIN) or languages.wordings(document, 1, code)[1] is not None:
            continue
        name = languages.NAMES.get(code, code)
        people = "1 person reads" if count == 1 else f"{count:,} people read"
        what = "gets" if count == 1 else "get"
        words = (
            f"{people} {name}, and {what} the first message in its main words: nothing is written in "
            f"{name}. Write it, or leave it so."
        )
        found.append(Finding("not_in_language", words, "languages", count=count))
    return found
