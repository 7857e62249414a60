"""A campaign is opened to volunteers, paused, resumed, and put away."""

from sqlalchemy import func

from p2ptext.accounts import auditing
from p2ptext.audience import preflight, setting_aside
from p2ptext.audience.preflight import Preflight
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import Refused
from p2ptext.extensions import db


def launch(campaign_id: int, organization_id: int) -> Preflight:
    """Open the campaign if nothing stands against it. Returns what was found either way.

    The campaign stays locked from the check to the commit, so what was checked is what is launched.
    Raises Refused (not_draft) when it was launched before.
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    if campaign.status != "draft":
        raise Refused("not_draft", "This campaign was launched already.")
    found = preflight.check(campaign)
    if found.clear:
        campaign.launched_at = func.p2p_now()
        _set(campaign, "running")
    return found


def pause(campaign_id: int, organization_id: int, words: str = "") -> None:
    """Let no further text leave until somebody resumes; a paused campaign stays paused.

    `words` say why; volunteers read them.
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    if campaign.status == "draft":
        raise Refused("not_running", "This campaign has not been launched yet.")
    if campaign.status == "running":
        campaign.pause_words = words
        _set(campaign, "paused")


def resume(campaign_id: int, organization_id: int) -> Preflight:
    """Go on after a pause, if nothing stands against it: the list or script may have changed."""
    campaign = writing.lock_to_change(campaign_id, organization_id)
    if campaign.status == "draft":
        raise Refused("not_paused", "This campaign has not been launched yet.")
    found = preflight.check(campaign)
    if found.clear and campaign.status == "paused":
        _set(campaign, "running")
    return found


def archive(campaign_id: int, organization_id: int) -> None:
    """Put a campaign away for good: nothing leaves any more, what was said stays readable."""
    campaign = writing.lock(campaign_id, organization_id)
    if campaign.status != "archived":
        _set(campaign, "archived")


def change_first_message(
    campaign_id: int, organization_id: int, text: str | None, person_id: int, place: int = 0
) -> Preflight:
    """Save one wording of the first message, or with None remove it. While the campaign runs only what
    nothing stands against: a card that cannot be rendered would lie in a batch for ever.
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    texts = writing.with_wording(writing.wordings(campaign), place, text)
    found = preflight.check(campaign, texts) if campaign.status == "running" else NOTHING_FOUND
    if found.clear:
        writing.save_wordings(campaign, texts, person_id)
        setting_aside.bring_back(campaign.id)
    return found


NOTHING_FOUND = Preflight([], [], 0, None)


def _set(campaign: Campaign, status: str) -> None:
    before, campaign.status = campaign.status, status
    if status == "running":
        # What stopped it was looked at: only what is sent from now on may stop it again.
        campaign.paused_because, campaign.watched_from = None, func.p2p_now()
        campaign.pause_words = ""
    db.session.flush()
    auditing.record("campaign_status", f"campaign {campaign.id}", before=before, after=status)
