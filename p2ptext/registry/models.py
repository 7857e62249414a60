"""Numbers on their way, and the papers that a registration asks for."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime, SmallInteger

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class NumberWish(Base):
    """An organization asks the operator for numbers."""

    __tablename__ = "number_wish"
    __table_args__ = (
        CheckConstraint("kind IN ('10dlc','toll_free','short_code')", name="kind"),
        CheckConstraint("how_many BETWEEN 1 AND 100", name="how_many"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    area_code: Mapped[str] = mapped_column(Text, server_default="")
    how_many: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    note: Mapped[str] = mapped_column(Text, server_default="")
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(Text, server_default="")


class NumberPort(Base):
    """A number that an organization brings along from another provider."""

    __tablename__ = "number_port"
    __table_args__ = (
        CheckConstraint(
            "state IN ('asked','papers','sent','scheduled','done','refused','cancelled')", name="state"
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    phone: Mapped[str] = mapped_column(Text)
    """E.164 with the plus sign."""
    from_provider: Mapped[str] = mapped_column(Text, server_default="")
    state: Mapped[str] = mapped_column(Text, server_default="asked")
    due_on: Mapped[date | None]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    changed_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class NumberPortNote(Base):
    """One step of a port, or a word about it. Rows are never changed."""

    __tablename__ = "number_port_note"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    port_id: Mapped[int] = mapped_column(ForeignKey("number_port.id"), index=True)
    state: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text, server_default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class PublicPage(Base):
    """The privacy policy or the terms that an organization shows to everybody."""

    __tablename__ = "public_page"
    __table_args__ = (CheckConstraint("kind IN ('privacy','terms')", name="kind"),)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    """Null while only its owner sees it."""
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
