"""What waits for an organizer, and what becomes of it: probable requests to stop, and texts that fit no
conversation."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import operator, permission
from p2ptext.background import transaction
from p2ptext.conversations import offering, reviewing
from p2ptext.conversations.going_back import to_where_it_was
from p2ptext.review import inbox, kept, routing
from p2ptext.review.blueprint import blueprint


@blueprint.app_template_global("inbox_waits")
def inbox_waits() -> int:
    """How many things wait in the inbox of the organization that is open, counted once for a page."""
    if "inbox_waits" not in g:
        g.inbox_waits = inbox.waits(g.org.id)
    found: int = g.inbox_waits
    return found


@blueprint.get("/o/<org>/inbox")
@permission("organizer")
def unrouted() -> str:
    """What waits for an organizer."""
    return render_template("review/inbox.html", **_waiting())


@blueprint.get("/o/<org>/inbox/part")
@permission("organizer")
def unrouted_part() -> str:
    """The same without its frame, for a page that is open when something comes in."""
    return render_template("review/_inbox.html", **_waiting())


def _waiting() -> dict[str, Any]:
    return {
        "asked": inbox.asked(g.org.id),
        "reviews": inbox.reviews(g.org.id),
        "strays": inbox.strays(g.org.id),
        "stopped": inbox.stopped_today(g.org.id),
        "unclear": inbox.unclear(g.org.id),
        "kept": kept.kept(g.org.id),
        "advice": kept.advice(g.org.id) if g.membership.may("manager") else [],
        "standing": offering.standing(g.org.id),
    }


@blueprint.post("/o/<org>/inbox/<int:conversation_id>/opt-out")
@permission("organizer")
def opt_out(conversation_id: int) -> Response:
    """They asked to stop."""
    with transaction():
        reviewing.opt_out(g.org.id, conversation_id, current_user.id)
    flash("They are opted out and get no more texts.")
    return _on()


@blueprint.post("/o/<org>/inbox/<int:conversation_id>/clear")
@permission("organizer")
def clear_review(conversation_id: int) -> Response:
    """They did not ask to stop."""
    seen = request.form.get("last_inbound", 0, type=int)
    reason = request.form.get("reason", "")
    with transaction():
        cleared = reviewing.clear_review(g.org.id, conversation_id, seen, current_user.id, reason)
    flash(
        "The volunteer may answer them now." if cleared else "Somebody has decided this already.",
        "success" if cleared else "info",
    )
    return _on()


@blueprint.post("/o/<org>/inbox/replies/<int:inbound_id>/opt-out")
@permission("organizer")
def opt_out_sender(inbound_id: int) -> Response:
    """Whoever wrote this asked to stop."""
    with transaction():
        reviewing.opt_out_sender(g.org.id, inbound_id, current_user.id)
    flash("They are opted out and get no more texts.")
    return _on()


@blueprint.post("/o/<org>/inbox/replies/<int:inbound_id>/dealt-with")
@permission("organizer")
def dealt_with(inbound_id: int) -> Response:
    """A reply that fits no conversation has been dealt with."""
    with transaction():
        first = reviewing.dealt_with(g.org.id, inbound_id, current_user.id)
    flash("Put aside." if first else "Somebody has done that already.", "success" if first else "info")
    return _on()


@blueprint.post("/o/<org>/inbox/events/<int:event_id>/put-aside")
@permission("organizer")
def put_aside(event_id: int) -> Response:
    """What the phone company sent and nobody could use has been looked at."""
    alike = request.form.get("alike") == "yes"
    with transaction():
        done = kept.put_aside(g.org.id, event_id, current_user.id, alike=alike)
    flash("Put aside." if done else "Somebody has done that already.", "success" if done else "info")
    return _on()


@blueprint.post("/o/<org>/inbox/replies/<int:inbound_id>/route")
@permission("organizer")
def route(inbound_id: int) -> Response:
    """A reply belongs to this conversation: there it can be answered."""
    conversation_id = request.form.get("conversation", 0, type=int)
    with transaction():
        routed = routing.route(g.org.id, inbound_id, conversation_id, current_user.id)
    flash(
        "It is in their conversation now." if routed else "Somebody has dealt with it already.",
        "success" if routed else "info",
    )
    return redirect(url_for("review.conversation", conversation_id=conversation_id), 303)


def _on() -> Response:
    return to_where_it_was(url_for("review.unrouted"))


@blueprint.get("/operator/events")
@operator
def unclaimed() -> str:
    """Webhooks that belong to no organization."""
    return render_template("review/events.html", kept=kept.unclaimed())
