"""Pages of the first message: its wordings, each tried on real people of the list."""

from dataclasses import replace

from flask import Response, flash, g, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import launching, preflight, previewing
from p2ptext.audience.columns import columns_of
from p2ptext.audience.forms import FirstMessageForm, asked_wording
from p2ptext.audience.lint_facts import facts_of
from p2ptext.audience.previewing import Preview
from p2ptext.background import transaction
from p2ptext.campaigns import drafts, enclosures, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import editing
from p2ptext.desk.blueprint import blueprint
from p2ptext.desk.editing import Editing
from p2ptext.rules import lint
from p2ptext.rules.lint import LintFault
from p2ptext.rules.prices import in_words


@blueprint.route("/o/<org>/campaigns/<int:campaign_id>/message", methods=["GET", "POST"])
@permission("manager")
def first_message(campaign_id: int) -> BaseResponse:
    """One wording of the first message: `wording` in the address says which, from 1."""
    campaign = get_scoped(Campaign, campaign_id)
    texts = writing.wordings(campaign)
    place = asked_wording(request.args.get("wording"), len(texts))
    here = editing.begin(campaign, f"first.{place + 1}")
    if editing.discarded(here):
        return redirect(url_for(".first_message", campaign_id=campaign_id, wording=place + 1), 303)
    written = {"text": texts[place] if place < len(texts) else ""}
    form = (
        FirstMessageForm(here.formdata, data=written)
        if here.formdata
        else FirstMessageForm(data=written)
    )
    blocks: list[preflight.Finding] = []
    if form.wants_removal or (form.validate_on_submit() and form.action.data == "save"):
        text = None if form.wants_removal else form.text.data
        found = _save(here, place, text)
        if found is not None and found.clear:
            return _saved(campaign_id, text, place)
        blocks = found.blocks if found else []
    if form.action.data and form.action.data.startswith("replace:"):
        form.text.data = previewing.replaced(form.text.data, form.action.data.removeprefix("replace:"))
    return editing.page(
        "message",
        form=form,
        campaign=campaign,
        editing=here,
        wordings=len(texts),
        place=place,
        preview=_preview(campaign, form),
        nobody_misses=_nobody_misses(campaign, form),
        fields=editing.fields_of(campaign),
        blocks=blocks,
    )


def _save(here: Editing, place: int, text: str | None) -> preflight.Preflight | None:
    """What was found; None when somebody else has saved this wording meanwhile."""
    campaign_id = here.campaign.id
    with transaction():
        here.campaign = writing.lock_to_change(campaign_id, g.org.id)
        if editing.clash_of(here, {"text": text or ""}):
            return None
        found = launching.change_first_message(campaign_id, g.org.id, text, current_user.id, place)
        if found.clear:
            drafts.forget(campaign_id, current_user.id, here.place)
        return found


def _saved(campaign_id: int, text: str | None, place: int) -> BaseResponse:
    if text is None:
        flash("The wording is removed.")
        return redirect(url_for(".first_message", campaign_id=campaign_id))
    # Nothing is held against a message before there is a list to compare its fields with.
    faults = preflight.wording_blocks(campaign_id, text) if columns_of(campaign_id) else []
    if faults:
        words = " ".join(fault.words for fault in faults)
        flash(f"The first message is saved, but cannot be launched yet. {words}", "warning")
        return redirect(url_for(".first_message", campaign_id=campaign_id, wording=place + 1))
    flash("The first message is saved.")
    return redirect(url_for(".onward", campaign_id=campaign_id, after="message"))


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/preview")
@permission("manager")
def preview(campaign_id: int) -> Response:
    """A text for one contact, while it is typed; `place` says where in the script it stands."""
    campaign = get_scoped(Campaign, campaign_id)
    form = FirstMessageForm()
    shown = _preview(campaign, form)
    place = request.form.get("place", "first")
    found = _lint(campaign, shown.template, place)
    return jsonify(
        contact=shown.sample.contact_id,
        line=shown.sample.line,
        text=shown.text,
        encoding=shown.count.encoding,
        units=shown.count.units,
        segments=shown.count.segments,
        faults=[{"code": fault.code, "words": fault.words} for fault in shown.faults],
        lint=[{"code": one.code, "words": one.words, "blocks": one.blocks} for one in found],
        html=render_template(
            "audience/_preview.html",
            preview=shown,
            campaign=campaign,
            enclosed=enclosures.at(campaign, place),
            lint=found,
            cost=in_words,
            nobody_misses=_nobody_misses(campaign, form),
        ),
    )


def _lint(campaign: Campaign, template: str, place: str) -> list[LintFault]:
    """What the words themselves may be refused or filtered for; nothing while there are none."""
    if not template.strip():
        return []
    first = place.partition(".")[0] in ("first", "rounds")
    return lint.check(template, replace(facts_of(campaign), first=first))


def _nobody_misses(campaign: Campaign, form: FirstMessageForm) -> bool:
    """Whether somebody without a value was asked for, and there is none."""
    if form.action.data != "missing" or not columns_of(campaign.id):
        return False
    return previewing.missing_sample(campaign.id, form.text.data or "", None) is None


def _preview(campaign: Campaign, form: FirstMessageForm) -> Preview:
    """The form's text on the contact its buttons ask for, signed by the person who looks."""
    text = (form.text.data or "")[: writing.LONGEST_TEXT]
    name = g.membership.texting_name
    sample = previewing.shown_to(campaign, text, name, form.contact_id, form.action.data or "")
    return previewing.preview(campaign, text, sample, name)
