"""What organizers see: campaigns and their numbers, the inbox, a conversation with its record."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import get_scoped, operator, permission
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.conversations import offering, reviewing
from p2ptext.errors import NotFound
from p2ptext.insight import history, inbox, kinds, links, queries, results, timing, words
from p2ptext.texting import breakers, pacing, why_not

blueprint = Blueprint("insight", __name__)
blueprint.add_app_template_global(words.place, "place_words")

_MOST_PAGES = 10**6


@blueprint.get("/o/<org>/campaigns")
@permission("organizer")
def campaigns() -> str:
    """Every campaign and how it goes."""
    return render_template("insight/campaigns.html", rows=queries.campaigns(g.org.id))


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
    return {
        "campaign": found,
        "numbers": queries.numbers(g.org.id, found.id),
        "volunteers": queries.volunteers(g.org.id, found.id),
        "rounds": queries.rounds(g.org.id, found.id),
        "survey": results.survey(found),
        "wordings": results.wordings(g.org.id, found.id),
        "links": links.links(g.org.id, found.id),
        "to_look_at": timing.to_look_at(g.org.id),
        "kinds": kinds,
    }


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/rows/<string:kind>")
@permission("organizer")
def rows(campaign_id: int, kind: str) -> str:
    """The people behind one number."""
    found = get_scoped(Campaign, campaign_id)
    if kind not in kinds.KINDS:
        raise NotFound
    page = request.args.get("page", 1, type=int)
    person_id = request.args.get("volunteer", type=int)
    if not 1 <= page <= _MOST_PAGES:
        raise NotFound
    listing = queries.rows(g.org.id, found.id, kind, page, person_id)
    if page > 1 and not listing.rows:
        raise NotFound
    return render_template(
        "insight/rows.html",
        campaign=found,
        kind=kinds.KINDS[kind],
        listing=listing,
        person_id=person_id,
        more=listing.last < listing.total,
        why_not=why_not.of_contacts(
            g.org.id, [row.id for row in listing.rows if row.place == "not_texted"]
        ),
    )


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/conversations/<int:conversation_id>")
@permission("organizer")
def conversation(campaign_id: int, conversation_id: int) -> str:
    """What was said with one person, and who did what."""
    found = get_scoped(Campaign, campaign_id)
    return render_template(
        "insight/conversation.html",
        campaign=found,
        talk=history.talk(g.org.id, found.id, conversation_id),
        lines=history.lines(g.org.id, conversation_id),
        deeds=history.deeds(g.org.id, conversation_id),
    )


@blueprint.get("/o/<org>/inbox")
@permission("organizer")
def unrouted() -> str:
    """What waits for an organizer."""
    return render_template(
        "insight/inbox.html",
        asked=inbox.asked(g.org.id),
        reviews=inbox.reviews(g.org.id),
        strays=inbox.strays(g.org.id),
        stopped=inbox.stopped_today(g.org.id),
        unclear=inbox.unclear(g.org.id),
        kept=inbox.kept(g.org.id),
        advice=inbox.advice(g.org.id) if g.membership.may("manager") else [],
        standing=offering.standing(g.org.id),
    )


@blueprint.post("/o/<org>/inbox/<int:conversation_id>/opt-out")
@permission("organizer")
def opt_out(conversation_id: int) -> Response:
    """They asked to stop."""
    with transaction():
        reviewing.opt_out(g.org.id, conversation_id, current_user.id)
    flash("They are opted out and get no more texts.")
    return _to_inbox()


@blueprint.post("/o/<org>/inbox/<int:conversation_id>/clear")
@permission("organizer")
def clear_review(conversation_id: int) -> Response:
    """They did not ask to stop."""
    seen = request.form.get("last_inbound", 0, type=int)
    with transaction():
        cleared = reviewing.clear_review(g.org.id, conversation_id, seen, current_user.id)
    flash(
        "The volunteer may answer them now." if cleared else "Somebody has decided this already.",
        "success" if cleared else "info",
    )
    return _to_inbox()


@blueprint.post("/o/<org>/inbox/replies/<int:inbound_id>/opt-out")
@permission("organizer")
def opt_out_sender(inbound_id: int) -> Response:
    """Whoever wrote this asked to stop."""
    with transaction():
        reviewing.opt_out_sender(g.org.id, inbound_id, current_user.id)
    flash("They are opted out and get no more texts.")
    return _to_inbox()


@blueprint.post("/o/<org>/inbox/replies/<int:inbound_id>/dealt-with")
@permission("organizer")
def dealt_with(inbound_id: int) -> Response:
    """A reply that fits no conversation has been dealt with."""
    with transaction():
        first = reviewing.dealt_with(g.org.id, inbound_id, current_user.id)
    flash("Put aside." if first else "Somebody has done that already.", "success" if first else "info")
    return _to_inbox()


def _to_inbox() -> Response:
    return redirect(url_for("insight.unrouted"), 303)


@blueprint.get("/operator/events")
@operator
def unclaimed() -> str:
    """Webhooks that belong to no organization."""
    return render_template("insight/events.html", kept=inbox.unclaimed())
