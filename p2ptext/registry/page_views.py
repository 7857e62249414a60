"""The privacy policy and the terms of texting: written by an owner, read by everybody."""

from flask import current_app, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import permission, public
from p2ptext.accounts.auditing import record
from p2ptext.accounts.models import Organization
from p2ptext.background import settings, transaction
from p2ptext.extensions import db
from p2ptext.registry import publishing
from p2ptext.registry.blueprint import blueprint
from p2ptext.registry.registration_forms import PublicPageForm, ReachForm
from p2ptext.rules import public_page

CACHE = "public, max-age=300"
"""Minutes after a change, the old words are gone everywhere."""


@blueprint.route("/o/<org>/public-pages/<any(privacy, terms):page>", methods=["GET", "POST"])
@permission("owner")
def edit_page(page: str) -> str | Response:
    row, about = publishing.page_of(g.org.id, page), publishing.about(g.org.id)
    form = PublicPageForm(data={"body": row.body if row else public_page.TEMPLATES[page](about)})
    if form.validate_on_submit():
        publish = bool(form.publish.data)
        with transaction():
            publishing.save(g.org.id, page, form.written, current_user.id, publish=publish)
            if form.contact_email.data:
                _reached_at(contact_email=form.contact_email.data)
        flash("Everybody can read it now." if publish else "It is kept. Nobody but owners can read it.")
        return redirect(url_for(".edit_page", page=page))
    return render_template(
        "registry/edit_page.html",
        form=form,
        page=page,
        title=public_page.TITLES[page],
        row=row,
        about=about,
        gap=public_page.GAP in (form.body.data or ""),
        lacks=public_page.lacks(page, form.body.data or "", about),
        blocks=public_page.blocks(form.body.data or ""),
        fresh=public_page.TEMPLATES[page](about),
        address=settings().public_url + url_for(".public_page_of", org=g.org.slug, page=page),
    )


@blueprint.route("/o/<org>/public-pages/reach", methods=["GET", "POST"])
@permission("owner")
def edit_reach() -> str | Response:
    """Where people reach the organization: both pages name it."""
    organization = db.session.get_one(Organization, g.org.id)
    form = ReachForm(obj=organization)
    if form.validate_on_submit():
        with transaction():
            _reached_at(contact_email=form.contact_email.data, website=form.website.data)
        flash("It is saved. Pages that are written already keep their words.")
        return redirect(url_for(".edit_page", page="privacy"))
    return render_template("registry/reach.html", form=form)


def _reached_at(**ways: str) -> None:
    organization = db.session.get_one(Organization, g.org.id)
    for name, value in ways.items():
        setattr(organization, name, value)
    record("settings_changed", f"organization {g.org.id}", fields=sorted(ways))


@blueprint.get("/p/<org>/<any(privacy, terms):page>")
@public("reviewers of the phone companies, and whoever was texted, read these pages")
def public_page_of(org: str, page: str) -> str:
    shown = publishing.read(org, page)
    # Not render_template: that asks who is signed in, and the page would be another for each of them.
    template = current_app.jinja_env.get_template("registry/public_page.html")
    rendered = template.render(page=shown, carrier_is_simulated=settings().carrier_is_simulated)
    g.cache_control = CACHE  # once it stands: a page that says what went wrong is never kept
    return rendered
