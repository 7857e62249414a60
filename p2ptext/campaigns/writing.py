"""A campaign is begun, and what it says and when is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from p2ptext.accounts import auditing
from p2ptext.campaigns import lapsing
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.rules import tree
from p2ptext.rules.fault import Fault
from p2ptext.rules.tree import Step
from p2ptext.rules.variants import MOST_WORDINGS

LONGEST_NAME = 100
LONGEST_TEXT = 1600
"""Characters of a text as it is written; Vonage splits nothing longer."""


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer kept ready for volunteers."""

    title: str
    text: str


def create(organization_id: int, name: str, person_id: int) -> Campaign | Fault:
    """Begin a campaign as a draft. A Fault (name_taken) when the name is in use here."""
    taken = _taken(organization_id, name)
    if taken is not None:
        return taken
    campaign = Campaign(organization_id=organization_id, name=name, created_by=person_id)
    db.session.add(campaign)
    db.session.flush()
    auditing.record("campaign_created", f"campaign {campaign.id}")
    return campaign


def rename(campaign: Campaign, name: str) -> Fault | None:
    """Call it otherwise. The campaign is locked by this transaction. A Fault (name_taken) when another
    one is called that."""
    if name == campaign.name:
        return None
    taken = _taken(campaign.organization_id, name, campaign.id)
    if taken is None:
        auditing.record("campaign_renamed", f"campaign {campaign.id}")
        campaign.name = name
    return taken


def _taken(organization_id: int, name: str, own_id: int | None = None) -> Fault | None:
    others = select(Campaign.id).where(
        Campaign.organization_id == organization_id,
        func.lower(Campaign.name) == name.lower(),
        Campaign.id.is_distinct_from(own_id),
    )
    if db.session.scalar(others.limit(1)) is None:
        return None
    return Fault("name_taken", "There is a campaign of this name already. Choose another one.")


def lock(campaign_id: int, organization_id: int) -> Campaign:
    """The campaign, held until the transaction ends. Raises NotFound, as well for the hidden one that
    texts to try leave from."""
    campaign = db.session.scalar(
        select(Campaign)
        .filter_by(id=campaign_id, organization_id=organization_id, is_tests=False)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if campaign is None:
        raise NotFound
    return campaign


def lock_to_change(campaign_id: int, organization_id: int) -> Campaign:
    """As `lock`; raises Refused (archived) when nothing may be changed any more."""
    campaign = lock(campaign_id, organization_id)
    if campaign.status == "archived":
        raise Refused("archived", "This campaign is archived. Nothing in it can be changed any more.")
    return campaign


def document_of(campaign: Campaign) -> dict[str, Any]:
    """What the campaign says now, as ScriptVersion describes it."""
    if campaign.script_version_id is None:
        return {"first": [], "canned": []}
    return dict(db.session.get_one(ScriptVersion, campaign.script_version_id).document)


def wordings(campaign: Campaign, round_: int = 1) -> list[str]:
    """The wordings of a round's text as written: each contact gets one of them. [] before the first."""
    document = document_of(campaign)
    return list(document["first"] if round_ == 1 else document.get("rounds", {}).get(str(round_), []))


def save_wordings(campaign: Campaign, texts: Sequence[str], person_id: int, round_: int = 1) -> None:
    """Replace the wordings of a round's text, and note what changed. The campaign is locked by this
    transaction.

    Raises Refused (too_many_wordings, no_wording).
    """
    if not texts:
        raise Refused("no_wording", "A message needs one wording at least. Change this one instead.")
    if len(texts) > MOST_WORDINGS:
        words = f"There are {MOST_WORDINGS} wordings already. Remove one before you add another."
        raise Refused("too_many_wordings", words)
    document = document_of(campaign)
    note = _changed(
        wordings(campaign, round_), texts, "First message" if round_ == 1 else f"Pass {round_}"
    )
    if round_ == 1:
        document = {**document, "first": list(texts)}
    else:
        document = {**document, "rounds": {**document.get("rounds", {}), str(round_): list(texts)}}
    save_document(campaign, document, person_id, note)


def _changed(before: Sequence[str], after: Sequence[str], name: str) -> str:
    """What became of the wordings, for the history: "First message reworded"."""
    if not before:
        return f"{name} written"
    if len(after) > len(before):
        return f"{name}: wording {len(after)} added"
    if len(after) < len(before):
        return f"{name}: a wording removed"
    changed = [n for n, (old, new) in enumerate(zip(before, after, strict=True), 1) if old != new]
    return f"{name}: wording {changed[0]} changed" if len(after) > 1 and changed else f"{name} reworded"


def with_wording(texts: Sequence[str], place: int, text: str | None) -> list[str]:
    """`texts` with another wording in this place, or with None without it; after the last, one more."""
    return [*texts[:place], *([text] if text is not None else []), *texts[place + 1 :]]


def steps_of(campaign: Campaign) -> tuple[Step, ...]:
    """The questions of the campaign's script, the first one first; () where there are none."""
    return tree.read(document_of(campaign).get("steps", ()))


def save_steps(campaign: Campaign, steps: Sequence[Step], person_id: int) -> None:
    """Replace the questions. The campaign is locked by this transaction."""
    save_document(campaign, {**document_of(campaign), "steps": tree.write(steps)}, person_id)


def save_canned(campaign: Campaign, replies: list[Canned], person_id: int) -> None:
    """Replace the answers kept ready. The campaign is locked by this transaction."""
    canned = [{"title": reply.title, "text": reply.text} for reply in replies]
    save_document(
        campaign, {**document_of(campaign), "canned": canned}, person_id, "Answers kept ready changed"
    )


def save_document(campaign: Campaign, document: dict[str, Any], person_id: int, note: str = "") -> None:
    """Replace what the campaign says. The campaign is locked by this transaction; `note` says what changed.

    A script is never changed, only followed by another version: what was sent stays readable. Raises
    Refused (second_look) while it runs in an organization where somebody else looks first.
    """
    if document == document_of(campaign):
        return
    lapsing.refuse_while_running(campaign)
    last = select(func.max(ScriptVersion.number)).where(ScriptVersion.campaign_id == campaign.id)
    version = ScriptVersion(
        organization_id=campaign.organization_id,
        campaign_id=campaign.id,
        number=(db.session.scalar(last) or 0) + 1,
        document=document,
        created_by=person_id,
        note=note,
    )
    db.session.add(version)
    db.session.flush()
    campaign.script_version_id = version.id
    auditing.record("script_saved", f"campaign {campaign.id}", version=version.number)
