"""Groups of replies that are alike, as a job found them, and what organizers do with many conversations."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import REAL, BigInteger, DateTime

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class ReplyGrouping(Base):
    """One run of the job over a campaign's unanswered replies."""

    __tablename__ = "reply_grouping"
    __table_args__ = (
        CheckConstraint("status IN ('waiting','running','done','failed')", name="status"),
        Index("ix_reply_grouping_campaign_id", "campaign_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    status: Mapped[str] = mapped_column(Text, server_default="waiting")
    replies: Mapped[int] = mapped_column(server_default="0")
    """How many replies it looked at."""
    fault: Mapped[str] = mapped_column(Text, server_default="")
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class ReplyGroup(Base):
    """Replies that say about the same, the largest group first."""

    __tablename__ = "reply_group"
    __table_args__ = (Index("ix_reply_group_grouping_id", "grouping_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    grouping_id: Mapped[int] = mapped_column(ForeignKey("reply_grouping.id", ondelete="CASCADE"))
    position: Mapped[int]
    example: Mapped[str] = mapped_column(Text)
    """The reply that is most like all others of the group."""
    words: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    suggestion: Mapped[str] = mapped_column(Text, server_default="")
    """An answer that is offered in each of its conversations; a person sends each."""
    suggested_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ReplyGroupMember(Base):
    """A conversation whose last reply is in a group."""

    __tablename__ = "reply_group_member"
    group_id: Mapped[int] = mapped_column(
        ForeignKey("reply_group.id", ondelete="CASCADE"), primary_key=True
    )
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id"), primary_key=True, index=True
    )
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound_text.id"), index=True)
    closeness: Mapped[float] = mapped_column(REAL)
    """How alike it is to the example, from 0 to 1."""


class ReviewDeed(Base):
    """One deed on many conversations.

    shown, while somebody decides -> waiting for its turn -> running -> done; or cancelled, or failed.
    """

    __tablename__ = "review_deed"
    __table_args__ = (
        CheckConstraint(
            "deed IN ('reassign','tag','untag','answer','opt_out','close','mark','unmark','list')",
            name="deed",
        ),
        CheckConstraint(
            "status IN ('shown','waiting','running','done','cancelled','failed')", name="status"
        ),
        Index("ix_review_deed_organization_id", "organization_id", "id"),
        Index(
            "ix_review_deed_under_way", "id", postgresql_where=text("status IN ('waiting','running')")
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    deed: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """What the deed needs beside the conversations, such as the new owner."""
    filter: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    picked: Mapped[bool]
    """Whether they were ticked one by one, and not all that match."""
    ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """The conversations as they were shown, in the order of their recipients. No others are touched."""
    inbound_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """What was the last text in each, 0 for none: who has written since is left out."""
    status: Mapped[str] = mapped_column(Text, server_default="shown")
    place: Mapped[int] = mapped_column(server_default="0")
    """How many of `ids` are dealt with."""
    done: Mapped[int] = mapped_column(server_default="0")
    """With how many of them it was done."""
    left_out: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    """Why it was not done with the others: code of deeds.LEFT_OUT to number."""
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """What was made, such as the lists of a follow-up."""
    fault: Mapped[str] = mapped_column(Text, server_default="")
    """Why it ended before its end, in words."""
    asked_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    """When a worker was last seen at it."""
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    cancel_asked_at: Mapped[datetime | None] = mapped_column(Moment)
