"""Page of what a campaign is for and in whose name it texts."""

from flask import flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.accounts.models import Organization
from p2ptext.background import transaction
from p2ptext.campaigns import arranging, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.campaigns.purposes import PURPOSES
from p2ptext.desk.arranging_forms import PurposeForm
from p2ptext.desk.blueprint import blueprint
from p2ptext.extensions import db


@blueprint.route("/o/<org>/campaigns/<int:campaign_id>/purpose", methods=["GET", "POST"])
@permission("manager")
def purpose(campaign_id: int) -> str | Response:
    campaign = get_scoped(Campaign, campaign_id)
    form = PurposeForm(obj=campaign)
    if form.validate_on_submit():
        with transaction():
            locked = writing.lock_to_change(campaign_id, g.org.id)
            fault = writing.rename(locked, form.name.data)
            if fault is None:
                arranging.change_aim(locked, form.aim())
        if fault is None:
            flash("The purpose is saved.")
            return redirect(url_for(".onward", campaign_id=campaign_id, after="purpose"))
        form.name.errors = [fault.words]
    org = db.session.get_one(Organization, g.org.id)
    return render_template(
        "desk/purpose.html",
        form=form,
        campaign=campaign,
        hints={key: hint for key, (_, hint) in PURPOSES.items()},
        own_name=org.sender_name or org.name,
        own_sponsor=org.sponsor_line,
    )
