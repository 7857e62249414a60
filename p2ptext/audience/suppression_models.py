"""Lists of people who must not be texted, as they come in, and who was erased."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from p2ptext.audience.models import NOW, Moment, Recipient
from p2ptext.extensions import Base

# The list by its dates. Only the suppressed are in it, so other imports never write to it.
Index(
    "ix_recipient_suppressed",
    Recipient.organization_id,
    Recipient.suppressed_at,
    Recipient.id,
    postgresql_where=text("suppressed_at IS NOT NULL"),
)


class SuppressionImport(Base):
    """One file of numbers that must not be texted, and how far it has come."""

    __tablename__ = "suppression_import"
    __table_args__ = (
        CheckConstraint("status IN ('waiting','running','done','refused','cancelled')", name="status"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    file_name: Mapped[str] = mapped_column(Text)
    stored_as: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    """For rows that give none of their own."""
    header: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    status: Mapped[str] = mapped_column(Text, server_default="waiting")
    last_line: Mapped[int] = mapped_column(server_default="0")
    """The last line of the file that is dealt with; whoever goes on begins behind it."""
    units_total: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """What the progress is counted against: bytes of a text file, rows of a spreadsheet."""
    units_read: Mapped[int] = mapped_column(BigInteger, server_default="0")
    rows_read: Mapped[int] = mapped_column(server_default="0")
    added: Mapped[int] = mapped_column(server_default="0")
    already: Mapped[int] = mapped_column(server_default="0")
    refused: Mapped[int] = mapped_column(server_default="0")
    fault: Mapped[str] = mapped_column(Text, server_default="")
    """Why the file, or its rest, could not be used, in words."""
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    moved_at: Mapped[datetime | None] = mapped_column(Moment)
    """When its last piece was committed: nobody works on one that stands still for long."""
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class SuppressionRefusal(Base):
    """A row of such a file that holds no number that could be texted."""

    __tablename__ = "suppression_refusal"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("suppression_import.id"), index=True)
    line: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    row: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Erasure(Base):
    """A person's data was erased: why, by whom, when. Rows are never changed."""

    __tablename__ = "erasure"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
