"""Taking over, passing on, and the end of a shift."""

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import permission
from p2ptext.background import transaction
from p2ptext.conversations import handover, leaving, passing_on
from p2ptext.conversations.blueprint import blueprint
from p2ptext.conversations.blueprint import done as ended
from p2ptext.conversations.offering import standing
from p2ptext.error_pages import wants_json
from p2ptext.errors import NotFound, Refused
from p2ptext.texting.blueprint import clicker
from p2ptext.texting.queries import todo, waiting


@blueprint.post("/replies/take")
@permission("volunteer", terms=True)
def take() -> Response:
    """Take over a reply that is offered: this one, or the one that has waited longest."""
    wanted = request.form.get("conversation") or None
    try:
        with transaction():
            taken = handover.take(clicker(), None if wanted is None else _number(wanted))
    except Refused as refused:
        if wants_json():
            raise
        flash(refused.words, "info")
        return redirect(url_for("conversations.replies"), 303)
    address = url_for("conversations.thread", conversation_id=taken)
    if wants_json():
        return jsonify(conversation=taken, url=address, waiting=waiting(g.org.id, current_user.id))
    return redirect(address, 303)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise NotFound
    return int(text)


@blueprint.post("/replies/<int:conversation_id>/pass-on")
@permission("volunteer", terms=True)
def pass_on(conversation_id: int) -> Response:
    """Somebody else shall answer this one."""
    reason, note = request.form.get("reason", ""), request.form.get("note", "")
    with transaction():
        passing_on.pass_on(clicker(), conversation_id, reason, note)
    words = "Passed on. Somebody else answers them. You can still read it."
    return ended(words, conversation_id)


@blueprint.post("/done")
@permission("volunteer", terms=True)
def done() -> Response:
    """Give everything back: cards of every campaign, and replies that wait."""
    with transaction():
        given = leaving.done(g.org.id, current_user.id)
    g.left_shift = True  # this request is no sign that they go on
    if wants_json():
        summary = leaving.summary(g.org.id, current_user.id)
        return jsonify(words=summary.words, batches=given.batches, replies=given.replies)
    return redirect(url_for("conversations.shift_end"), 303)


@blueprint.get("/done")
@permission("volunteer", terms=True)
def shift_end() -> str:
    """What the shift came to, and what there is to do next."""
    return render_template(
        "conversations/done.html",
        summary=leaving.summary(g.org.id, current_user.id),
        standing=standing(g.org.id),
        open_campaigns=[found for found in todo(g.org.id, current_user.id) if found.can_take],
        waiting=waiting(g.org.id, current_user.id),
    )
