"""The volunteer's conversations, page by page."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import permission
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.conversations import conversing, queries
from p2ptext.conversations.blueprint import blueprint
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.texting.blueprint import clicker
from p2ptext.texting.queries import waiting
from p2ptext.texting.refusing import note_pace


@blueprint.get("/replies")
@permission("volunteer", terms=True)
def replies() -> str:
    """People who wrote to me."""
    rows = queries.conversations(g.org.id, current_user.id)
    return render_template(
        "conversations/replies.html",
        rows=rows,
        waiting=waiting(g.org.id, current_user.id),
        now=now(),
    )


@blueprint.get("/replies/<int:conversation_id>")
@permission("volunteer", terms=True)
def thread(conversation_id: int) -> str:
    """One conversation."""
    return render_template("conversations/thread.html", **_thread(conversation_id), draft="", error="")


@blueprint.get("/replies/<int:conversation_id>/part")
@permission("volunteer", terms=True)
def thread_part(conversation_id: int) -> str:
    """The lines of the conversation alone, for a page that is open."""
    return render_template("conversations/_thread.html", **_thread(conversation_id))


def _thread(conversation_id: int) -> dict[str, Any]:
    conversation = queries.thread(g.org.id, current_user.id, conversation_id)
    return {
        "conversation": conversation,
        "items": queries.items(g.org.id, conversation_id),
        "reply_token": conversing.shown(g.org.id, current_user.id, conversation_id, now()),
        "canned": queries.canned(conversation, g.membership.texting_name),
        "next_id": conversing.next_waiting(g.org.id, current_user.id, conversation_id),
        "waiting": waiting(g.org.id, current_user.id),
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
        note_pace(refused, g.org.id, current_user.id)
        db.session.rollback()
        page = render_template(
            "conversations/thread.html", **_thread(conversation_id), draft=text, error=refused.words
        )
        return page, refused.status
    return redirect(url_for("conversations.thread", conversation_id=conversation_id), 303)


@blueprint.post("/replies/<int:conversation_id>/opt-out")
@permission("volunteer", terms=True)
def opt_out(conversation_id: int) -> BaseResponse:
    """They asked for no more texts."""
    whom = queries.thread(g.org.id, current_user.id, conversation_id).to
    with transaction():
        conversing.opt_out(clicker(), conversation_id)
    flash(f"{whom[:1].upper()}{whom[1:]} is opted out and gets no more texts.", "success")
    return _next(conversation_id)


@blueprint.post("/replies/<int:conversation_id>/close")
@permission("volunteer", terms=True)
def close(conversation_id: int) -> BaseResponse:
    """No reply is needed."""
    whom = queries.thread(g.org.id, current_user.id, conversation_id).to
    with transaction():
        conversing.close(clicker(), conversation_id)
    flash(f"Closed: {whom}. It opens again if they write.", "success")
    return _next(conversation_id)


def _next(conversation_id: int) -> BaseResponse:
    following = conversing.next_waiting(g.org.id, current_user.id, conversation_id)
    if following is None:
        return redirect(url_for("conversations.replies"), 303)
    return redirect(url_for("conversations.thread", conversation_id=following), 303)
