"""Groups of people within an organization."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class Team(Base):
    """People whom campaigns are given to together."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("organization_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class TeamMember(Base):
    """Somebody belongs to a team."""

    __tablename__ = "team_member"
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True, index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
