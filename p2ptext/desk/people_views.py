"""Page of who texts in a campaign, how much at once, and how soon replies are answered."""

from flask import flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from p2ptext.accounts.access import get_scoped, permission, scoped
from p2ptext.accounts.models import Organization
from p2ptext.accounts.team_models import Team
from p2ptext.audience import assigning
from p2ptext.background import transaction
from p2ptext.campaigns import arranging, teams, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk.arranging_forms import PeopleForm
from p2ptext.desk.blueprint import blueprint
from p2ptext.extensions import db


@blueprint.route("/o/<org>/campaigns/<int:campaign_id>/volunteers", methods=["GET", "POST"])
@permission("manager")
def people(campaign_id: int) -> str | Response:
    campaign = get_scoped(Campaign, campaign_id)
    there = list(db.session.scalars(scoped(Team).order_by(Team.name)))
    form = PeopleForm(obj=campaign, data={"teams": [team.id for team in teams.of(campaign_id)]})
    form.teams.choices = [SelectChoice(team.id, team.name) for team in there]
    if form.validate_on_submit():
        with transaction():
            locked = writing.lock_to_change(campaign_id, g.org.id)
            arranging.change_sharing(locked, form.sharing())
            assigning.set_policy(campaign_id, g.org.id, form.hand_out.data)
            teams.choose(locked, form.teams.data)
        flash("Saved.")
        return redirect(url_for(".onward", campaign_id=campaign_id, after="people"))
    return render_template(
        "desk/people.html",
        form=form,
        campaign=campaign,
        has_teams=bool(there),
        own_promise=db.session.get_one(Organization, g.org.id).reply_promise_min,
    )
