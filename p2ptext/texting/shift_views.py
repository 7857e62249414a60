"""Pages of shifts: for volunteers to sign up, for organizers to make them and see who comes."""

from flask import Response, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectChoice

from p2ptext.accounts.access import permission
from p2ptext.accounts.addresses import link
from p2ptext.background import settings, transaction
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.rules import calendar_file, shift_times
from p2ptext.rules.fault import Fault
from p2ptext.texting import shift_planning
from p2ptext.texting.blueprint import blueprint
from p2ptext.texting.shift_forms import ShiftForm
from p2ptext.texting.shift_planning import Planned


@blueprint.get("/shifts")
@permission("volunteer", terms=True)
def shifts() -> str:
    """What is to come."""
    g.left_shift = True  # looking at next week's hours is no work
    rows = shift_planning.to_come(
        g.org.id, g.membership.id, current_user.id, sees_all=g.membership.may("organizer")
    )
    return render_template("texting/shifts.html", rows=rows)


@blueprint.post("/shifts/<int:shift_id>/sign-up")
@permission("volunteer", terms=True)
def sign_up(shift_id: int) -> BaseResponse:
    """Take a place."""
    return _place(shift_id, "You are signed up. Thank you.", take=True)


@blueprint.post("/shifts/<int:shift_id>/leave")
@permission("volunteer", terms=True)
def leave_shift(shift_id: int) -> BaseResponse:
    """Give the place to others."""
    return _place(shift_id, "You are no longer signed up.", take=False)


def _place(shift_id: int, words: str, *, take: bool) -> BaseResponse:
    g.left_shift = True
    try:
        with transaction():
            if take:
                shift_planning.sign_up(shift_id, g.membership.id, current_user.id)
            else:
                shift_planning.leave(shift_id, g.membership.id)
        flash(words, "success")
    except Refused as refused:
        flash(refused.words, "warning")
    return redirect(url_for("texting.shifts"), 303)


@blueprint.get("/shifts/<int:shift_id>/calendar.ics")
@permission("volunteer", terms=True)
def shift_calendar(shift_id: int) -> Response:
    """For the calendar of whoever signed up."""
    row = shift_planning.one(g.org.id, shift_id, g.membership.id, current_user.id)
    address = link("texting.shifts", org=g.org.slug)
    host = settings().public_url.rpartition("/")[2]
    about = "\n".join(part for part in (row.campaign, row.note, address) if part)
    text = calendar_file.write(
        calendar_file.Appointment(
            f"shift-{row.id}@{host}",
            row.starts_at,
            row.ends_at,
            f"Texting with {g.org.name}",
            about,
            address,
        ),
        now(),
    )
    headers = {"Content-Disposition": f'attachment; filename="shift-{row.id}.ics"'}
    return Response(text, mimetype="text/calendar", headers=headers)


@blueprint.route("/shifts/new", methods=["GET", "POST"])
@permission("organizer")
def new_shift() -> BaseResponse | str:
    """Make one."""
    form = ShiftForm()
    form.campaign.choices = [SelectChoice(0, "Whatever is there to text")] + [
        SelectChoice(campaign_id, name) for campaign_id, name in shift_planning.open_campaigns(g.org.id)
    ]
    if not form.validate_on_submit():
        return render_template("texting/shift_new.html", form=form)
    span = shift_times.span(form.day.data, form.begins.data, form.ends.data, form.zone.data)
    if isinstance(span, Fault):
        form.ends.errors = [span.words]
        return render_template("texting/shift_new.html", form=form)
    planned = Planned(
        *span, form.zone.data, form.places.data, form.note.data, form.campaign.data or None
    )
    try:
        with transaction():
            shift_id = shift_planning.create(g.org.id, current_user.id, planned).id
    except Refused as refused:
        form.day.errors = [refused.words]
        return render_template("texting/shift_new.html", form=form)
    flash("The shift is open. Volunteers see it on their page.", "success")
    return redirect(url_for("texting.shift", shift_id=shift_id), 303)


@blueprint.get("/shifts/<int:shift_id>", endpoint="shift")
@permission("organizer")
def shift_page(shift_id: int) -> str:
    """Who comes."""
    row = shift_planning.one(g.org.id, shift_id, g.membership.id, current_user.id)
    over = row.ends_at <= now()
    return render_template(
        "texting/shift.html", row=row, comers=shift_planning.comers(shift_id), over=over
    )


@blueprint.post("/shifts/<int:shift_id>/cancel")
@permission("organizer")
def cancel_shift(shift_id: int) -> BaseResponse:
    """It does not take place."""
    with transaction():
        told = shift_planning.cancel(shift_id)
    who = "1 person gets" if told == 1 else f"{told} people get"
    flash(f"The shift is cancelled. {who} a mail." if told else "The shift is cancelled.", "success")
    return redirect(url_for("texting.shift", shift_id=shift_id), 303)
