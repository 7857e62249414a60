"""A second person looks at a campaign before it is launched or goes on, where its organization wants that.

An approval is for what people read as it is: it lapses with the next version of the script, and as
campaigns/lapsing.py says. Nobody approves words of their own.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from p2ptext.accounts import auditing, letters
from p2ptext.accounts.addresses import link
from p2ptext.accounts.models import Letter, Membership, Organization, Person
from p2ptext.audience import launching
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.errors import Refused
from p2ptext.extensions import db

ASKED, GIVEN = "approval_asked", "approval_given"
"""Kinds of letters; each is about a campaign."""
MANAGERS = ("manager", "owner")
STOPPED = ("draft", "paused")
"""Status of a campaign of which nothing leaves: it may be approved then."""


@dataclass(frozen=True, slots=True)
class Approval:
    """How an approval stands, for the page of one person."""

    asked_by: str
    """The name of whoever asked; "" while nobody has."""
    approved_by: str
    """The name of whoever approved it as it is."""
    lapsed: bool
    """Whether it was approved once, and something has changed since."""
    may_approve: bool
    """Whether this person may: a manager who did not ask, and wrote nothing since the last approval."""
    may_ask: bool
    """Whether asking leads somewhere: somebody else may approve then."""
    others: int
    """Managers and owners besides this person."""
    who: str
    """Who else may approve, or what to do where nobody may."""


def standing(campaign: Campaign, person_id: int) -> Approval:
    """How the approval of a campaign stands for this person, who is a manager."""
    asked, approved = campaign.approval_asked_by, launching.is_approved(campaign)
    writers = _writers(campaign)
    may_approve = asked not in (None, person_id) and not approved and person_id not in writers
    asks_in_vain = asked == person_id and campaign.approved_by is None
    return Approval(
        asked_by=_name(asked),
        approved_by=_name(campaign.approved_by) if approved else "",
        lapsed=campaign.approved_version_id is not None and not approved,
        may_approve=may_approve,
        may_ask=not (approved or may_approve or asks_in_vain)
        and bool(_readers(campaign, writers, person_id)),
        others=len([one for one in _managers(campaign) if one.id != person_id]),
        who=_who_may(campaign, person_id),
    )


def ask(campaign_id: int, organization_id: int, person_id: int) -> None:
    """Ask every other manager who may approve, by e-mail.

    Raises Refused: is_running for what was launched and is not paused, nobody_else where nobody may.
    """
    campaign = _stopped(campaign_id, organization_id)
    if launching.is_approved(campaign):
        return
    if campaign.approval_asked_by == person_id and not campaign.approved_by:
        return
    readers = _readers(campaign, _writers(campaign), person_id)
    if not readers:
        raise Refused("nobody_else", _who_may(campaign, person_id))
    campaign.approved_at = campaign.approved_by = None
    db.session.flush()  # whoever approved before may ask this time
    campaign.approval_asked_at, campaign.approval_asked_by = func.p2p_now(), person_id
    db.session.flush()
    auditing.record("approval_asked", f"campaign {campaign.id}")
    for reader in readers:
        letters.ask_for(ASKED, reader.email, campaign.id, organization_id)


def approve(campaign_id: int, organization_id: int, person_id: int, version_id: int) -> None:
    """Approve the campaign as it was shown.

    Raises Refused: is_running, not_asked, own_request when the same person asked, own_words when they wrote
    any of its versions since the last approval, script_changed when another version is there by now.
    """
    campaign = _stopped(campaign_id, organization_id)
    if campaign.approval_asked_by is None:
        raise Refused("not_asked", "Nobody has asked for an approval of this campaign as it is now.")
    if campaign.approval_asked_by == person_id:
        raise Refused("own_request", "You asked for this approval, so somebody else has to give it.")
    if person_id in _writers(campaign):
        words = (
            "You wrote in this script since it was approved last, so somebody else has to approve it."
        )
        raise Refused("own_words", f"{words} {_who_may(campaign, person_id)}")
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
    if campaign is None or campaign.status not in STOPPED or launching.is_approved(campaign):
        return None
    if campaign.approval_asked_by is None:
        return None  # it has changed since; it is asked for anew
    asker = _one_line(_name(campaign.approval_asked_by))
    before = "is launched" if campaign.status == "draft" else "goes on"
    return (
        f"Please look at {_one_line(campaign.name)}",
        f"{asker} asks you to look at the campaign {_one_line(campaign.name)} before it {before}. "
        f"To read it and approve it, open:\n\n{_page(campaign)}\n\n"
        "If something is wrong, tell them: whoever changes the words cannot approve them.\n\n"
        "This mail was sent by p2ptext, the program that runs the texting.\n",
    )


def write_given(letter: Letter) -> tuple[str, str] | None:
    """Subject and text for whoever asked; None when the approval has lapsed by then."""
    campaign = db.session.get(Campaign, letter.about_id)
    if campaign is None or campaign.status not in STOPPED or not launching.is_approved(campaign):
        return None
    then = "launch it" if campaign.status == "draft" else "let it go on"
    return (
        f"{_one_line(campaign.name)} is approved",
        f"{_one_line(_name(campaign.approved_by))} has approved the campaign {_one_line(campaign.name)}. "
        f"To {then}, open:\n\n{_page(campaign)}\n\n"
        "The approval is for the campaign as it is; a change of what people read needs a new one.\n\n"
        "This mail was sent by p2ptext, the program that runs the texting.\n",
    )


def _stopped(campaign_id: int, organization_id: int) -> Campaign:
    campaign = writing.lock_to_change(campaign_id, organization_id)
    if campaign.status not in STOPPED:
        raise Refused("is_running", "This campaign is running. Pause it first.")
    return campaign


def _writers(campaign: Campaign) -> set[int]:
    """Who wrote any version of the script since the one that was approved last."""
    since = ScriptVersion.id > (campaign.approved_version_id or 0)
    rows = select(ScriptVersion.created_by).where(ScriptVersion.campaign_id == campaign.id, since)
    return set(db.session.scalars(rows.distinct()))


def _readers(campaign: Campaign, writers: set[int], asker_id: int) -> list[Person]:
    """Who may approve it when this person asks."""
    return [one for one in _managers(campaign) if one.id != asker_id and one.id not in writers]


def _who_may(campaign: Campaign, person_id: int) -> str:
    """Who else may approve it, or what to do where nobody may, in a sentence for this person."""
    writers, asked = _writers(campaign), campaign.approval_asked_by
    if asked is not None:
        able = [one for one in _readers(campaign, writers, asked) if one.id != person_id]
        if able:
            return f"{_either(able)} may approve it."
    able = _readers(campaign, writers, person_id)
    if able and asked != person_id:
        return f"If you ask, {_either(able)} may approve it."
    if person_id not in writers and len(_managers(campaign)) > 1:
        return (
            "Everybody else who could approve it has written in it since it was approved last. "
            "Let one of them ask; then you can approve it."
        )
    return (
        "Nobody else may: whoever wrote in it since it was approved last cannot approve it. "
        "Invite another manager under People, or ask an owner to switch the second look off."
    )


def _either(people: list[Person]) -> str:
    names = [one.name for one in people]
    return " or ".join(([", ".join(names[:-1])] if names[1:] else []) + names[-1:])


def _managers(campaign: Campaign) -> list[Person]:
    """The managers and owners of its organization."""
    rows = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organization_id == campaign.organization_id,
            Membership.role.in_(MANAGERS),
            Membership.status == "active",
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
