"""The report of a campaign: one sheet for a board."""

from flask import g, render_template

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.campaigns import purposes
from p2ptext.campaigns.models import Campaign
from p2ptext.counting import reading
from p2ptext.insight import rates_tabs, rates_time, report
from p2ptext.insight.blueprint import blueprint


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/report")
@permission("organizer")
def campaign_report(campaign_id: int) -> str:
    """A campaign on one page. What it cost stands there for managers, as on every other page."""
    campaign = get_scoped(Campaign, campaign_id)
    reading.fresh()
    found = report.of(campaign, reading.of(campaign.id, *report.DIMENSIONS))
    at = found.numbers.at
    return render_template(
        "insight/report.html",
        campaign=campaign,
        tabs=rates_tabs.TABS,
        purpose=purposes.in_words(campaign.purpose),
        report=found,
        # On the clock that its days go by; on paper nobody can ask which.
        as_of=at.astimezone(rates_time.EASTERN) if at else None,
        shows_cost=g.membership.may("manager"),
    )
