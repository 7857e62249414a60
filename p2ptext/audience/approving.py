"""A second person looks at a campaign before it is launched, where its organization wants that.

An approval is for the script as it is; it lapses with the next version.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from p2ptext.accounts import auditing, letters
from p2ptext.accounts.addresses import link
from p2ptext.accounts.models import Letter, Membership, Organization, Person
from p2ptext.audience import launching
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import Refused
from p2ptext.extensions import db

ASKED, GIVEN = "approval_asked", "approval_given"
"""Kinds of letters; each is about a campaign."""
MANAGERS = ("manager", "owner")


@dataclass(frozen=True, slots=True)
class Approval:
    """How an approval stands, for the page of one person."""

    asked_by: str
    """The name of whoever asked, for the script as it is; "" while nobody has."""
    approved_by: str
    """The name of whoever approved it as it is."""
    lapsed: bool
    """Whether an approval is there that was for an earlier version."""
    may_approve: bool
    """Whether this person may: a manager who did not ask."""
    others: int
    """Managers and owners besides this person."""


def standing(campaign: Campaign, person_id: int) -> Approval:
    """How the approval of a campaign stands for this person, who is a manager."""
    asked = campaign.approval_asked_by is not None
    approved = launching.is_approved(campaign)
    return Approval(
        asked_by=_name(campaign.approval_asked_by),
        approved_by=_name(campaign.approved_by) if approved else "",
        lapsed=campaign.approved_by is not None and not approved,
        may_approve=asked and not approved and campaign.approval_asked_by != person_id,
        others=len(_others(campaign.organization_id, person_id)),
    )


def ask(campaign_id: int, organization_id: int, person_id: int) -> None:
    """Ask every other manager for approval by e-mail. Raises Refused (not_draft)."""
    campaign = _draft(campaign_id, organization_id)
    if campaign.approval_asked_by == person_id and not campaign.approved_by:
        return
    campaign.approved_at = campaign.approved_by = campaign.approved_version_id = None
    db.session.flush()  # whoever approved before may ask this time
    campaign.approval_asked_at, campaign.approval_asked_by = func.p2p_now(), person_id
    db.session.flush()
    auditing.record("approval_asked", f"campaign {campaign.id}")
    for email in _others(organization_id, person_id):
        letters.ask_for(ASKED, email, campaign.id, organization_id)


def approve(campaign_id: int, organization_id: int, person_id: int, version_id: int) -> None:
    """Approve the script as it was shown.

    Raises Refused: not_draft, not_asked, own_request when the same person asked, script_changed when
    another version is there by now.
    """
    campaign = _draft(campaign_id, organization_id)
    if campaign.approval_asked_by is None:
        raise Refused("not_asked", "Nobody has asked for an approval of this campaign.")
    if campaign.approval_asked_by == person_id:
        raise Refused("own_request", "You asked for this approval, so somebody else has to give it.")
    if campaign.script_version_id != version_id:
        raise Refused("script_changed", "The script has changed meanwhile. Please look once more.")
    if launching.is_approved(campaign):
        return
    campaign.approved_at, campaign.approved_by = func.p2p_now(), person_id
    campaign.approved_version_id = version_id
    db.session.flush()
    auditing.record("approval_given", f"campaign {campaign.id}", version=version_id)
    asker = db.session.get_one(Person, campaign.approval_asked_by)
    letters.ask_for(GIVEN, asker.email, campaign.id, organization_id)


def write_asked(letter: Letter) -> tuple[str, str] | None:
    """Subject and text for whoever may approve; None once it is approved or not to be launched."""
    campaign = db.session.get(Campaign, letter.about_id)
    if campaign is None or campaign.status != "draft" or launching.is_approved(campaign):
        return None
    asker = _one_line(_name(campaign.approval_asked_by))
    return (
        f"Please look at {_one_line(campaign.name)}",
        f"{asker} asks you to look at the campaign {_one_line(campaign.name)} before it is launched. "
        f"To read it and approve it, open:\n\n{_page(campaign)}\n\n"
        "If something is wrong, change it there or tell them.\n\n"
        "This mail was sent by p2ptext, the program that runs the texting.\n",
    )


def write_given(letter: Letter) -> tuple[str, str] | None:
    """Subject and text for whoever asked; None when the approval has lapsed by then."""
    campaign = db.session.get(Campaign, letter.about_id)
    if campaign is None or campaign.status != "draft" or not launching.is_approved(campaign):
        return None
    return (
        f"{_one_line(campaign.name)} is approved",
        f"{_one_line(_name(campaign.approved_by))} has approved the campaign {_one_line(campaign.name)}. "
        f"To launch it, open:\n\n{_page(campaign)}\n\n"
        "The approval is for the script as it is; a change needs a new one.\n\n"
        "This mail was sent by p2ptext, the program that runs the texting.\n",
    )


def _draft(campaign_id: int, organization_id: int) -> Campaign:
    campaign = writing.lock_to_change(campaign_id, organization_id)
    if campaign.status != "draft":
        raise Refused("not_draft", "This campaign was launched already.")
    return campaign


def _others(organization_id: int, person_id: int) -> list[str]:
    """The addresses of the other managers and owners."""
    rows = (
        select(Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organization_id == organization_id,
            Membership.role.in_(MANAGERS),
            Membership.status == "active",
            Person.id != person_id,
            Person.disabled_at.is_(None),
        )
        .order_by(Person.id)
    )
    return list(db.session.scalars(rows))


def _name(person_id: int | None) -> str:
    return db.session.get_one(Person, person_id).name if person_id is not None else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _page(campaign: Campaign) -> str:
    org = db.session.get_one(Organization, campaign.organization_id)
    return link("desk.answers", org=org.slug, campaign_id=campaign.id)
