"""Signing in once more, on the form of what a borrowed browser must not do."""

from flask_login import current_user

from p2ptext.accounts import passwords, signing_in
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
