"""Pages of the scripts to begin with: look at one, take it."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.background import transaction
from p2ptext.campaigns import starting, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import bringing_in, editing
from p2ptext.desk.blueprint import blueprint
from p2ptext.rules import languages, script_outline
from p2ptext.rules.script_import import Understood

_PAGE = "/o/<org>/campaigns/<int:campaign_id>/starters"


@blueprint.get(_PAGE)
@permission("manager")
def starters(campaign_id: int) -> str:
    """All of them, those made for the campaign's purpose first."""
    campaign = get_scoped(Campaign, campaign_id)
    offered = sorted(starting.starters(), key=lambda one: one.purpose != campaign.purpose)
    return render_template(
        "desk/starters.html",
        campaign=campaign,
        starters=offered,
        empty=not any(writing.document_of(campaign).values()),
    )


@blueprint.get(f"{_PAGE}/<starter_key>")
@permission("manager")
def starter(campaign_id: int, starter_key: str) -> str:
    """One of them, whole, as this campaign would say it; in another language with `language`."""
    campaign = get_scoped(Campaign, campaign_id)
    found = starting.find(starter_key)
    document = starting.taken(campaign, found)
    code = request.args.get("language")
    spoken = languages.document_in(document, code if code in document["languages"] else None)
    return render_template(
        "desk/starter.html",
        campaign=campaign,
        starter=found,
        code=code if spoken is not document else "",
        languages=[(one, languages.NAMES[one]) for one in document["languages"]],
        outline=script_outline.write({**spoken, "languages": {}}),
        empty=not any(writing.document_of(campaign).values()),
    )


@blueprint.post(f"{_PAGE}/<starter_key>")
@permission("manager")
def take_starter(campaign_id: int, starter_key: str) -> BaseResponse:
    """The campaign says it from now on. What it said before stays in the history."""
    campaign = get_scoped(Campaign, campaign_id)
    found = starting.find(starter_key)
    understood = Understood(starting.taken(campaign, found), found.name)
    base = editing.number(request.form.get("base"))
    with transaction():
        against = bringing_in.bring_in(
            campaign_id, g.org.id, current_user.id, understood, f"From “{found.name}”", base
        )
    if against:
        flash(f"The script cannot be taken while the campaign runs. {' '.join(against)}", "error")
        return redirect(url_for(".starter", campaign_id=campaign_id, starter_key=starter_key), 303)
    flash("The script is yours now. Fill in what stands in [BRACKETS], then look at the questions.")
    return redirect(url_for(".first_message", campaign_id=campaign_id), 303)
