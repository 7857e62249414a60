"""The page on the timing of one person's clicks."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import permission
from p2ptext.accounts.auditing import record
from p2ptext.background import transaction
from p2ptext.insight import timing
from p2ptext.insight.timing_forms import SeenForm

blueprint = Blueprint("timing", __name__, url_prefix="/o/<org>/volunteers/<int:person_id>/timing")


@blueprint.get("")
@permission("organizer")
def volunteer(person_id: int) -> str:
    """How fast and how evenly somebody presses Send, and what was noted about it."""
    return _page(person_id, SeenForm(formdata=None))


@blueprint.post("/seen")
@permission("organizer")
def seen(person_id: int) -> str | Response:
    """Somebody has talked to them."""
    who = timing.volunteer(g.org.id, person_id)
    form = SeenForm()
    if not form.validate_on_submit():
        return _page(person_id, form)
    with transaction():
        seen = timing.mark_seen(g.org.id, who.id, form.note.data.strip(), current_user.id)
        if seen:
            record("timing_seen", f"person {who.id}", flags=seen)
    flash("Written down. The note beside their name is gone until it happens again.")
    return redirect(url_for(".volunteer", person_id=who.id), 303)


def _page(person_id: int, form: SeenForm) -> str:
    who = timing.volunteer(g.org.id, person_id)
    found = timing.noted(g.org.id, who.id)
    return render_template(
        "insight/timing.html",
        form=form,
        who=who,
        pace=timing.pace(g.org.id, who.id),
        open=[one for one in found if not one.seen_by],
        seen=[one for one in found if one.seen_by],
        kept_days=timing.KEPT_DAYS,
    )
