"""What a campaign is for, when its texts may leave, and how the work is shared out, are written down.

Each change is made to a campaign that the transaction has locked, and is audited.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from p2ptext.accounts import auditing
from p2ptext.accounts.models import Organization
from p2ptext.campaigns import lapsing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.rules.hours import ALL_DAYS


@dataclass(frozen=True, slots=True)
class Aim:
    """What it is for, and who it speaks for."""

    purpose: str
    """A key of purposes.PURPOSES."""
    about: str
    sender_name: str
    """Who texts, where that is not the organization's name."""
    sponsor_line: str
    election_on: date | None
    plain_typography: bool


@dataclass(frozen=True, slots=True)
class Times:
    """When texts may leave, on the clock and the calendar of each place the person may be in."""

    opens: time
    closes: time
    sunday_opens: time
    state_hours: bool = True
    """Whether the narrower hours of the states people may be in count as well."""
    territory: tuple[str, ...] = ()
    """States, as two letters, where its people live if nothing else says so."""
    days: int = ALL_DAYS
    """Of the week, as bits from Monday on. Days and dates limit first texts and passes, never answers."""
    opens_on: date | None = None
    closes_on: date | None = None
    remind_on_opening: bool = False
    """Whether volunteers get a mail when the first texts may leave."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """How the work is shared out."""

    batch_size: int
    """Contacts a volunteer takes at once."""
    undo_s: int
    """Seconds in which a sent text can be taken back."""
    reply_promise_min: int | None
    """Minutes until a waiting reply is offered to others; None for the organization's."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What its texts may cost in all."""

    amount: Decimal | None
    """None for no limit."""
    currency: str
    """As the carrier's receipts name it."""
    warn_percent: int
    """How much of it is used when a manager is told."""
    stops: bool
    """Whether the campaign is paused once it is used up."""


_READ_BY_PEOPLE = ("purpose", "sender_name", "sponsor_line", "election_on", "plain_typography")
"""Of an Aim: what texts are written, checked and approved for. `about` is for volunteers."""


def change_aim(campaign: Campaign, aim: Aim) -> None:
    """Raises Refused (second_look) for what people read, while the campaign runs."""
    if any(getattr(aim, name) != getattr(campaign, name) for name in _READ_BY_PEOPLE):
        lapsing.lapse(campaign)
    campaign.purpose, campaign.about = aim.purpose, aim.about
    campaign.sender_name, campaign.sponsor_line = aim.sender_name, aim.sponsor_line
    campaign.election_on = aim.election_on
    campaign.plain_typography = aim.plain_typography
    auditing.record(
        "campaign_purpose",
        f"campaign {campaign.id}",
        purpose=aim.purpose,
        election_on=_iso(aim.election_on),
    )


def change_times(campaign: Campaign, times: Times) -> None:
    if times.opens_on != campaign.opens_on:
        campaign.opening_told_at = None  # another day is told of anew
    campaign.opens, campaign.closes = times.opens, times.closes
    campaign.sunday_opens = times.sunday_opens
    campaign.state_hours, campaign.territory = times.state_hours, list(times.territory)
    campaign.days, campaign.opens_on, campaign.closes_on = times.days, times.opens_on, times.closes_on
    campaign.remind_on_opening = times.remind_on_opening
    auditing.record(
        "campaign_hours",
        f"campaign {campaign.id}",
        hours=f"{times.opens:%H:%M}-{times.closes:%H:%M}, Sunday {times.sunday_opens:%H:%M}",
        state_hours=times.state_hours,
        days=times.days,
        opens_on=_iso(times.opens_on),
        closes_on=_iso(times.closes_on),
    )


def change_sharing(campaign: Campaign, sharing: Sharing) -> None:
    campaign.batch_size, campaign.undo_s = sharing.batch_size, sharing.undo_s
    campaign.reply_promise_min = sharing.reply_promise_min
    auditing.record(
        "campaign_sharing",
        f"campaign {campaign.id}",
        batch_size=sharing.batch_size,
        undo_s=sharing.undo_s,
        reply_promise_min=sharing.reply_promise_min,
    )


def change_budget(campaign: Campaign, budget: Budget) -> None:
    """Give the campaign another budget, or none."""
    campaign.budget, campaign.budget_currency = budget.amount, budget.currency
    campaign.budget_warn_percent, campaign.budget_stops = budget.warn_percent, budget.stops
    auditing.record(
        "campaign_budget",
        f"campaign {campaign.id}",
        budget=None if budget.amount is None else f"{budget.amount:.2f}",
        currency=budget.currency,
        warn_percent=budget.warn_percent,
        stops=budget.stops,
    )


def sender_of(campaign: Campaign) -> str:
    """Who the campaign texts for: its own words, else the organization's, else the organization's name."""
    org = db.session.get_one(Organization, campaign.organization_id)
    return campaign.sender_name or org.sender_name or org.name


def sponsor_of(campaign: Campaign) -> str:
    """Who pays for it, in the words that go into texts; "" where nobody is named."""
    org = db.session.get_one(Organization, campaign.organization_id)
    return campaign.sponsor_line or org.sponsor_line


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
