"""Exports as their page shows them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from p2ptext.accounts.models import Person
from p2ptext.campaigns.models import Campaign
from p2ptext.exports import van
from p2ptext.exports.asking import UNDER_WAY
from p2ptext.exports.kinds import FORMATS, KINDS
from p2ptext.exports.models import Export
from p2ptext.extensions import db

MOST = 50
"""Exports on the page; older ones have no file any more."""
STATES = {
    "waiting": ("Waits for its turn", ""),
    "running": ("Being made", ""),
    "done": ("Ready", "success"),
    "failed": ("Could not be made", "danger"),
    "cancelled": ("Cancelled", ""),
    "expired": ("Removed", ""),
}
"""Every status in a person's words, and the tone they are shown in."""


@dataclass(frozen=True, slots=True)
class Line:
    """One export."""

    row: Export
    campaign: str
    """Its name; "" for the whole organization."""
    asked_by: str

    @property
    def label(self) -> str:
        kind = KINDS.get(self.row.kind)
        return kind.label if kind else self.row.kind

    @property
    def about(self) -> str:
        """Of whom it tells."""
        if self.row.options.get("chosen"):
            return (
                f"chosen conversations of {self.campaign}" if self.campaign else "chosen conversations"
            )
        return self.campaign or "the whole organization"

    @property
    def format(self) -> str:
        return FORMATS[self.row.format]

    @property
    def under_way(self) -> bool:
        return self.row.status in UNDER_WAY

    @property
    def words(self) -> str:
        """How it stands."""
        return "Stopping" if self.under_way and self.row.cancel_asked_at else STATES[self.row.status][0]

    @property
    def tone(self) -> str:
        return STATES[self.row.status][1]

    @property
    def percent(self) -> int | None:
        """How much is done; None while that is not known."""
        if self.row.status != "running" or not self.row.rows_total:
            return None
        return 100 * self.row.rows_done // self.row.rows_total

    @property
    def files(self) -> list[tuple[str, int]]:
        """Its files and the rows of each, where it has several."""
        rows: dict[str, int] = self.row.options.get("files", {})
        # The database keeps them in an order of its own.
        return [(f"{name}.csv", rows[name]) for name in sorted(rows)] if len(rows) > 1 else []

    @property
    def warning(self) -> str:
        """What is to be known before the file is taken; "" when there is nothing."""
        rows = self.row.options.get("files", {})
        known, unknown = rows.get(van.RESULTS, 0), rows.get(van.STRANGERS, 0)
        if not unknown:
            return ""
        if known:
            people = known + unknown
            return f"VAN can take {known:,} of {people:,} people. The others have no VANID in your list."
        return (
            "Nobody here has a VANID, so there is nothing that VAN can take. Import a list with a column "
            "VANID, or match the people in without-vanid.csv by hand."
        )

    @property
    def size(self) -> str:
        return size_in_words(self.row.size_bytes)

    def taken_s(self, at: datetime) -> int | None:
        """Seconds it took, or takes so far."""
        if self.row.started_at is None:
            return None
        return max(0, round(((self.row.finished_at or at) - self.row.started_at).total_seconds()))


def size_in_words(size: int) -> str:
    """A file's size as a person would say it."""
    if size < 2**20:
        return f"{max(1, round(size / 2**10)):,} kB"
    return f"{size / 2**20:,.1f} MB"


_LINES = (
    select(Export, Campaign.name, Person.name)
    .join(Person, Person.id == Export.asked_by)
    .outerjoin(Campaign, Campaign.id == Export.campaign_id)
)


def newest(organization_id: int) -> list[Line]:
    """The latest exports of an organization, the newest first."""
    wanted = _LINES.where(Export.organization_id == organization_id).order_by(Export.id.desc())
    return [Line(row, name or "", by) for row, name, by in db.session.execute(wanted.limit(MOST))]


def line(export: Export) -> Line:
    """One of them."""
    row, name, by = db.session.execute(_LINES.where(Export.id == export.id)).one()
    return Line(row, name or "", by)


def campaigns(organization_id: int) -> list[tuple[int, str]]:
    """The campaigns that can be exported, the newest first."""
    wanted = (
        select(Campaign.id, Campaign.name)
        .where(Campaign.organization_id == organization_id, Campaign.is_tests.is_(False))
        .order_by(Campaign.id.desc())
    )
    return [(row.id, row.name) for row in db.session.execute(wanted)]
