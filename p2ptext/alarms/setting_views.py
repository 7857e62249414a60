"""The page on which a manager says from when on each kind of alarm is raised."""

from flask import flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import permission
from p2ptext.accounts.models import Organization
from p2ptext.alarms import thresholds
from p2ptext.alarms.blueprint import blueprint
from p2ptext.alarms.forms import form_of
from p2ptext.alarms.kinds import GROUPS, KINDS
from p2ptext.background import transaction
from p2ptext.extensions import db


@blueprint.route("/settings", methods=["GET", "POST"])
@permission("manager")
def settings() -> str | Response:
    """From when on the organization is told of what."""
    wanted = thresholds.thresholds(g.org.id)
    form = form_of(g.org.id, wanted)
    if form.validate_on_submit():
        with transaction():
            changed = [
                thresholds.choose(g.org.id, current_user.id, kind, form.setting(kind)) for kind in KINDS
            ]
        flash("Saved. It counts from the next look, in some seconds." if any(changed) else "As before.")
        return redirect(url_for(".alarms"), 303)
    return render_template(
        "alarms/settings.html",
        form=form,
        kinds=KINDS,
        groups=GROUPS,
        promise=db.session.get_one(Organization, g.org.id).reply_promise_min,
    )
