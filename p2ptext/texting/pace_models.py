"""How fast texts leave: what the carrier's limits still let through, and clicks that came too fast."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class PaceRefusal(Base):
    """How many clicks of a person in one minute came faster than a hand can."""

    __tablename__ = "pace_refusal"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    minute: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    refusals: Mapped[int] = mapped_column(server_default="1")


class RefusedWebhook(Base):
    """Webhooks of one minute that were turned away, because their signature is not the carrier's."""

    __tablename__ = "refused_webhook"
    minute: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    refusals: Mapped[int]
    why: Mapped[str] = mapped_column(Text, server_default="")
    """Of the last of them, in words."""


class PacingBucket(Base):
    """What may leave, and what holds it back, shared by every dispatcher.

    `account` is the carrier's account, `registration 7` and `number 12` are lanes of it, and
    `day 3 BRAND 2026-11-24` is what a brand has sent to T-Mobile on that day (then `permits` are used ones).
    """

    __tablename__ = "pacing_bucket"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    permits: Mapped[float]
    refilled_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    halted_until: Mapped[datetime | None] = mapped_column(Moment)
    halted_reason: Mapped[str | None] = mapped_column(Text)
    trial_at: Mapped[datetime | None] = mapped_column(Moment)
    """When, after a halt, the one text left whose fate decides whether the others follow."""
    recent: Mapped[str] = mapped_column(Text, server_default="")
    """How the last 20 calls ended while there was a failure among them: x failed, . did not."""
    waiting: Mapped[dict[str, int] | None] = mapped_column(JSONB)
    """In the account's row: how much waited for each lane when it was counted last, by its name."""
    measured_at: Mapped[datetime | None] = mapped_column(Moment)
    openings: Mapped[int] = mapped_column(server_default="0")
    """How often in a row the breaker has opened; each time it waits longer."""
