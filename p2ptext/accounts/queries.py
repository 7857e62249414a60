"""What the people page reads."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select

from p2ptext.accounts.models import Membership, Person
from p2ptext.extensions import db

PAGE = 50


@dataclass(frozen=True, slots=True)
class Someone:
    """A member as managers see them."""

    membership_id: int
    person_id: int
    name: str
    email: str
    role: str
    status: str
    texting_name: str
    since: datetime
    terms_accepted: bool


@dataclass(frozen=True, slots=True)
class People:
    """One page of members, and how many there are in all."""

    rows: list[Someone]
    total: int


def people(organization_id: int, words: str = "", page: int = 1) -> People:
    """Members but for those removed and those waiting, owners first, then by name.

    `words` narrows to names and addresses that contain them.
    """
    chosen = (
        _members(organization_id)
        .where(Membership.status.in_(("active", "suspended")))
        .where(
            or_(*(column.icontains(words, autoescape=True) for column in (Person.name, Person.email)))
        )
    )
    total = db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rank = case({"owner": 0, "manager": 1, "organizer": 2}, value=Membership.role, else_=3)
    rows = (
        chosen.order_by(rank, func.lower(Person.name), Person.id).limit(PAGE).offset((page - 1) * PAGE)
    )
    return People([Someone(*row) for row in db.session.execute(rows)], total)


def waiting(organization_id: int) -> list[Someone]:
    """Newcomers who wait for approval, the longest waiting first."""
    rows = _members(organization_id).where(Membership.status == "pending").order_by(Membership.id)
    return [Someone(*row) for row in db.session.execute(rows)]


def _members(organization_id: int):  # type: ignore[no-untyped-def]  # the type of nine columns says nothing
    return (
        select(
            Membership.id,
            Person.id,
            Person.name,
            Person.email,
            Membership.role,
            Membership.status,
            Membership.texting_name,
            Membership.created_at,
            Membership.terms_accepted_at.is_not(None),
        )
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organization_id == organization_id)
    )
