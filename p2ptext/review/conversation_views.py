"""One conversation as an organizer reads it: all that was said, who did what, and everything to do."""

from typing import Any

from flask import flash, g, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import permission
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.conversations import drafting, history, queries, reassigning, rights, state
from p2ptext.conversations.going_back import to_where_it_was
from p2ptext.errors import Refused
from p2ptext.review import record, searching
from p2ptext.review.blueprint import blueprint
from p2ptext.review.filters import Filter
from p2ptext.review.searching import Place, read_place


@blueprint.get("/o/<org>/review/<int:conversation_id>")
@permission("organizer", terms=True)
def conversation(conversation_id: int) -> str:
    """A page of its own, or the part of it that stands beside the list."""
    wanted = Filter.from_args(request.args)
    shown = opened(conversation_id, wanted, request.args.get("at", ""))
    if request.headers.get("X-Part"):
        return render_template("review/_conversation.html", beside=True, **shown)
    return render_template("review/conversation.html", beside=False, **shown)


def opened(conversation_id: int, wanted: Filter, at: str) -> dict[str, Any]:
    """Everything of a conversation, and what stands before and after it in the list of the filter."""
    # First what the token binds, then the lines: what comes in between makes the token old, never unseen.
    talk = queries.thread(g.org.id, current_user.id, conversation_id)
    standing = state.state_of(talk, g.org.name, g.membership.texting_name, now())
    place = read_place(at, wanted) or searching.place_of(g.org.id, wanted, conversation_id)
    earlier, later = searching.around(g.org.id, wanted, place) if place else (None, None)
    return {
        "conversation": talk,
        "head": record.talk(g.org.id, talk.campaign_id, conversation_id),
        "items": _lines(conversation_id),
        "undone": record.corrections(g.org.id, conversation_id),
        "deeds": record.deeds(g.org.id, conversation_id),
        "queued": record.queued(g.org.id, conversation_id, current_user.id),
        "state": standing,
        "reply_token": standing["token"],
        "canned": queries.canned(talk, g.membership.texting_name),
        "draft": drafting.of(current_user.id, conversation_id),
        "members": reassigning.choices(g.org.id).members,
        "wanted": wanted,
        "fields": wanted.to_args(),
        "at": str(place) if place else "",
        "earlier": _link(wanted, earlier),
        "later": _link(wanted, later),
    }


def _lines(conversation_id: int) -> list[history.Item]:
    said = history.items(g.org.id, conversation_id, current_user.id)
    besides = record.besides(g.org.id, conversation_id)
    return sorted([*said, *besides], key=lambda item: (item.at, item.kind, item.id))


def _link(wanted: Filter, place: Place | None) -> dict[str, Any] | None:
    """A neighbour's addresses: of its own page, and of the list with it beside."""
    if place is None:
        return None
    asked: dict[str, Any] = wanted.to_args() | {"at": str(place)}
    return {
        "id": place.id,
        "alone": url_for("review.conversation", conversation_id=place.id, **asked),
        "beside": url_for("review.conversations", open=place.id, **asked),
    }


@blueprint.post("/o/<org>/review/<int:conversation_id>/give")
@permission("organizer", terms=True)
def give(conversation_id: int) -> Response:
    """Somebody else shall answer here: a member, or whoever is on shift."""
    rights.find(g.org.id, current_user.id, conversation_id)
    to, note = request.form.get("to", ""), request.form.get("note", "")
    if to != "anybody" and not (to.isascii() and to.isdigit() and len(to) <= 9):
        raise Refused("nobody_chosen", "Choose who shall answer: a member, or whoever is on shift.")
    member = None if to == "anybody" else int(to)
    with transaction():
        given = reassigning.give_one(g.org.id, conversation_id, member, current_user.id, note)
    if given:
        flash("Given to them." if member else "Offered to whoever is on shift.", "success")
    else:
        flash("Nothing to give: it is closed, or theirs already.", "info")
    here = url_for("review.conversation", conversation_id=conversation_id)
    return to_where_it_was(here)
