"""What managers tried on their own phones."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class TestText(Base):
    """A text of a campaign that a manager sent to their own phone before the launch."""

    __tablename__ = "test_text"
    __test__ = False
    __table_args__ = (UniqueConstraint("message_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("script_version.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
