"""The links of a campaign: what each is called in its texts, and where it leads."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.accounts.models import Organization
from p2ptext.audience.columns import columns_of
from p2ptext.audience.merging import VOLUNTEER
from p2ptext.background import transaction
from p2ptext.campaigns import linking
from p2ptext.campaigns.models import Campaign
from p2ptext.desk.blueprint import blueprint
from p2ptext.desk.link_forms import LinkForm
from p2ptext.extensions import db
from p2ptext.rules import column_names, links
from p2ptext.rules.script import field_key

_LOOKS_LIKE = "02k0041xT7kQx0mZ4bTq"
"""A code as they look; it leads nowhere."""


@blueprint.route("/o/<org>/campaigns/<int:campaign_id>/links", methods=["GET", "POST"], endpoint="links")
@permission("manager")
def links_page(campaign_id: int) -> str | Response | tuple[str, int]:
    """All links of the campaign, and a form for one more."""
    campaign = get_scoped(Campaign, campaign_id)
    form = LinkForm()
    if not form.validate_on_submit():
        return _page(campaign, form)
    name, url = (form.name.data or "").strip().strip("{}"), (form.url.data or "").strip()
    with transaction():
        fault = linking.add(campaign_id, g.org.id, name, url, current_user.id, _taken(campaign_id))
    if fault is not None:
        at = form.name if fault.code in ("bad_name", "name_taken") else form.url
        at.errors = [fault.words]
        return _page(campaign, form), 422
    flash(f"Your texts may hold {{{name}}} now.")
    return redirect(url_for(".links", campaign_id=campaign_id), 303)


def _page(campaign: Campaign, form: LinkForm, faults: list[str] | None = None) -> str:
    organization = db.session.get_one(Organization, g.org.id)
    address = linking.address(organization.link_domain) + linking.PATH
    return render_template(
        "desk/links.html",
        campaign=campaign,
        form=form,
        faults=faults or [],
        links=linking.all_of(campaign.id),
        links_on=organization.links_on,
        sample=address + _LOOKS_LIKE,
        longer=len(address) + links.LENGTH,
    )


def _taken(campaign_id: int) -> dict[str, None]:
    """Names that stand for something else: columns of the lists, usual columns, the volunteer."""
    names = (*columns_of(campaign_id), *column_names.FIELDS, VOLUNTEER)
    return dict.fromkeys(map(field_key, names))


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/links/<int:campaign_link_id>/change")
@permission("manager")
def change_link(campaign_id: int, campaign_link_id: int) -> Response | tuple[str, int]:
    """Have a link lead elsewhere."""
    campaign = get_scoped(Campaign, campaign_id)
    url = request.form.get("url", "").strip()
    with transaction():
        fault = linking.change(campaign_id, g.org.id, campaign_link_id, url)
    if fault is not None:
        return _page(campaign, LinkForm(formdata=None), [fault.words]), 422
    flash("The link leads there now, in texts that have left as well.")
    return redirect(url_for(".links", campaign_id=campaign_id), 303)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/links/<int:campaign_link_id>/remove")
@permission("manager")
def remove_link(campaign_id: int, campaign_link_id: int) -> Response:
    """Take a link away before the launch."""
    get_scoped(Campaign, campaign_id)
    with transaction():
        linking.remove(campaign_id, g.org.id, campaign_link_id)
    flash("The link is removed. Texts that name it cannot be sent until you change them.", "warning")
    return redirect(url_for(".links", campaign_id=campaign_id), 303)
