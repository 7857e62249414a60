"""A number that moves here from another provider: its state and its notes, step by step."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from p2ptext.accounts import auditing
from p2ptext.accounts.models import Organization, Person
from p2ptext.campaigns import numbers
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.registry import telling
from p2ptext.registry.models import NumberPort, NumberPortNote
from p2ptext.rules.fault import Fault
from p2ptext.rules.number_steps import MAY_CANCEL, PORT_MOVES, PORT_STATES

_OVER = ("done", "cancelled")


@dataclass(frozen=True, slots=True)
class NewPort:
    """What an organization says of a number that it wants to bring along."""

    phone: str
    from_provider: str
    note: str


@dataclass(frozen=True, slots=True)
class Note:
    """One step, or a word about it."""

    at: datetime
    who: str
    """Empty for whoever runs the installation."""
    state: str
    words: str


def begin(organization_id: int, new: NewPort, person_id: int) -> NumberPort | Fault:
    """Ask for a number to be moved here. A Fault says what is wrong with the number."""
    phone = numbers.written(new.phone)
    if isinstance(phone, Fault):
        return phone
    if not phone.startswith("+"):
        return Fault(
            "short_code", "A short code moves by its lease: ask whoever runs this installation."
        )
    if any(one.phone == phone for one in numbers.numbers_of(organization_id)):
        return Fault("own", "This number is yours here already.")
    if any(port.phone == phone and port.state not in _OVER for port in ports_of(organization_id)):
        return Fault("under_way", "This number is on its way already.")
    row = NumberPort(
        organization_id=organization_id,
        phone=phone,
        from_provider=new.from_provider,
        asked_by=person_id,
        state="asked",
    )
    db.session.add(row)
    db.session.flush()
    _note(row, new.note, person_id)
    auditing.record("port_asked", f"port {row.id}", organization_id=organization_id)
    return row


def ports_of(organization_id: int) -> list[NumberPort]:
    """The organization's numbers that move or moved here, the latest first."""
    rows = select(NumberPort).where(NumberPort.organization_id == organization_id)
    return list(db.session.scalars(rows.order_by(NumberPort.id.desc())))


def notes_of(port: NumberPort) -> list[Note]:
    """What happened so far, in order."""
    rows = db.session.execute(
        select(NumberPortNote, Person.name)
        .outerjoin(Person, Person.id == NumberPortNote.person_id)
        .where(NumberPortNote.port_id == port.id, NumberPortNote.organization_id == port.organization_id)
        .order_by(NumberPortNote.id)
    )
    return [Note(note.at, name or "", note.state, note.words) for note, name in rows]


def add_note(port: NumberPort, words: str, person_id: int) -> None:
    """Add a word of the organization's own."""
    _note(port, words, person_id)
    auditing.record("port_note", f"port {port.id}", organization_id=port.organization_id)


def cancel(port: NumberPort, person_id: int) -> None:
    """Call it off. Raises Refused once the old provider has been asked: then only the operator can."""
    db.session.refresh(port, with_for_update=True)
    if port.state not in MAY_CANCEL:
        raise Refused("too_late", "The old provider has been asked. Write a note to call it off.")
    _move(port, "cancelled", "", person_id)


def of_everybody(*, over: bool) -> list[tuple[NumberPort, str]]:
    """For the operator: the ports under way, or all, with the organization's slug."""
    rows = (
        select(NumberPort, Organization.slug)
        .join(Organization, Organization.id == NumberPort.organization_id)
        .order_by(NumberPort.id)
    )
    if not over:
        rows = rows.where(NumberPort.state.not_in(_OVER))
    return [(port, slug) for port, slug in db.session.execute(rows)]


def set_state(
    port_id: int, state: str, words: str = "", due_on: date | None = None
) -> NumberPort | Fault:
    """The operator says how far it is. A Fault for no such port, or a step that cannot follow."""
    port = db.session.get(NumberPort, port_id, with_for_update=True)
    if port is None:
        return Fault("no_port", f"There is no port {port_id}.")
    if state != port.state and state not in PORT_MOVES[port.state]:
        can = ", ".join(PORT_MOVES[port.state]) or "nothing: it is over"
        return Fault(
            "no_such_move", f"A port that is {port.state} cannot become {state}. It can become: {can}."
        )
    if due_on is not None:
        port.due_on = due_on
    _move(port, state, words, None)
    telling.tell(telling.MOVED, port)
    return port


def _move(port: NumberPort, state: str, words: str, person_id: int | None) -> None:
    before, port.state, port.changed_at = port.state, state, now()
    _note(port, words, person_id)
    auditing.record(
        "port_moved", f"port {port.id}", organization_id=port.organization_id, before=before, state=state
    )


def _note(port: NumberPort, words: str, person_id: int | None) -> None:
    db.session.add(
        NumberPortNote(
            organization_id=port.organization_id,
            port_id=port.id,
            state=port.state,
            words=words,
            person_id=person_id,
        )
    )
    db.session.flush()


def label(state: str) -> str:
    """What a state is called."""
    return PORT_STATES[state][0]
