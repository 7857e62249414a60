"""What each kind of letter says, written from the row it is about when the mail leaves.

A writer answers None when its reason is gone by then.
"""

from collections.abc import Callable
from datetime import timedelta

from p2ptext.accounts import signing_in, tokens
from p2ptext.accounts.addresses import link
from p2ptext.accounts.models import Invitation, Letter, Membership, Organization, PasswordReset, Person
from p2ptext.clock import now
from p2ptext.extensions import db

RESET_GOOD_FOR = timedelta(hours=1)
_END = "\n\nThis mail was sent by p2ptext, the program that runs the texting."


def _invitation(letter: Letter) -> tuple[str, str] | None:
    row = db.session.get(Invitation, letter.about_id)
    if row is None or row.accepted_at or row.cancelled_at or row.expires_at <= now():
        return None
    org = db.session.get_one(Organization, row.organization_id)
    by = db.session.get_one(Person, row.created_by)
    url = link("accounts.invitation", token=tokens.invitation_token(row))
    return (
        f"Invitation to text with {_line(org.name)}",
        f"{_line(by.name)} invites you to text with {_line(org.name)} as {_role(row.role)}.\n\n"
        f"To accept, open this link:\n\n{url}\n\n"
        f"It works once, only for this address, until {row.expires_at:%B %-d, %Y}.\n"
        f"If you did not expect this, do nothing.{_END}\n",
    )


def _reset(letter: Letter) -> tuple[str, str] | None:
    """The one kind that is asked for by anybody, for any address: whether it has an account is found
    out only here, out of sight. The hour begins now, when the mail leaves."""
    person = signing_in.find_person(letter.to_email)
    if person is None or person.disabled_at is not None:
        return None
    # As it is in the account: an address that only counts as the same never gets the link.
    letter.to_email = person.email
    row = PasswordReset(person_id=person.id, expires_at=now() + RESET_GOOD_FOR)
    tokens.keep(row)
    url = link("accounts.reset", token=tokens.reset_token(row))
    return (
        "Choose a new password",
        f"Someone, probably you, asked for a new password for this address.\n\n"
        f"To choose one, open this link within the hour:\n\n{url}\n\n"
        f"It works once. If it was not you, do nothing: your password stays as it is.{_END}\n",
    )


def _approved(letter: Letter) -> tuple[str, str] | None:
    member = db.session.get_one(Membership, letter.about_id)
    if member.status != "active":
        return None
    org = db.session.get_one(Organization, member.organization_id)
    return (
        f"You can now text with {_line(org.name)}",
        f"{_line(org.name)} has approved you. Sign in to begin:\n\n{link('accounts.home')}\n{_END}\n",
    )


def _password_changed(letter: Letter) -> tuple[str, str] | None:
    return (
        "Your password was changed",
        "Your password was just changed, and you were signed out everywhere else.\n\n"
        f"If that was not you, reset it at once:\n\n{link('accounts.forgotten')}\n{_END}\n",
    )


WRITERS: dict[str, Callable[[Letter], tuple[str, str] | None]] = {
    "invitation": _invitation,
    "reset": _reset,
    "approved": _approved,
    "password_changed": _password_changed,
}
"""Kind of letter -> (subject, text), or None when there is nothing to say any more."""


def _line(value: str) -> str:
    """A name on one line, whatever stands in it."""
    return " ".join(value.split())


def _role(role: str) -> str:
    return f"an {role}" if role[0] in "ao" else f"a {role}"
