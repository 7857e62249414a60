"""Links by person: an owner switches them on, and says on which domain they stand."""

from urllib.parse import urlsplit

from flask import flash, g, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from p2ptext.accounts.access import permission
from p2ptext.accounts.auditing import record
from p2ptext.accounts.blueprint import blueprint
from p2ptext.accounts.link_forms import LinkSettingsForm
from p2ptext.accounts.models import Organization
from p2ptext.background import settings, transaction
from p2ptext.extensions import db
from p2ptext.rules.links import is_public_host


@blueprint.route("/o/<org>/settings/links", methods=["GET", "POST"])
@permission("owner")
def link_settings() -> Response | str:
    organization = db.session.get_one(Organization, g.org.id)
    form = LinkSettingsForm(obj=organization)
    if form.is_submitted():
        form.link_domain.data = _host(form.link_domain.data or "")
    if not form.validate_on_submit() or not _usable(form):
        host = urlsplit(settings().public_url).hostname
        return render_template("accounts/link_settings.html", form=form, own_host=host)
    with transaction():
        organization = db.session.get_one(Organization, g.org.id)
        organization.links_on, organization.link_domain = form.links_on.data, form.link_domain.data
        record(
            "links_changed",
            f"organization {g.org.id}",
            links_on=organization.links_on,
            link_domain=organization.link_domain,
        )
    flash("The settings are saved.")
    return redirect(url_for("accounts.link_settings"))


def _host(typed: str) -> str:
    """The domain in what somebody typed, who may have copied a whole address."""
    return typed.strip().lower().removeprefix("https://").removesuffix("/").rstrip(".")


def _usable(form: LinkSettingsForm) -> bool:
    domain = form.link_domain.data
    words = _against(domain) if domain else ""
    form.link_domain.errors = [words] if words else []
    return not words


def _against(domain: str) -> str:
    if not is_public_host(domain):
        return "This is no domain. Write it like go.example.org, without https:// and without a path."
    if domain == urlsplit(settings().public_url).hostname:
        return "This is the address of this installation. Leave the field empty to use it."
    others = select(Organization.id).where(
        Organization.link_domain == domain, Organization.id != g.org.id
    )
    if db.session.scalar(others.limit(1)):
        return "Another organization uses this domain. Choose one of your own."
    return ""
