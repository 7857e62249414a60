"""Who is there to answer and when somebody was, and who had a conversation before.

Hand-overs are written by the room of conversations, above; here they are counted as somebody's texts.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from p2ptext.extensions import Base
from p2ptext.texting.models import NOW, Moment

TALKS_OF = """(
  SELECT t.id, t.recipient_id FROM conversation t WHERE t.campaign_id = {campaign} AND t.person_id = {person}
  UNION
  SELECT t.id, t.recipient_id FROM handover h JOIN conversation t ON t.id = h.conversation_id
  WHERE h.from_id = {person} AND t.campaign_id = {campaign}
)"""
"""SQL: the conversations of a campaign that are or were a person's; format it with columns or values."""


class Presence(Base):
    """A person's present or last shift in an organization."""

    __tablename__ = "presence"
    # Written every half minute by every open page: room on the page keeps that cheap.
    __table_args__ = ({"postgresql_with": {"fillfactor": "70"}},)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    seen_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    """When they said that they are done; null until then and from their next deed."""


class ShiftMinute(Base):
    """A minute in which somebody of the organization was there: the clock of the reply promise."""

    __tablename__ = "shift_minute"
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    minute: Mapped[datetime] = mapped_column(Moment, primary_key=True)


class Handover(Base):
    """A conversation changed hands. Who had it before keeps the right to read it. Never changed."""

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint("why IN ('waited','done','left','passed_on','organizer')", name="why"),
        Index("ix_handover_conversation", "conversation_id", "id"),
        Index("ix_handover_from", "from_id", "organization_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    from_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who did it; null where nobody did."""
    why: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default="")
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
