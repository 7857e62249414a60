"""Pages of passes: which there are, whom the next would reach, its message, its start and its end."""

from flask import Response, flash, g, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import previewing
from p2ptext.audience.columns import columns_of
from p2ptext.audience.forms import asked_wording
from p2ptext.audience.merging import VOLUNTEER
from p2ptext.audience.preflight import Finding, Preflight
from p2ptext.audience.previewing import Preview
from p2ptext.background import enqueue, transaction
from p2ptext.campaigns import enclosures, linking, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.rules.enclosure import place_of_round
from p2ptext.texting import pass_queries, passes
from p2ptext.texting.blueprint import blueprint
from p2ptext.texting.pass_forms import DaysForm, PassMessageForm
from p2ptext.texting.pass_jobs import cut_pass
from p2ptext.texting.passes import Reach


@blueprint.app_template_filter("pass_name")
def pass_name(round_: int) -> str:
    """A round's name: "Second pass"."""
    names = {2: "Second", 3: "Third", 4: "Fourth", 5: "Fifth", 6: "Sixth"}
    return f"{names[round_]} pass" if round_ in names else f"Pass {round_}"


def _campaign(campaign_id: int, round_: int) -> Campaign:
    campaign = get_scoped(Campaign, campaign_id)
    passes.check_launched(campaign)
    passes.check_round(campaign, round_)
    return campaign


@blueprint.get("/campaigns/<int:campaign_id>/passes", endpoint="passes")
@permission("manager")
def passes_page(campaign_id: int) -> str:
    """The passes of a campaign."""
    campaign = get_scoped(Campaign, campaign_id)
    passes.check_launched(campaign)
    rows = pass_queries.passes_of(g.org.id, campaign_id)
    begun = {row.round for row in rows}
    return render_template(
        "texting/passes.html",
        campaign=campaign,
        rows=rows,
        begin=[
            _step(campaign, round_, begun) for round_ in range(2, passes.next_round(campaign_id) + 1)
        ],
    )


def _step(campaign: Campaign, round_: int, begun: set[int]) -> dict[str, str]:
    """One round as a task: begin it, or add to it who was texted later."""
    written = bool(writing.wordings(campaign, round_))
    return {
        "title": pass_name(round_),
        "href": url_for(".next_pass", campaign_id=campaign.id, round=round_),
        "hint": "Add people who were texted later" if round_ in begun else "See whom it would reach",
        "status": "Begun" if round_ in begun else "Message written" if written else "Not begun",
        "tone": "success" if round_ in begun else "",
    }


@blueprint.get("/campaigns/<int:campaign_id>/passes/<int:round>", endpoint="next_pass")
@permission("manager")
def next_pass_page(campaign_id: int, round: int) -> str:
    """Whom this pass would reach now."""
    campaign = _campaign(campaign_id, round)
    form = DaysForm(
        request.args if "days" in request.args else None, days=passes.DAYS, meta={"csrf": False}
    )
    days = form.days.data if "days" not in request.args or form.validate() else passes.DAYS
    chosen = passes.whom(days, marked_only=form.marked_only.data)
    found, reached = passes.check(campaign, round, chosen)
    return _next_pass(campaign, round, form, days, found, reached)


def _next_pass(
    campaign: Campaign, round_: int, form: DaysForm, days: int, found: Preflight, reached: Reach
) -> str:
    texts = writing.wordings(campaign, round_)
    longest = found.longest
    sample = previewing.sample_of(campaign.id, longest.contact_id if longest else None)
    return render_template(
        "texting/next_pass.html",
        campaign=campaign,
        round=round_,
        form=form,
        days=days,
        marked=passes.marked(campaign.id),
        found=found,
        reached=reached,
        reasons=passes.LEFT_OUT,
        first_at=None if reached.people else passes.first_old_enough_at(campaign.id, round_, days or 0),
        texts=texts,
        previews=[
            previewing.preview(campaign, text, sample, g.membership.texting_name) for text in texts
        ],
    )


@blueprint.post("/campaigns/<int:campaign_id>/passes/<int:round>/start")
@permission("manager")
def start_pass(campaign_id: int, round: int) -> BaseResponse | tuple[str, int]:
    """Decide on it."""
    campaign = _campaign(campaign_id, round)
    form = DaysForm()
    if not form.validate():
        found, reached = passes.check(campaign, round, passes.whom(passes.DAYS))
        return _next_pass(campaign, round, form, passes.DAYS, found, reached), 422
    with transaction():
        found, reached, row = passes.start(
            campaign_id,
            g.org.id,
            round,
            form.days.data,
            current_user.id,
            marked_only=form.marked_only.data,
        )
        if row is not None:
            enqueue(cut_pass, row.id)
    if row is None:
        again = get_scoped(Campaign, campaign_id)
        return _next_pass(again, round, form, form.days.data, found, reached), 409
    flash("The pass is being prepared. In a moment volunteers can take its cards.")
    return redirect(url_for(".passes", campaign_id=campaign_id), 303)


@blueprint.route("/campaigns/<int:campaign_id>/passes/<int:round>/message", methods=["GET", "POST"])
@permission("manager")
def pass_message(campaign_id: int, round: int) -> str | BaseResponse:
    """What this pass says."""
    campaign = _campaign(campaign_id, round)
    texts = writing.wordings(campaign, round)
    place = asked_wording(request.args.get("wording"), len(texts))
    form = PassMessageForm(data={"text": texts[place] if place < len(texts) else ""})
    blocks: list[Finding] = []
    if form.wants_removal or (form.validate_on_submit() and form.action.data == "save"):
        text = None if form.wants_removal else form.text.data
        with transaction():
            found = passes.save_message(campaign_id, g.org.id, round, text, current_user.id, place)
        if found.clear:
            flash("The wording is removed." if text is None else "The message of this pass is saved.")
            return redirect(url_for(".next_pass", campaign_id=campaign_id, round=round), 303)
        blocks = found.blocks
        campaign = get_scoped(Campaign, campaign_id)
    if form.action.data and form.action.data.startswith("replace:"):
        form.text.data = previewing.replaced(form.text.data, form.action.data.removeprefix("replace:"))
    return render_template(
        "texting/pass_message.html",
        campaign=campaign,
        round=round,
        form=form,
        wordings=len(texts),
        place=place,
        preview=_preview(campaign, round, form),
        fields=[*columns_of(campaign_id), VOLUNTEER, *linking.names_of(campaign_id)],
        blocks=blocks,
    )


@blueprint.post("/campaigns/<int:campaign_id>/passes/<int:round>/preview")
@permission("manager")
def pass_preview(campaign_id: int, round: int) -> Response:
    """The message for one contact, while it is typed."""
    campaign = _campaign(campaign_id, round)
    shown = _preview(campaign, round, PassMessageForm())
    html = render_template(
        "audience/_preview.html",
        preview=shown,
        campaign=campaign,
        enclosed=enclosures.at(campaign, place_of_round(round)),
    )
    return jsonify(text=shown.text, segments=shown.count.segments, html=html)


def _preview(campaign: Campaign, round_: int, form: PassMessageForm) -> Preview:
    """The form's text on the contact its buttons ask for, signed by the person who looks."""
    text = (form.text.data or "")[: writing.LONGEST_TEXT]
    name = g.membership.texting_name
    if form.action.data == "longest":
        people = passes.people(campaign, round_, passes.whom(passes.DAYS))
        sample = previewing.longest_sample(campaign, text, name, people)
    else:
        sample = previewing.sample_of(campaign.id, form.contact_id, form.action.data or "")
    return previewing.preview(campaign, text, sample, name)


@blueprint.post("/campaigns/passes/<int:pass_id>/stop")
@permission("manager")
def stop_pass(pass_id: int) -> BaseResponse:
    """Call its unsent back."""
    with transaction():
        campaign_id, people = passes.stop(pass_id, g.org.id, current_user.id)
    count = "1 person" if people == 1 else f"{people:,} people"
    flash(f"The pass is stopped. {count} who had not been texted in it will not be.")
    return redirect(url_for(".passes", campaign_id=campaign_id), 303)
