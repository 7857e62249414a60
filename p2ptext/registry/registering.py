"""What phone companies allow an organization, and which of its numbers it holds for."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from p2ptext.accounts import auditing
from p2ptext.campaigns.models import Registration, SendingNumber
from p2ptext.errors import NotFound
from p2ptext.extensions import db
from p2ptext.rules.fault import Fault

STATES = ("pending", "active", "suspended", "expired")


@dataclass(frozen=True, slots=True)
class Terms:
    """A registration as its owner copies it from the registry."""

    name: str
    brand: str
    campaign_code: str
    use_case: str
    state: str
    expires_on: date | None
    segments_per_minute: int
    t_mobile_per_day: int


def lowest(name: str) -> Terms:
    """A new registration in the lowest class of both phone companies, not approved yet."""
    return Terms(name, "", "", "", "pending", None, 75, 2000)


def registrations_of(organization_id: int) -> list[Registration]:
    """The organization's registrations by name."""
    rows = select(Registration).where(Registration.organization_id == organization_id)
    return list(db.session.scalars(rows.order_by(func.lower(Registration.name))))


def terms_of(row: Registration) -> Terms:
    return Terms(**{name: getattr(row, name) for name in Terms.__dataclass_fields__})


def save(organization_id: int, row: Registration | None, terms: Terms) -> Registration | Fault:
    """Write a registration down, a new one where `row` is None. A Fault when the name is in use."""
    same = select(Registration.id).where(
        Registration.organization_id == organization_id,
        func.lower(Registration.name) == terms.name.lower(),
    )
    taken = db.session.scalar(same)
    if taken is not None and (row is None or row.id != taken):
        return Fault("name_taken", "There is a registration of this name already. Choose another one.")
    if row is None:
        row = Registration(organization_id=organization_id, name=terms.name)
        db.session.add(row)
    for name, value in asdict(terms).items():
        setattr(row, name, value)
    db.session.flush()
    auditing.record(
        "registration_saved",
        f"registration {row.id}",
        organization_id=organization_id,
        state=row.state,
        segments_per_minute=row.segments_per_minute,
        t_mobile_per_day=row.t_mobile_per_day,
    )
    return row


def find(organization_id: int, name: str) -> Registration | None:
    """The organization's registration of this name, in any case."""
    return db.session.scalar(
        select(Registration).where(
            Registration.organization_id == organization_id,
            func.lower(Registration.name) == name.lower(),
        )
    )


@dataclass(frozen=True, slots=True)
class Pace:
    """What a number belongs to and how fast it may send."""

    registration_id: int | None
    per_second: int | None
    """None for what is usual for its kind."""


def change(number: SendingNumber, pace: Pace, *, put_back: bool) -> None:
    """Give a number its registration and pace. Raises NotFound for another organization's registration.

    `put_back` lets texts leave again from a number the phone company had refused.
    """
    if pace.registration_id is not None:
        registration = db.session.get(Registration, pace.registration_id)
        if registration is None or registration.organization_id != number.organization_id:
            raise NotFound
    changes: dict[str, Any] = asdict(pace)
    number.registration_id, number.per_second = pace.registration_id, pace.per_second
    if put_back and number.out_since is not None:
        number.out_since = number.out_reason = None
        changes["put_back"] = True
    db.session.flush()
    auditing.record(
        "number_changed", f"number {number.id}", organization_id=number.organization_id, **changes
    )
