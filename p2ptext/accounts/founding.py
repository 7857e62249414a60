"""How an organization and its first owner come to be."""

import re
import unicodedata

from sqlalchemy import select

from p2ptext.accounts import signing_in
from p2ptext.accounts.auditing import record
from p2ptext.accounts.models import Membership, Organization, Person
from p2ptext.errors import Refused
from p2ptext.extensions import db


def slug_of(name: str) -> str:
    """The organization's name as it stands in addresses: letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "organization"


def found(
    *, org_name: str, email: str, name: str, password_hash: str, operator: bool = False
) -> tuple[Organization, Person, bool]:
    """Make an organization with this person as its owner; True last when the person is new.

    A person who has an account keeps their name and password. Raises Refused when there is an
    organization of this name.
    """
    slug = slug_of(org_name)
    if db.session.scalar(select(Organization.id).filter_by(slug=slug)) is not None:
        raise Refused("org_exists", f"There is an organization with the address /o/{slug} already.")
    person = signing_in.find_person(email)
    is_new = person is None
    if person is None:
        person = Person(email=email.strip(), name=name, password_hash=password_hash)
        db.session.add(person)
    person.is_operator = bool(person.is_operator) or operator
    org = Organization(slug=slug, name=org_name)
    db.session.add(org)
    db.session.flush()
    db.session.add(
        Membership(
            organization_id=org.id,
            person_id=person.id,
            role="owner",
            texting_name=person.name.split()[0],
        )
    )
    record("organization_founded", f"organization {org.id}", person=person.id, operator=operator)
    return org, person, is_new
