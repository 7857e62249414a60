"""Check answers and launch: everything that was set, what speaks against a launch, and the launch."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts import letters
from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import approving, launching, preflight
from p2ptext.audience.preflight import Preflight
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import answers, steps
from p2ptext.desk.blueprint import blueprint


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/answers", endpoint="answers")
@permission("manager")
def answers_page(campaign_id: int) -> str:
    campaign = get_scoped(Campaign, campaign_id)
    return page(campaign, preflight.check(campaign))


def page(campaign: Campaign, found: Preflight, refused: Preflight | None = None) -> str:
    """The page with what was found; `refused` is what a launch that was asked for was refused for."""
    return render_template(
        "desk/answers.html",
        campaign=campaign,
        sections=answers.sections(campaign, found),
        found=found,
        refused=refused.blocks if refused else [],
        tested=launching.is_tested(campaign),
        needs_approval=launching.needs_approval(campaign),
        approval=approving.standing(campaign, current_user.id),
        counts=found.contacts > launching.COUNT_ABOVE,
        has_errors=refused is not None,
        url_of=lambda key: steps.url_of(campaign, key),
    )


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/launch")
@permission("manager")
def launch(campaign_id: int) -> Response | tuple[str, int]:
    typed = "".join(sign for sign in request.form.get("count", "")[:20] if sign not in ", .\u00a0")
    with transaction():
        found = launching.launch(
            campaign_id, g.org.id, int(typed) if typed.isascii() and typed.isdigit() else None
        )
    if not found.clear:
        return page(get_scoped(Campaign, campaign_id), found, refused=found), 409
    flash("The campaign is launched. Volunteers can take contacts now.")
    return redirect(url_for(".setup", campaign_id=campaign_id))


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/approval")
@permission("manager")
def ask_approval(campaign_id: int) -> Response:
    campaign = get_scoped(Campaign, campaign_id)
    if campaign.status == "draft" and not launching.is_tested(campaign):
        flash("Send a test to your own phone first. Then ask a second person.", "warning")
        return _back(campaign_id)
    with transaction():
        approving.ask(campaign_id, g.org.id, current_user.id)
    if letters.are_mailed():
        flash("The other managers are asked by e-mail.")
    else:
        flash("They are asked on this page. No mail server is set, so tell them to open it.", "warning")
    return _back(campaign_id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/approve")
@permission("manager")
def approve(campaign_id: int) -> Response:
    with transaction():
        approving.approve(
            campaign_id, g.org.id, current_user.id, request.form.get("version", 0, type=int)
        )
    flash("You have approved the script as it is now.")
    return _back(campaign_id)


def _back(campaign_id: int) -> Response:
    return redirect(url_for(".answers", campaign_id=campaign_id), 303)
