"""Who is there to answer, and when somebody was."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from p2ptext.extensions import Base
from p2ptext.texting.models import NOW, Moment


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
