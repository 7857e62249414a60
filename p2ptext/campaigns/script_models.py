"""What managers leave while they write a script, and what was launched against advice."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class ScriptDraft(Base):
    """What somebody has typed in one place of a script and not saved as a version yet."""

    __tablename__ = "script_draft"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    place: Mapped[str] = mapped_column(Text, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    value: Mapped[Any] = mapped_column(JSONB)
    base_version_id: Mapped[int | None] = mapped_column(ForeignKey("script_version.id"))
    """The version that was shown when the typing began; another one now means that somebody saved."""
    saved_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class ScriptLooking(Base):
    """Somebody has a campaign's script open, and where in it they are."""

    __tablename__ = "script_looking"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    place: Mapped[str] = mapped_column(Text, server_default="")
    seen_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class LintOverride(Base):
    """An owner let a finding about the words stand, and said why. It holds for these words only."""

    __tablename__ = "lint_override"
    __table_args__ = (
        UniqueConstraint("campaign_id", "code", "about_hash"),
        CheckConstraint("reason <> ''", name="reason"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    code: Mapped[str] = mapped_column(Text)
    about_hash: Mapped[str] = mapped_column(Text)
    """SHA-256 of the words it is about, as hex."""
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
