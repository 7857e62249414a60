"""Where each first text stands, the sums of that, and what texts cost.

All of it is derived: it can be made anew from the rows of the other rooms at any time.
"""

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, Date, DateTime, Numeric, SmallInteger

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)
ZERO = "0"
PLACES = "('not_texted','on_the_way','sent','unknown','ended')"


class ContactCount(Base):
    """How many contacts a list brought into its campaign; kept by a trigger, at once."""

    __tablename__ = "contact_count"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("contact_import.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    contacts: Mapped[int] = mapped_column(BigInteger)


changed_contact = Table(
    "changed_contact",
    Base.metadata,
    Column("contact_id", BigInteger, nullable=False),
)
"""Contacts whose rows changed since they were counted last, noted by triggers; the same one many times."""


class TextFact(Base):
    """Where one first text stands that counts: one row a contact and round.

    A contact that ended without a text has one row with round 0, and so has one that is not texted and
    wrote or answered nevertheless; one without any row has not been texted. docs/contract.md says what
    counts.
    """

    __tablename__ = "text_fact"
    __table_args__ = (
        CheckConstraint(f"place IN {PLACES}", name="place"),
        CheckConstraint(f"text_place IN {PLACES}", name="text_place"),
        CheckConstraint("state IN ('delivered','rejected','undeliverable')", name="state"),
        Index("ix_text_fact_campaign", "campaign_id", "contact_id", "round"),
        Index("ix_text_fact_texted_at", "campaign_id", "texted_at", postgresql_where=text("round > 0")),
        Index(
            "ix_text_fact_person",
            "campaign_id",
            "person_id",
            "contact_id",
            "round",
            postgresql_where=text("round > 0"),
        ),
        Index("ix_text_fact_replied", "campaign_id", "contact_id", postgresql_where=text("replied")),
        Index("ix_text_fact_opted_out", "campaign_id", "contact_id", postgresql_where=text("opted_out")),
        Index("ix_text_fact_waiting", "campaign_id", "contact_id", postgresql_where=text("waiting")),
        Index(
            "ix_text_fact_place",
            "campaign_id",
            "contact_id",
            postgresql_where=text("place <> 'sent' OR text_place <> 'sent'"),
        ),
        Index(
            "ix_text_fact_odd",
            "campaign_id",
            "contact_id",
            postgresql_where=text("state IN ('rejected','undeliverable') OR wrong_number"),
        ),
    )
    contact_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    round: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    organization_id: Mapped[int]
    campaign_id: Mapped[int]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    is_latest: Mapped[bool]
    """Whether it speaks for the contact: of several texts the latest does."""
    place: Mapped[str] = mapped_column(Text)
    """Where the contact is by it: who was refused a later round's text has the one before."""
    text_place: Mapped[str] = mapped_column(Text)
    """Where this text alone is."""
    state: Mapped[str | None] = mapped_column(Text)
    """delivered, rejected, undeliverable, or null: the others are told apart by nothing that is counted."""
    replied: Mapped[bool]
    """This and what follows belongs to the latest text: whoever has answered gets no further one."""
    opted_out: Mapped[bool]
    wrong_number: Mapped[bool]
    waiting: Mapped[bool]
    answered: Mapped[bool]
    """Whether an answer of theirs to a question of the script counts."""
    goal: Mapped[bool]
    """Whether they gave the answer that is the campaign's goal."""
    texted_at: Mapped[datetime | None] = mapped_column(Moment)
    local_weekday: Mapped[int | None] = mapped_column(SmallInteger)
    """Of texted_at by the person's own clock, Monday is 1; null where the clocks they may have disagree."""
    local_hour: Mapped[int | None] = mapped_column(SmallInteger)
    person_id: Mapped[int | None]
    """Who texted them."""
    number_id: Mapped[int | None]
    import_id: Mapped[int]
    zone: Mapped[str] = mapped_column(Text)
    """Their zone and their state; empty where several are possible or none is known."""
    us_state: Mapped[str] = mapped_column(Text)
    network: Mapped[str] = mapped_column(Text)
    wording: Mapped[uuid.UUID | None]
    """MD5 of the template of the text, as a name for it."""
    language: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    """Why the text was refused or not delivered, or why the contact ended without one, as a code; empty
    where nobody said why. Null of all others."""
    answers: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Their answers that count, each as question and answer with a colon between; null without any."""
    left_out: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Likewise those that count no more since an earlier one was changed."""


class Tally(Base):
    """Sums over text_fact: of one campaign, by one dimension, for one of its values."""

    __tablename__ = "tally"
    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    dimension: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    organization_id: Mapped[int]
    texts: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    on_the_way: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    sent: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    unknown: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    ended: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    delivered: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    failed: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    replied: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    opted_out: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    wrong_number: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    waiting: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    answered: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    goal: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    failed_of_sent: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    replied_to_sent: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    opted_out_of_sent: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    answered_of_sent: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    goal_of_sent: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    left_out: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)


class Counted(Base):
    """Until when everything is counted: one row."""

    __tablename__ = "counted"
    __table_args__ = (CheckConstraint("one", name="one"),)
    one: Mapped[bool] = mapped_column(Boolean, primary_key=True, server_default=text("true"))
    at: Mapped[datetime | None] = mapped_column(Moment)
    """Null until everything has been counted once."""
    left_over: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    """About how many changes were not counted yet at that moment."""
    pressed_until: Mapped[datetime | None] = mapped_column(Moment)
    """Until when press_minute has the presses; null before it has any."""


class PressMinute(Base):
    """Presses of Send in one minute of the last hour, for one campaign; minutes without any are left out."""

    __tablename__ = "press_minute"
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    minute: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    presses: Mapped[int]


charge_delta = Table(
    "charge_delta",
    Base.metadata,
    Column("organization_id", Integer, nullable=False),
    Column("campaign_id", Integer),
    Column("number_id", Integer, nullable=False),
    Column("network", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("currency", Text, nullable=False),
    Column("texts", Integer, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("priced_segments", Integer, nullable=False),
    Column("cost", Numeric, nullable=False),
)
"""What texts cost, as signed differences noted by triggers, until they are folded into charge_tally."""


class ChargeTally(Base):
    """Texts, segments and their cost by campaign, number, network, day and currency.

    A text counts once the carrier has taken it. Days are those of the click, in UTC. Sums with
    currency "" are of texts whose price no receipt has said yet.
    """

    __tablename__ = "charge_tally"
    __table_args__ = (
        UniqueConstraint(
            "organization_id",
            "campaign_id",
            "day",
            "number_id",
            "network",
            "currency",
            name="uq_charge_tally",
            postgresql_nulls_not_distinct=True,
        ),
    )
    # The table has no key of one column; the mapper needs to know what tells rows apart.
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    campaign_id: Mapped[int | None] = mapped_column(primary_key=True, nullable=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    network: Mapped[str] = mapped_column(Text, primary_key=True)
    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    texts: Mapped[int] = mapped_column(BigInteger)
    segments: Mapped[int] = mapped_column(BigInteger)
    priced_segments: Mapped[int] = mapped_column(BigInteger)
    """Those whose price a receipt has said."""
    cost: Mapped[Decimal] = mapped_column(Numeric)
