"""Shifts: organizers make them, volunteers sign up for them and leave them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row
from sqlalchemy import select

from p2ptext.accounts.access import get_scoped, scoped
from p2ptext.accounts.auditing import record
from p2ptext.campaigns import teams
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor, db
from p2ptext.rules import shift_times
from p2ptext.rules.zone_words import zone_words
from p2ptext.texting import shift_mail
from p2ptext.texting.shift_models import Shift

MOST_AHEAD = timedelta(days=366)
MOST_OPEN = 500
"""Shifts of one organization that are still to come."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A shift as an organizer wrote it, with its ends in UTC."""

    begins: datetime
    ends: datetime
    zone: str
    places: int
    note: str = ""
    campaign_id: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A shift as one member sees it."""

    id: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    places: int
    note: str
    campaign: str | None
    cancelled: bool
    taken: int
    mine: bool

    @property
    def words(self) -> str:
        return shift_times.in_words(self.starts_at, self.ends_at, self.zone)

    @property
    def zone_words(self) -> str:
        """Such as "Eastern"."""
        return zone_words([self.zone])

    @property
    def free(self) -> int:
        return max(0, self.places - self.taken)


@dataclass(frozen=True, slots=True)
class Comer:
    """Somebody who signed up."""

    name: str
    email: str
    taken_at: datetime


def create(organization_id: int, by_person: int, planned: Planned) -> Shift:
    """A new shift. Raises NotFound for another organization's campaign, Refused in words."""
    if planned.ends <= now():
        raise Refused("past", "This shift lies in the past. Choose another day or time.")
    if planned.begins > now() + MOST_AHEAD:
        raise Refused("too_far", "This is more than a year away. Check the day.")
    if planned.campaign_id is not None:
        get_scoped(Campaign, planned.campaign_id)
    to_come = scoped(Shift).where(Shift.ends_at > now(), Shift.cancelled_at.is_(None)).limit(MOST_OPEN)
    if len(db.session.scalars(to_come).all()) >= MOST_OPEN:
        raise Refused("enough_shifts", f"{MOST_OPEN} shifts are planned. Cancel one first.")
    shift = Shift(
        organization_id=organization_id,
        campaign_id=planned.campaign_id,
        starts_at=planned.begins,
        ends_at=planned.ends,
        zone=planned.zone,
        places=planned.places,
        note=planned.note,
        created_by=by_person,
    )
    db.session.add(shift)
    db.session.flush()
    record("shift_made", f"shift {shift.id}", places=planned.places)
    return shift


def cancel(shift_id: int) -> int:
    """It does not take place; whoever signed up gets a mail. Returns how many. Raises NotFound."""
    shift = _lock(shift_id)
    if shift.cancelled_at is not None:
        return 0
    shift.cancelled_at = now()
    db.session.flush()
    told = shift_mail.tell_of_cancelling(shift.id) if shift.ends_at > now() else 0
    record("shift_cancelled", f"shift {shift.id}", people=told)
    return told


def sign_up(shift_id: int, membership_id: int, person_id: int) -> None:
    """Take a place. A second press changes nothing. Raises NotFound, Refused."""
    shift = _lock(shift_id)
    if shift.campaign_id is not None and not teams.is_inside(shift.campaign_id, person_id):
        raise NotFound
    if shift.cancelled_at is not None:
        raise Refused("cancelled", "This shift was cancelled. Choose another one.")
    if shift.ends_at <= now():
        raise Refused("over", "This shift is over. Choose another one.")
    values = {"shift": shift_id, "member": membership_id, "org": shift.organization_id}
    sql = cursor()
    # Whoever left the organization keeps no place from others.
    sql.execute(
        """SELECT count(*) FILTER (WHERE m.status = 'active'), coalesce(bool_or(m.id = %(member)s), false)
           FROM shift_place s JOIN membership m ON m.id = s.membership_id WHERE s.shift_id = %(shift)s""",
        values,
    )
    taken, mine = sql.fetchone() or (0, False)
    if mine:
        return
    if taken >= shift.places:
        raise Refused("full", "Somebody took the last place just now. Choose another shift.")
    sql.execute(
        """INSERT INTO shift_place (shift_id, membership_id, organization_id)
           VALUES (%(shift)s, %(member)s, %(org)s)""",
        values,
    )


def leave(shift_id: int, membership_id: int) -> None:
    """Give the place to others. A second press changes nothing. Raises NotFound."""
    _lock(shift_id)
    cursor().execute(
        "DELETE FROM shift_place WHERE shift_id = %s AND membership_id = %s", (shift_id, membership_id)
    )


def _lock(shift_id: int) -> Shift:
    """The organization's shift, locked: the last place is taken once, whoever comes together."""
    found = db.session.scalars(
        scoped(Shift)
        .where(Shift.id == shift_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


_ROWS = f"""
SELECT s.id, s.starts_at, s.ends_at, s.zone, s.places, s.note, a.name AS campaign,
  s.cancelled_at IS NOT NULL AS cancelled,
  (SELECT count(*) FROM shift_place p JOIN membership m ON m.id = p.membership_id
   WHERE p.shift_id = s.id AND m.status = 'active') AS taken,
  EXISTS (SELECT 1 FROM shift_place p WHERE p.shift_id = s.id AND p.membership_id = %(member)s) AS mine
FROM shift s LEFT JOIN campaign a ON a.id = s.campaign_id
WHERE s.organization_id = %(org)s AND (s.campaign_id IS NULL
  OR {teams.INSIDE.format(campaign="s.campaign_id", person="%(person)s")} OR %(sees_all)s)
"""


def to_come(
    organization_id: int, membership_id: int, person_id: int, *, sees_all: bool = False
) -> list[Row]:
    """Shifts that are not over, the next one first; `sees_all` for organizers, whose teams do not matter."""
    values = {"org": organization_id, "member": membership_id, "person": person_id, "sees_all": sees_all}
    with cursor().connection.cursor(row_factory=class_row(Row)) as sql:
        sql.execute(
            f"""{_ROWS} AND s.ends_at > (SELECT p2p_now()) AND s.cancelled_at IS NULL
                ORDER BY s.starts_at, s.id LIMIT {MOST_OPEN}""",
            values,
        )
        return sql.fetchall()


def one(organization_id: int, shift_id: int, membership_id: int, person_id: int) -> Row:
    """One shift, over or not, whatever team it is for. Raises NotFound."""
    values = {"org": organization_id, "member": membership_id, "person": person_id, "sees_all": True}
    with cursor().connection.cursor(row_factory=class_row(Row)) as sql:
        sql.execute(f"{_ROWS} AND s.id = %(shift)s", values | {"shift": shift_id})
        row = sql.fetchone()
    if row is None:
        raise NotFound
    return row


def comers(shift_id: int) -> list[Comer]:
    """Active members who signed up, the first first."""
    with cursor().connection.cursor(row_factory=class_row(Comer)) as sql:
        sql.execute(
            """SELECT p.name, p.email, s.taken_at FROM shift_place s
               JOIN membership m ON m.id = s.membership_id AND m.status = 'active'
               JOIN person p ON p.id = m.person_id
               WHERE s.shift_id = %s ORDER BY s.taken_at, p.name""",
            (shift_id,),
        )
        return sql.fetchall()


def open_campaigns(organization_id: int) -> list[tuple[int, str]]:
    """Campaigns that a shift may be for, by name."""
    rows = db.session.execute(
        select(Campaign.id, Campaign.name)
        .where(
            Campaign.organization_id == organization_id,
            Campaign.status != "archived",
            Campaign.is_tests.is_(False),
            Campaign.is_template.is_(False),
        )
        .order_by(Campaign.name)
    )
    return [(row[0], row[1]) for row in rows]
