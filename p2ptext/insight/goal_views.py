"""A manager says which answer a campaign is there for."""

from flask import flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.insight import goal as goals
from p2ptext.insight.blueprint import blueprint
from p2ptext.insight.goal_forms import NONE, GoalForm


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/goal")
@permission("manager")
def goal(campaign_id: int) -> str:
    """Choose it."""
    campaign = get_scoped(Campaign, campaign_id)
    return _page(campaign, _form(campaign, filled=True))


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/goal")
@permission("manager")
def choose_goal(campaign_id: int) -> str | Response:
    """It is chosen."""
    with transaction():
        campaign = writing.lock(campaign_id, g.org.id)
        form = _form(campaign)
        if not form.validate_on_submit():
            return _page(campaign, form)
        step, _, answer = form.goal.data.partition(":")
        goals.choose(campaign, None if form.goal.data == NONE else (step, answer))
    flash("The goal is saved. Its numbers follow in a moment.")
    return redirect(url_for(".rates", campaign_id=campaign_id, tab="funnel"), 303)


def _form(campaign: Campaign, *, filled: bool = False) -> GoalForm:
    now = f"{campaign.goal_step_key}:{campaign.goal_answer_key}" if campaign.goal_step_key else NONE
    form = GoalForm(formdata=None, data={"goal": now}) if filled else GoalForm()
    form.goal.choices = [(NONE, "No goal")] + [
        (":".join(keys), label) for _, answers in goals.choices(campaign) for keys, label in answers
    ]
    return form


def _page(campaign: Campaign, form: GoalForm) -> str:
    return render_template(
        "insight/goal.html", campaign=campaign, form=form, questions=goals.choices(campaign), none=NONE
    )
