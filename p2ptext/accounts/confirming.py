"""Signing in once more, on the form of what a borrowed browser must not do."""

from flask_login import current_user
from flask_wtf import FlaskForm

from p2ptext.accounts import passwords, signing_in
from p2ptext.accounts.throttling import TooMany
from p2ptext.background import transaction
from p2ptext.extensions import client_ip


def password_is_right(password: str) -> bool:
    """Whether this is the password of who is signed in.

    Each call is a try at the door, counted with those of signing in: raises TooMany as that does.
    Called outside of a transaction; no connection is held while hashing.
    """
    place = client_ip()
    with transaction():
        candidate = signing_in.find_candidate(current_user.email, place)
    right = passwords.matches(candidate.password_hash if candidate else None, password)
    if not right:
        signing_in.note_failure(place)
        return False
    signing_in.note_success(current_user.email, place)
    return True


def not_confirmed(form: FlaskForm, wrong: str) -> int:
    """The status to answer with while the form is not filled in or its password is wrong, which `wrong`
    says beside the field; 0 when all is well. A password is tried only when everything else is right."""
    if not form.validate_on_submit():
        return 200
    try:
        if password_is_right(form.password.data):
            return 0
    except TooMany as error:
        form.form_errors.append(error.words)
        return error.status
    form.password.errors = [wrong]
    return 200
