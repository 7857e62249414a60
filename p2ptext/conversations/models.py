"""What people do with a conversation besides writing: drafts, notes, tags, answers."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class Looking(Base):
    """Somebody has the conversation open, and may be writing."""

    __tablename__ = "looking"
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    seen_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    writes: Mapped[bool] = mapped_column(server_default=text("false"))


class Draft(Base):
    """What somebody has begun to answer and not sent yet."""

    __tablename__ = "draft"
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    text: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class Reminder(Base):
    """A volunteer wants to be told when somebody may be answered again. It sends nothing by itself."""

    __tablename__ = "reminder"
    __table_args__ = (Index("ix_reminder_due", "remind_at", postgresql_where=text("told_at IS NULL")),)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    remind_at: Mapped[datetime] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)


class Tag(Base):
    """A word organizers and volunteers mark conversations with."""

    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


Index("uq_tag_name", Tag.organization_id, func.lower(Tag.name), unique=True)


class ConversationTag(Base):
    """A tag on a conversation, and who put it there."""

    __tablename__ = "conversation_tag"
    __table_args__ = (Index("ix_conversation_tag_tag", "tag_id", "conversation_id"),)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class Note(Base):
    """A question to an organizer, an organizer's advice, or a word for whoever comes next."""

    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint("kind IN ('asked','answered','note','crisis')", name="kind"),
        Index("ix_note_conversation", "conversation_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who wrote it; null where the program did."""
    kind: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class SurveyAnswer(Base):
    """What a contact answers to a question of the script, as it stands."""

    __tablename__ = "survey_answer"
    __table_args__ = (Index("ix_survey_answer_campaign", "campaign_id", "step_key", "answer_key"),)
    contact_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    step_key: Mapped[str] = mapped_column(Text, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    answer_key: Mapped[str] = mapped_column(Text)
    script_version_id: Mapped[int] = mapped_column(ForeignKey("script_version.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who wrote it down last."""
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    on_path: Mapped[bool] = mapped_column(server_default=text("true"))
    """Whether the earlier answers still lead to this question. Results count only those that do."""


class SurveyChange(Base):
    """One time somebody wrote down, changed or took away an answer. Never changed itself."""

    __tablename__ = "survey_change"
    __table_args__ = (Index("ix_survey_change_contact", "contact_id", "id"),)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    contact_id: Mapped[int] = mapped_column(BigInteger)
    step_key: Mapped[str] = mapped_column(Text)
    answer_key: Mapped[str | None] = mapped_column(Text)
    """Null where it was taken away."""
    was: Mapped[str | None] = mapped_column(Text)
    script_version_id: Mapped[int] = mapped_column(ForeignKey("script_version.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
