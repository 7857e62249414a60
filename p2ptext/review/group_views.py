"""Pages of alike replies: the groups of a campaign, and one group, in which each person is answered by a
press of their own."""

from datetime import datetime, timedelta

from flask import Response, flash, g, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.background import enqueue, transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.conversations import reassigning
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.review import grouping, groups, jobs
from p2ptext.review.blueprint import blueprint
from p2ptext.rules.clock_words import span

MOST_READY = 8
"""Ready answers on the page of a group."""

Page = str | BaseResponse | tuple[str, int]


@blueprint.get("/o/<org>/review/groups", endpoint="groups")
@permission("organizer")
def groups_page() -> Page:
    """The groups of one campaign."""
    campaigns = reassigning.choices(g.org.id).campaigns
    campaign_id = request.args.get("campaign", None, int)
    if campaign_id is None and campaigns:
        return redirect(url_for(".groups", campaign=campaigns[0].id))
    campaign = get_scoped(Campaign, campaign_id) if campaign_id is not None else None
    under_way = found = None
    if campaign is not None:
        under_way = grouping.latest(g.org.id, campaign.id, ("waiting", "running"))
        found = grouping.latest(g.org.id, campaign.id, ("done", "failed"))
    ready = found if found is not None and found.status == "done" else None
    return render_template(
        "review/groups.html",
        campaigns=campaigns,
        campaign=campaign,
        under_way=under_way,
        found=found,
        age=_age(found.finished_at) if found and found.finished_at else "",
        groups=groups.groups_of(g.org.id, ready.id) if ready else [],
        alone=ready.replies - groups.grouped(g.org.id, ready.id) if ready else 0,
    )


@blueprint.post("/o/<org>/review/groups")
@permission("organizer")
def regroup() -> BaseResponse:
    """Have a campaign's replies grouped anew."""
    asked = request.form.get("campaign", None, int)
    if asked is None:
        return redirect(url_for(".groups"), 303)
    campaign_id = get_scoped(Campaign, asked).id
    with transaction():
        row = grouping.ask(g.org.id, campaign_id, current_user.id)
        if row.status == "waiting":
            enqueue(jobs.group_replies, row.id)
    return redirect(url_for(".groups", campaign=campaign_id), 303)


@blueprint.get("/o/<org>/review/groupings/<int:grouping_id>/progress")
@permission("organizer")
def grouping_progress(grouping_id: int) -> Response:
    """Whether it is done, for the page's script."""
    row = grouping.find(g.org.id, grouping_id)
    under_way = row.status in ("waiting", "running")
    return jsonify(
        under_way=under_way, percent=0 if row.status == "waiting" else 50, words=WORDS[row.status]
    )


WORDS = {
    "waiting": "It begins in a moment.",
    "running": "The replies are being read and compared.",
    "done": "The groups are there.",
    "failed": "The replies could not be grouped.",
}
"""How far a grouping is."""


@blueprint.get("/o/<org>/review/groups/<int:group_id>")
@permission("organizer", terms=True)
def group(group_id: int) -> Page:
    """One group: each reply, and one press for each answer."""
    return _group(groups.find(g.org.id, group_id))


def _age(at: datetime) -> str:
    """How long ago it was."""
    passed = now() - at
    return "just now" if passed < timedelta(minutes=1) else f"{span(passed)} ago"


def _group(found: groups.Group, text: str | None = None, fault: str = "") -> Page:
    rows, people = groups.page(found, g.org.id, current_user.id, g.membership.texting_name)
    page = render_template(
        "review/group.html",
        group=found,
        rows=rows,
        people=people,
        age=_age(found.finished_at),
        suggestions=_suggestions(found),
        text=found.suggestion if text is None else text,
        fault=fault,
        just_sent=groups.just_sent(found.id, g.org.id, current_user.id),
    )
    return (page, 422) if fault else page


def _suggestions(found: groups.Group) -> list[tuple[str, str, str]]:
    """Ready answers: title, the text with its fields, and how it reads for the first of the people."""
    ready = groups.suggestions(found, g.org.name)[:MOST_READY]
    read = groups.read_by(found, g.org.id, g.membership.texting_name, [one.text for one in ready])
    return [(one.title, one.text, words) for one, words in zip(ready, read, strict=True)]


@blueprint.post("/o/<org>/review/groups/<int:group_id>/suggestion")
@permission("organizer", terms=True)
def suggest_in_group(group_id: int) -> Page:
    """Offer these words in each of its conversations; nothing is sent."""
    found = groups.find(g.org.id, group_id)
    text = request.form.get("chosen", "") or request.form.get("text", "")
    try:
        with transaction():
            groups.suggest(found, g.org.id, text, current_user.id)
    except Refused as refused:
        db.session.rollback()
        return _group(found, text, refused.words)
    flash(
        "This answer is offered below. You send it to each person with a press of your own."
        if text.strip()
        else "No answer is offered any more."
    )
    return redirect(url_for(".group", group_id=group_id), 303)
