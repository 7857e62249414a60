"""Where the pages of conversations hang, and what their answers share; views.py loads them all."""

from typing import Any

from flask import Blueprint, flash, g, jsonify, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.conversations import listing
from p2ptext.conversations.going_back import to_where_it_was
from p2ptext.error_pages import wants_json
from p2ptext.texting.queries import waiting

blueprint = Blueprint("conversations", __name__, url_prefix="/o/<org>")


def onward(conversation_id: int) -> dict[str, Any]:
    """Where to go on after a conversation, and how many wait."""
    next_id = listing.next_waiting(g.org.id, current_user.id, conversation_id)
    address = url_for("conversations.replies")
    if next_id is not None:
        address = url_for("conversations.thread", conversation_id=next_id)
    return {
        "next_id": next_id,
        "next_url": address,
        "waiting": waiting(g.org.id, current_user.id),
    }


def done(words: str, conversation_id: int, **more: Any) -> BaseResponse:
    """The conversation is dealt with: the page's script is told so, a browser is led to the next one."""
    following = onward(conversation_id)
    if wants_json():
        return jsonify(words=words, **following, **more)
    flash(words, "success")
    return to_where_it_was(following["next_url"])


def stays(words: str, conversation_id: int, **more: Any) -> BaseResponse:
    """Something was noted, and the conversation stays open before whoever did it."""
    if wants_json():
        return jsonify(words=words, **more)
    flash(words, "success")
    return to_where_it_was(url_for("conversations.thread", conversation_id=conversation_id))
