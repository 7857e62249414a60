"""Scripts to begin with: each a whole campaign's words, in English and Spanish, with gaps to fill in.

What only the campaign knows stands in them as [EVENT DATE]; the check before the launch blocks until it
is written.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from p2ptext.accounts.models import Organization
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import NotFound
from p2ptext.extensions import db

_SPONSOR_GAP = "Paid for by [WHO PAYS]"


@dataclass(frozen=True, slots=True)
class Starter:
    """One script to begin with."""

    key: str
    name: str
    purpose: str
    """The purpose of campaigns it is made for, as a key of purposes."""
    about: str
    document: Mapping[str, Any]
    """As ScriptVersion has it. {organization} and {sponsor_line} in it are no fields: see `written_for`."""

    @property
    def questions(self) -> int:
        return len(self.document["steps"])


@cache
def starters() -> tuple[Starter, ...]:
    """All of them, in the order in which they are offered."""
    folder = resources.files("p2ptext.campaigns") / "starters"
    found = []
    for file in folder.iterdir():
        if file.name.endswith(".json"):
            read = json.loads(file.read_text("utf-8"))
            key = file.name.removesuffix(".json")
            starter = Starter(key, read["name"], read["purpose"], read["about"], read["document"])
            found.append((read["order"], starter))
    return tuple(starter for _, starter in sorted(found, key=lambda one: one[0]))


def find(key: str) -> Starter:
    """The starter of this key. Raises NotFound."""
    for starter in starters():
        if starter.key == key:
            return starter
    raise NotFound


def written_for(starter: Starter, name: str, sponsor_line: str) -> dict[str, Any]:
    """The starter's document with the organization's name and who pays written into its texts.

    Where nobody has said who pays, that is a gap to fill in too.
    """
    line = sponsor_line.strip().rstrip(".") or _SPONSOR_GAP
    written: dict[str, Any] = _filled(
        starter.document, {"{organization}": _plain(name), "{sponsor_line}": _plain(line)}
    )
    return written


def taken(campaign: Campaign, starter: Starter) -> dict[str, Any]:
    """The starter's document as this campaign would say it."""
    organization = db.session.get_one(Organization, campaign.organization_id)
    name = campaign.sender_name or organization.sender_name or organization.name
    return written_for(starter, name, campaign.sponsor_line or organization.sponsor_line)


def _plain(words: str) -> str:
    """A name that no template can mistake for a field."""
    return words.replace("{", "(").replace("}", ")")


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for mark, word in words.items():
            value = value.replace(mark, word)
        return value
    if isinstance(value, Mapping):
        return {key: _filled(one, words) for key, one in value.items()}
    return [_filled(one, words) for one in value] if isinstance(value, list) else value
