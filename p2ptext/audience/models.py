"""Who is texted: people's phones, the lists they came in, and the batches lists are cut into."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, DateTime, Integer, LargeBinary

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class Recipient(Base):
    """One phone in one organization. Its row lock is where sending and stopping meet.

    Click, attempt and opt-out all lock this row first, so that no attempt commits after an opt-out
    has. The keyed hash stays after the phone itself is erased, and with it the suppression.
    """

    __tablename__ = "recipient"
    __table_args__ = (UniqueConstraint("organization_id", "phone_hash"),)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int]
    """Checked by a trigger for all rows of a statement at once, as are the contact's parents: a
    foreign key row by row is half the time of a large import (migration 0003)."""
    phone_hash: Mapped[bytes]
    phone: Mapped[str | None] = mapped_column(Text)
    """E.164 with the plus sign; null after erasure."""
    suppressed_at: Mapped[datetime | None] = mapped_column(Moment)
    suppressed_reason: Mapped[str | None] = mapped_column(Text)
    number_id: Mapped[int | None] = mapped_column(ForeignKey("sending_number.id"))
    """The number this person knows us by; replies and later texts leave from it."""
    last_texted_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class SuppressionEvent(Base):
    """The history of a recipient's suppression: added or lifted, why, by whom."""

    __tablename__ = "suppression_event"
    __table_args__ = (CheckConstraint("action IN ('added','lifted')", name="action"),)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"), index=True)
    action: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Null when the recipient's own words did it."""
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class ContactImport(Base):
    """One uploaded list and how far it has come.

    uploaded -> checking -> checked, where it waits for a person; then waiting -> running -> cutting
    -> done. The other ends are refused (the whole file, `fault` says why) and cancelled.
    """

    __tablename__ = "contact_import"
    __table_args__ = (
        CheckConstraint(
            "status IN ('uploaded','checking','checked','waiting','running','cutting','done','refused',"
            "'cancelled')",
            name="status",
        ),
        CheckConstraint("status <> 'done' OR zone_sets IS NOT NULL", name="places_are_known"),
        # One import at a time in a campaign: two would number the same contacts and batches.
        Index(
            "uq_contact_import_running",
            "campaign_id",
            unique=True,
            postgresql_where=text("status IN ('waiting','running','cutting')"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    file_name: Mapped[str] = mapped_column(Text)
    stored_as: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    shape: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """How the file is written: kind, encoding, delimiter, sheet, guessed_encoding."""
    header: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    samples: Mapped[list[list[str]]] = mapped_column(JSONB, server_default="[]")
    """Up to three values of each column."""
    column_map: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Field name -> {"column": index, "header": words}; further phone columns are phone_2, phone_3..."""
    columns_chosen: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether a person chose the columns; else they are guessed again at every check."""
    consent_source: Mapped[str] = mapped_column(Text, server_default="")
    consent_date: Mapped[date | None]
    consent_basis: Mapped[str] = mapped_column(Text, server_default="")
    status: Mapped[str] = mapped_column(Text, server_default="uploaded")
    units_total: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """What the progress is counted against: bytes of a text file, rows of a spreadsheet."""
    units_read: Mapped[int] = mapped_column(BigInteger, server_default="0")
    staged: Mapped[int | None]
    """How many good rows wait in incoming_row; null before the file is read."""
    forecast: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """What would happen, as the check found it."""
    rows_read: Mapped[int] = mapped_column(server_default="0")
    imported: Mapped[int] = mapped_column(server_default="0")
    duplicates: Mapped[int] = mapped_column(server_default="0")
    households: Mapped[int] = mapped_column(server_default="0")
    """How many of the duplicates are another person with the same phone."""
    suppressed: Mapped[int] = mapped_column(server_default="0")
    refused: Mapped[int] = mapped_column(server_default="0")
    fault: Mapped[str] = mapped_column(Text, server_default="")
    """Why the whole file was refused, in words."""
    zone_sets: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Every place its contacts may be in: some zones and states, as names with spaces between."""
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cancel_asked_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    made_from: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """For a list made of conversations: by which filter, of which campaigns; null for an upload."""


class ColumnChoice(Base):
    """The columns a person chose, for the next file with the same header."""

    __tablename__ = "column_choice"
    __table_args__ = (UniqueConstraint("organization_id", "header_digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    header_digest: Mapped[bytes]
    column_map: Mapped[dict[str, Any]] = mapped_column(JSONB)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


incoming_row = Table(
    "incoming_row",
    Base.metadata,
    Column("import_id", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("phone", Text, nullable=False),
    Column("phone_hash", LargeBinary, nullable=False),
    Column("person_key", Text, nullable=False),
    Column("household", Text),
    Column("first_name", Text, nullable=False),
    Column("fields", JSONB, nullable=False),
    Column("zones", ARRAY(Text), nullable=False),
    Column("zone_evidence", Text, nullable=False),
    Column("states", ARRAY(Text), nullable=False, server_default="{}"),
    Index("ix_incoming_row_import", "import_id", postgresql_using="brin"),
    prefixes=["UNLOGGED"],
)
"""The good rows of a list between its check and its end. Not logged: a crash of the database empties
it, and the list is read again."""

sorted_row = Table(
    "sorted_row",
    Base.metadata,
    Column("import_id", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("recipient_id", BigInteger, nullable=False),
    Column("zone_set", Text, nullable=False),
    Column("household", Text),
    Index("ix_sorted_row_import", "import_id", postgresql_using="brin"),
    prefixes=["UNLOGGED"],
)
"""Which incoming rows become contacts, and whose: the first usable row of each phone."""


class RefusedRow(Base):
    """A row that was not imported: its line in the file, the reason, and what it held."""

    __tablename__ = "refused_row"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("contact_import.id"), index=True)
    line: Mapped[int]
    code: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    row: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Batch(Base):
    """Some contacts of one campaign, cut beforehand; handing them out updates this one row."""

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("campaign_id", "position"),
        CheckConstraint("state IN ('open','leased','done')", name="state"),
        CheckConstraint("(state = 'leased') = (person_id IS NOT NULL)", name="held_by_somebody"),
        CheckConstraint(
            "state <> 'leased' OR reserved_for IS NULL OR reserved_for = person_id",
            name="held_by_whom_it_is_for",
        ),
        # Nobody hoards by clicking twice: one batch in hand per person and campaign.
        Index(
            "uq_batch_in_hand",
            "campaign_id",
            "person_id",
            unique=True,
            postgresql_where=text("state = 'leased'"),
        ),
        # Ordered by position, not id: ordering a claim by id turned 5 ms into 1.4 s.
        # What is reserved is kept apart: nobody walks over 10,000 batches that are somebody else's.
        Index(
            "ix_batch_open",
            "campaign_id",
            "position",
            postgresql_where=text("state = 'open' AND reserved_for IS NULL"),
        ),
        Index(
            "ix_batch_reserved",
            "campaign_id",
            "reserved_for",
            "position",
            postgresql_where=text("state = 'open' AND reserved_for IS NOT NULL"),
        ),
        Index("ix_batch_hand", "person_id", postgresql_where=text("state = 'leased'")),
        Index("ix_batch_lease", "leased_until", postgresql_where=text("state = 'leased'")),
        # Every batch handed out leaves a dead entry before the next one: clean long before a fifth.
        {"postgresql_with": {"autovacuum_vacuum_scale_factor": "0.02"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    position: Mapped[int]
    state: Mapped[str] = mapped_column(Text, server_default="open")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    last_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who gave it back last; others are offered it first."""
    reserved_for: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whom a manager gave it to: nobody else is offered it until it is taken back."""
    zone_sets: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """The places its unsent contacts may be in, like those of the list, so that at night nobody has to look at
    the contacts of 20,000 batches; null when it is not known and they must be looked at."""
    held_until: Mapped[datetime | None] = mapped_column(Moment)
    """Until then it is offered to nobody: everybody in it was found to be held back, so that not every
    volunteer who asks looks at all contacts of all batches again."""
    pass_id: Mapped[int | None] = mapped_column(ForeignKey("campaign_pass.id"), index=True)
    """The pass it was cut for; null for batches of a list."""


class Contact(Base):
    """A recipient in a campaign."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("recipient_id", "campaign_id"),
        CheckConstraint("state IN ('ready','texted','ended')", name="state"),
        # Whoever has answered gets no further text that nobody wrote for them.
        CheckConstraint(
            "NOT (state = 'ready' AND round > 1 AND replied_at IS NOT NULL)",
            name="no_pass_after_a_reply",
        ),
        Index("ix_contact_batch", "batch_id", "position"),
        Index("ix_contact_list", "campaign_id", "import_id", "id"),
        Index(
            "ix_contact_household",
            "campaign_id",
            "household",
            postgresql_where=text("household IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int]
    campaign_id: Mapped[int]
    recipient_id: Mapped[int] = mapped_column(BigInteger)
    import_id: Mapped[int]
    line: Mapped[int]
    first_name: Mapped[str] = mapped_column(Text, server_default="")
    fields: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    """Every column of the list by its field name, first_name and last_name included."""
    zones: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Every IANA zone the person may be in; a text leaves only if all of them are inside the hours."""
    zone_evidence: Mapped[str] = mapped_column(Text)
    states: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """The states, as two letters, whose hours count for the person; none where nothing names one."""
    household: Mapped[str | None] = mapped_column(Text)
    """Who lives together has the same one: they lie in one batch, so that two volunteers never text
    one family at the same time. Null where nothing is known."""
    batch_id: Mapped[int | None] = mapped_column(BigInteger)
    position: Mapped[int]
    round: Mapped[int] = mapped_column(server_default="1")
    """Which text of the campaign they have (`texted`) or wait for (`ready`): the first is 1."""
    state: Mapped[str] = mapped_column(Text, server_default="ready")
    ended_reason: Mapped[str | None] = mapped_column(Text)
    skipped_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who passed this card on; it is not shown to them again while they hold the batch."""
    replied_at: Mapped[datetime | None] = mapped_column(Moment)
    """When they first wrote back in this campaign, whatever they wrote; texting writes it."""
