"""The organizer's page of one text with an unclear end."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import permission
from p2ptext.background import transaction
from p2ptext.errors import Refused
from p2ptext.texting import resending
from p2ptext.texting.blueprint import blueprint, clicker


@blueprint.get("/unclear/<int:message_id>")
@permission("organizer")
def unclear(message_id: int) -> str | Response:
    """One text that may have arrived or not."""
    found = resending.look(g.org.id, current_user.id, message_id)
    if found is None:
        flash("That text is settled: there is nothing left to decide.", "info")
        return redirect(url_for("review.unrouted"))
    return render_template("texting/unclear.html", unclear=found)


@blueprint.post("/unclear/<int:message_id>/send-again")
@permission("organizer")
def send_again(message_id: int) -> Response:
    """Have it sent once more."""
    try:
        with transaction():
            resending.resend(clicker(), message_id, request.form.get("token", ""))
    except Refused as refused:
        flash(refused.words, "info")
        if refused.code in ("sent_again", "settled", "let_be"):
            return redirect(url_for("review.unrouted"), 303)
        return redirect(url_for("texting.unclear", message_id=message_id), 303)
    flash("It leaves once more now.")
    return redirect(url_for("review.unrouted"), 303)


@blueprint.post("/unclear/<int:message_id>/leave")
@permission("organizer")
def leave_unclear(message_id: int) -> Response:
    """Leave it as it is."""
    with transaction():
        left = resending.let_be(g.org.id, current_user.id, message_id)
    flash(
        "It stays as it is." if left else "That text is settled already.", "success" if left else "info"
    )
    return redirect(url_for("review.unrouted"), 303)
