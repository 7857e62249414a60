"""What organizers see: campaigns and their numbers."""

from typing import Any

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.campaigns.models import Campaign
from p2ptext.counting import reading
from p2ptext.insight import kinds, links, queries, rates_tabs
from p2ptext.insight.blueprint import blueprint
from p2ptext.review import record, words
from p2ptext.texting import breakers, pacing

blueprint.add_app_template_global(words.place, "place_words")


@blueprint.get("/o/<org>/campaigns")
@permission("organizer")
def campaigns() -> str:
    """Every campaign and how it goes."""
    at = reading.fresh()
    return render_template("insight/campaigns.html", rows=queries.campaigns(g.org.id), at=at)


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>")
@permission("organizer")
def campaign(campaign_id: int) -> str:
    """One campaign's numbers."""
    facts = _numbers(campaign_id)
    runs = facts["campaign"].status == "running"
    outlook = pacing.outlook(campaign_id) if runs else None
    return render_template("insight/campaign.html", halted=breakers.halted(), outlook=outlook, **facts)


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/numbers-now")
@permission("organizer")
def numbers_now(campaign_id: int) -> str:
    """The numbers alone, for a page that is open."""
    return render_template("insight/_numbers.html", **_numbers(campaign_id))


def _numbers(campaign_id: int) -> dict[str, Any]:
    found = get_scoped(Campaign, campaign_id)
    reading.fresh()
    counted = reading.of(found.id, "all", "round")
    return {
        "campaign": found,
        "numbers": queries.numbers(counted),
        "left_over": counted.left_over,
        "rounds": queries.rounds(counted),
        "links": links.links(g.org.id, found.id),
        "goal": rates_tabs.goal_words(found),
        "kinds": kinds,
        "tabs": rates_tabs.TABS,
    }


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/conversations/<int:conversation_id>")
@permission("organizer")
def conversation(campaign_id: int, conversation_id: int) -> Response:
    """Where the page of a conversation used to be."""
    record.talk(g.org.id, campaign_id, conversation_id)
    return redirect(url_for("review.conversation", conversation_id=conversation_id), 308)
