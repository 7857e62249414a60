"""The page on which an organizer corrects what the rules made of a text."""

from flask import flash, g, redirect, render_template, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from p2ptext.accounts.access import permission
from p2ptext.accounts.confirming import not_confirmed
from p2ptext.audience.suppression_forms import WRONG_PASSWORD
from p2ptext.background import transaction
from p2ptext.conversations import verdicts
from p2ptext.conversations.verdicts import Judged
from p2ptext.review.blueprint import blueprint
from p2ptext.review.excerpts import without_phones
from p2ptext.review.verdict_forms import AllowForm, CorrectForm, MachineForm

VERDICT = "/o/<org>/inbox/replies/<int:inbound_id>/verdict"

_SAID = {
    verdicts.LIFTED: (
        "Corrected. They may be texted again, and their volunteer may answer them.",
        "success",
    ),
    verdicts.STAYS: (
        "Corrected. They stay opted out: another text, a person or the carrier asked for it.",
        "info",
    ),
    verdicts.CLEARED: ("Corrected. Their volunteer may answer them now.", "success"),
    verdicts.LOCKED: ("Corrected. Another text of theirs still waits for a decision.", "info"),
    verdicts.HEARD: ("Corrected. It waits for an answer of their volunteer now.", "success"),
    verdicts.STOPPED: ("Corrected. They are opted out and get no more texts.", "success"),
}


@blueprint.get(VERDICT)
@permission("organizer")
def verdict(inbound_id: int) -> str:
    """A text, what was made of it and by which rule, and how to correct that."""
    judged = verdicts.find(g.org.id, inbound_id)
    return _page(judged, _form(judged, empty=True))


@blueprint.post(VERDICT)
@permission("organizer")
def correct(inbound_id: int) -> str | Response | tuple[str, int]:
    """The verdict was wrong."""
    judged = verdicts.find(g.org.id, inbound_id)
    form = _form(judged)
    if fault := _fault(judged, form):
        return _page(judged, form), fault
    with transaction():
        followed = verdicts.correct(
            g.org.id,
            inbound_id,
            current_user.id,
            form.reason.data,
            by_a_person=isinstance(form, MachineForm) and form.really.data == "person",
        )
    flash(*_SAID[followed])
    return redirect(url_for("review.unrouted"), 303)


def _form(judged: Judged, *, empty: bool = False) -> FlaskForm:
    kind = AllowForm if judged.allows_texts else MachineForm if judged.is_by_machine else CorrectForm
    return kind(formdata=None) if empty else kind()


def _fault(judged: Judged, form: FlaskForm) -> int:
    """The status to answer with while the form is not right; 0 when it is."""
    if judged.allows_texts:
        return not_confirmed(form, WRONG_PASSWORD)
    return 0 if form.validate_on_submit() else 200


def _page(judged: Judged, form: FlaskForm) -> str:
    return render_template(
        "review/verdict.html", judged=judged, sender=without_phones(judged.sender), form=form
    )
