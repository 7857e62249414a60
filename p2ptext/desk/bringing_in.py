"""A whole script comes into a campaign: from a file, from pasted words, or a starter script.

What it would change is shown first; then it is saved as the next version, and the others stay in the history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from p2ptext.audience import setting_aside
from p2ptext.campaigns import versions, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import questioning, restoring
from p2ptext.errors import Refused
from p2ptext.extensions import cursor
from p2ptext.rules import script_diff, script_keys
from p2ptext.rules.script_diff import Change
from p2ptext.rules.script_import import Understood

Place = tuple[str, list[str]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of the script."""

    document: dict[str, Any]
    changes: list[Change]
    pictures_off: list[str]
    """Texts whose picture would be taken off, because they say something else then."""


def plan(campaign: Campaign, document: Mapping[str, Any], *, whole: bool) -> Plan:
    """What the campaign would say with this script.

    `whole`: the script is everything that is said; otherwise what it is silent about stays as it is.
    """
    present = writing.document_of(campaign)
    incoming = dict(document) if whole else _completed(document, present)
    if not (whole and campaign.launched_at is None):
        incoming = script_keys.fitted(incoming, present, _used_keys(campaign.id))
    after, lost = _with_pictures(incoming, present)
    return Plan(after, script_diff.changes(present, after), lost)


def bring_in(
    campaign_id: int,
    organization_id: int,
    person_id: int,
    understood: Understood,
    note: str,
    base: int | None,
) -> list[str]:
    """Save the script as the next version; [] when that is done, else why not, in words.

    While the campaign runs only where nothing stands against it. `base` is the version with which it was
    compared: when somebody saved another one since, nothing is done. Raises NotFound, and Refused
    (archived, saved_since).
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    if base != campaign.script_version_id:
        words = (
            f"{versions.author(campaign)} has saved another version since. Look at the changes again."
        )
        raise Refused("saved_since", words)
    document = plan(campaign, understood.document, whole=understood.whole).document
    against = restoring.against_running(campaign, document)
    if not against:
        questioning.save(campaign, document, person_id, note)
        setting_aside.bring_back(campaign.id)
    return against


def _completed(document: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """What the script is silent about, as it is now. With new questions the other languages lose theirs."""
    kept = {name: value for name, value in present.items() if name != "media"}
    said = {name: value for name, value in document.items() if value}
    if "steps" in said and "languages" in kept:
        kept["languages"] = {
            code: {name: value for name, value in words.items() if name != "steps"}
            for code, words in kept["languages"].items()
        }
    return kept | said


def _with_pictures(
    incoming: dict[str, Any], present: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The script with the campaign's pictures on the texts that stay, and the texts that lose theirs."""
    media = present.get("media", {})
    before, after = dict(_places(present)), dict(_places(incoming))
    kept = {place: one for place, one in media.items() if after.get(place) == before.get(place)}
    lost = [" / ".join(before.get(place, ())) for place in media if place not in kept]
    return (incoming | {"media": kept} if kept else incoming), lost


def _places(document: Mapping[str, Any]) -> list[Place]:
    found: list[Place] = [("first", document.get("first", []))]
    found += [(f"rounds.{number}", texts) for number, texts in document.get("rounds", {}).items()]
    found += [
        (f"{step['key']}.{one['key']}", one["texts"])
        for step in document.get("steps", ())
        for one in step["answers"]
    ]
    return found


def _used_keys(campaign_id: int) -> dict[str, set[str]]:
    """Keys that any version of the script had: an old answer must not count for a new question."""
    rows = cursor().execute(
        """SELECT DISTINCT step ->> 'key', one ->> 'key' FROM script_version v
           CROSS JOIN jsonb_array_elements(v.document -> 'steps') step
           LEFT JOIN LATERAL jsonb_array_elements(step -> 'answers') one ON true
           WHERE v.campaign_id = %s""",
        (campaign_id,),
    )
    used: dict[str, set[str]] = {}
    for key, answer in rows:
        used.setdefault(key, set()).update(filter(None, [answer]))
    return used
