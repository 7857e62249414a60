"""The front door: the first page, signing in, signing out."""

from flask import Response, current_app, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts import passwords, signing_in
from p2ptext.accounts.access import load_signed_in, public, signed_in
from p2ptext.accounts.addresses import local_path
from p2ptext.accounts.blueprint import blueprint
from p2ptext.accounts.forms import SignInForm
from p2ptext.accounts.models import Person
from p2ptext.accounts.navigation import first_page, page_after_sign_in, places_of
from p2ptext.accounts.throttling import TooMany
from p2ptext.background import transaction
from p2ptext.extensions import client_ip, db


@blueprint.get("/")
@signed_in
def home() -> BaseResponse | str:
    """Straight to the one organization; a choice among several; kind words where there is none."""
    places = places_of(current_user.id, "active", "pending")
    active = [place for place in places if place[1].status == "active"]
    if len(places) == 1 and active:
        org, member = active[0]
        leads_to = local_path(session.pop("leads_to", None))
        return redirect(leads_to or page_after_sign_in(org.id, org.slug, member.role))
    choices = [(org, member, first_page(org.slug, member.role)) for org, member in active]
    waiting = [org for org, member in places if member.status == "pending"]
    suspended = [org for org, _member in places_of(current_user.id, "suspended")]
    return render_template("accounts/home.html", choices=choices, waiting=waiting, suspended=suspended)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public("the door itself")
def sign_in() -> BaseResponse | str | tuple[str, int, dict[str, str]]:
    target = local_path(request.args.get("next")) or url_for("accounts.home")
    if current_user.is_authenticated:
        return redirect(target)
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form)
    try:
        person_id = _check(form.email.data, form.password.data)
    except TooMany as error:
        form.form_errors.append(error.words)
        headers = {"Retry-After": str(error.wait_s)}
        return render_template("accounts/sign_in.html", form=form), error.status, headers
    if person_id is None:
        form.form_errors.append(signing_in.WRONG)
        return render_template("accounts/sign_in.html", form=form)
    with transaction():
        open_browser(person_id)
    return redirect(target)


def _check(email: str, password: str) -> int | None:
    """The person these open the door for. No connection is held while hashing."""
    with transaction():
        candidate = signing_in.find_candidate(email, client_ip())
    right = passwords.matches(candidate.password_hash if candidate else None, password)
    if candidate is None or not right:
        signing_in.note_failure(client_ip())
        return None
    signing_in.note_success(email, client_ip())
    if passwords.is_outdated(candidate.password_hash):
        renewed = passwords.hash_password(password)
        with transaction():
            db.session.get_one(Person, candidate.person_id).password_hash = renewed
    return candidate.person_id


def open_browser(person_id: int) -> None:
    """Sign this browser in, under a new token and an emptied cookie: what an attacker may have
    put there before is worth nothing."""
    session.clear()
    token = signing_in.start_session(person_id, request.user_agent.string, client_ip())
    db.session.flush()
    login_user(load_signed_in(token))
    session.permanent = True


@blueprint.post("/sign-out")
@public("signing out twice does no harm")
def sign_out() -> Response:
    if current_user.is_authenticated:
        with transaction():
            signing_in.end_session(current_user.id, current_user.session_id)
    session.clear()
    answer = current_app.make_response(redirect(url_for("accounts.sign_in")))
    # Not "cookies": the cookie is emptied above, and the word would sign other sites of this domain out.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
