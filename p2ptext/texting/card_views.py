"""The volunteer's cards: the list of campaigns, the texting screen and its requests."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import (
    Response,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import permission
from p2ptext.audience import batching
from p2ptext.background import transaction
from p2ptext.errors import Refused
from p2ptext.texting import (
    outbox,
    page,
    practising,
    queries,
    screen,
    sending,
    shift,
    shift_outlook,
    shift_planning,
)
from p2ptext.texting.blueprint import blueprint, clicker
from p2ptext.texting.refusing import note_pace


@blueprint.get("/texting")
@permission("volunteer", terms=True)
def home() -> str:
    """What there is to do."""
    campaigns = queries.todo(g.org.id, current_user.id)
    return render_template(
        "texting/home.html",
        campaigns=campaigns,
        practice=practising.standing(g.org.id, current_user.id),
        finishes={
            found.id: shift_outlook.finish(g.org.id, found, current_user.id) for found in campaigns
        },
        shifts=shift_planning.to_come(g.org.id, g.membership.id, current_user.id),
        **queries.counts(g.org.id, current_user.id),
    )


@blueprint.post("/texting/<int:campaign_id>/take")
@permission("volunteer", terms=True)
def take(campaign_id: int) -> BaseResponse:
    """Take a batch, or go on with the one in hand."""
    try:
        with transaction():
            batch_id, words = screen.take(g.org.id, campaign_id, current_user.id)
    except Refused as refused:
        batch_id, words = None, refused.words
    if batch_id is None:
        flash(words, "info")
        return redirect(url_for("texting.home"))
    return redirect(url_for("texting.screen", campaign_id=campaign_id), 303)


@blueprint.get("/texting/<int:campaign_id>", endpoint="screen")
@permission("volunteer", terms=True)
def screen_page(campaign_id: int) -> str:
    """The texting screen."""
    deck = _deck(campaign_id)
    return render_template("texting/screen.html", campaign=deck["campaign"], deck=deck)


@blueprint.get("/texting/<int:campaign_id>/cards")
@permission("volunteer", terms=True)
def cards(campaign_id: int) -> Response:
    """The next cards and the state of things."""
    return jsonify(_deck(campaign_id))


def _deck(campaign_id: int) -> dict[str, Any]:
    with transaction():
        found = screen.deck(g.org.id, campaign_id, current_user.id, g.membership.texting_name)
    return {**found, **queries.counts(g.org.id, current_user.id), "page_version": page.version()}


@blueprint.post("/texting/<int:campaign_id>/send")
@permission("volunteer", terms=True)
def send(campaign_id: int) -> tuple[Response, int] | BaseResponse:
    """One click on one card."""
    asked = _asked()
    token, shown_hash = str(asked.get("token", "")), str(asked.get("hash", ""))
    age_ms = screen.age(asked.get("age_ms", 0))
    try:
        with transaction():
            clicked = sending.send_first(clicker(), campaign_id, token, shown_hash, age_ms)
    except sending.WordingChanged as changed:
        return _wording_changed(campaign_id, token, changed)
    except Refused as refused:
        note_pace(refused, g.org.id, current_user.id)
        if request.is_json:
            raise
        flash(refused.words, "warning")
        return redirect(url_for("texting.screen", campaign_id=campaign_id), 303)
    if not request.is_json:
        return redirect(url_for("texting.screen", campaign_id=campaign_id), 303)
    answer = {"message": clicked.message_id, "undo_ms": clicked.undo_ms, "waiting": clicked.waiting}
    return jsonify(answer), 200 if clicked.repeated else 202


def _wording_changed(
    campaign_id: int, token: str, changed: Refused
) -> tuple[Response, int] | BaseResponse:
    if not request.is_json:
        flash(changed.words, "warning")
        return redirect(url_for("texting.screen", campaign_id=campaign_id), 303)
    with transaction():
        card = screen.same_card(g.org.id, campaign_id, current_user.id, g.membership.texting_name, token)
    return jsonify(code=changed.code, words=changed.words, card=asdict(card) if card else None), 409


@blueprint.post("/texting/undo")
@permission("volunteer", terms=True)
def undo() -> Response | BaseResponse:
    """Take back a text that has not left."""
    asked = _asked()
    message_id = screen.row_id(asked.get("message"))
    with transaction():
        outbox.undo(g.org.id, current_user.id, message_id)
    if request.is_json:
        return jsonify(state="cancelled")
    return redirect(url_for("texting.home"), 303)


@blueprint.post("/texting/<int:campaign_id>/skip")
@permission("volunteer", terms=True)
def skip(campaign_id: int) -> Response | BaseResponse:
    """Pass this card on to somebody else."""
    asked = _asked()
    with transaction():
        screen.find_campaign(g.org.id, campaign_id)
        screen.skip(g.org.id, campaign_id, current_user.id, str(asked.get("token", "")))
    if request.is_json:
        return jsonify()
    return redirect(url_for("texting.screen", campaign_id=campaign_id), 303)


@blueprint.post("/texting/<int:campaign_id>/heartbeat")
@permission("volunteer", terms=True)
def heartbeat(campaign_id: int) -> Response:
    """The page is still open: keep the batch in hand."""
    with transaction():
        batch_id = screen.held_batch(g.org.id, campaign_id, current_user.id)
        if batch_id is not None:
            batching.renew(batch_id, current_user.id)
        deck = screen.deck(g.org.id, campaign_id, current_user.id, g.membership.texting_name)
    told = {"state": deck["state"], "words": deck["words"], "page_version": page.version()}
    return jsonify(**told, **queries.counts(g.org.id, current_user.id))


@blueprint.post("/texting/<int:campaign_id>/done")
@permission("volunteer", terms=True)
def done(campaign_id: int) -> BaseResponse:
    """Give the rest of the batch back."""
    with transaction():
        screen.find_campaign(g.org.id, campaign_id)
        batch_id = screen.held_batch(g.org.id, campaign_id, current_user.id)
        if batch_id is not None:
            batching.give_back(batch_id, current_user.id)
        words = shift.of_today(g.org.id, campaign_id, current_user.id).words
    flash(f"Thank you. {words} Cards you did not send went back to the others.", "success")
    return redirect(url_for("texting.home"), 303)


@blueprint.get("/not-sent")
@permission("volunteer", terms=True)
def not_sent() -> str:
    """Texts of mine that did not leave."""
    return render_template("texting/not_sent.html", rows=queries.not_sent(g.org.id, current_user.id))


def _asked() -> Mapping[str, Any]:
    """What the page's script or its plain form posted."""
    posted = request.get_json() if request.is_json else request.form
    if not isinstance(posted, Mapping):
        raise Refused("bad_request", "Reload the page and try again.", 400)
    return posted
