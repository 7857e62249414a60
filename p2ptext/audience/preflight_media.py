"""Before launch: whether what goes with the texts can go from the campaign's numbers, and is still kept."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from p2ptext.audience.findings import Finding
from p2ptext.campaigns import enclosures, writing
from p2ptext.campaigns.models import Campaign, CampaignNumber, SendingNumber
from p2ptext.extensions import db


def findings(
    campaign: Campaign, document: Mapping[str, Any] | None = None, planned: Collection[str] = ()
) -> list[Finding]:
    """Everything that keeps a picture, sound or video of this campaign from leaving; [] without any.

    `document` is what it would say in place of its present script; `planned` are places where a picture is
    about to be put.
    """
    document = writing.document_of(campaign) if document is None else document
    media: Mapping[str, Any] = document.get("media", {})
    places = [place for place in media if enclosures.has_place(document, place)]
    found = _gone(campaign, {place: media[place] for place in places})
    return found + _numbers(campaign, {*places, *planned})


def _gone(campaign: Campaign, media: Mapping[str, int]) -> list[Finding]:
    gone = [
        name_of(place)
        for place, media_id in media.items()
        if enclosures.find(campaign.organization_id, media_id) is None
    ]
    if not gone:
        return []
    words = "What goes with a text is not kept any more. Add it again, or remove it."
    return [Finding("media_gone", words, "message", gone[:5])]


def _numbers(campaign: Campaign, places: Collection[str]) -> list[Finding]:
    """A first text can be given a number that sends pictures; an answer comes from the number they know,
    so all have to."""
    if not places:
        return []
    able = list(
        db.session.scalars(
            select(SendingNumber.can_mms)
            .join(CampaignNumber, CampaignNumber.number_id == SendingNumber.id)
            .where(CampaignNumber.campaign_id == campaign.id)
        )
    )
    if not able:
        return []  # that there is no number at all is told elsewhere
    after_answers = any(place != "first" and not place.startswith("rounds.") for place in places)
    if all(able) or (any(able) and not after_answers):
        return []
    words = (
        "None of this campaign's numbers can send pictures, sounds or videos. Choose one that can, or "
        "remove them from the script."
        if not any(able)
        else "Answers leave from the number that people know, and not all of this campaign's numbers can "
        "send pictures, sounds or videos. Keep those that can, or remove what goes with answers."
    )
    return [Finding("no_mms_number", words, "numbers", sorted(name_of(place) for place in places)[:5])]


def name_of(place: str) -> str:
    """A place of the script in words."""
    if place == "first":
        return "First message"
    if place.startswith("rounds."):
        return f"Message of pass {place.removeprefix('rounds.')}"
    return f"Answer {place}"
