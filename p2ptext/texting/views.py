"""The volunteer's pages and the requests of their texting screen."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import find_member, load_signed_in, permission
from p2ptext.audience import batching
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.extensions import client_ip, db
from p2ptext.texting import admission, conversing, links, live, queries, screen, sending
from p2ptext.texting.sending import Clicker

blueprint = Blueprint("texting", __name__, url_prefix="/o/<org>")
blueprint.add_app_template_filter(links.linked, "linked")


@blueprint.before_app_request
def admit() -> None:
    """Clicks that cannot be served now are turned away here, before anybody's session is looked up."""
    if request.endpoint == "texting.send":
        admission.enter()
        g.admitted = True


@blueprint.teardown_app_request
def leave(_: BaseException | None) -> None:
    if g.pop("admitted", False):
        admission.leave()


def clicker() -> Clicker:
    """The person behind this request, as evidence names them."""
    return Clicker(
        g.org.id,
        current_user.id,
        current_user.session_id,
        g.membership.texting_name,
        client_ip(),
        request.user_agent.string,
    )


def _asked() -> Mapping[str, Any]:
    """What the page's script or its plain form posted."""
    posted = request.get_json() if request.is_json else request.form
    if not isinstance(posted, Mapping):
        raise Refused("bad_request", "Reload the page and try again.", 400)
    return posted


def _counts() -> dict[str, int]:
    return {
        "waiting": queries.waiting(g.org.id, current_user.id),
        "not_sent": len(queries.not_sent(g.org.id, current_user.id)),
    }


@blueprint.get("/texting")
@permission("volunteer", terms=True)
def home() -> str:
    """What there is to do."""
    campaigns = queries.todo(g.org.id, current_user.id)
    return render_template("texting/home.html", campaigns=campaigns, **_counts())


@blueprint.post("/texting/<int:campaign_id>/take")
@permission("volunteer", terms=True)
def take(campaign_id: int) -> BaseResponse:
    """Take a batch, or go on with the one in hand."""
    with transaction():
        screen.find_campaign(g.org.id, campaign_id)
        batch_id = batching.hand_out(campaign_id, current_user.id)
    if batch_id is None:
        flash(
            "There is nothing left to take just now: everybody is texted or in somebody's hands.", "info"
        )
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
    return {**found, **_counts()}


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
        sending.undo(g.org.id, current_user.id, message_id)
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
    return jsonify(state=deck["state"], words=deck["words"], **_counts())


@blueprint.post("/texting/<int:campaign_id>/done")
@permission("volunteer", terms=True)
def done(campaign_id: int) -> BaseResponse:
    """Give the rest of the batch back."""
    with transaction():
        screen.find_campaign(g.org.id, campaign_id)
        batch_id = screen.held_batch(g.org.id, campaign_id, current_user.id)
        if batch_id is not None:
            batching.give_back(batch_id, current_user.id)
        sent = screen.sent_today(g.org.id, campaign_id, current_user.id)
    flash(
        f"Thank you. You sent {sent} {'text' if sent == 1 else 'texts'} today. The rest went back.",
        "success",
    )
    return redirect(url_for("texting.home"), 303)


@blueprint.get("/not-sent")
@permission("volunteer", terms=True)
def not_sent() -> str:
    """Texts of mine that did not leave."""
    return render_template("texting/not_sent.html", rows=queries.not_sent(g.org.id, current_user.id))


@blueprint.get("/replies")
@permission("volunteer", terms=True)
def replies() -> str:
    """People who wrote to me."""
    rows = queries.conversations(g.org.id, current_user.id)
    return render_template(
        "texting/replies.html", rows=rows, waiting=queries.waiting(g.org.id, current_user.id)
    )


@blueprint.get("/replies/<int:conversation_id>")
@permission("volunteer", terms=True)
def thread(conversation_id: int) -> str:
    """One conversation."""
    return render_template("texting/thread.html", **_thread(conversation_id), draft="", error="")


@blueprint.get("/replies/<int:conversation_id>/part")
@permission("volunteer", terms=True)
def thread_part(conversation_id: int) -> str:
    """The lines of the conversation alone, for a page that is open."""
    return render_template("texting/_thread.html", **_thread(conversation_id))


def _thread(conversation_id: int) -> dict[str, Any]:
    conversation = queries.thread(g.org.id, current_user.id, conversation_id)
    return {
        "conversation": conversation,
        "items": queries.items(g.org.id, conversation_id),
        "reply_token": conversing.shown(g.org.id, current_user.id, conversation_id, now()),
        "canned": screen.canned(conversation, g.membership.texting_name),
        "next_id": conversing.next_waiting(g.org.id, current_user.id, conversation_id),
        "waiting": queries.waiting(g.org.id, current_user.id),
    }


@blueprint.post("/replies/<int:conversation_id>/reply")
@permission("volunteer", terms=True)
def reply(conversation_id: int) -> BaseResponse | tuple[str, int]:
    """One click on one answer."""
    token, text = request.form.get("token", ""), request.form.get("text", "")
    try:
        with transaction():
            conversing.send_reply(clicker(), conversation_id, token, text)
    except Refused as refused:
        db.session.rollback()
        page = render_template(
            "texting/thread.html", **_thread(conversation_id), draft=text, error=refused.words
        )
        return page, refused.status
    return redirect(url_for("texting.thread", conversation_id=conversation_id), 303)


@blueprint.post("/replies/<int:conversation_id>/opt-out")
@permission("volunteer", terms=True)
def opt_out(conversation_id: int) -> BaseResponse:
    """They asked for no more texts."""
    with transaction():
        conversing.opt_out(clicker(), conversation_id)
    flash("They are opted out and get no more texts.", "success")
    return _next(conversation_id)


@blueprint.post("/replies/<int:conversation_id>/close")
@permission("volunteer", terms=True)
def close(conversation_id: int) -> BaseResponse:
    """No reply is needed."""
    with transaction():
        conversing.close(clicker(), conversation_id)
    return _next(conversation_id)


def _next(conversation_id: int) -> BaseResponse:
    following = conversing.next_waiting(g.org.id, current_user.id, conversation_id)
    if following is None:
        return redirect(url_for("texting.replies"), 303)
    return redirect(url_for("texting.thread", conversation_id=following), 303)


@blueprint.get("/waiting")
@permission("volunteer", terms=True)
def waiting() -> Response:
    """How many replies wait, for pages without a live stream."""
    return jsonify(**_counts())


@blueprint.get("/live", endpoint="live")
@permission("volunteer", terms=True)
def live_stream() -> Response:
    """Hints as server-sent events, as long as the person may see them."""
    channel = f"hints:{g.org.id}:{current_user.id}"
    token, person_id, slug = current_user.token, current_user.id, g.org.slug
    db.session.remove()  # a stream holds no database connection while it waits

    def events() -> Iterator[str]:
        for event in live.stream(channel):
            if event is None:
                allowed = load_signed_in(token) is not None and find_member(person_id, slug) is not None
                db.session.remove()
                if not allowed:
                    return
            yield event or ": still here\n\n"

    return Response(
        stream_with_context(events()),
        mimetype="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )
