"""The script's outline: what is asked and said, as somebody of the list would read it. Cards open in
place; what is typed is kept as a draft; two managers see each other."""

from typing import Any

from flask import Response, g, jsonify, render_template, request, url_for
from flask_login import current_user

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import previewing, survey_checks
from p2ptext.audience.columns import columns_of
from p2ptext.audience.merging import merge_values
from p2ptext.audience.previewing import Sample
from p2ptext.background import transaction
from p2ptext.campaigns import drafts, linking, versions, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import editing
from p2ptext.desk.blueprint import blueprint
from p2ptext.errors import NotFound
from p2ptext.rules import script, sms_text, tree_edits
from p2ptext.rules.links import NOBODY
from p2ptext.rules.script_places import values_at
from p2ptext.rules.tree_edits import Line

PAGE = "/o/<org>/campaigns/<int:campaign_id>/questions"
CARDS = 60
"""Questions a page shows as cards; the rest are lines, each a link to a page of its own."""


@blueprint.get(PAGE)
@permission("manager")
def questions(campaign_id: int) -> str:
    """Everything that is asked and said; `from` in the address begins with that question."""
    campaign = get_scoped(Campaign, campaign_id)
    contact = editing.contact_in(request.args.get("contact"))
    sample = previewing.sample_of(campaign_id, contact, request.args.get("move", ""))
    steps = writing.steps_of(campaign)
    branch = tree_edits.branch(steps, request.args.get("from") or None)
    if branch is None:
        raise NotFound
    template = "desk/_outline.html" if editing.wants_part() else "desk/questions.html"
    return render_template(
        template,
        campaign=campaign,
        branch=branch,
        total=len(steps),
        cards=branch.lines[:CARDS],
        rest=branch.lines[CARDS:],
        faults=survey_checks.check(campaign, steps),
        first=editing.rendered(campaign, writing.wordings(campaign), sample),
        sample=sample,
        shown=_snippets(campaign, branch.lines[:CARDS], sample),
        mine=_drafts(campaign),
    )


def _snippets(campaign: Campaign, lines: list[Line], sample: Sample) -> dict[tuple[str, str], Any]:
    """By question and answer what is said then, as this contact would read it: the first wording, or as
    it is written where a value is missing."""
    values = merge_values(sample.fields, g.membership.texting_name)
    links = linking.links_of(campaign.id)
    columns = set(map(script.field_key, columns_of(campaign.id) or values))
    found: dict[tuple[str, str], Any] = {}
    for line in lines:
        for answer in line.step.answers:
            for text in answer.texts[:1]:
                text = links.put_in(text, NOBODY)
                try:
                    said, why = script.render(text, values, plain=campaign.plain_typography), ""
                except script.MissingField as missing:
                    known = script.field_key(missing.name) in columns
                    said, why = text, "a value is missing" if known else "no such column"
                found[line.step.key, answer.key] = (said, not why, sms_text.count(said).segments, why)
    return found


def _drafts(campaign: Campaign) -> list[dict[str, str]]:
    """Where the reader has words that are not saved: what each place is called and its address."""
    document = writing.document_of(campaign)
    found = []
    for place in drafts.places(campaign.id, current_user.id):
        address = address_of(campaign.id, place)
        there = values_at(document, place) or {}
        name = there.get("question") or there.get("label") or there.get("text", "")[:60]
        if address and (there or place.endswith("new")):
            found.append({"name": name or "Something new", "href": address})
    return found


def address_of(campaign_id: int, place: str) -> str:
    """The page on which a place is written; "" where none is."""
    parts = place.split(".")
    if parts[0] == "first" and len(parts) == 2:
        return url_for(".first_message", campaign_id=campaign_id, wording=parts[1])
    if parts == ["new"]:
        return url_for(".new_question", campaign_id=campaign_id)
    if len(parts) == 3 and parts[2] == "new":
        return url_for(".new_question", campaign_id=campaign_id, step=parts[0], answer=parts[1])
    if len(parts) == 2 and parts[1] == "new":
        return url_for(".new_answer", campaign_id=campaign_id, step_key=parts[0])
    if len(parts) == 2 and parts[0] != "first":
        return url_for(".answer", campaign_id=campaign_id, step_key=parts[0], answer_key=parts[1])
    return url_for(".question", campaign_id=campaign_id, step_key=place) if len(parts) == 1 else ""


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/draft")
@permission("manager")
def draft(campaign_id: int) -> Response:
    """Keep what is typed in one place, or with `discard` let it go."""
    campaign = get_scoped(Campaign, campaign_id)
    place = request.form.get("place", "")
    with transaction():
        if request.form.get("action") == editing.DISCARD:
            drafts.forget(campaign.id, current_user.id, place)
            return jsonify(saved_at=None)
        base = editing.number(request.form.get("base"))
        known = base if versions.document(campaign.id, base) is not None else None
        saved_at = drafts.keep(campaign, current_user.id, place, editing.typed(), known)
    return jsonify(saved_at=saved_at.isoformat())


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/looking")
@permission("manager")
def looking(campaign_id: int) -> Response:
    """Say where one writes (`place`); who else is here, and whether somebody has saved since (`base`)."""
    campaign = get_scoped(Campaign, campaign_id)
    place = request.form.get("place", "")
    with transaction():
        others = editing.others(campaign, place)
    base = editing.number(request.form.get("base"))
    changed = base is not None and base != campaign.script_version_id
    overtaken = False
    if changed and place:
        before = versions.document(campaign.id, base)
        overtaken = values_at(before, place) != values_at(writing.document_of(campaign), place)
    return jsonify(
        others=[{"name": one.name, "place": one.place} for one in others],
        version=campaign.script_version_id,
        author=versions.author(campaign) if changed else "",
        overtaken=overtaken,
    )
