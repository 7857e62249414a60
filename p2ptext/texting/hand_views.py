"""The page on which cards are given out: who has how many, and who may take some without asking."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts import joining, tokens
from p2ptext.accounts.access import get_scoped, permission
from p2ptext.accounts.addresses import link
from p2ptext.audience import assigning
from p2ptext.background import transaction
from p2ptext.campaigns import teams
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import Refused
from p2ptext.texting import hands
from p2ptext.texting.blueprint import blueprint
from p2ptext.texting.forms import PolicyForm


@blueprint.get("/campaigns/<int:campaign_id>/hands", endpoint="hands")
@permission("organizer")
def hands_page(campaign_id: int) -> str:
    """Who has cards of this campaign."""
    campaign = get_scoped(Campaign, campaign_id)
    words = request.args.get("q", "").strip()[:80]
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    found = hands.hands(g.org.id, campaign_id, words, page)
    links = joining.open_links(g.org.id, leads_to=_texting_page(campaign_id))
    return render_template(
        "texting/hands.html",
        campaign=campaign,
        found=found,
        batches=hands.batches(campaign_id),
        teams=teams.of(campaign_id),
        words=words,
        page=page,
        last_page=max(1, -(-found.total // hands.PAGE)),
        policy_form=PolicyForm(formdata=None, hand_out=campaign.hand_out),
        links=[(row, link("accounts.join", token=tokens.join_token(row))) for row in links],
        most_at_once=assigning.MOST_AT_ONCE,
    )


@blueprint.post("/campaigns/<int:campaign_id>/hands/<int:person_id>/give")
@permission("organizer")
def give_batches(campaign_id: int, person_id: int) -> Response:
    """Give a member batches that nobody else gets."""
    wanted = request.form.get("batches", 0, type=int)
    try:
        with transaction():
            given = assigning.give(campaign_id, g.org.id, person_id, wanted)
    except Refused as refused:
        flash(refused.words, "error")
        return _back(campaign_id)
    if given == wanted:
        flash(f"{_batches(given)} given.", "success")
    elif given:
        flash(f"Only {_batches(given)} could be given: no more are free.", "warning")
    else:
        flash("No batch is left to give: each is finished, or with other volunteers.", "warning")
    return _back(campaign_id)


@blueprint.post("/campaigns/<int:campaign_id>/hands/<int:person_id>/take-back")
@permission("organizer")
def take_back_batches(campaign_id: int, person_id: int) -> Response:
    """End at once what a member holds and was given."""
    with transaction():
        taken = assigning.take_back(campaign_id, g.org.id, person_id)
    flash(f"{_batches(taken)} came back." if taken else "They have no cards any more.", "success")
    return _back(campaign_id)


@blueprint.post("/campaigns/<int:campaign_id>/hands/policy")
@permission("manager")
def hand_out_policy(campaign_id: int) -> Response:
    """Decide who may take a batch."""
    with transaction():
        assigning.set_policy(campaign_id, g.org.id, request.form.get("hand_out", ""))
    flash("Saved. It counts from the next batch on.", "success")
    return _back(campaign_id)


@blueprint.post("/campaigns/<int:campaign_id>/hands/link")
@permission("manager")
def share_campaign(campaign_id: int) -> Response:
    """A join link that leads straight into this campaign."""
    with transaction():
        assigning.share(campaign_id, g.org.id, current_user.id, _texting_page(campaign_id))
    flash("The join link is ready to copy.", "success")
    return redirect(url_for("texting.hands", campaign_id=campaign_id, _anchor="link-title"), 303)


def _texting_page(campaign_id: int) -> str:
    return url_for("texting.screen", campaign_id=campaign_id)


def _back(campaign_id: int) -> Response:
    return redirect(url_for("texting.hands", campaign_id=campaign_id), 303)


def _batches(n: int) -> str:
    return "1 batch" if n == 1 else f"{n} batches"
