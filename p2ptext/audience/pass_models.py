"""Further passes over a list: people who did not reply are texted once more."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, DateTime

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class Pass(Base):
    """A manager's decision to text those who did not reply once more, and what came of it.

    waiting, until a worker has cut its batches -> open -> stopped, when its unsent were called back.
    A round may have several passes: people texted later can be added to it later.
    """

    __tablename__ = "campaign_pass"
    __table_args__ = (
        CheckConstraint("status IN ('waiting','open','stopped')", name="status"),
        CheckConstraint("round > 1", name="round"),
        # One at a time in a campaign: two would want the same people.
        Index(
            "uq_campaign_pass_waiting",
            "campaign_id",
            unique=True,
            postgresql_where=text("status = 'waiting'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    round: Mapped[int]
    """The round it brings people into: 2 for a second pass."""
    texted_before: Mapped[datetime] = mapped_column(Moment)
    """Only people whose last text is older than this are in it."""
    status: Mapped[str] = mapped_column(Text, server_default="waiting")
    people: Mapped[int] = mapped_column(server_default="0")
    """How many were put into its batches."""
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    cut_at: Mapped[datetime | None] = mapped_column(Moment)
    stopped_at: Mapped[datetime | None] = mapped_column(Moment)
    stopped_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    marked_only: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether only those are in it whom an organizer marked."""


class PassMark(Base):
    """A contact whom an organizer marked for the next pass of their campaign."""

    __tablename__ = "pass_mark"
    contact_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("contact.id"), primary_key=True, autoincrement=False
    )
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
