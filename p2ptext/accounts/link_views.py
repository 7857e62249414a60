"""Links by person: an owner switches them on, and sees on which domain they stand."""

from urllib.parse import urlsplit

from flask import flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from p2ptext.accounts.access import permission
from p2ptext.accounts.auditing import record
from p2ptext.accounts.blueprint import blueprint
from p2ptext.accounts.link_forms import LinkSettingsForm
from p2ptext.accounts.models import Organization
from p2ptext.background import settings, transaction
from p2ptext.extensions import db


@blueprint.route("/o/<org>/settings/links", methods=["GET", "POST"])
@permission("owner")
def link_settings() -> Response | str:
    organization = db.session.get_one(Organization, g.org.id)
    form = LinkSettingsForm(obj=organization)
    if not form.validate_on_submit():
        host = urlsplit(settings().public_url).hostname
        return render_template(
            "accounts/link_settings.html", form=form, own_host=host, domain=organization.link_domain
        )
    with transaction():
        organization = db.session.get_one(Organization, g.org.id)
        organization.links_on = form.links_on.data
        record("links_changed", f"organization {g.org.id}", links_on=organization.links_on)
    flash("The settings are saved.")
    return redirect(url_for("accounts.link_settings"))
