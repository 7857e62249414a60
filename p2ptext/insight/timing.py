"""What organizers read of the timing of somebody's clicks."""

import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from psycopg.rows import class_row, dict_row
from sqlalchemy import func, or_, select, update

from p2ptext.clock import now
from p2ptext.errors import NotFound
from p2ptext.extensions import cursor, db
from p2ptext.texting import noticing
from p2ptext.texting.timing_models import TimingFlag

KEPT_DAYS = 30
"""How long a flag is shown beside somebody's name."""
BACK = timedelta(days=7)
MOST = 2_000
"""Presses that the page counts over."""
PAUSE_S = 60.0
"""A longer gap is a pause, not a pace."""
LIMITS_S = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, PAUSE_S)

TITLES = {
    "steady": "As steady as a clock",
    "even": "Pauses spread as a program spreads them",
    "fast": "Too fast to have read the texts",
    "no_pause": "Hours without a pause",
    "same_age": "The same delay, press after press",
    "refusals": "Refused for its pace again and again",
    "two_places": "In two places at once",
}
ADVICE = {
    "steady": "Ask how they text. A program that presses for them would look like this, and so would a finger "
    "that taps in rhythm without looking.",
    "even": "Ask whether something presses for them. People hardly do this by hand.",
    "fast": "Ask them to look at each card before they press. People answer to what they were sent.",
    "no_pause": "Ask whether they are well, and whether somebody else texts with their account.",
    "same_age": "Ask whether they use a program of their own instead of the page.",
    "refusals": "Ask whether something presses for them. The server let through no more than a hand can do.",
    "two_places": "Ask whether somebody else knows their password. If so, have them choose a new one.",
}


@dataclass(frozen=True, slots=True)
class Noted:
    """A reason to look, as it was written down."""

    id: int
    code: str
    words: str
    begins_at: datetime
    ends_at: datetime
    seen_by: str
    """Who looked into it; empty while nobody has since it last happened."""
    seen_at: datetime | None
    seen_note: str

    @property
    def takes_minutes(self) -> bool:
        """Whether it ends in another minute than it begins: times are shown by the minute."""
        begins, ends = (at.replace(second=0, microsecond=0) for at in (self.begins_at, self.ends_at))
        return begins != ends

    @property
    def title(self) -> str:
        return TITLES[self.code]

    @property
    def advice(self) -> str:
        return ADVICE[self.code]


# What happens again after somebody looked is open again.
_IS_OPEN = or_(TimingFlag.seen_at.is_(None), TimingFlag.seen_at < TimingFlag.ends_at)


def to_look_at(organization_id: int) -> dict[int, int]:
    """Who has flags of the last KEPT_DAYS that nobody has looked into: person id -> how many."""
    wanted = (
        select(TimingFlag.person_id, func.count())
        .where(TimingFlag.ends_at > now() - timedelta(days=KEPT_DAYS), _IS_OPEN)
        .filter_by(organization_id=organization_id)
        .group_by(TimingFlag.person_id)
    )
    return dict(db.session.execute(wanted).all())


def noted(organization_id: int, person_id: int) -> list[Noted]:
    """Everything ever noted about somebody here, the newest first."""
    with cursor().connection.cursor(row_factory=class_row(Noted)) as sql:
        sql.execute(
            """SELECT f.id, f.code, f.words, f.begins_at, f.ends_at, f.seen_at, f.seen_note,
                  CASE WHEN f.seen_at >= f.ends_at THEN p.name ELSE '' END AS seen_by
                FROM timing_flag f LEFT JOIN person p ON p.id = f.seen_by
                WHERE f.organization_id = %s AND f.person_id = %s ORDER BY f.ends_at DESC LIMIT 100""",
            (organization_id, person_id),
        )
        return sql.fetchall()


def mark_seen(organization_id: int, person_id: int, note: str, by: int) -> int:
    """Somebody has looked into all that is open about this person; returns how many flags that were."""
    looked_into = (
        update(TimingFlag)
        .where(
            TimingFlag.organization_id == organization_id, TimingFlag.person_id == person_id, _IS_OPEN
        )
        .values(seen_by=by, seen_at=func.p2p_now(), seen_note=note)
    )
    return db.session.connection().execute(looked_into).rowcount


@dataclass(frozen=True, slots=True)
class Bar:
    """How many gaps are as long as this."""

    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Pace:
    """Somebody's latest presses in numbers; pauses of more than a minute are left out."""

    presses: int
    first_at: datetime | None
    last_at: datetime | None
    median_s: float | None
    bars: list[Bar]
    refused: int

    @property
    def most(self) -> int:
        return max((bar.count for bar in self.bars), default=0)


def pace(organization_id: int, person_id: int) -> Pace:
    """The presses of their last week here, at most MOST of them."""
    made = sorted(press.at for press in noticing.presses(organization_id, person_id, BACK, MOST))
    gaps = [(after - before).total_seconds() for before, after in pairwise(made)]
    kept = [gap for gap in gaps if gap <= PAUSE_S]
    refused = sum(times for _, times in noticing.refusals(organization_id, person_id, BACK))
    return Pace(
        len(made),
        made[0] if made else None,
        made[-1] if made else None,
        statistics.median(kept) if kept else None,
        _bars(kept) if kept else [],
        refused,
    )


def _bars(gaps: list[float]) -> list[Bar]:
    bars = []
    for low, high in pairwise((0.0, *LIMITS_S)):
        count = sum(low < gap <= high or (not low and not gap) for gap in gaps)
        bars.append(Bar(f"{low:g} to {high:g} s" if low else f"up to {high:g} s", count))
    return bars


@dataclass(frozen=True, slots=True)
class Volunteer:
    """Whose clicks they are."""

    id: int
    name: str
    status: str


def volunteer(organization_id: int, person_id: int) -> Volunteer:
    """Raises NotFound unless the person is or was of this organization."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            """SELECT p.id, p.name, m.status FROM membership m JOIN person p ON p.id = m.person_id
               WHERE m.organization_id = %s AND m.person_id = %s""",
            (organization_id, person_id),
        )
        row = sql.fetchone()
    if row is None:
        raise NotFound
    return Volunteer(**row)
