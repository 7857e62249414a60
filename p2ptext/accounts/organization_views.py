"""The organization's own settings, and the operator's view of mails that could not leave."""

from datetime import timedelta

from flask import flash, g, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse

from p2ptext import mail
from p2ptext.accounts.access import operator, permission
from p2ptext.accounts.auditing import record
from p2ptext.accounts.blueprint import blueprint
from p2ptext.accounts.forms import OrganizationForm, ReplySettingsForm
from p2ptext.accounts.models import Organization
from p2ptext.background import settings, transaction
from p2ptext.errors import NotFound
from p2ptext.extensions import db


@blueprint.route("/o/<org>/settings", methods=["GET", "POST"])
@permission("owner")
def organization_settings() -> BaseResponse | str:
    form = OrganizationForm(obj=db.session.get_one(Organization, g.org.id))
    if not form.validate_on_submit():
        return render_template("accounts/organization.html", form=form)
    _save(form)
    return redirect(url_for("accounts.organization_settings"))


@blueprint.route("/o/<org>/settings/replies", methods=["GET", "POST"])
@permission("manager")
def reply_settings() -> BaseResponse | str:
    """How long a reply waits for one volunteer, and what volunteers see of a name."""
    form = ReplySettingsForm(obj=db.session.get_one(Organization, g.org.id))
    if not form.validate_on_submit():
        return render_template("accounts/reply_settings.html", form=form)
    _save(form)
    return redirect(url_for("accounts.reply_settings"))


def _save(form: FlaskForm) -> None:
    with transaction():
        organization = db.session.get_one(Organization, g.org.id)
        changed = [
            name for name, value in form.data.items() if getattr(organization, name, value) != value
        ]
        form.populate_obj(organization)
        record("settings_changed", f"organization {g.org.id}", fields=sorted(changed))
        if "second_person" in changed:
            record("second_person", f"organization {g.org.id}", on=organization.second_person)
    flash("The settings are saved.")


@blueprint.get("/operator/mail")
@operator
def kept_mail() -> str:
    if settings().mail_url:
        raise NotFound
    return render_template(
        "accounts/mail.html",
        mails=mail.kept(settings()),
        # Their files are named in real time; every other page shows the practice clock.
        ahead=timedelta(seconds=settings().clock_offset_s),
        our_links=settings().public_url + "/",
    )
