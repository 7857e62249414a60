"""A campaign's rates: one page each, the part of it that renews itself, and its file."""

from flask import g, render_template, request
from werkzeug.wrappers import Response

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.campaigns.models import Campaign
from p2ptext.counting import reading
from p2ptext.errors import NotFound
from p2ptext.insight import rates_files, rates_tabs, timing
from p2ptext.insight.blueprint import blueprint


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/rates/<string:tab>")
@permission("organizer")
def rates(campaign_id: int, tab: str) -> str | Response:
    """One page of rates; with format=csv its file, with format=part what renews itself."""
    campaign = get_scoped(Campaign, campaign_id)
    page = rates_tabs.TABS.get(tab)
    form = request.args.get("format", "page")
    if page is None or form not in ("page", "part", "csv"):
        raise NotFound
    asked = rates_tabs.arguments(page, request.args)
    reading.fresh()
    counted = reading.of(campaign.id, "all", *page.dimensions)
    found = page.read(campaign, counted, asked)
    if form == "csv":
        return rates_files.answer(f"campaign-{campaign.id}-{tab}", counted.at, *page.file(found))
    return render_template(
        f"insight/rates_{'part' if form == 'part' else 'page'}.html",
        campaign=campaign,
        tab=page,
        tabs=rates_tabs.TABS,
        asked=asked,
        at=counted.at,
        left_over=counted.left_over,
        to_look_at=timing.to_look_at(g.org.id) if tab == "volunteers" else {},
        **found,
    )
