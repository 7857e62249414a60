"""Invitations: one address, one organization, one role, one use."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from p2ptext.accounts import joining, letters, throttling, tokens
from p2ptext.accounts.access import ROLES, Member, get_scoped, token_digest
from p2ptext.accounts.auditing import record
from p2ptext.accounts.models import Invitation, Membership, Organization, Person
from p2ptext.clock import now
from p2ptext.errors import NotAllowed, Refused
from p2ptext.extensions import db

GOOD_FOR = timedelta(days=7)
PER_PERSON = "60 per hour"
"""Invitations one manager may send one by one: more come as a list."""
MOST_SHOWN = 100
"""Invitations that ran out, on one page."""


def grantable(by: Member) -> tuple[str, ...]:
    """Roles this member may give: a manager makes no owners."""
    return ROLES if by.role == "owner" else ROLES[: ROLES.index("manager") + 1]


def invite(by: Member, by_person: int, organization_id: int, email: str, role: str) -> Invitation:
    """Mail an invitation; an earlier open one for the same address ends.

    Raises NotAllowed for a role out of reach, Refused for someone who is a member, TooMany.
    """
    if role not in grantable(by):
        raise NotAllowed
    throttling.spend(PER_PERSON, "invite", str(by_person))
    email = email.strip()
    if status_of(organization_id, email):
        raise Refused("already_member", "This person is already in the organization.")
    return issue(by_person, organization_id, email, role)


def resend(by: Member, by_person: int, invitation_id: int) -> Invitation:
    """Mail it again, with a link of its own and as many days as a new one; the earlier link ends.

    Raises NotFound, NotAllowed, Refused for one that was accepted or withdrawn, TooMany.
    """
    row = get_scoped(Invitation, invitation_id)
    if row.accepted_at or row.cancelled_at:
        raise Refused("invitation_over", "This invitation was accepted or withdrawn meanwhile.")
    row.cancelled_at = now()
    return invite(by, by_person, row.organization_id, row.email, row.role)


def issue(by_person: int, organization_id: int, email: str, role: str) -> Invitation:
    """Mail an invitation to somebody who is known to be no member, in a role known to be grantable."""
    for earlier in _open(organization_id, email):
        earlier.cancelled_at = now()
    row = Invitation(
        organization_id=organization_id,
        email=email,
        role=role,
        created_by=by_person,
        expires_at=now() + GOOD_FOR,
    )
    tokens.keep(row)
    letters.ask_for("invitation", email, row.id, organization_id)
    record("invited", f"invitation {row.id}", role=role)
    return row


def told(rows: list[str]) -> str:
    """What became of invitations to these addresses, for whoever sent them, by whether mails leave."""
    many = len(rows) > 1
    whom = f"{len(rows)} invitations" if many else f"The invitation to {rows[0]}"
    if letters.are_mailed():
        return f"{whom} {'are' if many else 'is'} on {'their' if many else 'its'} way."
    return f"{whom} {'are' if many else 'is'} written, but not mailed: no mail server is set."


def cancel(invitation_id: int) -> None:
    """Make the link worthless. One that is used or cancelled stays as it is."""
    row = get_scoped(Invitation, invitation_id)
    if row.accepted_at is None and row.cancelled_at is None:
        row.cancelled_at = now()
        record("invitation_cancelled", f"invitation {row.id}")


def find(token: str) -> tuple[Invitation, Organization]:
    """The open invitation of this token. Looking consumes nothing. Raises Refused."""
    row = db.session.scalars(
        select(Invitation).where(Invitation.token_digest == token_digest(token)).with_for_update()
    ).one_or_none()
    if row is None or row.accepted_at or row.cancelled_at or row.expires_at <= now():
        raise Refused(
            "invitation_over",
            "This invitation was used, withdrawn or is too old. Ask for a new one.",
            410,
        )
    return row, db.session.get_one(Organization, row.organization_id)


def is_for(row: Invitation, email: str) -> bool:
    """Whether this is the address that was invited, however it is capitalized."""
    return row.email.lower() == email.strip().lower()


def accept(token: str, person: Person, texting_name: str) -> Organization:
    """Make `person` a member in the invitation's role. Raises Refused.

    Someone who is in already keeps what they have if it is more.
    """
    row, org = find(token)
    if not is_for(row, person.email):
        raise Refused(
            "other_address",
            "This invitation is for another e-mail address. Sign out, then open the link again.",
            403,
        )
    row.accepted_at = now()
    member = joining.place_in(org.id, person.id)
    if member is None:
        member = Membership(organization_id=org.id, person_id=person.id, role=row.role)
        db.session.add(member)
    elif member.status == "suspended":
        raise Refused("suspended", "You are suspended in this organization. Ask who invited you.", 403)
    elif member.status != "active" or ROLES.index(row.role) > ROLES.index(member.role):
        member.role = row.role
    member.status = "active"
    member.texting_name = texting_name
    record("invitation_accepted", f"invitation {row.id}", person=person.id, role=row.role)
    return org


def open_invitations(organization_id: int) -> list[Invitation]:
    """Those that can still be accepted, the newest first."""
    return _open(organization_id)


def ended_invitations(organization_id: int) -> list[Invitation]:
    """The last ones whose time ran out, for addresses that have no open one and did not come in."""
    later = aliased(Invitation)
    wanted = (
        select(Invitation)
        .where(
            Invitation.organization_id == organization_id,
            Invitation.accepted_at.is_(None),
            Invitation.cancelled_at.is_(None),
            Invitation.expires_at <= now(),
            ~select(later.id)
            .where(
                later.organization_id == organization_id,
                func.lower(later.email) == func.lower(Invitation.email),
                later.id > Invitation.id,
            )
            .exists(),
        )
        .order_by(Invitation.id.desc())
        .limit(MOST_SHOWN)
    )
    return list(db.session.scalars(wanted))


def _open(organization_id: int, email: str | None = None) -> list[Invitation]:
    wanted = select(Invitation).where(
        Invitation.organization_id == organization_id,
        Invitation.accepted_at.is_(None),
        Invitation.cancelled_at.is_(None),
        Invitation.expires_at > now(),
    )
    if email is not None:
        wanted = wanted.where(func.lower(Invitation.email) == email.lower())
    return list(db.session.scalars(wanted.order_by(Invitation.id.desc())))


def status_of(organization_id: int, email: str) -> str | None:
    """What somebody of this address is here: active, suspended, pending, or None for nothing any more."""
    found = (
        select(Membership.status)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organization_id == organization_id,
            Membership.status.in_(("active", "suspended", "pending")),
            func.lower(Person.email) == email.lower(),
        )
    )
    return db.session.scalar(found)
