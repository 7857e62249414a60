"""Hours that volunteers sign up for."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class Shift(Base):
    """A stretch of an evening for which volunteers are wanted."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("places BETWEEN 1 AND 1000", name="places"),
        CheckConstraint(
            "starts_at < ends_at AND ends_at <= starts_at + interval '24 hours'", name="time"
        ),
        Index("ix_shift_organization_id", "organization_id", "starts_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    """Null where whatever is there is texted."""
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    zone: Mapped[str] = mapped_column(Text)
    """The time zone its times were written in, an IANA name."""
    places: Mapped[int]
    note: Mapped[str] = mapped_column(Text, server_default="")
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)


class ShiftPlace(Base):
    """A volunteer has signed up for a shift."""

    __tablename__ = "shift_place"
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True, index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    taken_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
