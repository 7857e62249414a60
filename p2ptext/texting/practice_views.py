"""The pages of the practice. They read nothing of campaigns and write nothing but that somebody practised."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import permission
from p2ptext.background import transaction
from p2ptext.texting import practice, practising
from p2ptext.texting.blueprint import blueprint


@blueprint.get("/practice", endpoint="practice")
@permission("volunteer", terms=True)
def practice_page() -> str:
    """One moment of the practice; the page's script takes the others from what the page holds."""
    g.left_shift = True  # whoever practises answers nobody yet
    shown = practice.moment(request.args.get("at", practice.BEGIN), request.args.get("choice", ""))
    return render_template(
        "texting/practice.html",
        shown=shown,
        moments=practice.moments(),
        order=practice.ORDER,
        names={"{volunteer}": g.membership.texting_name, "{organization}": g.org.name},
        standing=practising.standing(g.org.id, current_user.id),
    )


@blueprint.post("/practice/done")
@permission("volunteer", terms=True)
def practised() -> Response:
    """They have practised, or say that they have done this before."""
    g.left_shift = True
    known = request.form.get("how") == "known"
    with transaction():
        practising.note(g.org.id, g.membership.id, known=known)
    if not known:
        flash("Well done. Your first cards are as easy as that.", "success")
    return redirect(url_for("texting.home"), 303)
