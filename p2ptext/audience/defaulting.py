"""What stands in where a list lacks a value, put into the first message with one press."""

import re
from collections.abc import Iterable

from p2ptext.audience import setting_aside
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import Refused
from p2ptext.rules import script

_WORDS = {
    "firstname": "there",
    "name": "there",
    "nickname": "there",
    "city": "your town",
    "town": "your town",
    "county": "your county",
    "state": "your state",
    "precinct": "your precinct",
}
"""By the field's key: what reads well in its place in an English text."""


def default_for(field: str) -> str | None:
    """What can stand in for a field without anybody thinking about it; None where somebody must."""
    return _WORDS.get(script.field_key(field))


def put_in(campaign: Campaign, field: str, person_id: int) -> None:
    """Give every `{field}` of the first message that has no default the usual one, as another version.

    In other languages it stays empty: "Hola {first_name|}". The campaign is locked by this transaction.
    Raises Refused (no_default).
    """
    default = default_for(field)
    if default is None:
        raise Refused("no_default", "Say yourself what should stand there: open the first message.")
    document = writing.document_of(campaign)
    changed = {**document, "first": _with(document["first"], field, default)}
    if "languages" in document:
        changed["languages"] = {
            code: {**words, "first": _with(words["first"], field, "")} if words.get("first") else words
            for code, words in document["languages"].items()
        }
    writing.save_document(campaign, changed, person_id, note=f"{{{field}|{default}}}")
    setting_aside.bring_back(campaign.id)


def _with(texts: Iterable[str], field: str, default: str) -> list[str]:
    def given(match: re.Match[str]) -> str:
        same = script.field_key(match[1]) == script.field_key(field)
        return f"{{{match[1].strip()}|{default}}}" if same else match[0]

    return [re.sub(r"\{([^{}|\r\n]+)\}", given, text) for text in texts]
