"""Ways into an organization: an invitation, a join link, and the terms before the first text."""

from flask import flash, g, redirect, render_template, request, session, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts import inviting, joining, passwords, signing_in
from p2ptext.accounts.access import permission, public
from p2ptext.accounts.addresses import local_path
from p2ptext.accounts.auditing import record
from p2ptext.accounts.blueprint import blueprint
from p2ptext.accounts.door_views import open_browser
from p2ptext.accounts.forms import NewcomerForm, NewPersonForm, TextingNameForm
from p2ptext.accounts.models import Membership, Person
from p2ptext.accounts.navigation import first_page
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.extensions import client_ip, db


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@public("the token in the address is the permission; it works for one e-mail address")
def invitation(token: str) -> BaseResponse | str:
    row, org = inviting.find(token)
    known = current_user.is_authenticated
    fits = known and inviting.is_for(row, current_user.email)
    form = _form_for_invited(known, row.email)
    has_account = not known and signing_in.find_person(row.email) is not None
    if (known and not fits) or has_account or not form.validate_on_submit():
        return render_template(
            "accounts/invitation.html",
            row=row, org=org, form=form, fits=fits, has_account=has_account,
        )  # fmt: skip
    hashed = "" if known else passwords.hash_password(form.password.data)
    with transaction():
        person = (
            db.session.get_one(Person, current_user.id)
            if known
            else joining.create_person(row.email, form.name.data, hashed)
        )
        org = inviting.accept(token, person, form.texting_name.data)
        _renew_browser(person.id)
    return redirect(url_for("accounts.home"))


def _form_for_invited(known: bool, email: str) -> FlaskForm:
    if known:
        return TextingNameForm(texting_name=current_user.name.split()[0])
    form = NewPersonForm()
    form.known = (email,)
    return form


@blueprint.route("/join/<token>", methods=["GET", "POST"])
@public("volunteers come by this link; the organization approves them or not")
def join(token: str) -> BaseResponse | str:
    row, org = joining.find(token)
    about = row.about
    known = current_user.is_authenticated
    role = joining.role_in(org.id, current_user.id) if known else None
    if role is not None:  # the link is also their way back
        return redirect(local_path(row.leads_to) or first_page(org.slug, role))
    form = TextingNameForm(texting_name=current_user.name.split()[0]) if known else NewcomerForm()
    if not form.validate_on_submit():
        return render_template("accounts/join.html", org=org, form=form, about=about)
    joining.knock(client_ip())
    hashed = "" if known else passwords.hash_password(form.password.data)
    with transaction():
        person = (
            db.session.get_one(Person, current_user.id)
            if known
            else joining.create_person(form.email.data, form.name.data, hashed)
        )
        org, status = joining.join(token, person, form.texting_name.data)
        _renew_browser(person.id)
    leads_to = local_path(row.leads_to)
    if status == "active":
        return redirect(leads_to or first_page(org.slug, "volunteer"))
    if leads_to:
        session["leads_to"] = leads_to  # for the front page, once they are approved
    return redirect(url_for("accounts.home"))


def _renew_browser(person_id: int) -> None:
    """What a person may do has grown, so the browser gets a new token."""
    if current_user.is_authenticated:
        signing_in.end_session(person_id, current_user.session_id)
    open_browser(person_id)


@blueprint.route("/o/<org>/terms", methods=["GET", "POST"])
@permission("volunteer")
def terms() -> BaseResponse | str:
    form = TextingNameForm(texting_name=g.membership.texting_name)
    if not form.validate_on_submit():
        return render_template("accounts/terms.html", form=form)
    with transaction():
        member = db.session.get_one(Membership, g.membership.id)
        member.texting_name = form.texting_name.data
        if member.terms_accepted_at is None:
            member.terms_accepted_at = now()
            record("terms_accepted", f"membership {member.id}")
    flash("Thank you. You can text now.")
    return redirect(local_path(request.args.get("next")) or first_page(g.org.slug, g.membership.role))
