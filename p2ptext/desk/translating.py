"""A script is written in other languages, place by place.

Two managers who write at once lose nothing of each other's: what somebody else saved in a place meanwhile is
shown first, and everything else is saved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from p2ptext.audience import setting_aside
from p2ptext.campaigns import versions, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import restoring
from p2ptext.errors import NotFound, Refused
from p2ptext.rules import language_places
from p2ptext.rules.languages import NAMES
from p2ptext.rules.script_shape import LONGEST_TEXT, tidy
from p2ptext.rules.tree import LONGEST_LABEL, LONGEST_QUESTION

_LONGEST = {"question": LONGEST_QUESTION, "label": LONGEST_LABEL}


@dataclass(frozen=True, slots=True)
class Written:
    """What became of what somebody wrote."""

    saved: int = 0
    """Places that say something else now."""
    theirs: dict[str, str] = field(default_factory=dict)
    """What somebody else saved meanwhile, by the places that were not saved for it."""
    too_long: dict[str, str] = field(default_factory=dict)
    """Why a place was not saved, in words."""


def add(campaign_id: int, organization_id: int, person_id: int, code: str) -> None:
    """The script gets another language, in which nothing is written yet. Raises NotFound for an unknown one."""
    if code not in NAMES:
        raise NotFound
    campaign = writing.lock_to_change(campaign_id, organization_id)
    document = writing.document_of(campaign)
    spoken = document.get("languages") or {}
    if code not in spoken:
        changed = {**document, "languages": {**spoken, code: {}}}
        writing.save_document(campaign, changed, person_id, f"{NAMES[code]} begun")


def remove(campaign_id: int, organization_id: int, person_id: int, code: str) -> None:
    """Whoever reads this language gets the main words from now on. What was written stays in the history.

    Raises Refused (not_ready) as `write` does, and NotFound.
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    document = writing.document_of(campaign)
    spoken = {one: words for one, words in (document.get("languages") or {}).items() if one != code}
    if len(spoken) == len(document.get("languages") or {}):
        raise NotFound
    changed = {name: value for name, value in document.items() if name != "languages"}
    if spoken:
        changed["languages"] = spoken
    _save(campaign, changed, person_id, f"{NAMES[code]} taken out")


def write(
    campaign_id: int,
    organization_id: int,
    person_id: int,
    code: str,
    values: Mapping[str, str],
    base: int | None,
) -> Written:
    """Save what is written in these places; `base` is the version before the writer's eyes.

    While the campaign runs only where nothing new stands against it: raises Refused (not_ready) with what
    does, and nothing is saved. Raises NotFound for a language the script does not have, Refused (archived).
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    document = writing.document_of(campaign)
    if code not in (document.get("languages") or {}):
        raise NotFound
    tidied = {name: tidy(text).strip() for name, text in values.items()}
    too_long = {name: words for name, text in tidied.items() if (words := _too_long(name, text))}
    mine = _changed(versions.document(campaign_id, base) or document, code, tidied)
    now = _said(document, code)
    theirs, good = {}, {}
    for name, (was, text) in mine.items():
        if name in too_long or name not in now or now[name] == text:
            continue
        if now[name] != was:
            theirs[name] = now[name]
        else:
            good[name] = text
    if good:
        said = language_places.put(document, code, good)
        _save(campaign, said, person_id, f"{NAMES[code]} changed")
    return Written(len(good), theirs, too_long)


def _said(document: Mapping[str, Any], code: str) -> dict[str, str]:
    return {one.name: one.own for one in language_places.places(document, code)}


def _changed(
    began_with: Mapping[str, Any], code: str, values: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """What differs from the version somebody began with: what stood there, and what they wrote."""
    was = _said(began_with, code)
    return {
        name: (was.get(name, ""), text)
        for name, text in values.items()
        if text != was.get(name, "").strip()
    }


def _too_long(name: str, text: str) -> str:
    most = _LONGEST.get(name.partition(":")[0], LONGEST_TEXT)
    if len(text) <= most:
        return ""
    return f"This has {len(text):,} characters. {most:,} are the most. Shorten it."


def _save(campaign: Campaign, document: dict[str, Any], person_id: int, note: str) -> None:
    against = restoring.against_running(campaign, document)
    if against:
        raise Refused("not_ready", " ".join(against))
    writing.save_document(campaign, document, person_id, note)
    setting_aside.bring_back(campaign.id)
