"""Pages of the organization's numbers: all of them, one, asking for more, bringing one along."""

from flask import flash, g, redirect, render_template, url_for
from flask_login import current_user
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
from p2ptext.registry import porting, publishing, registering, wishing
from p2ptext.registry.blueprint import blueprint
from p2ptext.registry.models import NumberPort
from p2ptext.registry.number_forms import NoteForm, NumberForm, PortForm, WishForm, data_of, stages_of
from p2ptext.rules import pacing, public_page
from p2ptext.rules.fault import Fault
from p2ptext.rules.number_steps import MAY_CANCEL, PORT_STATES, RULES
from p2ptext.rules.registration import STATES


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
        states=STATES,
        names={row.id: row.name for row in known},
        used={row.number_id: row.campaigns for row in rows},
        kinds=KINDS,
        pretty=numbers.pretty,
        wishes=wishing.wishes_of(g.org.id)[:5],
        ports=porting.ports_of(g.org.id)[:5],
        port_states=PORT_STATES,
        pages=public_page.TITLES,
        published=publishing.published(g.org.id),
    )


@blueprint.route("/o/<org>/numbers/<int:number_id>", methods=["GET", "POST"])
@permission("owner")
def edit_number(number_id: int) -> str | Response:
    number = get_scoped(SendingNumber, number_id)
    form = NumberForm(data=data_of(number))
    form.stage.choices = stages_of(number)
    form.registration_id.choices = [SelectChoice(0, "None")] + [
        SelectChoice(row.id, row.name) for row in registering.registrations_of(g.org.id)
    ]
    if form.validate_on_submit():
        with transaction():
            fault = registering.change(
                get_scoped(SendingNumber, number_id), form.pace(), put_back=form.put_back.data
            )
        if fault is None:
            flash("The number is saved.")
            return redirect(url_for(".all_numbers"))
        form.stage.errors = [fault.words]
    return _show_number(form, number)


def _show_number(form: NumberForm, number: SendingNumber) -> str:
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
        rules=RULES[number.kind],
        phone=numbers.pretty(number.phone),
    )


@blueprint.route("/o/<org>/numbers/ask", methods=["GET", "POST"])
@permission("manager")
def ask_for_number() -> str | Response:
    form = WishForm()
    if form.validate_on_submit():
        with transaction():
            asked = wishing.ask(g.org.id, form.wish(), current_user.id)
        if not isinstance(asked, Fault):
            if current_user.is_operator:
                flash("Your wish is written down. You answer it yourself: your profile leads to it.")
            else:
                flash("Your wish is with whoever runs this installation. The answer appears here.")
            return redirect(url_for(".all_numbers"))
        form.form_errors = [asked.words]
    return render_template("registry/wish.html", form=form, rules=RULES, kinds=KINDS)


@blueprint.route("/o/<org>/numbers/bring", methods=["GET", "POST"])
@permission("owner")
def bring_number() -> str | Response:
    form = PortForm()
    if form.validate_on_submit():
        with transaction():
            port = porting.begin(g.org.id, form.port(), current_user.id)
            if not isinstance(port, Fault):
                return redirect(url_for(".port", port_id=port.id))
        form.phone.errors = [port.words]
    return render_template("registry/bring.html", form=form)


@blueprint.route("/o/<org>/numbers/moves/<int:port_id>", methods=["GET", "POST"])
@permission("manager")
def port(port_id: int) -> str | Response:
    row = get_scoped(NumberPort, port_id)
    form = NoteForm()
    if form.validate_on_submit():
        with transaction():
            porting.add_note(row, form.words.data, current_user.id)
        return redirect(url_for(".port", port_id=port_id))
    return render_template(
        "registry/port.html",
        form=form,
        port=row,
        notes=porting.notes_of(row),
        states=PORT_STATES,
        phone=numbers.pretty(row.phone),
        may_cancel=row.state in MAY_CANCEL,
    )


@blueprint.post("/o/<org>/numbers/moves/<int:port_id>/cancel")
@permission("owner")
def cancel_port(port_id: int) -> Response:
    with transaction():
        porting.cancel(get_scoped(NumberPort, port_id), current_user.id)
    flash("Nothing moves. The number stays where it is.")
    return redirect(url_for(".port", port_id=port_id))
