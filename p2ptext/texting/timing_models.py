"""What the timing of clicks looked like, for organizers to read. Nothing else is decided by it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from p2ptext.extensions import Base
from p2ptext.texting.models import NOW, Moment


class TimingLook(Base):
    """How far somebody's clicks have been looked at."""

    __tablename__ = "timing_look"
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    last_click_id: Mapped[int] = mapped_column(BigInteger)
    looked_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class TimingFlag(Base):
    """Clicks of one person that look as a machine's would; one row for each reason and day."""

    __tablename__ = "timing_flag"
    __table_args__ = (UniqueConstraint("organization_id", "person_id", "code", "on_day"),)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code: Mapped[str] = mapped_column(Text)
    """A code of rules.timing."""
    on_day: Mapped[date]
    """The day, in UTC, of the latest click it speaks of."""
    words: Mapped[str] = mapped_column(Text)
    begins_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    clicks: Mapped[int]
    noted_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    seen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who has talked to them or looked into it since."""
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_note: Mapped[str] = mapped_column(Text, server_default="")
