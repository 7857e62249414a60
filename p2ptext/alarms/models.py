"""What an organizer should look at, since when, and why; and from when on they want to be told."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, DateTime, Numeric

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class Alarm(Base):
    """Something is not as it should be, from `since` to `until`. Open while `until` is null."""

    __tablename__ = "alarm"
    __table_args__ = (
        CheckConstraint("level IN ('warning','danger')", name="level"),
        Index(
            "uq_alarm_open",
            "organization_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("until IS NULL"),
        ),
        Index("ix_alarm_since", "organization_id", "since"),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text, server_default="")
    """What it is about, as a table's word and an id, as in `number 3`."""
    level: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """What was seen: the numbers its words are made of."""
    since: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    seen_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    """When it was still so."""
    worse_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    """When it became as bad as it is."""
    until: Mapped[datetime | None] = mapped_column(Moment)
    put_aside_at: Mapped[datetime | None] = mapped_column(Moment)
    """When an organizer said that they know."""
    put_aside_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text, server_default="")


class AlarmSetting(Base):
    """From when on an organization wants to be told of one kind; what has no row is as it comes."""

    __tablename__ = "alarm_setting"
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    is_on: Mapped[bool] = mapped_column(server_default=text("true"))
    threshold: Mapped[Decimal | None] = mapped_column(Numeric)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
