"""What kinds of lines phones are, as far as somebody was paid to say, and the look-ups that asked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from p2ptext.audience.models import NOW, Moment
from p2ptext.extensions import Base

line_type = Table(
    "line_type",
    Base.metadata,
    Column("organization_id", ForeignKey("organization.id"), primary_key=True),
    Column("phone_hash", LargeBinary, primary_key=True),
    Column("type", Text, nullable=False),
    Column("at", Moment, nullable=False, server_default=NOW),
    CheckConstraint("type IN ('mobile','landline','voip','toll_free','unknown')", name="type"),
)
"""One answer for one phone of one organization. Not with the recipient: most phones are asked about
before they are anybody's, and nothing but a keyed hash is kept of those that never come in."""


class LineTypeLookup(Base):
    """One press of "Look up landlines" for one list: who spent the money, and what came of it.

    It goes through the list's staged rows line by line, in stints that each take `stints` one further;
    whoever comes with an older number finds it taken.
    """

    __tablename__ = "line_type_lookup"
    __table_args__ = (
        CheckConstraint("status IN ('asking','done','stopped','failed')", name="status"),
        # One at a time in an organization: its lists often have the same phones.
        Index(
            "uq_line_type_lookup_asking",
            "organization_id",
            unique=True,
            postgresql_where=text("status = 'asking'"),
        ),
        Index("ix_line_type_lookup_import", "import_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("contact_import.id"))
    status: Mapped[str] = mapped_column(Text, server_default="asking")
    total: Mapped[int]
    """How many phones were not known when it began."""
    answered: Mapped[int] = mapped_column(server_default="0")
    unanswered: Mapped[int] = mapped_column(server_default="0")
    """Questions that may have been charged for and have no answer."""
    landlines: Mapped[int] = mapped_column(server_default="0")
    silent: Mapped[int] = mapped_column(server_default="0")
    """Questions without an answer since the last answer."""
    last_line: Mapped[int] = mapped_column(server_default="0")
    """Up to which line of the list it has come."""
    stints: Mapped[int] = mapped_column(server_default="0")
    fault: Mapped[str] = mapped_column(Text, server_default="")
    """Why it failed, in words."""
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    moved_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    stop_asked_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
