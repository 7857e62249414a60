"""Pages of setting a campaign up: what is still to do, the first message, the check, the launch."""

from flask import Response, flash, g, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import importing, launching, preflight, previewing, queries
from p2ptext.audience.blueprint import blueprint
from p2ptext.audience.columns import columns_of
from p2ptext.audience.forms import FirstMessageForm
from p2ptext.audience.longest import people_of
from p2ptext.audience.merging import VOLUNTEER
from p2ptext.audience.previewing import Preview
from p2ptext.background import transaction
from p2ptext.campaigns import numbers, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.rules.cells import clean

_LONGEST_PAUSE_WORDS = 200


def _to_setup(campaign_id: int) -> BaseResponse:
    return redirect(url_for(".setup", campaign_id=campaign_id))


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/setup")
@permission("manager")
def setup(campaign_id: int) -> str:
    campaign = get_scoped(Campaign, campaign_id)
    document = writing.document_of(campaign)
    return render_template(
        "audience/setup.html",
        campaign=campaign,
        message_faulty=bool(_wording_faults(campaign_id, writing.first_message(campaign))),
        contacts=queries.contact_count(campaign_id),
        to_decide=queries.waits_for_decision(campaign_id),
        running_import=importing.import_under_way(campaign_id),
        written=bool(document["first"]),
        canned=len(document["canned"]),
        numbers=len(numbers.chosen(campaign_id)),
    )


@blueprint.route("/o/<org>/campaigns/<int:campaign_id>/message", methods=["GET", "POST"])
@permission("manager")
def first_message(campaign_id: int) -> str | BaseResponse | tuple[str, int]:
    campaign = get_scoped(Campaign, campaign_id)
    form = FirstMessageForm(data={"text": writing.first_message(campaign)})
    blocks: list[preflight.Finding] = []
    if form.validate_on_submit() and form.action.data == "save":
        with transaction():
            found = launching.change_first_message(
                campaign_id, g.org.id, form.text.data, current_user.id
            )
        if found.clear:
            _flash_saved(_wording_faults(campaign_id, form.text.data))
            return _to_setup(campaign_id)
        blocks = found.blocks
    if form.action.data and form.action.data.startswith("replace:"):
        form.text.data = previewing.replaced(form.text.data, form.action.data.removeprefix("replace:"))
    return render_template(
        "audience/message.html",
        form=form,
        campaign=campaign,
        preview=_preview(campaign, form),
        fields=[*columns_of(campaign_id), VOLUNTEER],
        blocks=blocks,
    )


def _wording_faults(campaign_id: int, text: str) -> list[preflight.Finding]:
    """Nothing is held against a message before there is a list to compare its fields with."""
    return preflight.wording_blocks(campaign_id, text) if text and columns_of(campaign_id) else []


def _flash_saved(faults: list[preflight.Finding]) -> None:
    if not faults:
        flash("The first message is saved.")
        return
    words = " ".join(fault.words for fault in faults)
    flash(f"The first message is saved, but cannot be launched yet. {words}", "warning")


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/preview")
@permission("manager")
def preview(campaign_id: int) -> Response:
    campaign = get_scoped(Campaign, campaign_id)
    shown = _preview(campaign, FirstMessageForm())
    return jsonify(
        contact=shown.sample.contact_id,
        line=shown.sample.line,
        text=shown.text,
        encoding=shown.count.encoding,
        units=shown.count.units,
        segments=shown.count.segments,
        faults=[{"code": fault.code, "words": fault.words} for fault in shown.faults],
        html=render_template("audience/_preview.html", preview=shown, campaign=campaign),
    )


def _preview(campaign: Campaign, form: FirstMessageForm) -> Preview:
    """The form's text on the contact its buttons ask for, signed by the person who looks."""
    text = (form.text.data or "")[: writing.LONGEST_TEXT]
    name = g.membership.texting_name
    if form.action.data == "longest":
        sample = previewing.longest_sample(campaign, text, name, people_of(campaign.id))
    else:
        sample = previewing.sample_of(campaign.id, form.contact_id, form.action.data or "")
    return previewing.preview(campaign, text, sample, name)


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/check")
@permission("manager")
def check(campaign_id: int) -> str:
    campaign = get_scoped(Campaign, campaign_id)
    return _check_page(campaign, preflight.check(campaign))


def _check_page(campaign: Campaign, found: preflight.Preflight) -> str:
    text = writing.first_message(campaign)
    sample = previewing.sample_of(campaign.id, found.longest.contact_id if found.longest else None)
    chosen = numbers.chosen(campaign.id)
    return render_template(
        "audience/check.html",
        campaign=campaign,
        found=found,
        preview=previewing.preview(campaign, text, sample, g.membership.texting_name),
        numbers=[
            numbers.pretty(number.phone)
            for number in numbers.numbers_of(g.org.id)
            if number.id in chosen
        ],
    )


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/launch")
@permission("manager")
def launch(campaign_id: int) -> BaseResponse | tuple[str, int]:
    with transaction():
        found = launching.launch(campaign_id, g.org.id)
    if not found.clear:
        return _check_page(get_scoped(Campaign, campaign_id), found), 409
    flash("The campaign is launched. Volunteers can take contacts now.")
    return _to_setup(campaign_id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/pause")
@permission("manager")
def pause(campaign_id: int) -> BaseResponse:
    words = clean(request.form.get("words", ""))[:_LONGEST_PAUSE_WORDS]
    with transaction():
        launching.pause(campaign_id, g.org.id, words)
    flash("The campaign is paused. Texts that have not left stay here.", "warning")
    return _to_setup(campaign_id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/resume")
@permission("manager")
def resume(campaign_id: int) -> BaseResponse | tuple[str, int]:
    with transaction():
        found = launching.resume(campaign_id, g.org.id)
    if not found.clear:
        return _check_page(get_scoped(Campaign, campaign_id), found), 409
    flash("The campaign goes on.")
    return _to_setup(campaign_id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/archive")
@permission("manager")
def archive(campaign_id: int) -> BaseResponse:
    with transaction():
        launching.archive(campaign_id, g.org.id)
    flash("The campaign is archived.")
    return _to_setup(campaign_id)
