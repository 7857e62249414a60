"""Pieces of long texts that somebody wrote to us, until they are one text."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime, SmallInteger

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class InboundPart(Base):
    """One piece of a long text that arrived in pieces; together they are one inbound text."""

    __tablename__ = "inbound_part"
    __table_args__ = (
        Index("ix_inbound_part_open", "received_at", postgresql_where=text("inbound_id IS NULL")),
        Index("ix_inbound_part_text", "number_id", "sender", "reference"),
    )
    event_id: Mapped[int] = mapped_column(ForeignKey("provider_event.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    number_id: Mapped[int] = mapped_column(ForeignKey("sending_number.id"))
    sender: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    """The same for all pieces of one text; phones use it again after some hundred texts."""
    part: Mapped[int] = mapped_column(SmallInteger)
    parts: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(Text)
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_text.id"))
    """The text it became part of; null while other pieces are awaited."""
    received_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
