"""Join links: one link for many volunteers. And how a new person gets an account."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert

from p2ptext.accounts import throttling, tokens
from p2ptext.accounts.access import get_scoped
from p2ptext.accounts.auditing import record
from p2ptext.accounts.models import JoinLink, Membership, Organization, Person
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.extensions import db

PER_PLACE = "200 per hour"
"""New accounts from one place: a phone bank of 200 behind one address may all join in an hour."""


def create_person(email: str, name: str, password_hash: str) -> Person:
    """A new account. Raises Refused where the address has one, or gets one at the same moment."""
    made = db.session.scalar(
        insert(Person)
        .values(email=email.strip(), name=name, password_hash=password_hash)
        .on_conflict_do_nothing()
        .returning(Person.id)
    )
    if made is None:
        raise Refused(
            "has_account", "There is an account for this address. Sign in, then open the link again."
        )
    return db.session.get_one(Person, made)


def role_in(organization_id: int, person_id: int) -> str | None:
    """What somebody may do in an organization; None for whoever is not an active member."""
    return db.session.scalars(
        select(Membership.role).filter_by(
            organization_id=organization_id, person_id=person_id, status="active"
        )
    ).one_or_none()


def place_in(organization_id: int, person_id: int) -> Membership | None:
    """The person's place in an organization, if any. Locks the person, so that two presses at the
    same moment do not make two places."""
    db.session.scalars(select(Person.id).filter_by(id=person_id).with_for_update()).one()
    return db.session.scalars(
        select(Membership)
        .filter_by(organization_id=organization_id, person_id=person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def new_link(
    by_person: int,
    organization_id: int,
    most_uses: int,
    days: int,
    leads_to: str | None = None,
    about: str = "",
) -> JoinLink:
    """A join link, good for `days` days and `most_uses` people. An older one keeps working.

    `leads_to` is the path of the page on which newcomers begin, `about` the name of what they find there.
    """
    row = JoinLink(
        organization_id=organization_id,
        created_by=by_person,
        most_uses=most_uses,
        expires_at=now() + timedelta(days=days),
        leads_to=leads_to,
        about=about,
    )
    db.session.add(row)
    db.session.flush()
    leads: dict[str, Any] = {"leads_to": leads_to} if leads_to else {}
    record("join_link_made", f"join link {row.id}", most_uses=most_uses, days=days, **leads)
    return row


def revoke(link_id: int) -> None:
    """End a join link at once."""
    row = get_scoped(JoinLink, link_id)
    if row.revoked_at is None:
        row.revoked_at = now()
        record("join_link_revoked", f"join link {row.id}")


def open_links(organization_id: int, leads_to: str | None = None) -> list[JoinLink]:
    """Links that still let someone in, the newest first; with `leads_to` only those to that page."""
    there = (JoinLink.leads_to == leads_to,) if leads_to else ()
    return list(
        db.session.scalars(
            select(JoinLink)
            .where(JoinLink.organization_id == organization_id, *_open(), *there)
            .order_by(JoinLink.id.desc())
        )
    )


def find(token: str) -> tuple[JoinLink, Organization]:
    """The open link of this token. Looking uses nothing up. Raises Refused."""
    known = tokens.read_join_token(token)
    row = (
        db.session.scalars(select(JoinLink).where(JoinLink.id == known[0], *_open())).first()
        if known
        else None
    )
    if row is None or known is None or int(row.created_at.timestamp()) != known[1]:
        raise Refused("link_over", _OVER, 410)
    return row, db.session.get_one(Organization, row.organization_id)


def knock(place: str) -> None:
    """Count one try to join from this place. Raises TooMany."""
    throttling.spend(PER_PLACE, "join", place)


def join(token: str, person: Person, texting_name: str) -> tuple[Organization, str]:
    """Let `person` in as a volunteer; the organization and their status, active or pending.

    Raises Refused when the link is over, even if it was open a moment ago. Someone who was removed
    always waits for approval; someone who is suspended stays so.
    """
    row, org = find(token)
    member = place_in(org.id, person.id)
    if member is not None and member.status == "suspended":
        raise Refused("suspended", "You are suspended in this organization. Ask a manager.", 403)
    if member is not None and member.status != "removed":
        return org, member.status
    _use_up(row.id)
    if member is None:
        member = Membership(organization_id=org.id, person_id=person.id)
        member.status = "pending" if org.newcomers_wait else "active"
        db.session.add(member)
    else:
        member.status = "pending"
    member.role, member.texting_name = "volunteer", texting_name
    db.session.flush()
    record("joined", f"membership {member.id}", link=row.id, organization=org.id, status=member.status)
    return org, member.status


_OVER = "This link has been used up, withdrawn or is too old. Ask for a new one."


def _open() -> tuple[ColumnElement[bool], ...]:
    return JoinLink.revoked_at.is_(None), JoinLink.uses < JoinLink.most_uses, JoinLink.expires_at > now()


def _use_up(link_id: int) -> None:
    """Count one use. The row's lock lets the last place be taken once, whoever comes together."""
    counted = db.session.execute(
        update(JoinLink)
        .where(JoinLink.id == link_id, *_open())
        .values(uses=JoinLink.uses + 1)
        .returning(JoinLink.id)
        .execution_options(synchronize_session=False)
    ).first()
    if counted is None:
        raise Refused("link_over", _OVER, 410)
