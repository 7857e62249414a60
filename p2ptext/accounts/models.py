"""Organizations and the people in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime, SmallInteger

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class Organization(Base):
    """One nonprofit or campaign. Nothing in it is visible to another."""

    __tablename__ = "organization"
    __table_args__ = (
        # Whoever writes to an agent writes to one organization: a STOP there has to find it.
        Index(
            "uq_organization_rcs_agent",
            "rcs_agent",
            unique=True,
            postgresql_where=text("rcs_agent <> ''"),
        ),
        Index(
            "uq_organization_link_domain",
            "link_domain",
            unique=True,
            postgresql_where=text("link_domain <> ''"),
        ),
        CheckConstraint(
            "first_texts_a_day BETWEEN 1 AND texts_a_day AND texts_a_day <= 3",
            name="caps",
        ),
        CheckConstraint("reply_promise_min BETWEEN 1 AND 1440", name="reply_promise"),
        CheckConstraint("practice IN ('off','offered','required')", name="practice"),
        CheckConstraint("retexted_days BETWEEN 0 AND 365", name="retexted_days"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    newcomers_wait: Mapped[bool] = mapped_column(server_default=text("true"))
    """Whether people who came by a join link wait for approval before they see anything."""
    provider_confirms_stop: Mapped[bool] = mapped_column(server_default=text("false"))
    """True where the carrier itself answers STOP (Vonage Opt-Out Assist); then we stay silent."""
    stop_confirmation: Mapped[str] = mapped_column(
        Text, server_default="You are opted out and will get no more texts from us."
    )
    help_text: Mapped[str] = mapped_column(
        Text, server_default="You can reach us by replying here. Reply STOP to get no more texts."
    )
    first_texts_a_day: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    """How many first texts a person gets in any 24 hours, over all campaigns."""
    texts_a_day: Mapped[int] = mapped_column(SmallInteger, server_default="3")
    """How many texts of any kind, answers to what they wrote within a day apart."""
    reply_promise_min: Mapped[int] = mapped_column(SmallInteger, server_default="20")
    """Minutes, with somebody on shift, after which a waiting reply is offered to another volunteer."""
    show_last_names: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether volunteers see the last names of the people they write with."""
    sender_name: Mapped[str] = mapped_column(Text, server_default="")
    """How texts call it; empty where that is its name."""
    sponsor_line: Mapped[str] = mapped_column(Text, server_default="")
    """Who pays, such as "Paid for by Ohio Votes"; a campaign may have its own."""
    website: Mapped[str] = mapped_column(Text, server_default="")
    contact_email: Mapped[str] = mapped_column(Text, server_default="")
    second_person: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether another manager approves a campaign before it is launched, and before it goes on changed."""
    practice: Mapped[str] = mapped_column(Text, server_default="offered")
    """Whether volunteers practise before their first batch."""
    links_on: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether scripts may hold links that are counted by person."""
    link_domain: Mapped[str] = mapped_column(Text, server_default="")
    """Host name of these links, which the operator has given it; empty for this installation's own."""
    rcs_agent: Mapped[str] = mapped_column(Text, server_default="")
    """The agent's id where texts may go as RCS."""
    retexted_days: Mapped[int] = mapped_column(SmallInteger, server_default="7")
    """People texted within so many days are pointed out before another campaign; 0 for never."""
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class RcsAgentName(Base):
    """A name an organization has or had as an RCS agent; the database writes these down by itself.

    Whoever has a text of the agent may write to it long after: it never becomes another organization's.
    """

    __tablename__ = "rcs_agent_name"
    __table_args__ = (CheckConstraint("agent <> ''", name="agent"),)
    agent: Mapped[str] = mapped_column(Text, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    since: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    """When it had the name first."""
    until: Mapped[datetime | None] = mapped_column(Moment)
    """When it gave it up; None while it texts by it."""
    refused_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the operator was told last that the carrier does not take it as a sender."""


class Person(Base):
    """Someone who can sign in. A person may belong to several organizations."""

    __tablename__ = "person"
    __table_args__ = (Index("uq_person_email", func.lower(text("email")), unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    is_operator: Mapped[bool] = mapped_column(server_default=text("false"))
    """Runs this installation: sees mails that could not leave and events that belong to no one."""
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class Membership(Base):
    """A person's place in an organization."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("organization_id", "person_id"),
        CheckConstraint("role IN ('owner','manager','organizer','volunteer')", name="role"),
        CheckConstraint("status IN ('pending','active','suspended','removed')", name="status"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="active")
    texting_name: Mapped[str] = mapped_column(Text)
    """The first name that goes into texts; it may differ from the account's."""
    terms_accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    wants_notices: Mapped[bool] = mapped_column(server_default=text("true"))
    """Whether they get an e-mail when replies wait and they are not looking."""
    noticed_at: Mapped[datetime | None] = mapped_column(Moment)
    """When they got the last of these."""
    practised_at: Mapped[datetime | None] = mapped_column(Moment)
    own_phone: Mapped[str | None] = mapped_column(Text)
    """Their own phone, E.164, for texts to try out."""
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)


class WebSession(Base):
    """One signed-in browser. The cookie holds only a random token; deleting the row signs it out."""

    __tablename__ = "web_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    last_seen_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    user_agent: Mapped[str] = mapped_column(Text, server_default="")
    ip: Mapped[str] = mapped_column(Text, server_default="")


class Invitation(Base):
    """A single-use way into one organization, for one e-mail address, in a role fixed at issue."""

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    email: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)


class JoinLink(Base):
    """A link that many volunteers may use, until it expires, is used up or is revoked."""

    __tablename__ = "join_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    most_uses: Mapped[int]
    uses: Mapped[int] = mapped_column(server_default="0")
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    leads_to: Mapped[str | None] = mapped_column(Text)
    """The page newcomers see first, as a path of this site; null for their first useful page."""
    about: Mapped[str] = mapped_column(Text, server_default="")
    """The campaign that it leads to, as it was called when the link was made."""


class PasswordReset(Base):
    """A single-use, expiring way to choose a new password."""

    __tablename__ = "password_reset"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Letter(Base):
    """A mail to be sent. It holds no secret: the job writes the text from `kind` and `about_id`."""

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    to_email: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    about_id: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(server_default="0")


class AuditEvent(Base):
    """A privileged action: who did what to what, when, from where. Rows are never changed."""

    __tablename__ = "audit_event"
    __table_args__ = (
        # What was done with one conversation among many.
        Index(
            "ix_audit_event_conversations",
            text("(detail -> 'conversations') jsonb_path_ops"),
            postgresql_using="gin",
            postgresql_where=text("action = 'conversations_changed'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text, server_default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    ip: Mapped[str] = mapped_column(Text, server_default="")
    at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
