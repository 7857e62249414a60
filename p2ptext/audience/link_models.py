"""Who followed a link of the organization's own."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class LinkVisit(Base):
    """One call of one person's link, by the person or by a machine that looks at links."""

    __tablename__ = "link_visit"
    __table_args__ = (
        CheckConstraint("who IN ('person','bot','unsure')", name="who"),
        Index("ix_link_visit_link_id", "link_id", "contact_id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    link_id: Mapped[int] = mapped_column(ForeignKey("campaign_link.id", ondelete="CASCADE"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    """Null once the person was erased: then one visit of each link stays, with its day alone."""
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    who: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, server_default="")
    """What made it look like one or the other, as a code of rules/link_visits.py."""
