"""Answers to the script's questions, as they are tapped."""

from flask import flash, jsonify, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import permission
from p2ptext.background import transaction
from p2ptext.conversations import surveying
from p2ptext.conversations.blueprint import blueprint
from p2ptext.conversations.going_back import to_where_it_was
from p2ptext.error_pages import wants_json
from p2ptext.texting.blueprint import clicker


@blueprint.post("/replies/<int:conversation_id>/answer")
@permission("volunteer", terms=True)
def answer(conversation_id: int) -> BaseResponse:
    """One tap on one answer; an empty one takes it away."""
    step, chosen = request.form.get("step", ""), request.form.get("answer") or None
    with transaction():
        survey = surveying.answer(clicker(), conversation_id, step, chosen)
    if wants_json():
        return jsonify(survey.as_json())
    flash(survey.words, "success")
    return to_where_it_was(url_for("conversations.thread", conversation_id=conversation_id))
