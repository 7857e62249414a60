"""A volunteer's conversations: the list, one of them, and an answer in it."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, jsonify, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import permission
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.conversations import (
    answering,
    care,
    drafting,
    history,
    listing,
    offers,
    queries,
    state,
    tagging,
    undoing,
)
from p2ptext.conversations.answering import Answered, Reply
from p2ptext.conversations.blueprint import blueprint, onward
from p2ptext.conversations.going_back import to_where_it_was
from p2ptext.conversations.listing import SHOWS, Filters
from p2ptext.error_pages import wants_json
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.texting.blueprint import clicker
from p2ptext.texting.queries import waiting
from p2ptext.texting.refusing import note_pace
from p2ptext.texting.screen import row_id


@blueprint.get("/replies")
@permission("volunteer", terms=True)
def replies() -> str:
    """People who wrote to me."""
    filters = _filters()
    offered, total = offers.offers(g.org.id, current_user.id)
    day = care.of_today(g.org.id, current_user.id)
    page = listing.page(g.org.id, current_user.id, filters, request.args.get("page", 1, int))
    return render_template(
        "conversations/replies.html",
        offers=offered,
        offers_total=total,
        thanks=day.thanks,
        nudge=day.nudge,
        rows=page.rows,
        page=page,
        filters=filters,
        campaigns=listing.campaigns(g.org.id, current_user.id),
        all_tags=[tag.name for tag in tagging.all_tags(g.org.id)],
        waiting=waiting(g.org.id, current_user.id),
        now=now(),
    )


def _filters() -> Filters:
    show = request.args.get("show", "all")
    return Filters(
        show=show if show in SHOWS else "all",
        tag=request.args.get("tag", "")[:60],
        campaign_id=request.args.get("campaign", None, int),
        everybody=show == "lead" and g.membership.may("organizer"),
        words=request.args.get("q", "").strip()[:60],
    )


@blueprint.get("/replies/<int:conversation_id>")
@permission("volunteer", terms=True)
def thread(conversation_id: int) -> str:
    """One conversation."""
    draft = drafting.of(current_user.id, conversation_id)
    return render_template(
        "conversations/thread.html", **_thread(conversation_id), draft=draft, error=""
    )


@blueprint.get("/replies/<int:conversation_id>/part", endpoint="thread_part")
@permission("volunteer", terms=True)
def part(conversation_id: int) -> str:
    """The lines of the conversation alone, for a page that is open."""
    return render_template("conversations/_thread.html", **_thread(conversation_id))


@blueprint.get("/replies/<int:conversation_id>/state", endpoint="state")
@permission("volunteer", terms=True)
def state_view(conversation_id: int) -> Response:
    """Everything beside its lines."""
    return jsonify(_thread(conversation_id)["state"])


def _thread(conversation_id: int) -> dict[str, Any]:
    # First what the token binds, then the lines: what comes in between makes the token old, never unseen.
    conversation = queries.thread(g.org.id, current_user.id, conversation_id)
    standing = state.state_of(conversation, g.org.name, g.membership.texting_name, now())
    return {
        "conversation": conversation,
        "items": history.items(g.org.id, conversation_id, current_user.id),
        "state": standing,
        "reply_token": standing["token"],
        "canned": queries.canned(conversation, g.membership.texting_name),
        "next_id": standing["next_id"],
        "waiting": standing["waiting"],
    }


@blueprint.post("/replies/<int:conversation_id>/reply")
@permission("volunteer", terms=True)
def reply(conversation_id: int) -> BaseResponse | tuple[str | Response, int]:
    """One click on one answer."""
    form = request.form
    asked = Reply(
        form.get("token", ""),
        form.get("text", ""),
        form.get("offered", ""),
        frozenset(form.get("despite", "").split()),
    )
    try:
        with transaction():
            answered = answering.send_reply(clicker(), conversation_id, asked)
    except Refused as refused:
        note_pace(refused, g.org.id, current_user.id)
        db.session.rollback()
        return _refused(conversation_id, refused, asked)
    if not wants_json():
        return _to_thread(conversation_id)
    return _sent(conversation_id, answered)


def _sent(conversation_id: int, answered: Answered) -> tuple[Response, int]:
    told = {"message": answered.message_id, "undo_ms": answered.undo_ms, "to": answered.to}
    return jsonify(**told, **onward(conversation_id)), 200 if answered.repeated else 202


def _refused(conversation_id: int, refused: Refused, asked: Reply) -> tuple[str | Response, int]:
    """The conversation as it is now, with a new token; the words are kept."""
    with transaction():
        drafting.keep(g.org.id, current_user.id, conversation_id, asked.text)
    shown = _thread(conversation_id)
    if not wants_json():
        page = render_template(
            "conversations/thread.html",
            **shown,
            draft=asked.text,
            error=refused.words,
            warnings=refused.extra.get("warnings", []),
        )
        return page, refused.status
    html = render_template("conversations/_thread.html", **shown)
    told = jsonify(
        code=refused.code, words=refused.words, thread=html, token=shown["reply_token"], **refused.extra
    )
    return told, refused.status


@blueprint.post("/replies/<int:conversation_id>/undo", endpoint="undo")
@permission("volunteer", terms=True)
def undo(conversation_id: int) -> BaseResponse:
    """Take back an answer that has not left."""
    posted = request.get_json() if request.is_json else request.form
    if not isinstance(posted, Mapping):
        raise Refused("bad_request", "Reload the page and try again.", 400)
    with transaction():
        draft = undoing.undo(clicker(), conversation_id, row_id(posted.get("message")))
    if wants_json():
        return jsonify(state="cancelled", draft=draft, waiting=waiting(g.org.id, current_user.id))
    return _to_thread(conversation_id)


def _to_thread(conversation_id: int) -> BaseResponse:
    return to_where_it_was(url_for("conversations.thread", conversation_id=conversation_id))
