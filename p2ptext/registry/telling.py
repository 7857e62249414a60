"""Mails to whoever asked for a number, or for one to be moved here: the operator has answered."""

from sqlalchemy import select

from p2ptext.accounts import letters
from p2ptext.accounts.addresses import link
from p2ptext.accounts.models import Letter, Membership, Organization, Person
from p2ptext.extensions import db
from p2ptext.registry.models import NumberPort, NumberWish
from p2ptext.rules.number_steps import PORT_STATES

ANSWERED, MOVED = "number_answered", "number_moved"
"""The kinds of these letters."""
_END = "\n\nThis mail was sent by p2ptext, the program that runs the texting.\n"


def tell(kind: str, row: NumberWish | NumberPort) -> None:
    """Ask for the mail, if whoever asked still belongs to the organization and wants notices."""
    to = db.session.scalar(
        select(Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.id == row.asked_by,
            Person.disabled_at.is_(None),
            Membership.organization_id == row.organization_id,
            Membership.status == "active",
            Membership.wants_notices,
        )
    )
    if to is not None:
        letters.ask_for(kind, to, row.id, row.organization_id)


def write_answered(letter: Letter) -> tuple[str, str] | None:
    """That a wish is answered; the answer itself stands on the page."""
    wish = db.session.get(NumberWish, letter.about_id)
    if wish is None or wish.answered_at is None:
        return None
    url = link("registry.all_numbers", org=_slug(wish.organization_id))
    return (
        "Your wish for a number is answered",
        f"You asked for a number. The answer stands here:\n\n{url}{_END}",
    )


def write_moved(letter: Letter) -> tuple[str, str] | None:
    """How far a number is that moves here; its digits stay out of the mail."""
    port = db.session.get(NumberPort, letter.about_id)
    if port is None:
        return None
    label, _, words = PORT_STATES[port.state]
    url = link("registry.port", org=_slug(port.organization_id), port_id=port.id)
    return (
        f"The number that you bring along: {label.lower()}",
        f"{words}\n\nAll steps and notes:\n\n{url}{_END}",
    )


def _slug(organization_id: int) -> str:
    return db.session.get_one(Organization, organization_id).slug
