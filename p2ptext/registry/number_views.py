"""Pages of the organization's numbers and of what they are registered for."""

from dataclasses import asdict

from flask import flash, g, redirect, render_template, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.background import settings, transaction
from p2ptext.campaigns import numbers
from p2ptext.campaigns.models import CampaignNumber, Registration, SendingNumber
from p2ptext.campaigns.standing import KINDS, standing
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.registry import registering
from p2ptext.registry.blueprint import blueprint
from p2ptext.registry.number_forms import NumberForm, RegistrationForm, data_of
from p2ptext.rules import pacing
from p2ptext.rules.fault import Fault


@blueprint.get("/o/<org>/numbers")
@permission("manager")
def all_numbers() -> str:
    known = registering.registrations_of(g.org.id)
    used = select(CampaignNumber.number_id, func.count().label("campaigns")).where(
        CampaignNumber.organization_id == g.org.id
    )
    rows = db.session.execute(used.group_by(CampaignNumber.number_id))
    return render_template(
        "registry/all_numbers.html",
        own=numbers.standings_of(g.org.id),
        registrations=known,
        names={row.id: row.name for row in known},
        used={row.number_id: row.campaigns for row in rows},
        kinds=KINDS,
        pretty=numbers.pretty,
    )


@blueprint.route("/o/<org>/numbers/<int:number_id>", methods=["GET", "POST"])
@permission("owner")
def edit_number(number_id: int) -> str | Response:
    number = get_scoped(SendingNumber, number_id)
    form = NumberForm(data=data_of(number))
    form.registration_id.choices = [SelectChoice(0, "None")] + [
        SelectChoice(row.id, row.name) for row in registering.registrations_of(g.org.id)
    ]
    if form.validate_on_submit():
        with transaction():
            registering.change(
                get_scoped(SendingNumber, number_id), form.pace(), put_back=form.put_back.data
            )
        flash("The number is saved.")
        return redirect(url_for(".all_numbers"))
    registration = db.session.get(Registration, number.registration_id or 0)
    known = settings()
    simulated = known.carrier_is_simulated
    usual = pacing.per_second(number.kind, None, registered=registration is not None)
    return render_template(
        "registry/number.html",
        form=form,
        number=number,
        stands=standing(number, registration, now().date(), simulated=simulated),
        usual=known.sms_per_second if simulated and registration is None else usual,
        kind=KINDS[number.kind],
        phone=numbers.pretty(number.phone),
    )


@blueprint.route("/o/<org>/registrations/new", methods=["GET", "POST"])
@permission("owner")
def new_registration() -> str | Response:
    return _edited(RegistrationForm(data=asdict(registering.lowest(""))), None)


@blueprint.route("/o/<org>/registrations/<int:registration_id>", methods=["GET", "POST"])
@permission("owner")
def edit_registration(registration_id: int) -> str | Response:
    row = get_scoped(Registration, registration_id)
    return _edited(RegistrationForm(obj=registering.terms_of(row)), row)


def _edited(form: RegistrationForm, row: Registration | None) -> str | Response:
    if form.validate_on_submit():
        with transaction():
            saved = registering.save(g.org.id, row, form.terms())
        if not isinstance(saved, Fault):
            flash("The registration is saved.")
            return redirect(url_for(".all_numbers"))
        form.name.errors = [saved.words]
    return render_template("registry/registration.html", form=form, row=row)
