"""Teams: people of one organization whom campaigns are given to together."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from p2ptext.accounts.access import get_scoped, scoped
from p2ptext.accounts.auditing import record
from p2ptext.accounts.models import Membership, Person
from p2ptext.accounts.team_models import Team, TeamMember
from p2ptext.errors import Refused
from p2ptext.extensions import db

MOST = 200
"""Teams of one organization: beyond that nobody finds one in a list."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A team and how many active members it has."""

    id: int
    name: str
    members: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An active member of the organization, and whether they are in the team."""

    membership_id: int
    name: str
    email: str
    role: str
    inside: bool


def create(organization_id: int, name: str) -> Team:
    """A new team without anybody. Raises Refused for a name that is taken, and beyond MOST."""
    if len(of_organization(organization_id)) >= MOST:
        raise Refused("enough_teams", f"An organization can have {MOST} teams. Remove one first.")
    made = db.session.scalar(
        insert(Team)
        .values(organization_id=organization_id, name=name)
        .on_conflict_do_nothing()
        .returning(Team.id)
    )
    if made is None:
        raise _taken()
    record("team_made", f"team {made}")
    return db.session.get_one(Team, made)


def rename(team_id: int, name: str) -> None:
    """Raises NotFound, and Refused for a name that is taken."""
    team = get_scoped(Team, team_id)
    if team.name == name:
        return
    try:
        with db.session.begin_nested():
            team.name = name
    except IntegrityError:
        raise _taken() from None
    record("team_renamed", f"team {team_id}")


def remove(team_id: int) -> None:
    """End a team. Raises NotFound, and Refused while a campaign is for it alone or for it and others."""
    team = get_scoped(Team, team_id)
    try:
        with db.session.begin_nested():
            db.session.execute(delete(TeamMember).filter_by(team_id=team.id))
            db.session.delete(team)
    except IntegrityError:
        words = "A campaign is given to this team. Choose others in that campaign first."
        raise Refused("team_in_use", words) from None
    record("team_removed", f"team {team_id}")


def set_members(team_id: int, membership_ids: Iterable[int]) -> int:
    """Have exactly these active members in the team; ids of anybody else count for nothing.

    Whoever is suspended and was in it stays in it. Returns how many were put in or out. Raises NotFound.
    """
    team = get_scoped(Team, team_id)
    # One change at a time, or two managers would see the sum of their choices.
    db.session.scalars(select(Team).filter_by(id=team.id).with_for_update(key_share=True)).one()
    choice = {row.membership_id: row.inside for row in candidates(team_id)}
    wanted = set(membership_ids) & choice.keys()
    inside = {membership_id for membership_id, is_in in choice.items() if is_in}
    came, went = sorted(wanted - inside), sorted(inside - wanted)
    for membership_id in came:
        db.session.add(
            TeamMember(
                team_id=team.id, membership_id=membership_id, organization_id=team.organization_id
            )
        )
    db.session.execute(
        delete(TeamMember).where(TeamMember.team_id == team.id, TeamMember.membership_id.in_(went))
    )
    if came or went:
        record("team_changed", f"team {team_id}", came=came, went=went)
    db.session.flush()
    return len(came) + len(went)


def of_organization(organization_id: int) -> list[Listed]:
    """By name."""
    rows = db.session.execute(
        select(
            Team.id,
            Team.name,
            select(Membership.id)
            .join(TeamMember, TeamMember.membership_id == Membership.id)
            .where(TeamMember.team_id == Team.id, Membership.status == "active")
            .with_only_columns(func.count())
            .scalar_subquery(),
        )
        .where(Team.organization_id == organization_id)
        .order_by(Team.name)
    )
    return [Listed(*row) for row in rows]


def candidates(team_id: int) -> list[Candidate]:
    """Active members of the organization by name, whether they are in the team or not. Raises NotFound."""
    team = get_scoped(Team, team_id)
    inside = (
        select(TeamMember.team_id)
        .where(TeamMember.team_id == team.id, TeamMember.membership_id == Membership.id)
        .exists()
    )
    rows = db.session.execute(
        scoped(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.status == "active")
        .order_by(Person.name, Membership.id)
        .with_only_columns(Membership.id, Person.name, Person.email, Membership.role, inside)
    )
    return [Candidate(*row) for row in rows]


def leave_all(membership_id: int) -> None:
    """Somebody removed is in no team any more, should they ever come back."""
    db.session.execute(delete(TeamMember).filter_by(membership_id=membership_id))


def _taken() -> Refused:
    return Refused("name_taken", "There is a team of this name. Choose another name.")
