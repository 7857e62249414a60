"""Pages of registrations: the steps explained where they stand, and what was done so far."""

from dataclasses import asdict

from flask import flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.background import transaction
from p2ptext.campaigns.models import Registration
from p2ptext.clock import now
from p2ptext.registry import publishing, registering
from p2ptext.registry.blueprint import blueprint
from p2ptext.registry.registration_forms import RegistrationForm
from p2ptext.rules import registration as rules
from p2ptext.rules.fault import Fault

_FIELD_OF = {"name_taken": "name", "no_such_move": "state", "paper_missing": "papers"}


@blueprint.route("/o/<org>/registrations/new", methods=["GET", "POST"])
@permission("owner")
def new_registration() -> str | Response:
    return _edited(RegistrationForm(data=asdict(registering.lowest(""))), None)


@blueprint.route("/o/<org>/registrations/<int:registration_id>", methods=["GET", "POST"])
@permission("owner")
def edit_registration(registration_id: int) -> str | Response:
    row = get_scoped(Registration, registration_id)
    return _edited(RegistrationForm(data=asdict(registering.terms_of(row))), row)


def _edited(form: RegistrationForm, row: Registration | None) -> str | Response:
    form.offer(row)
    if form.validate_on_submit():
        with transaction():
            saved = registering.save(g.org.id, row, form.terms())
        if not isinstance(saved, Fault):
            flash("The registration is saved.")
            return redirect(url_for(".edit_registration", registration_id=saved.id))
        form[_FIELD_OF[saved.code]].errors = [saved.words]
    return render_template(
        "registry/registration.html",
        form=form,
        row=row,
        states=rules.STATES,
        steps=rules.STEPS,
        papers=rules.PAPERS,
        use_cases=rules.USE_CASES,
        published=publishing.published(g.org.id),
        verified=rules.token_stands(row.verify_expires_on if row else None, now().date()),
        missing=registering.still_missing(row) if row and row.state in rules.STEPS[:3] else [],
        history=registering.history(row) if row else [],
    )
