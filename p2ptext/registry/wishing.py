"""An organization asks for numbers; the operator answers."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from p2ptext.accounts import auditing
from p2ptext.accounts.models import Organization, Person
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.registry import telling
from p2ptext.registry.models import NumberWish
from p2ptext.rules.fault import Fault

MOST_OPEN = 10
"""Wishes of one organization that may wait at a time."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an organization would like."""

    kind: str
    area_code: str
    how_many: int
    note: str


def ask(organization_id: int, wish: Wish, person_id: int) -> NumberWish | Fault:
    """Hand a wish to the operator. A Fault while too many wait."""
    waiting = [row for row in wishes_of(organization_id) if row.answered_at is None]
    if len(waiting) >= MOST_OPEN:
        return Fault("too_many", "Ten of your wishes wait already. Wait for an answer first.")
    row = NumberWish(organization_id=organization_id, asked_by=person_id, **asdict(wish))
    db.session.add(row)
    db.session.flush()
    auditing.record(
        "number_wished",
        f"wish {row.id}",
        organization_id=organization_id,
        kind=wish.kind,
        how_many=wish.how_many,
    )
    return row


def wishes_of(organization_id: int) -> list[NumberWish]:
    """The organization's wishes, the latest first."""
    rows = select(NumberWish).where(NumberWish.organization_id == organization_id)
    return list(db.session.scalars(rows.order_by(NumberWish.id.desc())))


def of_everybody(*, answered: bool) -> list[tuple[NumberWish, str, str]]:
    """For the operator: the wishes that wait, or all, with the organization's slug and who asked."""
    rows = (
        select(NumberWish, Organization.slug, Person.name)
        .join(Organization, Organization.id == NumberWish.organization_id)
        .join(Person, Person.id == NumberWish.asked_by)
        .order_by(NumberWish.id)
    )
    if not answered:
        rows = rows.where(NumberWish.answered_at.is_(None))
    return [(wish, slug, name) for wish, slug, name in db.session.execute(rows)]


def answer(wish_id: int, words: str) -> NumberWish | Fault:
    """Say what came of a wish. A Fault when there is none of this id."""
    row = db.session.get(NumberWish, wish_id)
    if row is None:
        return Fault("no_wish", f"There is no wish {wish_id}.")
    row.answer, row.answered_at = words, now()
    db.session.flush()
    telling.tell(telling.ANSWERED, row)
    auditing.record("number_wish_answered", f"wish {row.id}", organization_id=row.organization_id)
    return row
