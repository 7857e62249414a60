"""Pages of one campaign: the name, the hours, the numbers and the answers kept ready."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.background import transaction
from p2ptext.campaigns import arranging, copying, numbers, writing
from p2ptext.campaigns.blueprint import blueprint
from p2ptext.campaigns.forms import STARTER, CannedForm, HoursForm, NewCampaignForm, NumbersForm
from p2ptext.campaigns.models import Campaign
from p2ptext.rules.fault import Fault

_SPARE_REPLIES = 2


def _onward(campaign_id: int, step: str) -> Response:
    """To what is to be done after this step of setting the campaign up."""
    return redirect(url_for("desk.onward", campaign_id=campaign_id, after=step))


@blueprint.route("/o/<org>/campaigns/new", methods=["GET", "POST"])
@permission("manager")
def new() -> str | Response:
    """A campaign begins: from nothing, a starter script, a template, or as a copy."""
    form = NewCampaignForm(data={"start": request.args.get("start", "")})
    form.offer(copying.templates(g.org.id), copying.campaigns(g.org.id))
    if form.validate_on_submit():
        with transaction():
            made = _begin(form.name.data, form.source_id)
        if isinstance(made, Campaign):
            to = "desk.starters" if form.start.data == STARTER else "desk.setup"
            return redirect(url_for(to, campaign_id=made.id))
        form.name.errors = [made.words]
    return render_template("campaigns/new.html", form=form)


def _begin(name: str, source_id: int | None) -> Campaign | Fault:
    if source_id is None:
        return writing.create(g.org.id, name, current_user.id)
    return copying.copy(source_id, g.org.id, name, current_user.id)


@blueprint.route("/o/<org>/campaigns/<int:campaign_id>/hours", methods=["GET", "POST"])
@permission("manager")
def hours(campaign_id: int) -> str | Response:
    campaign = get_scoped(Campaign, campaign_id)
    form = HoursForm(data=_times_of(campaign))
    if form.validate_on_submit():
        with transaction():
            locked = writing.lock_to_change(campaign_id, g.org.id)
            arranging.change_times(locked, form.times())
        flash("The hours are saved.")
        return _onward(campaign_id, "hours")
    return render_template("campaigns/hours.html", form=form, campaign=campaign)


def _times_of(campaign: Campaign) -> dict[str, object]:
    return {
        "opens": f"{campaign.opens:%H:%M}",
        "closes": f"{campaign.closes:%H:%M}",
        "sunday_opens": f"{campaign.sunday_opens:%H:%M}",
        "state_hours": campaign.state_hours,
        "territory": ", ".join(campaign.territory),
        "days": [day for day in range(7) if campaign.days >> day & 1],
        "opens_on": campaign.opens_on,
        "closes_on": campaign.closes_on,
        "remind_on_opening": campaign.remind_on_opening,
    }


@blueprint.route("/o/<org>/campaigns/<int:campaign_id>/numbers", methods=["GET", "POST"])
@permission("manager")
def choose_numbers(campaign_id: int) -> str | Response:
    campaign = get_scoped(Campaign, campaign_id)
    own = numbers.standings_of(g.org.id)
    form = NumbersForm(data={"numbers": sorted(numbers.chosen(campaign_id))})
    form.numbers.choices = [
        SelectChoice(number.id, f"{numbers.pretty(number.phone)} {number.label}".strip())
        for number, _ in own
    ]
    if form.validate_on_submit():
        with transaction():
            locked = writing.lock_to_change(campaign_id, g.org.id)
            numbers.choose(locked, form.numbers.data)
        flash("The numbers are saved.")
        return _onward(campaign_id, "numbers")
    return render_template("campaigns/numbers.html", form=form, campaign=campaign, own=own)


@blueprint.route("/o/<org>/campaigns/<int:campaign_id>/replies", methods=["GET", "POST"])
@permission("manager")
def canned(campaign_id: int) -> str | Response:
    campaign = get_scoped(Campaign, campaign_id)
    kept = writing.document_of(campaign)["canned"]
    form = CannedForm(data={"replies": kept + [{}] * _SPARE_REPLIES})
    if form.validate_on_submit():
        with transaction():
            locked = writing.lock_to_change(campaign_id, g.org.id)
            writing.save_canned(locked, form.canned(), current_user.id)
        flash("The answers are saved.")
        return redirect(url_for(".canned", campaign_id=campaign_id))
    return render_template("campaigns/replies.html", form=form, campaign=campaign)
