"""A person's own page: names, password, signed-in browsers."""

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts import passwords, resetting, signing_in, throttling
from p2ptext.accounts.access import signed_in
from p2ptext.accounts.auditing import record
from p2ptext.accounts.blueprint import blueprint
from p2ptext.accounts.door_views import open_browser
from p2ptext.accounts.forms import ChangePasswordForm, NameForm, TextingNameForm
from p2ptext.accounts.models import Membership, Person
from p2ptext.accounts.navigation import places_of
from p2ptext.background import settings, transaction
from p2ptext.errors import NotFound
from p2ptext.extensions import db

TRIES = "10 per 15 minutes"


@blueprint.get("/profile")
@signed_in
def profile() -> str:
    return _page()


def _page(**changed: FlaskForm) -> str:
    places = places_of(current_user.id, "active")
    forms = {
        "name_form": NameForm(formdata=None, name=current_user.name),
        "password_form": ChangePasswordForm(formdata=None, prefix="password-"),
    } | changed
    rows = [
        (org, member, changed.get(f"texting_{member.id}") or _texting_form(member))
        for org, member in places
    ]
    sessions = signing_in.open_sessions(current_user.id)
    return render_template(
        "accounts/profile.html",
        rows=rows,
        sessions=sessions,
        form=next(iter(changed.values()), None),
        mails_are_kept=current_user.is_operator and not settings().mail_url,
        **forms,
    )


def _texting_form(member: Membership) -> TextingNameForm:
    return TextingNameForm(formdata=None, prefix=f"m{member.id}-", texting_name=member.texting_name)


@blueprint.post("/profile/name")
@signed_in
def change_name() -> BaseResponse | str:
    form = NameForm()
    if not form.validate_on_submit():
        return _page(name_form=form)
    with transaction():
        db.session.get_one(Person, current_user.id).name = form.name.data
    flash("Your name is saved.")
    return redirect(url_for("accounts.profile"))


@blueprint.post("/profile/texting-name/<int:membership_id>")
@signed_in
def change_texting_name(membership_id: int) -> BaseResponse | str:
    own = select(Membership).filter_by(id=membership_id, person_id=current_user.id, status="active")
    member = db.session.scalars(own).one_or_none()
    if member is None:
        raise NotFound
    form = TextingNameForm(prefix=f"m{member.id}-")
    if not form.validate_on_submit():
        return _page(**{f"texting_{member.id}": form})
    with transaction():
        db.session.get_one(Membership, membership_id).texting_name = form.texting_name.data
    flash("Your texting name is saved.")
    return redirect(url_for("accounts.profile"))


@blueprint.post("/profile/password")
@signed_in
def change_password() -> BaseResponse | str:
    form = ChangePasswordForm(prefix="password-")
    form.known = (current_user.email, current_user.name)
    if not form.validate_on_submit():
        return _page(password_form=form)
    throttling.spend(TRIES, "present-password", str(current_user.id))
    person = db.session.get_one(Person, current_user.id)
    if not passwords.matches(person.password_hash, form.present.data):
        form.present.errors = ["This is not your current password."]
        return _page(password_form=form)
    hashed = passwords.hash_password(form.password.data)
    with transaction():
        resetting.change(person.id, hashed)
        open_browser(person.id)
    flash("Your password is changed. You are signed out everywhere else.")
    return redirect(url_for("accounts.profile"))


@blueprint.post("/profile/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> BaseResponse:
    with transaction():
        if not signing_in.end_session(current_user.id, session_id):
            raise NotFound
    flash("That browser is signed out.")
    return redirect(url_for("accounts.profile"))


@blueprint.post("/profile/sessions/end-others")
@signed_in
def end_other_sessions() -> BaseResponse:
    with transaction():
        signing_in.end_sessions(current_user.id, but=current_user.session_id)
        record("signed_out_everywhere", f"person {current_user.id}")
    flash("You are signed out everywhere else.")
    return redirect(url_for("accounts.profile"))
