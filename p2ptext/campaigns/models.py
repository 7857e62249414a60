"""A campaign, what it says, and the numbers it says it from."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import DateTime, Numeric, SmallInteger

from p2ptext.extensions import Base

NOW = text("p2p_now()")
Moment = DateTime(timezone=True)


class Campaign(Base):
    """One list of people, one script, one stretch of texting hours."""

    __tablename__ = "campaign"
    __table_args__ = (
        UniqueConstraint("organization_id", "name"),
        CheckConstraint("status IN ('draft','running','paused','archived')", name="status"),
        CheckConstraint("batch_size BETWEEN 1 AND 1000", name="batch_size"),
        CheckConstraint("undo_s BETWEEN 0 AND 15", name="undo_s"),
        CheckConstraint("opens < closes", name="hours"),
        CheckConstraint("hand_out IN ('anyone','given')", name="hand_out"),
        CheckConstraint("(goal_step_key IS NULL) = (goal_answer_key IS NULL)", name="goal"),
        CheckConstraint("budget > 0", name="budget"),
        CheckConstraint("budget_warn_percent BETWEEN 1 AND 100", name="budget_warn_percent"),
        CheckConstraint("paused_because IN ('filtered','opt_outs','budget')", name="paused_because"),
        CheckConstraint("days BETWEEN 1 AND 127", name="days"),
        CheckConstraint("reply_promise_min BETWEEN 1 AND 1440", name="reply_promise"),
        CheckConstraint("archived_from IN ('draft','running','paused')", name="archived_from"),
        CheckConstraint("opens_on <= closes_on", name="dates"),
        CheckConstraint("approved_by <> approval_asked_by", name="second_person"),
        Index("uq_campaign_tests", "organization_id", unique=True, postgresql_where=text("is_tests")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="draft")
    opens: Mapped[time] = mapped_column(server_default="09:00")
    """First minute texts may leave, in every zone the person may be in."""
    closes: Mapped[time] = mapped_column(server_default="20:00")
    sunday_opens: Mapped[time] = mapped_column(server_default="12:00")
    pause_words: Mapped[str] = mapped_column(Text, server_default="")
    """What volunteers read while it is paused, if whoever paused it said why."""
    state_hours: Mapped[bool] = mapped_column(server_default=text("true"))
    """Whether the narrower hours of the states a person may be in count as well."""
    batch_size: Mapped[int] = mapped_column(server_default="50")
    undo_s: Mapped[int] = mapped_column(server_default="5")
    hand_out: Mapped[str] = mapped_column(Text, server_default="anyone")
    """Who gets a batch: anyone who asks, or only who was given one by a manager."""
    plain_typography: Mapped[bool] = mapped_column(server_default=text("true"))
    """Typographic quotes, dashes and spaces that come from merged values become plain ones."""
    territory: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """States (two letters) where its people live, for those of whom nothing else says so."""
    script_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("script_version.id", use_alter=True, name="fk_campaign_script_version_id")
    )
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    launched_at: Mapped[datetime | None] = mapped_column(Moment)
    paused_because: Mapped[str | None] = mapped_column(Text)
    """Why p2ptext itself has paused it; null where a person did."""
    watched_from: Mapped[datetime | None] = mapped_column(Moment)
    """First texts before this moment do not count any more for such a pause: it was resumed then."""
    purpose: Mapped[str] = mapped_column(Text, server_default="")
    """What it is for, as a key of campaigns/purposes.py."""
    about: Mapped[str] = mapped_column(Text, server_default="")
    """What volunteers read about it, in a sentence or two."""
    sender_name: Mapped[str] = mapped_column(Text, server_default="")
    """Who it texts for, where that is not the organization's name."""
    sponsor_line: Mapped[str] = mapped_column(Text, server_default="")
    election_on: Mapped[date | None]
    """The election it is about: other dates in its texts are pointed out."""
    opens_on: Mapped[date | None]
    """First day, on the calendar of the person texted, on which first texts may leave."""
    closes_on: Mapped[date | None]
    """Last such day."""
    days: Mapped[int] = mapped_column(SmallInteger, server_default="127")
    """Weekdays on which first texts may leave, as bits: 1 for Monday to 64 for Sunday."""
    remind_on_opening: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether volunteers get a mail on the opening day."""
    opening_tried_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was looked at last whether it has opened."""
    opening_told_at: Mapped[datetime | None] = mapped_column(Moment)
    reply_promise_min: Mapped[int | None] = mapped_column(SmallInteger)
    """As the organization's, where this campaign promises something else."""
    is_template: Mapped[bool] = mapped_column(server_default=text("false"))
    """Never launched, only copied."""
    is_tests: Mapped[bool] = mapped_column(server_default=text("false"))
    """Holds the texts that managers try on their own phones; shown in no list of campaigns."""
    copied_from: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    archived_from: Mapped[str | None] = mapped_column(Text)
    """What it was before it was archived."""
    tested_at: Mapped[datetime | None] = mapped_column(Moment)
    tested_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("script_version.id", use_alter=True, name="campaign_tested_version_id_fkey")
    )
    """The script as it was when somebody last tried it on their own phone."""
    approval_asked_at: Mapped[datetime | None] = mapped_column(Moment)
    approval_asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("script_version.id", use_alter=True, name="campaign_approved_version_id_fkey")
    )
    goal_step_key: Mapped[str | None] = mapped_column(Text)
    """The question, and below the answer to it, that the campaign is there for; null where none is named."""
    goal_answer_key: Mapped[str | None] = mapped_column(Text)
    budget: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    """What its texts may cost in all; null for no limit."""
    budget_currency: Mapped[str] = mapped_column(Text, server_default="EUR")
    budget_warn_percent: Mapped[int] = mapped_column(SmallInteger, server_default="80")
    budget_stops: Mapped[bool] = mapped_column(server_default=text("true"))
    """Whether it is paused once the budget is used up."""
    forecast: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """What its first texts would come to, as it was reckoned when it was launched: {"texts", "segments":
    [from, to], "usd": [from, to]}; empty before."""


class ScriptVersion(Base):
    """What a campaign says, frozen. Editing a script makes a new version.

    `document` is {"first": [text, ...], "canned": [{"title", "text"}, ...]}; where questions are asked
    also "steps", as rules/tree.py reads them; and where people are texted again
    {"rounds": {"2": [text, ...], ...}}: a later round's texts by its number. Of several texts in one
    place, each contact gets the one that rules/variants.py chooses. docs/scripts.md has it whole.
    """

    __tablename__ = "script_version"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    note: Mapped[str] = mapped_column(Text, server_default="")
    """What changed, in a few words."""


class Registration(Base):
    """What the phone companies allow one brand and use case: how much, and until when."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("organization_id", "name"),
        CheckConstraint(
            "state IN ('draft','brand_sent','brand_approved','pending','active','suspended','expired',"
            "'refused')",
            name="state",
        ),
        CheckConstraint("verizon_per_minute BETWEEN 10 AND 1000000", name="verizon_per_minute"),
        CheckConstraint("segments_per_minute BETWEEN 10 AND 100000", name="segments_per_minute"),
        CheckConstraint("t_mobile_per_day BETWEEN 1 AND 10000000", name="t_mobile_per_day"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str] = mapped_column(Text)
    """What the organization calls it."""
    brand: Mapped[str] = mapped_column(Text, server_default="")
    """The brand's id at the registry. Registrations of one brand share its day at T-Mobile."""
    campaign_code: Mapped[str] = mapped_column(Text, server_default="")
    """The registered campaign's id at the registry."""
    use_case: Mapped[str] = mapped_column(Text, server_default="")
    state: Mapped[str] = mapped_column(Text, server_default="pending")
    expires_on: Mapped[date | None]
    """The last day on which it counts."""
    segments_per_minute: Mapped[int] = mapped_column(server_default="75")
    """All its numbers together; 75 is what AT&T gives the lowest class."""
    t_mobile_per_day: Mapped[int] = mapped_column(server_default="2000")
    """Segments its brand may send to T-Mobile in a day; 2,000 is the lowest class."""
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    verify_token: Mapped[str] = mapped_column(Text, server_default="")
    """What Campaign Verify gave, for political texts."""
    verify_expires_on: Mapped[date | None]
    """The last day of that token."""
    verizon_per_minute: Mapped[int] = mapped_column(server_default="6000")
    """Texts a minute from one number to Verizon."""
    papers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Which of the documents are ready, by their key."""
    notes: Mapped[str] = mapped_column(Text, server_default="")


class SendingNumber(Base):
    """A phone number that belongs to one organization at a time; the operator allots it."""

    __tablename__ = "sending_number"
    __table_args__ = (
        CheckConstraint("kind IN ('10dlc','toll_free','short_code')", name="kind"),
        CheckConstraint("per_second BETWEEN 1 AND 1000", name="per_second"),
        CheckConstraint("stage IN ('bought','linked','waiting','ready')", name="stage"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    phone: Mapped[str] = mapped_column(Text, unique=True)
    """E.164 with the plus sign."""
    label: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=NOW)
    kind: Mapped[str] = mapped_column(Text, server_default="10dlc")
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    per_second: Mapped[int | None]
    """Texts a second it may send; null for what is usual for its kind."""
    out_since: Mapped[datetime | None] = mapped_column(Moment)
    """Since when the carrier refuses it as a sender: nothing leaves from it until it is put back."""
    out_reason: Mapped[str | None] = mapped_column(Text)
    watched_from: Mapped[datetime | None] = mapped_column(Moment)
    """Texts before this moment do not count against it any more: it was put back then."""
    can_mms: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether pictures may leave from it."""
    stage: Mapped[str] = mapped_column(Text, server_default="ready")
    """How far a new number is: bought, linked to the application, waiting for the registry, ready."""


class CampaignNumber(Base):
    """A number a campaign sends from."""

    __tablename__ = "campaign_number"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("sending_number.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))


class CampaignTeam(Base):
    """A team that a campaign is given to. Where there is none, it is for everybody."""

    __tablename__ = "campaign_team"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
