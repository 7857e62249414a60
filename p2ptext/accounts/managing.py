"""What managers do with people: approve, decline, suspend, resume, remove, change a role.

An organization never loses its last owner: only another owner can touch one, and nobody themself.
Every change holds from the person's next request: access is read from the row each time, and their
browsers are signed out.
"""

from collections.abc import Callable

from sqlalchemy import select

from p2ptext.accounts import inviting, letters, signing_in, teams
from p2ptext.accounts.access import Member, scoped
from p2ptext.accounts.auditing import record
from p2ptext.accounts.models import Membership, Organization, Person
from p2ptext.errors import NotAllowed, NotFound, Refused
from p2ptext.extensions import db

STEPS = {
    "approve": (("pending",), "active"),
    "decline": (("pending",), "removed"),
    "suspend": (("active",), "suspended"),
    "resume": (("suspended",), "active"),
    "remove": (("active", "suspended"), "removed"),
}
"""Deed -> statuses it starts from, status it leads to."""


WHEN_GONE: list[Callable[[int, int], None]] = []
"""What rooms above this one do, in the same transaction, when somebody may do nothing here any more: each
is called with the ids of the organization and the person."""


def move(by: Member, organization_id: int, membership_id: int, deed: str) -> tuple[Membership, Person]:
    """Do one of STEPS. A second press changes nothing.

    Raises NotFound, NotAllowed, Refused.
    """
    member, person = _reach(by, organization_id, membership_id)
    before, after = STEPS[deed]
    if member.status == after:
        return member, person
    if member.status not in before:
        raise Refused("other_status", "This was decided meanwhile. Go back and look at the list again.")
    member.status = after
    if deed == "approve":
        # They may be waiting on the page that says so: it must let them in, not out.
        letters.ask_for("approved", person.email, member.id, organization_id)
    else:
        signing_in.end_sessions(member.person_id)
    if deed == "remove":
        teams.leave_all(member.id)
        member.own_phone = None
    db.session.flush()
    if member.status != "active":
        for work in WHEN_GONE:
            work(organization_id, member.person_id)
    record(deed, f"membership {member.id}", person=person.id)
    return member, person


def change_role(
    by: Member, organization_id: int, membership_id: int, role: str
) -> tuple[Membership, Person]:
    """Give another role. Raises NotFound, NotAllowed, Refused."""
    member, person = _reach(by, organization_id, membership_id)
    if role not in inviting.grantable(by):
        raise NotAllowed
    if member.role == role:
        return member, person
    old, member.role = member.role, role
    signing_in.end_sessions(member.person_id)
    record("role_changed", f"membership {member.id}", person=person.id, old=old, new=role)
    return member, person


def _reach(by: Member, organization_id: int, membership_id: int) -> tuple[Membership, Person]:
    """The membership, locked, if this member may touch it: never their own, owners only by owners."""
    # One change of people at a time in an organization, or two owners could remove each other. Without
    # the key: else a click under way would wait for this, and this for the click.
    db.session.scalars(
        select(Organization).filter_by(id=organization_id).with_for_update(key_share=True)
    ).one()
    member = db.session.scalars(
        scoped(Membership)
        .where(Membership.id == membership_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if member is None:
        raise NotFound
    # The actor's own row is read again: it may have lost its power while waiting for the lock.
    actor = db.session.get_one(Membership, by.id, populate_existing=True)
    if actor.status != "active" or actor.role not in ("manager", "owner"):
        raise NotAllowed
    if member.id == by.id:
        raise Refused("own_membership", "Ask another manager or owner to change your own place.", 403)
    if member.role == "owner" and actor.role != "owner":
        raise NotAllowed
    return member, db.session.get_one(Person, member.person_id)
