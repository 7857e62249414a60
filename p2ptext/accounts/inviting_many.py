"""A list of addresses becomes invitations: looked at first, sent when a manager has seen what would happen."""

from collections.abc import Sequence
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select

from p2ptext.accounts import inviting, throttling
from p2ptext.accounts.access import Member
from p2ptext.accounts.auditing import record
from p2ptext.accounts.models import Membership, Person
from p2ptext.errors import NotAllowed, Refused
from p2ptext.extensions import db
from p2ptext.rules import address_lists
from p2ptext.rules.address_lists import Given

MOST = 500
"""Addresses on one list."""
PER_ORGANIZATION = "1000 per day"
"""Invitations out of lists: more would cost the mail server its name as a sender."""
MOST_CHARACTERS = 100_000

MEMBER_WORDS = {
    "active": "Is a member already.",
    "pending": "Has asked to join and waits for approval.",
    "suspended": "Is suspended here. Resume them under People.",
}
NO_ADDRESS = "There is no e-mail address here."
NOT_AN_ADDRESS = "This is not an e-mail address. Check it for slips."
TWICE = "Stands on the list twice. They get one invitation."


@dataclass(frozen=True, slots=True)
class Row:
    """One address of the list and what would become of it."""

    line: int
    text: str
    email: str
    fate: str
    """new, invited, member, twice or fault."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a list would do."""

    rows: list[Row]

    def of(self, *fates: str) -> list[Row]:
        return [row for row in self.rows if row.fate in fates]

    @property
    def addresses(self) -> str:
        """Those who would be invited, one a line, to send back."""
        return "\n".join(row.email for row in self.of("new"))


def check(organization_id: int, text: str) -> Checked:
    """What would become of every address. Raises Refused for a list that is empty or too long."""
    given = address_lists.read(text[: MOST_CHARACTERS + 1])
    if not given:
        raise Refused("empty_list", "Paste some addresses, or choose a file with some.")
    if len(given) > MOST or len(text) > MOST_CHARACTERS:
        words = f"A list may have {MOST} addresses. Split it, or let people come by a join link."
        raise Refused("long_list", words)
    wanted = [_checked_address(one) for one in given]
    members = _members(organization_id, [email for email in wanted if email])
    invited = {row.email.lower() for row in inviting.open_invitations(organization_id)}
    rows: list[Row] = []
    seen: set[str] = set()
    for one, email in zip(given, wanted, strict=True):
        rows.append(_row(one, email, members, invited, seen))
        seen.add((email or "").lower())
    return Checked(rows)


def send(by: Member, by_person: int, organization_id: int, text: str, role: str) -> Checked:
    """Invite whoever of the list is new; what became of each.

    Raises NotAllowed for a role out of reach, Refused, TooMany; then nobody is invited.
    """
    if role not in inviting.grantable(by):
        raise NotAllowed
    checked = check(organization_id, text)
    new = checked.of("new")
    if new:
        key = ("invite-many", str(organization_id))
        # A list that is refused counts for nothing.
        throttling.check(PER_ORGANIZATION, *key, cost=len(new))
        throttling.spend(PER_ORGANIZATION, *key, cost=len(new))
        for row in new:
            inviting.issue(by_person, organization_id, row.email, role)
        record("invited_many", f"organization {organization_id}", role=role, people=len(new))
    return checked


def _checked_address(one: Given) -> str | None:
    """The address as it is mailed; None for what is none."""
    if len(one.email) > 254:
        return None
    try:
        return validate_email(one.email, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def _row(
    one: Given, email: str | None, members: dict[str, str], invited: set[str], seen: set[str]
) -> Row:
    if email is None:
        return Row(one.line, one.text, "", "fault", NOT_AN_ADDRESS if one.email else NO_ADDRESS)
    key = email.lower()
    if key in seen:
        return Row(one.line, one.text, email, "twice", TWICE)
    if key in members:
        return Row(one.line, one.text, email, "member", MEMBER_WORDS[members[key]])
    if key in invited:
        return Row(one.line, one.text, email, "invited", "Has an open invitation.")
    return Row(one.line, one.text, email, "new")


def _members(organization_id: int, emails: Sequence[str]) -> dict[str, str]:
    """Lower-case address -> status, of those who are in the organization."""
    rows = db.session.execute(
        select(func.lower(Person.email).label("email"), Membership.status)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organization_id == organization_id,
            Membership.status.in_(MEMBER_WORDS),
            func.lower(Person.email).in_([email.lower() for email in emails]),
        )
    )
    return {row.email: row.status for row in rows}
