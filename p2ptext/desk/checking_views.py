"""The page on which a campaign is looked through before its launch."""

from flask import g, render_template

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import preflight, previewing
from p2ptext.campaigns import numbers, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk.blueprint import blueprint


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/check")
@permission("manager")
def check(campaign_id: int) -> str:
    campaign = get_scoped(Campaign, campaign_id)
    return page(campaign, preflight.check(campaign))


def page(campaign: Campaign, found: preflight.Preflight) -> str:
    """What was found, each with where it is put right."""
    sample = previewing.sample_of(campaign.id, found.longest.contact_id if found.longest else None)
    chosen = numbers.chosen(campaign.id)
    return render_template(
        "desk/check.html",
        campaign=campaign,
        found=found,
        previews=[
            previewing.preview(campaign, text, sample, g.membership.texting_name)
            for text in writing.wordings(campaign)
        ],
        numbers=[
            numbers.pretty(number.phone)
            for number in numbers.numbers_of(g.org.id)
            if number.id in chosen
        ],
    )
