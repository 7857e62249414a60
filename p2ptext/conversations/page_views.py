"""What an open page tells by itself: the draft so far, and that somebody is there."""

from flask import Response, g, jsonify, request
from flask_login import current_user

from p2ptext.accounts.access import permission
from p2ptext.background import transaction
from p2ptext.conversations import drafting, looking
from p2ptext.conversations.blueprint import blueprint
from p2ptext.texting.blueprint import clicker


@blueprint.post("/replies/<int:conversation_id>/draft")
@permission("volunteer", terms=True)
def draft(conversation_id: int) -> Response:
    """Keep what I have written so far."""
    with transaction():
        drafting.save(g.org.id, current_user.id, conversation_id, request.form.get("text", ""))
    return jsonify()


@blueprint.post("/replies/<int:conversation_id>/looking", endpoint="looking")
@permission("volunteer", terms=True)
def look(conversation_id: int) -> Response:
    """I have it open."""
    writes = request.form.get("writes", "") in ("1", "true")
    with transaction():
        others = looking.look(clicker(), conversation_id, writes)
    return jsonify(others=[other.words for other in others])
