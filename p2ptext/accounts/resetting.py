"""Passwords: chosen anew by a mailed link, or changed by the person who knows the present one."""

from sqlalchemy import select, update

from p2ptext.accounts import letters, signing_in, throttling
from p2ptext.accounts.access import token_digest
from p2ptext.accounts.auditing import record
from p2ptext.accounts.models import NOW, PasswordReset, Person
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.extensions import db

PER_ADDRESS = "5 per hour"
PER_PLACE = "60 per hour"


def ask(email: str, place: str) -> None:
    """Mail a link to whoever has this address. Nothing tells whether anybody does: the work done here
    is the same, and the letter's job drops it where there is no account.

    Past the limit of one address nothing more is mailed, and that too looks the same, so that
    a stranger can neither learn from it nor fill a mailbox. Raises TooMany for one place.
    """
    throttling.spend(PER_PLACE, "forgotten", place)
    try:
        throttling.spend(PER_ADDRESS, "forgotten", throttling.digest(email))
    except throttling.TooMany:
        return
    letters.ask_for("reset", email.strip())


def find(token: str) -> tuple[PasswordReset, Person]:
    """The living reset of this token and its person. Looking consumes nothing. Raises Refused."""
    row = db.session.scalars(
        select(PasswordReset).where(PasswordReset.token_digest == token_digest(token)).with_for_update()
    ).one_or_none()
    if row is None or row.used_at is not None or row.expires_at <= now():
        raise Refused(
            "reset_over", "This link was used or is too old. Ask for a new one on the sign-in page.", 410
        )
    return row, db.session.get_one(Person, row.person_id)


def use(token: str, password_hash: str) -> Person:
    """Set the new password; every browser of the person is signed out. Raises Refused."""
    _, person = find(token)
    # Any other link that is still out falls with it.
    db.session.execute(
        update(PasswordReset)
        .where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
        .values(used_at=NOW)
    )
    _set(person, password_hash)
    record("password_reset", f"person {person.id}")
    return person


def change(person_id: int, password_hash: str) -> None:
    """Set the new password of a person who has just proved the present one; signed out everywhere."""
    person = db.session.get_one(Person, person_id)
    _set(person, password_hash)
    record("password_changed", f"person {person.id}")


def _set(person: Person, password_hash: str) -> None:
    person.password_hash = password_hash
    signing_in.end_sessions(person.id)
    letters.ask_for("password_changed", person.email, person.id)
