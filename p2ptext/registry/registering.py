"""What phone companies allow an organization, and which of its numbers it holds for."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from p2ptext.accounts import auditing
from p2ptext.accounts.models import AuditEvent, Person
from p2ptext.campaigns.models import Registration, SendingNumber
from p2ptext.campaigns.standing import FAILURES
from p2ptext.clock import now
from p2ptext.errors import NotAllowed, NotFound
from p2ptext.extensions import db
from p2ptext.registry import publishing
from p2ptext.rules.fault import Fault
from p2ptext.rules.number_steps import STAGE_MOVES
from p2ptext.rules.registration import (
    ASKED_OF_ALL,
    CLASSES,
    PAPERS,
    STATES,
    TOKEN_ENDS,
    VERIZON_PER_MINUTE,
    is_political,
    move_fault,
    need_fault,
)

_SENT = ("pending", "active")
"""States for which the registry has looked at the papers of the use case."""


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
    verizon_per_minute: int = VERIZON_PER_MINUTE
    verify_token: str = ""
    verify_expires_on: date | None = None
    papers: tuple[str, ...] = ()
    """Keys of rules.registration.PAPERS that are ready."""
    notes: str = ""


def lowest(name: str) -> Terms:
    """A new registration in the lowest class of all phone companies, of which nothing is sent yet."""
    caps = CLASSES["lowest"]
    return Terms(name, "", "", "", "draft", None, caps.segments_per_minute, caps.t_mobile_per_day)


def registrations_of(organization_id: int) -> list[Registration]:
    """The organization's registrations by name."""
    rows = select(Registration).where(Registration.organization_id == organization_id)
    return list(db.session.scalars(rows.order_by(func.lower(Registration.name))))


def terms_of(row: Registration) -> Terms:
    values = {name: getattr(row, name) for name in Terms.__dataclass_fields__}
    return Terms(**values | {"papers": tuple(key for key in PAPERS if row.papers.get(key))})


def still_missing(row: Registration) -> list[str]:
    """Labels of the papers that reviewers will ask for and that are neither ticked nor published here.

    The letters of the use cases are apart: `save` refuses to go on without the one that is needed.
    """
    ready = {key for key in PAPERS if row.papers.get(key)} | publishing.published(row.organization_id)
    return [PAPERS[key].label for key in ASKED_OF_ALL if key not in ready]


def save(organization_id: int, row: Registration | None, terms: Terms) -> Registration | Fault:
    """Write a registration down, a new one where `row` is None.

    A Fault when the name is in use, when the state cannot follow the one before, or when the use case
    lacks what the registry asks for. A new one may stand anywhere: it is what the registry shows.
    """
    terms = _tidy(terms)
    if row is not None:
        db.session.refresh(row, with_for_update=True)  # what may follow depends on where it stands now
    fault = _name_fault(organization_id, row, terms.name) or _state_fault(organization_id, row, terms)
    if fault:
        return fault
    before = row.state if row is not None else None
    if row is None:
        row = Registration(organization_id=organization_id, name=terms.name)
        db.session.add(row)
    values = asdict(terms) | {"papers": dict.fromkeys(terms.papers, True)}
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.flush()
    auditing.record(
        "registration_saved",
        f"registration {row.id}",
        organization_id=organization_id,
        before=before,
        state=row.state,
        changed=changed,
        segments_per_minute=row.segments_per_minute,
        t_mobile_per_day=row.t_mobile_per_day,
    )
    return row


def _tidy(terms: Terms) -> Terms:
    """A token belongs to political use; without its day it ends when all present ones do."""
    if not is_political(terms.use_case) or not terms.verify_token:
        return replace(terms, verify_token="", verify_expires_on=None)
    return replace(terms, verify_expires_on=terms.verify_expires_on or TOKEN_ENDS)


def _name_fault(organization_id: int, row: Registration | None, name: str) -> Fault | None:
    known = find(organization_id, name)
    if known is None or (row is not None and known.id == row.id):
        return None
    return Fault("name_taken", "There is a registration of this name already. Choose another one.")


def _state_fault(organization_id: int, row: Registration | None, terms: Terms) -> Fault | None:
    if row is not None:
        fault = move_fault(row.state, terms.state)
        if fault or row.state == terms.state:
            return fault
    if terms.state not in _SENT:
        return None
    return need_fault(terms.use_case, terms.papers, has_token=bool(terms.verify_token))


def find(organization_id: int, name: str) -> Registration | None:
    """The organization's registration of this name, in any case."""
    return db.session.scalar(
        select(Registration).where(
            Registration.organization_id == organization_id,
            func.lower(Registration.name) == name.lower(),
        )
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a registration's history."""

    at: Any
    who: str
    """Empty where the operator did it from a terminal."""
    words: str


def history(row: Registration) -> list[Change]:
    """What was done to it, the latest first."""
    rows = db.session.execute(
        select(AuditEvent, Person.name)
        .outerjoin(Person, Person.id == AuditEvent.person_id)
        .where(
            AuditEvent.organization_id == row.organization_id,
            AuditEvent.target == f"registration {row.id}",
            AuditEvent.action == "registration_saved",
        )
        .order_by(AuditEvent.id.desc())
        .limit(50)
    )
    return [Change(event.at, name or "", _in_words(event.detail)) for event, name in rows]


def _in_words(detail: dict[str, Any]) -> str:
    before, after = detail.get("before"), detail.get("state", "")
    label = STATES[after].label if after in STATES else after
    if before is None:
        return f"Written down: {label}"
    if before != after:
        return f"{STATES[before].label} → {label}"
    return f"Details changed ({label})"


@dataclass(frozen=True, slots=True)
class Pace:
    """What a number belongs to, how far it is and how fast it may send."""

    registration_id: int | None
    per_second: int | None
    """None for what is usual for its kind."""
    stage: str | None = None
    """None leaves it as it is."""
    can_mms: bool | None = None


def change(number: SendingNumber, pace: Pace, *, put_back: bool) -> Fault | None:
    """Give a number its registration, stage and pace. Raises NotFound for another organization's
    registration. A Fault when the stage cannot follow the present one.

    `put_back` lets texts leave again from a number the phone company had refused.
    """
    if pace.registration_id is not None:
        registration = db.session.get(Registration, pace.registration_id)
        if registration is None or registration.organization_id != number.organization_id:
            raise NotFound
    stage = pace.stage or number.stage
    if stage != number.stage and stage not in STAGE_MOVES[number.stage]:
        return Fault("no_such_step", f"A number that is {number.stage} cannot become {stage} at once.")
    changes: dict[str, Any] = asdict(pace) | {"stage": stage}
    number.registration_id, number.per_second, number.stage = (
        pace.registration_id,
        pace.per_second,
        stage,
    )
    if pace.can_mms is not None:
        number.can_mms = pace.can_mms
    if put_back and number.out_since is not None:
        _put_back(number)
        changes["put_back"] = True
    db.session.flush()
    auditing.record(
        "number_changed", f"number {number.id}", organization_id=number.organization_id, **changes
    )
    return None


def put_back(number: SendingNumber) -> bool:
    """Let texts leave again from a number that p2ptext took out of use because its texts failed.

    What failed before counts against it no more. False when it is in use. Raises NotAllowed for a number
    that the phone company refused: that is for `change`.
    """
    if number.out_since is None:
        return False
    if number.out_reason != FAILURES:
        raise NotAllowed
    _put_back(number)
    db.session.flush()
    auditing.record("number_changed", f"number {number.id}", put_back=True)
    return True


def _put_back(number: SendingNumber) -> None:
    number.out_since = number.out_reason = None
    number.watched_from = now()
