"""Conversations, the texts in them, and what the carrier said about each."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, DateTime, SmallInteger

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)

# States in which a first text did not and will not leave, so that another may be asked for.
# Written out in the index below as well: SQL must not depend on Python's set order.
NEVER_LEFT = ("cancelled", "expired", "blocked", "not_sent")


class Conversation(Base):
    """Everything said with one contact of one campaign, over one of our numbers."""

    __tablename__ = "conversation"
    __table_args__ = (
        CheckConstraint("state IN ('open','closed')", name="state"),
        Index("ix_conversation_route", "number_id", "recipient_id", "last_sent_at"),
        Index(
            "ix_conversation_waiting",
            "organization_id",
            "person_id",
            "waiting_since",
            postgresql_where=text("waiting_since IS NOT NULL"),
        ),
        CheckConstraint(
            "offered_why IN ('waited','done','left','passed_on','organizer')", name="offered_why"
        ),
        CheckConstraint("(offered_at IS NULL) = (offered_why IS NULL)", name="offered"),
        Index(
            "ix_conversation_offered",
            "organization_id",
            "waiting_since",
            postgresql_where=text("offered_at IS NOT NULL"),
        ),
        Index(
            "ix_conversation_lead",
            "organization_id",
            "lead_asked_at",
            postgresql_where=text("lead_asked_at IS NOT NULL"),
        ),
        Index(
            "ix_conversation_all_waiting",
            "waiting_since",
            postgresql_where=text("waiting_since IS NOT NULL"),
        ),
        Index(
            "ix_conversation_heard",
            "organization_id",
            "person_id",
            "last_inbound_id",
            postgresql_where=text("last_inbound_id IS NOT NULL"),
        ),
        Index("ix_conversation_campaign", "campaign_id", "person_id"),
        Index("ix_conversation_recipient", "recipient_id"),
        # As message review lists them.
        Index("ix_conversation_newest", "organization_id", text("coalesce(last_inbound_id, 0)"), "id"),
        Index(
            "ix_conversation_campaign_newest", "campaign_id", text("coalesce(last_inbound_id, 0)"), "id"
        ),
        Index("ix_conversation_created_at", "created_at", postgresql_using="brin"),
        Index(
            "ix_conversation_review",
            "organization_id",
            postgresql_where=text("review_reason IS NOT NULL"),
        ),
        Index(
            "ix_conversation_crisis",
            "organization_id",
            postgresql_where=text("crisis_reason IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), unique=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"))
    number_id: Mapped[int] = mapped_column(ForeignKey("sending_number.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """The volunteer it belongs to: who sent the first text, until somebody takes over."""
    state: Mapped[str] = mapped_column(Text, server_default="open")
    closed_reason: Mapped[str | None] = mapped_column(Text)
    review_reason: Mapped[str | None] = mapped_column(Text)
    """Set while a reply that may be an opt-out waits for a person's decision; nothing leaves meanwhile."""
    last_sent_at: Mapped[datetime | None] = mapped_column(Moment)
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)
    """When the oldest unanswered reply came in."""
    last_inbound_id: Mapped[int | None] = mapped_column(BigInteger)
    offered_at: Mapped[datetime | None] = mapped_column(Moment)
    """Since when anybody on shift may take it over; its owner may still answer until somebody has."""
    offered_why: Mapped[str | None] = mapped_column(Text)
    """waited: longer than promised. done, left: its owner has gone. passed_on: by hand. organizer."""
    lead_asked_at: Mapped[datetime | None] = mapped_column(Moment)
    """Since when an organizer's advice is asked for; null once it was given."""
    crisis_reason: Mapped[str | None] = mapped_column(Text)
    """Set when their words sound like an emergency, in words; an organizer clears it."""
    set_aside_at: Mapped[datetime | None] = mapped_column(Moment)
    """When its owner skipped it: it comes after the others until something new arrives."""
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class Message(Base):
    """One outgoing text. What it says is frozen at the click; its state only moves forward."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("kind IN ('first','reply','stop_confirmation','help')", name="kind"),
        CheckConstraint(
            "state IN ('queued','sending','accepted','submitted','delivered','rejected','undeliverable',"
            "'no_receipt','unknown','not_sent','blocked','cancelled','expired')",
            name="state",
        ),
        # A person's click stands behind every text but the one confirmation of STOP or HELP.
        CheckConstraint(
            "CASE WHEN kind IN ('first','reply')"
            " THEN click_id IS NOT NULL AND answers_inbound_id IS NULL AND conversation_id IS NOT NULL"
            " ELSE click_id IS NULL AND answers_inbound_id IS NOT NULL END",
            name="clicked_or_answers_stop",
        ),
        CheckConstraint("channel IN ('sms','mms','rcs')", name="channel"),
        # No one gets the same first text twice.
        Index(
            "uq_message_first",
            "contact_id",
            "round",
            unique=True,
            postgresql_where=text(
                "kind = 'first' AND state NOT IN ('cancelled','expired','blocked','not_sent')"
            ),
        ),
        Index("ix_message_conversation", "conversation_id", "id"),
        Index("ix_message_campaign", "campaign_id", "state"),
        Index("ix_message_first", "campaign_id", "id", postgresql_where=text("kind = 'first'")),
        Index("ix_message_recipient", "recipient_id", "id"),
        Index("ix_message_created_at", "created_at", postgresql_using="brin"),
        Index("ix_message_number", "number_id", "created_at"),
        Index("ix_message_answer", "person_id", "id", postgresql_where=text("waited_since IS NOT NULL")),
        Index(
            "uq_message_resend_click_id",
            "resend_click_id",
            unique=True,
            postgresql_where=text("resend_click_id IS NOT NULL"),
        ),
        Index("ix_message_media_id", "media_id", postgresql_where=text("media_id IS NOT NULL")),
        Index("ix_message_unknown", "organization_id", postgresql_where=text("state = 'unknown'")),
        Index(
            "ix_message_words",
            text("search_words(organization_id, text)"),
            postgresql_using="gin",
            postgresql_where=text("kind = 'reply'"),
        ),
        Index(
            "ix_message_trouble",
            "organization_id",
            "state",
            "reason",
            "carrier_code",
            "conversation_id",
            postgresql_where=text(
                "state IN ('rejected','undeliverable','not_sent','blocked','expired','unknown')"
            ),
        ),
        Index(
            "ix_message_edited", "organization_id", "conversation_id", postgresql_where=text("edited")
        ),
        Index(
            "ix_message_language",
            "organization_id",
            "language",
            "conversation_id",
            postgresql_where=text("language IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"))
    number_id: Mapped[int] = mapped_column(ForeignKey("sending_number.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    click_id: Mapped[int | None] = mapped_column(ForeignKey("click.id"), unique=True)
    answers_inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_text.id"), unique=True)
    kind: Mapped[str] = mapped_column(Text)
    round: Mapped[int] = mapped_column(server_default="1")
    script_version_id: Mapped[int | None] = mapped_column(ForeignKey("script_version.id"))
    text: Mapped[str] = mapped_column(Text)
    encoding: Mapped[str] = mapped_column(Text)
    segments: Mapped[int]
    state: Mapped[str] = mapped_column(Text, server_default="queued")
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it did not leave or arrive, as a code of rules.delivery or a check's code."""
    carrier_code: Mapped[int | None]
    price: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str | None] = mapped_column(Text)
    network: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    resend_click_id: Mapped[int | None] = mapped_column(ForeignKey("click.id"))
    """The organizer's click that sent an unknown text once more; never a second one."""
    let_be_at: Mapped[datetime | None] = mapped_column(Moment)
    """When an organizer decided to leave an unknown text alone."""
    variant: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """Which of the wordings of its step it was, counted from 0."""
    language: Mapped[str | None] = mapped_column(Text)
    """The language of the script whose wordings those are; null for its main one."""
    step_key: Mapped[str | None] = mapped_column(Text)
    """For an answer: the question of the script whose answer offered its text; null for free words."""
    answer_key: Mapped[str | None] = mapped_column(Text)
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media_file.id"))
    """The picture, sound or video that goes with it."""
    channel: Mapped[str] = mapped_column(Text, server_default="sms")
    edited: Mapped[bool | None]
    """Whether the volunteer changed the text they were offered; null where none was."""
    waited_since: Mapped[datetime | None] = mapped_column(Moment)
    """For an answer: since when the person had waited for it."""


class Outbox(Base):
    """Messages due to leave. A narrow table of its own, so that changing a message's state stays cheap."""

    __tablename__ = "outbox"
    __table_args__ = (
        # Each number is a lane of its own: a throttled one with ten thousand due rows is passed by.
        Index("ix_outbox_lane", "number_id", "urgency", "closes_at", "due_at"),
        # The table is small and churns: clean it long before the default fifth has died.
        {
            "postgresql_with": {
                "autovacuum_vacuum_scale_factor": "0.01",
                "autovacuum_vacuum_threshold": "200",
            }
        },
    )
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    urgency: Mapped[int] = mapped_column(SmallInteger)
    """0 confirmations, 1 replies, 2 first texts; the smaller leaves first."""
    due_at: Mapped[datetime] = mapped_column(Moment)
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    number_id: Mapped[int]
    """The number it leaves from: its lane. No foreign key, the message has it."""
    segments: Mapped[int] = mapped_column(server_default="1")
    closes_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the person's texting hours end, as they were at the click; null for confirmations."""


class Attempt(Base):
    """One call to the carrier, committed before it is made. Its id travels as `client_ref`."""

    __tablename__ = "attempt"
    __table_args__ = (
        CheckConstraint(
            "outcome IS NULL OR outcome IN ('accepted','not_sent','refused','unknown','abandoned')",
            name="outcome",
        ),
        CheckConstraint("channel IN ('sms','mms','rcs')", name="channel"),
        # Of the attempts that have left or may have, one was asked for by the message's own click and
        # one by the click that sent it once more: the database lets no third call begin.
        Index(
            "uq_attempt_may_have_left",
            "message_id",
            text("(click_id IS NOT NULL)"),
            unique=True,
            postgresql_where=text("outcome IS NULL OR outcome IN ('accepted','unknown')"),
        ),
        Index("ix_attempt_click_id", "click_id", postgresql_where=text("click_id IS NOT NULL")),
        Index("ix_attempt_message", "message_id"),
        Index("ix_attempt_deadline", "deadline_at", postgresql_where=text("outcome IS NULL")),
        Index(
            "uq_attempt_provider_id",
            "provider_id",
            unique=True,
            postgresql_where=text("provider_id IS NOT NULL"),
        ),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    click_id: Mapped[int | None] = mapped_column(ForeignKey("click.id"))
    """The click that asked for an unknown message to be sent once more; null on attempts before it."""
    channel: Mapped[str] = mapped_column(Text, server_default="sms")
    dispatcher: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    deadline_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(Text)
    provider_id: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    carrier_code: Mapped[int | None]
    """The code with which the carrier refused it, in its answer or in a receipt."""


class ProviderEvent(Base):
    """Every signed webhook as it came, once. It may belong to no organization yet."""

    __tablename__ = "provider_event"
    __table_args__ = (
        CheckConstraint("kind IN ('inbound','status','strange')", name="kind"),
        Index(
            "ix_provider_event_kept", "organization_id", "id", postgresql_where=text("note IS NOT NULL")
        ),
        Index(
            "ix_provider_event_message", "message_id", postgresql_where=text("message_id IS NOT NULL")
        ),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    event_key: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str | None] = mapped_column(Text)
    """Why it could not be used, in words; null when it was."""
    put_aside_at: Mapped[datetime | None] = mapped_column(Moment)
    """When an organizer had looked at what could not be used."""
    put_aside_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    received_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    """The text that a receipt is about. No foreign key: a message is never deleted, and receipts are
    the busiest of all writes."""


class InboundText(Base):
    """What a person wrote to one of our numbers."""

    __tablename__ = "inbound_text"
    __table_args__ = (
        Index("ix_inbound_text_conversation", "conversation_id", "id"),
        Index(
            "ix_inbound_text_unrouted",
            "organization_id",
            "id",
            postgresql_where=text("conversation_id IS NULL"),
        ),
        Index(
            "ix_inbound_text_stop",
            "organization_id",
            "received_at",
            postgresql_where=text("tier = 'auto'"),
        ),
        Index(
            "ix_inbound_text_words",
            text("search_words(organization_id, text)"),
            postgresql_using="gin",
            postgresql_where=text("conversation_id IS NOT NULL"),
        ),
        Index(
            "ix_inbound_text_abusive",
            "organization_id",
            "conversation_id",
            postgresql_where=text("abusive"),
        ),
        Index(
            "ix_inbound_text_pictures",
            "organization_id",
            "conversation_id",
            postgresql_where=text("media <> '[]'"),
        ),
        Index("ix_inbound_text_received_at", "received_at", postgresql_using="brin"),
        Index("ix_inbound_text_sender", "recipient_id", "id", postgresql_where=text("tier <> 'none'")),
        CheckConstraint("kind IN ('text','reaction','auto_reply')", name="kind"),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("provider_event.id"), unique=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("recipient.id"))
    """Null when the sender is not a phone (a short code, a word)."""
    number_id: Mapped[int] = mapped_column(ForeignKey("sending_number.id"))
    sender: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    media: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    tier: Mapped[str] = mapped_column(Text, server_default="none")
    intent: Mapped[str] = mapped_column(Text, server_default="")
    verdict_reason: Mapped[str] = mapped_column(Text, server_default="")
    received_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    kind: Mapped[str] = mapped_column(Text, server_default="text")
    """reaction: a phone's "Liked ...". auto_reply: written by a machine. Neither waits for an answer."""
    reaction: Mapped[str] = mapped_column(Text, server_default="")
    """What was done, for a reaction: like, love, ... of rules.reactions."""
    about_message_id: Mapped[int | None] = mapped_column(BigInteger)
    """The text of ours that a reaction quotes."""
    abusive: Mapped[bool] = mapped_column(server_default=false())
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    """When a person said that the verdict was wrong, who, and why."""
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_reason: Mapped[str | None] = mapped_column(Text)
    dealt_with_at: Mapped[datetime | None] = mapped_column(Moment)
    """When an organizer had done with a text that belongs to no conversation."""
    dealt_with_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
