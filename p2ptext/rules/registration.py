"""How the registration of a brand and a campaign goes on: states, allowed moves, what use cases need.

10DLC: first the brand (the organization) is registered at The Campaign Registry, then a campaign (what
is texted, and why). Political use needs a 501(c) organization, or a political vetting by Campaign
Verify; charity use needs a 501(c)(3). Sources: The Campaign Registry's use cases as providers repeat
them (support.tsgglobal.com/45459118830875), campaignverify.org.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from p2ptext.rules.fault import Fault


@dataclass(frozen=True, slots=True)
class State:
    """Where a registration stands."""

    label: str
    tone: str
    """Of the tag that shows it."""
    words: str
    """What it means, and what comes next."""


STATES = MappingProxyType(
    {
        "draft": State(
            "Draft",
            "warning",
            "Nothing has been sent yet. Get the papers together, then register your organization as a "
            "brand on your provider's page.",
        ),
        "brand_sent": State(
            "Brand sent",
            "warning",
            "The registry compares your legal name, tax number and address with the tax office's. It takes "
            "minutes to a few days.",
        ),
        "brand_approved": State(
            "Brand approved",
            "warning",
            "Your organization is known. Now register the campaign: the use case, the sample messages and "
            "how people agreed to texts.",
        ),
        "pending": State(
            "Campaign sent",
            "warning",
            "Your provider and the phone companies review the campaign. It takes days, at times weeks.",
        ),
        "active": State(
            "Active",
            "success",
            "Phone companies let texts through, as fast as it says below.",
        ),
        "suspended": State(
            "Suspended",
            "danger",
            "A phone company has stopped it, mostly after complaints. Ask your provider why. Nothing leaves "
            "from its numbers until it is active again.",
        ),
        "expired": State(
            "Expired",
            "danger",
            "It has run out. Renew it on your provider's page, then write down its new state and date.",
        ),
        "refused": State(
            "Refused",
            "danger",
            "The registry or a reviewer said no. Your provider's page shows the reason. Mend it, then send "
            "it again.",
        ),
    }
)
STEPS = ("draft", "brand_sent", "brand_approved", "pending", "active")
"""The way when all goes well."""
MOVES = MappingProxyType(
    {
        "draft": ("brand_sent",),
        "brand_sent": ("brand_approved", "refused", "draft"),
        "brand_approved": ("pending", "brand_sent"),
        "pending": ("active", "refused", "brand_approved"),
        "active": ("suspended", "expired", "pending"),
        "suspended": ("active", "expired", "refused"),
        "expired": ("active", "pending", "brand_sent"),
        "refused": ("brand_sent", "pending"),
    }
)
"""Where each state may go. One step back is there for a slip of the hand, and for a use case that is
reviewed again."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that reviewers ask for."""

    label: str
    words: str


PAPERS = MappingProxyType(
    {
        "ein": Paper(
            "Letter of the tax number (EIN)",
            "The IRS's letter CP 575 or 147C. Name and address must be typed exactly as they stand there.",
        ),
        "website": Paper("Website", "It works, and names your organization as the letter does."),
        "privacy": Paper(
            "Privacy policy, published",
            "It says that phone numbers and consent are not shared with others for their marketing.",
        ),
        "terms": Paper(
            "Terms of texting, published",
            "Who texts, about what, how often, that rates may apply, STOP and HELP.",
        ),
        "opt_in": Paper(
            "How people agreed",
            "The words of your form, with a picture of it or its address. A voter file is no consent.",
        ),
        "samples": Paper(
            "Two to five sample messages",
            "Each with your organization's name, at least one with the opt-out words.",
        ),
        "letter_501c3": Paper(
            "IRS letter: 501(c)(3)", "For the charity use case, and for political use."
        ),
        "letter_501c": Paper("IRS letter: 501(c)(4), (5) or (6)", "For political use."),
    }
)

ASKED_OF_ALL = ("ein", "website", "privacy", "terms", "opt_in", "samples")
"""Papers that every reviewer asks for, whatever the use case."""


@dataclass(frozen=True, slots=True)
class UseCase:
    """What a campaign may be registered as."""

    label: str
    any_of: tuple[str, ...] = ()
    """One of these papers, or a Campaign Verify token as "verify", has to be there."""
    words: str = ""


USE_CASES = (
    UseCase(
        "Political",
        ("letter_501c3", "letter_501c", "verify"),
        "Political use needs a 501(c) letter, or a Campaign Verify token for candidates, parties and PACs.",
    ),
    UseCase("Charity", ("letter_501c3",), "The charity use case is for 501(c)(3) organizations."),
    UseCase("Polling and voting"),
    UseCase("Public service announcement"),
    UseCase("Higher education"),
    UseCase("Mixed"),
    UseCase("Low volume mixed"),
)
"""Most organizations of this kind need one of the first two. A registry may know more."""
TOKEN_ENDS = date(2027, 1, 31)
"""The last day of every Campaign Verify token given since 15 November 2024 (campaignverify.org)."""
WARN_BEFORE = timedelta(days=60)


def use_case_of(text: str) -> UseCase | None:
    """The use case of this name, in any case; None for one that is not listed."""
    return next((case for case in USE_CASES if case.label.lower() == text.strip().lower()), None)


def is_political(use_case: str) -> bool:
    return use_case.strip().lower() == "political"


def move_fault(state: str, to: str) -> Fault | None:
    """What is wrong with going from `state` to `to`."""
    if to == state or to in MOVES[state]:
        return None
    can = ", ".join(STATES[name].label.lower() for name in MOVES[state])
    return Fault(
        "no_such_move",
        f"A registration that is “{STATES[state].label.lower()}” cannot become "
        f"“{STATES[to].label.lower()}” at once. It can become: {can}.",
    )


def need_fault(use_case: str, papers: Collection[str], *, has_token: bool) -> Fault | None:
    """What this use case lacks before its campaign can be sent; the registry would refuse it."""
    case = use_case_of(use_case)
    there = {*papers, *(("verify",) if has_token else ())}
    if case is None or not case.any_of or there.intersection(case.any_of):
        return None
    return Fault("paper_missing", f"{case.words} Tick the letter you have, or enter the token.")


def token_stands(ends: date | None, today: date) -> str:
    """ "none", "good", "ending" (60 days or fewer are left) or "over" (its last day is past)."""
    if ends is None:
        return "none"
    if ends < today:
        return "over"
    return "ending" if ends - today <= WARN_BEFORE else "good"


@dataclass(frozen=True, slots=True)
class Caps:
    """What phone companies usually give a class of brands."""

    label: str
    segments_per_minute: int
    t_mobile_per_day: int


CLASSES = MappingProxyType(
    {
        "upper": Caps("Highest vetting score (75 to 100)", 4500, 200_000),
        "high": Caps("Middle vetting score (50 to 74)", 2400, 40_000),
        "low": Caps("Low vetting score (1 to 49)", 240, 10_000),
        "lowest": Caps("Not vetted, or low volume", 75, 2000),
    }
)
"""AT&T's segments a minute for a campaign and T-Mobile's segments a day for a brand, as providers publish
them (clickatell.com, support.goconvey.com, docs.bird.com). The registry's own numbers win."""
VERIZON_PER_MINUTE = 6000
"""Texts a minute from one number to Verizon, as providers publish it."""
