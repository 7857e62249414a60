"""Pages of the first message: its wordings, each tried on real people of the list."""

from flask import Response, flash, g, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import launching, preflight, previewing
from p2ptext.audience.columns import columns_of
from p2ptext.audience.forms import FirstMessageForm, asked_wording
from p2ptext.audience.longest import people_of
from p2ptext.audience.merging import VOLUNTEER
from p2ptext.audience.previewing import Preview
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk.blueprint import blueprint


@blueprint.route("/o/<org>/campaigns/<int:campaign_id>/message", methods=["GET", "POST"])
@permission("manager")
def first_message(campaign_id: int) -> str | BaseResponse:
    """One wording of the first message: `wording` in the address says which, from 1."""
    campaign = get_scoped(Campaign, campaign_id)
    texts = writing.wordings(campaign)
    place = asked_wording(request.args.get("wording"), len(texts))
    form = FirstMessageForm(data={"text": texts[place] if place < len(texts) else ""})
    blocks: list[preflight.Finding] = []
    if form.wants_removal or (form.validate_on_submit() and form.action.data == "save"):
        text = None if form.wants_removal else form.text.data
        with transaction():
            found = launching.change_first_message(campaign_id, g.org.id, text, current_user.id, place)
        if found.clear:
            return _saved(campaign_id, text)
        blocks = found.blocks
    if form.action.data and form.action.data.startswith("replace:"):
        form.text.data = previewing.replaced(form.text.data, form.action.data.removeprefix("replace:"))
    return render_template(
        "desk/message.html",
        form=form,
        campaign=campaign,
        wordings=len(texts),
        place=place,
        preview=_preview(campaign, form),
        fields=[*columns_of(campaign_id), VOLUNTEER],
        blocks=blocks,
    )


def _saved(campaign_id: int, text: str | None) -> BaseResponse:
    if text is None:
        flash("The wording is removed.")
        return redirect(url_for(".first_message", campaign_id=campaign_id))
    # Nothing is held against a message before there is a list to compare its fields with.
    faults = preflight.wording_blocks(campaign_id, text) if columns_of(campaign_id) else []
    if not faults:
        flash("The first message is saved.")
    else:
        words = " ".join(fault.words for fault in faults)
        flash(f"The first message is saved, but cannot be launched yet. {words}", "warning")
    return redirect(url_for(".setup", campaign_id=campaign_id))


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/preview")
@permission("manager")
def preview(campaign_id: int) -> Response:
    """A wording for one contact, while it is typed."""
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
