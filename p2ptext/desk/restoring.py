"""A script goes back to what it said in an earlier version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from p2ptext.audience import preflight, preflight_media, setting_aside
from p2ptext.campaigns import enclosures, versions, writing
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.desk import questioning
from p2ptext.errors import Refused
from p2ptext.extensions import db


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of it."""

    words: list[str] = field(default_factory=list)
    """What stands against it; nothing where it is done."""
    pictures_off: list[str] = field(default_factory=list)
    """Texts, in words, that come back without their picture: it is not kept any more."""


def restore(
    campaign_id: int, organization_id: int, person_id: int, number: int, expected: int | None = None
) -> Restored:
    """Make a new version that says what version `number` said: the history only grows.

    While the campaign runs only where nothing stands against it; a picture that is not kept any more does,
    and is left out otherwise. `expected` is the number of the version
    that is to be undone: when somebody has saved another one since, nothing is done. Raises NotFound, and
    Refused (archived, saved_since).
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    wanted = versions.by_number(campaign_id, number)
    if expected is not None and expected != _number(campaign):
        words = (
            f"{versions.author(campaign)} has saved another version since. Look at the history first."
        )
        raise Refused("saved_since", words)
    against = against_running(campaign, wanted.document)
    if against:
        return Restored(against)
    document, gone = enclosures.kept_of(campaign, wanted.document)
    questioning.save(campaign, document, person_id, f"Version {number} again")
    setting_aside.bring_back(campaign.id)
    return Restored(pictures_off=[preflight_media.name_of(place) for place in gone])


def _number(campaign: Campaign) -> int | None:
    now = campaign.script_version_id and db.session.get(ScriptVersion, campaign.script_version_id)
    return now.number if now else None


def against_running(campaign: Campaign, document: Mapping[str, Any]) -> list[str]:
    """Why volunteers could not work with this script, in words; [] where nobody works with it just now.

    Whatever replaces a whole script asks here. The campaign is locked by this transaction.
    """
    if campaign.status != "running":
        return []
    return [_in_words(one) for one in preflight.against(campaign, document)]


def _in_words(one: preflight.Finding) -> str:
    """A finding where no list of places stands below it."""
    return f"{', '.join(one.samples)}: {one.words}" if one.code == "media_gone" else one.words
