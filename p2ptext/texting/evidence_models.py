"""The click ledger: who asked for which text, kept so that a change would show."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, DateTime, SmallInteger

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class Click(Base):
    """One request by one signed-in person for exactly one text to exactly one person.

    The database refuses UPDATE and DELETE on this table. `text_commitment` is
    SHA-256(salt || text); the salt lies in `click_device` and can be erased with the personal data
    without breaking the chain of seals.
    """

    __tablename__ = "click"
    __table_args__ = (
        CheckConstraint("kind IN ('first','reply','resend')", name="kind"),
        CheckConstraint("age_ms >= 0", name="age_ms"),
        # By person and id together: the pace of a person is read from their latest clicks.
        Index("ix_click_person", "person_id", "id"),
        # Who clicked in the last minutes, whoever it was: rows lie in the order of their times.
        Index(
            "ix_click_received_at",
            "received_at",
            postgresql_using="brin",
            postgresql_with={"pages_per_range": "16", "autosummarize": "on"},
        ),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("web_session.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    shown_at: Mapped[datetime] = mapped_column(Moment)
    """When the server handed the card or conversation out."""
    age_ms: Mapped[int]
    """Milliseconds between the gesture and the request, by the page's monotonic clock."""
    received_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    text_commitment: Mapped[bytes]
    zone_evidence: Mapped[str] = mapped_column(Text)
    checks: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What was checked at the click and what each check saw."""


class ClickDevice(Base):
    """The erasable side of a click: the salt of its commitment and the device it came from."""

    __tablename__ = "click_device"
    click_id: Mapped[int] = mapped_column(ForeignKey("click.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    salt: Mapped[bytes]
    ip: Mapped[str] = mapped_column(Text)
    user_agent: Mapped[str] = mapped_column(Text)


class LedgerBlock(Base):
    """A sealed stretch of clicks, chained to the one before. Its columns are those of rules.ledger.Block."""

    __tablename__ = "ledger_block"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """From 1, without gaps."""
    root: Mapped[bytes] = mapped_column(unique=True)
    previous_root: Mapped[bytes] = mapped_column(unique=True)
    clicks: Mapped[int]
    sealed_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    version: Mapped[int] = mapped_column(SmallInteger)
    merkle_root: Mapped[bytes]
    first_click: Mapped[int] = mapped_column(BigInteger)
    last_click: Mapped[int] = mapped_column(BigInteger)


class ClickSeal(Base):
    """Where in which block a click is sealed."""

    __tablename__ = "click_seal"
    __table_args__ = (UniqueConstraint("block_id", "position"),)
    click_id: Mapped[int] = mapped_column(ForeignKey("click.id"), primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("ledger_block.id"))
    position: Mapped[int]
    """From 0."""
    leaf: Mapped[bytes]
    """The click's hash when it was sealed: without it a changed click would be known by its block only."""


click_unsealed = Table(
    "click_unsealed",
    Base.metadata,
    Column("click_id", BigInteger, nullable=False),
    postgresql_with={"autovacuum_vacuum_scale_factor": "0.01", "autovacuum_vacuum_threshold": "200"},
)
"""Clicks that wait for their seal. A trigger puts each in, in its own transaction; the sealer takes it out."""
