"""A forgotten password, and a new one by the mailed link."""

from flask import flash, redirect, render_template, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts import passwords, resetting
from p2ptext.accounts.access import public
from p2ptext.accounts.blueprint import blueprint
from p2ptext.accounts.forms import ForgottenForm, NewPasswordForm
from p2ptext.background import transaction
from p2ptext.extensions import client_ip


@blueprint.route("/forgotten", methods=["GET", "POST"])
@public("whoever forgot their password cannot sign in")
def forgotten() -> str:
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgotten.html", form=form)
    with transaction():
        resetting.ask(form.email.data, client_ip())
    return render_template("accounts/forgotten_sent.html", email=form.email.data)


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@public("the token in the address is the permission")
def reset(token: str) -> BaseResponse | str:
    _, person = resetting.find(token)
    form = NewPasswordForm()
    form.known = (person.email, person.name)
    if not form.validate_on_submit():
        return render_template("accounts/reset.html", form=form, person=person)
    hashed = passwords.hash_password(form.password.data)
    with transaction():
        resetting.use(token, hashed)
    session.clear()
    flash("Your new password is set. Sign in with it.")
    return redirect(url_for("accounts.sign_in"))
