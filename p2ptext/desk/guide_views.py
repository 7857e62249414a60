"""A guide to one campaign for its volunteers, to be printed on a sheet or two."""

from dataclasses import dataclass

from flask import g, render_template
from sqlalchemy import select

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.accounts.models import Membership, Organization, Person
from p2ptext.audience import lint_facts, previewing
from p2ptext.audience.previewing import MADE_UP, Preview, Sample
from p2ptext.campaigns import linking, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk.blueprint import blueprint
from p2ptext.extensions import db
from p2ptext.rules import crisis, tree
from p2ptext.rules.tree_edits import outline

MOST_QUESTIONS = 8
"""Questions printed: what is further down the tree comes up on the screen when it is needed."""
MOST_CANNED = 8
MOST_NAMES = 4
_SIGNED = "[your first name]"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the script, and what people may answer."""

    question: str
    answers: str


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/guide")
@permission("organizer")
def guide(campaign_id: int) -> str:
    """Who we are, what you will say, how replies work, and what to do when it gets hard."""
    campaign = get_scoped(Campaign, campaign_id)
    organization = db.session.get_one(Organization, g.org.id)
    document = writing.document_of(campaign)
    steps = [line.step for line in outline(tree.read(document.get("steps", ())))]
    return render_template(
        "desk/guide.html",
        campaign=campaign,
        organization=organization,
        sender=campaign.sender_name or organization.sender_name or organization.name,
        sponsor=lint_facts.sponsor_line(campaign),
        texts=_texts(campaign, document["first"]),
        questions=[
            Asked(step.question, ", ".join(one.label for one in step.answers))
            for step in steps[:MOST_QUESTIONS]
        ],
        more_questions=max(0, len(steps) - MOST_QUESTIONS),
        canned=[entry["title"] for entry in document["canned"][:MOST_CANNED]],
        crisis=crisis.ON_PAPER,
        organizers=_organizers(g.org.id),
        promise=campaign.reply_promise_min or organization.reply_promise_min,
        has_links=bool(linking.names_of(campaign.id)),
    )


def _texts(campaign: Campaign, wordings: list[str]) -> list[Preview]:
    """The first text for somebody made up: no real person's data goes onto paper."""
    sample = Sample(None, 0, MADE_UP)
    return [previewing.preview(campaign, text, sample, _SIGNED) for text in wordings[:2]]


def _organizers(organization_id: int) -> list[str]:
    """Whom a volunteer may ask, by name."""
    rows = (
        select(Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organization_id == organization_id,
            Membership.status == "active",
            Membership.role.in_(("organizer", "manager")),
        )
        .order_by(Membership.role.desc(), Person.name)
        .limit(MOST_NAMES)
    )
    return list(db.session.scalars(rows))
