"""What a text carries besides its words: a picture, a sound, a link of the organization's own."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class MediaFile(Base):
    """A picture, sound or short video that texts may carry."""

    __tablename__ = "media_file"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("kind IN ('image','audio','video')", name="kind"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    key: Mapped[str] = mapped_column(Text)
    """Under which it is stored; random, and in no address."""
    kind: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    """What the file was called when it came in."""
    description: Mapped[str] = mapped_column(Text, server_default="")
    """What is seen or heard, for whoever cannot."""
    digest: Mapped[bytes]
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)


class CampaignLink(Base):
    """Where a script's {link} leads. Each contact gets an address of their own."""

    __tablename__ = "campaign_link"
    __table_args__ = (UniqueConstraint("campaign_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    name: Mapped[str] = mapped_column(Text)
    """How the script calls it, such as "link"."""
    url: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
