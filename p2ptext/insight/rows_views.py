"""The people behind each number."""

from urllib.parse import quote

from flask import g, render_template, request, url_for

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.campaigns.models import Campaign
from p2ptext.counting import reading
from p2ptext.errors import NotFound
from p2ptext.insight import results, rows_filter, rows_head, rows_review
from p2ptext.insight import rows as listing
from p2ptext.insight.blueprint import blueprint
from p2ptext.texting import why_not


@blueprint.app_template_global()
def rows_address(campaign_id: int, kind: str, by: str = "", key: str | int = "") -> str:
    """Where the rows behind a number are. A page has hundreds of these: the router is asked for one."""
    known: dict[int, str] = g.setdefault("rows_addresses", {})
    if campaign_id not in known:
        known[campaign_id] = url_for("insight.rows", campaign_id=campaign_id, kind="x").removesuffix("x")
    return f"{known[campaign_id]}{kind}" + (f"?by={by}&key={quote(str(key))}" if by else "")


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/rows/<string:kind>")
@permission("organizer")
def rows(campaign_id: int, kind: str) -> str:
    """The people behind one number, or their texts."""
    found = get_scoped(Campaign, campaign_id)
    wanted = rows_filter.asked(kind, request.args.get("by", ""), request.args.get("key", ""))
    reading.fresh()
    wants = {"day": "time", "owner": "all"}.get(wanted.by, wanted.by)
    dimensions = {"all", wants} & set(reading.DIMENSIONS)
    counted = reading.of(found.id, *(results.DIMENSIONS if wanted.of_answers else dimensions))
    head = rows_head.head(found, wanted, counted)
    leads = results.leading(found, wanted.values["step"]) if wanted.of_answers else None
    after = request.args.get("after", "")
    few = head.total * listing.RARE < rows_head.looked_through(wanted, counted)
    # A number that counts nobody has no rows to look for among a million.
    page = (
        listing.rows(g.org.id, found.id, wanted, after, leads, few=few)
        if head.total or after
        else listing.NONE
    )
    if after and not page.rows:
        raise NotFound
    waiting = [row.id for row in page.rows if row.place == "not_texted"]
    return render_template(
        "insight/rows.html",
        campaign=found,
        wanted=wanted,
        head=head,
        page=page,
        after=after,
        review_args=rows_review.arguments(found, wanted),
        why_not=why_not.of_contacts(g.org.id, waiting),
    )
