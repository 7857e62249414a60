"""A campaign is opened to volunteers, paused, resumed, put away and brought back."""

from collections.abc import Callable

from sqlalchemy import func

from p2ptext.accounts import auditing
from p2ptext.audience import preflight, setting_aside, tried_standing
from p2ptext.audience.findings import Finding
from p2ptext.audience.preflight import Preflight
from p2ptext.audience.tried_standing import Standing
from p2ptext.campaigns import lapsing, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import Refused
from p2ptext.extensions import db

COUNT_ABOVE = 10_000
"""Contacts above which whoever launches types their number: a slip here cannot be taken back quietly."""


def launch(campaign_id: int, organization_id: int, typed: int | None = None) -> Preflight:
    """Open the campaign if nothing stands against it. Returns what was found either way.

    `typed` is how many contacts the manager says there are, asked above COUNT_ABOVE. The campaign stays
    locked from the check to the commit, so what was checked is what is launched. Raises Refused
    (not_draft when it was launched before, template when it is one).
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    if campaign.status != "draft":
        raise Refused("not_draft", "This campaign was launched already.")
    if campaign.is_template:
        words = "A template is never launched. Begin a campaign from it, and launch that one."
        raise Refused("template", words)
    looked, forecast = preflight.look(campaign)
    found = with_launch_checks(campaign, looked, typed)
    if found.clear:
        campaign.launched_at = func.p2p_now()
        # What the check has shown, to be compared with what the first texts come to.
        campaign.forecast = {
            "texts": forecast.texts,
            "segments": forecast.segments,
            "usd": forecast.cost,
        }
        _set(campaign, "running")
    return found


def with_launch_checks(campaign: Campaign, found: Preflight, typed: int | None) -> Preflight:
    """What was found, with what a first launch asks for besides: tried, approved, counted."""
    found.blocks.extend(
        finding
        for check in _LAUNCH_CHECKS
        if (finding := check(campaign, found.contacts, typed)) is not None
    )
    return found


def is_tested(campaign: Campaign) -> bool:
    """Whether somebody tried the script on their own phone as it is now, and the carrier took the text."""
    return tried_standing.of(campaign) is Standing.DONE


def is_approved(campaign: Campaign) -> bool:
    """Whether a second person approved it as it is now: the script, its links, who texts and why."""
    return campaign.approved_by is not None and (
        campaign.approved_version_id == campaign.script_version_id
    )


def needs_approval(campaign: Campaign) -> bool:
    """Whether its organization asks a second person before a launch, and before it goes on changed."""
    return lapsing.needs_second_look(campaign)


def note_test(campaign: Campaign, version_id: int) -> None:
    """This version of the script is tried from now on: by the texts sent since, or, when there is none,
    because it needs no trying. `tried_standing` says how far that has come."""
    if campaign.tested_version_id != version_id:
        campaign.tested_at, campaign.tested_version_id = func.p2p_now(), version_id
        db.session.flush()


def _not_tested(campaign: Campaign, contacts: int, typed: int | None) -> Finding | None:
    standing = tried_standing.of(campaign)
    return None if standing is Standing.DONE else Finding("not_tested", standing.value, "try_out")


def _not_approved(campaign: Campaign, contacts: int, typed: int | None) -> Finding | None:
    if not needs_approval(campaign) or is_approved(campaign):
        return None
    words = "Another manager has to approve it first."
    if campaign.approved_version_id is not None:
        words = "It has changed since it was approved. Another manager has to look once more."
    return Finding("not_approved", words, "answers")


def _not_counted(campaign: Campaign, contacts: int, typed: int | None) -> Finding | None:
    if contacts <= COUNT_ABOVE or typed == contacts:
        return None
    words = f"Type how many contacts will be texted. There are {contacts:,}."
    return Finding("count", words, "answers")


_LAUNCH_CHECKS: tuple[Callable[[Campaign, int, int | None], Finding | None], ...] = (
    _not_tested,
    _not_approved,
    _not_counted,
)


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
    """Go on after a pause, if nothing stands against it: the list or script may have changed.

    Where the organization wants a second look, what was changed meanwhile needs one as well.
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    if campaign.status == "draft":
        raise Refused("not_paused", "This campaign has not been launched yet.")
    found = preflight.check(campaign)
    unseen = _not_approved(campaign, found.contacts, None)
    if unseen is not None:
        found.blocks.append(unseen)
    if found.clear and campaign.status == "paused":
        _set(campaign, "running")
    return found


def archive(campaign_id: int, organization_id: int) -> None:
    """Put a campaign away: nothing leaves any more and nothing can be changed until it is reopened."""
    campaign = writing.lock(campaign_id, organization_id)
    if campaign.status != "archived":
        campaign.archived_from = campaign.status
        _set(campaign, "archived")


def reopen(campaign_id: int, organization_id: int) -> str:
    """Bring an archived campaign back, and return its status then.

    One that was launched comes back paused, so that somebody looks before texts leave; one that never
    was is a draft again, for its launch asks more than going on does. Raises Refused (not_archived).
    """
    campaign = writing.lock(campaign_id, organization_id)
    if campaign.status != "archived":
        raise Refused("not_archived", "This campaign is not archived.")
    never_launched = campaign.archived_from == "draft" or (
        campaign.archived_from is None and campaign.launched_at is None
    )
    _set(campaign, "draft" if never_launched else "paused")
    campaign.archived_from = None
    campaign.pause_words = ""
    return campaign.status


def change_first_message(
    campaign_id: int, organization_id: int, text: str | None, person_id: int, place: int = 0
) -> Preflight:
    """Save one wording of the first message, or with None remove it. While the campaign runs only what
    nothing stands against: a card that cannot be rendered would lie in a batch for ever.
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    texts = writing.with_wording(writing.wordings(campaign), place, text)
    found = preflight.check(campaign, texts) if campaign.status == "running" else nothing_found()
    if found.clear:
        writing.save_wordings(campaign, texts, person_id)
        setting_aside.bring_back(campaign.id)
    return found


def nothing_found() -> Preflight:
    return Preflight([], [], 0, None)


def _set(campaign: Campaign, status: str) -> None:
    before, campaign.status = campaign.status, status
    if status == "running":
        # What stopped it was looked at: only what is sent from now on may stop it again.
        campaign.paused_because, campaign.watched_from = None, func.p2p_now()
        campaign.pause_words = ""
    db.session.flush()
    auditing.record("campaign_status", f"campaign {campaign.id}", before=before, after=status)
