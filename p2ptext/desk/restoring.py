"""A script goes back to what it said in an earlier version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from p2ptext.audience import preflight, setting_aside
from p2ptext.campaigns import versions, writing
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.desk import questioning
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.rules import tree


@dataclass(frozen=True, slots=True)
class Restored:
    """What stands against it; nothing where it is done."""

    words: list[str] = field(default_factory=list)


def restore(
    campaign_id: int, organization_id: int, person_id: int, number: int, expected: int | None = None
) -> Restored:
    """Make a new version that says what version `number` said: the history only grows.

    While the campaign runs only where nothing stands against it. `expected` is the number of the version
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
    against = against_document(campaign, wanted.document) if campaign.status == "running" else []
    if not against:
        questioning.save(campaign, dict(wanted.document), person_id, f"Version {number} again")
        setting_aside.bring_back(campaign.id)
    return Restored(against)


def _number(campaign: Campaign) -> int | None:
    now = campaign.script_version_id and db.session.get(ScriptVersion, campaign.script_version_id)
    return now.number if now else None


def against_document(campaign: Campaign, document: Mapping[str, Any]) -> list[str]:
    """Why volunteers could not work with this script, in words."""
    steps = tree.read(document.get("steps", ()))
    faults = questioning.new_faults(campaign, writing.steps_of(campaign), steps)
    found = preflight.check(campaign, list(document["first"]))
    return [*(fault.words for fault in faults), *(one.words for one in found.blocks)]
