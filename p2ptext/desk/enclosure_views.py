"""What goes with a text of the script: one picture, sound or video, put there and taken away."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response as BaseResponse
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import preflight, preflight_media
from p2ptext.background import transaction
from p2ptext.campaigns import enclosures, writing
from p2ptext.campaigns.enclosure_models import MediaFile
from p2ptext.campaigns.models import Campaign
from p2ptext.desk.blueprint import blueprint
from p2ptext.errors import NotFound, Refused
from p2ptext.rules import enclosure, tree

MOST_POSTED = enclosure.MOST_UPLOAD_BYTES + 64 * 1024


class EnclosureForm(FlaskForm):  # type: ignore[misc]
    """A file, and what is to be seen or heard in it."""

    file = FileField("File", [FileRequired("Choose a file.")])
    description = StringField(
        "What is to be seen or heard",
        [InputRequired(), Length(max=enclosures.LONGEST_DESCRIPTION)],
    )


@blueprint.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"enclosed_at": enclosures.at, "times_a_text": enclosure.TIMES_A_TEXT}


@blueprint.route("/o/<org>/campaigns/<int:campaign_id>/with/<place>", methods=["GET", "POST"])
@permission("manager")
def enclose(campaign_id: int, place: str) -> str | BaseResponse:
    """What goes with the text at this place of the script; another file replaces it."""
    request.max_content_length = MOST_POSTED
    campaign = get_scoped(Campaign, campaign_id)
    document = writing.document_of(campaign)
    if not enclosures.has_place(document, place):
        raise NotFound
    form = EnclosureForm()
    refused = ""
    if form.validate_on_submit():
        try:
            _put(campaign_id, place, form)
        except Refused as fault:
            refused = fault.words
        else:
            flash("It goes with the text from now on.")
            return redirect(_back(campaign_id, place))
    return render_template(
        "desk/enclosure.html",
        campaign=campaign,
        form=form,
        refused=[refused] if refused else [],
        place=place,
        kept=enclosures.at(campaign, place),
        text=_text_at(document, place),
        back=_back(campaign_id, place),
        findings=preflight_media.findings(campaign, planned=[place]),
    )


def _put(campaign_id: int, place: str, form: EnclosureForm) -> None:
    with transaction():
        kept: MediaFile = enclosures.keep(
            g.org.id,
            current_user.id,
            form.file.data.stream,
            form.file.data.filename,
            form.description.data or "",
        )
        campaign = writing.lock_to_change(campaign_id, g.org.id)
        if campaign.status == "running":
            found = preflight.against(campaign, enclosures.put_to(campaign, place, kept))
            if found:
                raise Refused("not_ready", " ".join(one.words for one in found))
        enclosures.attach(campaign, place, kept, current_user.id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/with/<place>/remove")
@permission("manager")
def leave_out(campaign_id: int, place: str) -> BaseResponse:
    """Words alone from now on. Texts that were sent keep what went with them."""
    with transaction():
        campaign = writing.lock_to_change(campaign_id, g.org.id)
        enclosures.detach(campaign, place, current_user.id)
    flash("The text goes alone from now on.")
    return redirect(_back(campaign_id, place))


def _text_at(document: dict[str, Any], place: str) -> str:
    """The text as it is written, in its first wording."""
    if place == "first":
        texts = document.get("first", [])
    elif place.startswith("rounds."):
        texts = document.get("rounds", {}).get(place.removeprefix("rounds."), [])
    else:
        step_key, _, answer_key = place.partition(".")
        step = tree.find(tree.read(document.get("steps", ())), step_key)
        chosen = step.answer(answer_key) if step else None
        texts = list(chosen.texts) if chosen else []
    return str(texts[0]) if texts else ""


def _back(campaign_id: int, place: str) -> str:
    """The page of the text itself."""
    if place == "first":
        return url_for("desk.first_message", campaign_id=campaign_id)
    if place.startswith("rounds."):
        round_ = int(place.removeprefix("rounds."))
        return url_for("texting.pass_message", campaign_id=campaign_id, round=round_)
    step_key, _, answer_key = place.partition(".")
    return url_for("desk.answer", campaign_id=campaign_id, step_key=step_key, answer_key=answer_key)
