"""A campaign is paused, resumed, archived, reopened, copied, kept as a template."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import launching
from p2ptext.background import transaction
from p2ptext.campaigns import copying
from p2ptext.campaigns.models import Campaign
from p2ptext.counting import budgets
from p2ptext.desk import launch_views
from p2ptext.desk.arranging_forms import CopyForm
from p2ptext.desk.blueprint import blueprint
from p2ptext.rules.cells import clean

_LONGEST_PAUSE_WORDS = 200


def _to_setup(campaign_id: int) -> Response:
    return redirect(url_for(".setup", campaign_id=campaign_id))


def _back(campaign_id: int) -> Response:
    """To the page on which the button was pressed: the results, or setting up."""
    if request.form.get("back") == "results":
        return redirect(url_for("insight.campaign", campaign_id=campaign_id))
    return _to_setup(campaign_id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/pause")
@permission("manager")
def pause(campaign_id: int) -> Response:
    words = clean(request.form.get("words", ""))[:_LONGEST_PAUSE_WORDS]
    with transaction():
        launching.pause(campaign_id, g.org.id, words)
    flash("The campaign is paused. Texts that have not left stay here.", "warning")
    return _back(campaign_id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/resume")
@permission("manager")
def resume(campaign_id: int) -> Response | tuple[str, int]:
    spent = budgets.of_campaign(get_scoped(Campaign, campaign_id).id)
    if spent is not None and spent.is_used_up and spent.stops:
        # It would be paused again within seconds.
        flash(
            "The budget is used up. Give it more, or let it go on without a limit; then resume.",
            "warning",
        )
        return redirect(url_for("insight.money_of_campaign", campaign_id=campaign_id), 303)
    with transaction():
        found = launching.resume(campaign_id, g.org.id)
    if not found.clear:
        return launch_views.page(get_scoped(Campaign, campaign_id), found, refused=found), 409
    flash("The campaign goes on.")
    return _back(campaign_id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/archive")
@permission("manager")
def archive(campaign_id: int) -> Response:
    with transaction():
        launching.archive(campaign_id, g.org.id)
    flash("The campaign is archived.")
    return _back(campaign_id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/reopen")
@permission("manager")
def reopen(campaign_id: int) -> Response:
    with transaction():
        status = launching.reopen(campaign_id, g.org.id)
    if status == "paused":
        flash("The campaign is back, and paused. Resume it when you have looked at it.", "warning")
    else:
        flash("The campaign is a draft again.")
    return _to_setup(campaign_id)


@blueprint.route("/o/<org>/campaigns/<int:campaign_id>/copy", methods=["GET", "POST"])
@permission("manager")
def copy(campaign_id: int) -> str | Response:
    """Begin another campaign from this one, or keep a template of it."""
    campaign = get_scoped(Campaign, campaign_id)
    as_template = request.args.get("as") == "template"
    ending = "template" if as_template else "copy"
    form = CopyForm(data={"name": f"{campaign.name[:80]}, {ending}"})
    if form.validate_on_submit():
        with transaction():
            made = copying.copy(
                campaign_id, g.org.id, form.name.data, current_user.id, as_template=as_template
            )
        if isinstance(made, Campaign):
            flash("The template is kept." if as_template else "The copy is a draft now.")
            return _to_setup(made.id)
        form.name.errors = [made.words]
    return render_template("desk/copy.html", form=form, campaign=campaign, as_template=as_template)
