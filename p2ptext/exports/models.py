"""Files that somebody asked for, and how far each has come."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, DateTime, SmallInteger

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class Export(Base):
    """One file: waiting -> running -> done -> expired; or failed, or cancelled."""

    __tablename__ = "export"
    __table_args__ = (
        CheckConstraint("format IN ('csv','parquet','zip')", name="format"),
        CheckConstraint(
            "status IN ('waiting','running','done','failed','cancelled','expired')", name="status"
        ),
        Index("ix_export_organization_id", "organization_id", "id"),
        Index("ix_export_expires_at", "expires_at", postgresql_where=text("status = 'done'")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    status: Mapped[str] = mapped_column(Text, server_default="waiting")
    rows_total: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """While it is made, `rows_done` of `rows_total` units are dealt with: contacts, mostly. In the end
    both say how many rows it has."""
    rows_done: Mapped[int] = mapped_column(BigInteger, server_default="0")
    size_bytes: Mapped[int] = mapped_column(BigInteger, server_default="0")
    stored_as: Mapped[str] = mapped_column(Text, server_default="")
    file_name: Mapped[str] = mapped_column(Text, server_default="")
    digest: Mapped[str] = mapped_column(Text, server_default="")
    """SHA-256 of the file, so that whoever has it can say that it is this one."""
    fault: Mapped[str] = mapped_column(Text, server_default="")
    """Why there is no file, in words."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the job was last seen at work."""
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    """From when on the file cannot be had any more; it is removed then."""
    cancel_asked_at: Mapped[datetime | None] = mapped_column(Moment)
    downloads: Mapped[int] = mapped_column(server_default="0")
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """How often a worker has begun it; one that kills its worker each time is given up."""
    erasures: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """How many people the organization had erased when its rows were read: one more, and it is not
    handed out any more."""
