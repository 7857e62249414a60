"""Pages of alarms: what is open, what was, which texts fail, and what may be done about it."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.accounts.auditing import record
from p2ptext.alarms import failing, listing, raising, watch_carrier
from p2ptext.alarms.blueprint import blueprint
from p2ptext.alarms.forms import KnownForm
from p2ptext.alarms.models import Alarm
from p2ptext.alarms.thresholds import thresholds
from p2ptext.background import transaction
from p2ptext.campaigns.models import SendingNumber
from p2ptext.campaigns.numbers import pretty
from p2ptext.errors import NotFound
from p2ptext.registry import registering

_MOST_PAGES = 10**6


def viewer() -> listing.Viewer:
    """Who looks at alarms in this request."""
    member = g.membership
    return listing.Viewer(current_user.id, member.may("manager"), member.may("owner"))


@blueprint.get("")
@permission("organizer")
def alarms() -> str:
    """What is not as it should be, why, since when, and what to do."""
    with transaction():
        watch_carrier.stuck(thresholds())  # nobody else can say that the dispatcher is gone
    found = listing.open_alarms(g.org.id, viewer())
    return render_template(
        "alarms/alarms.html",
        open=[one for one in found if one.put_aside_at is None],
        known=[one for one in found if one.put_aside_at is not None],
        form=KnownForm(formdata=None),
    )


@blueprint.get("/past")
@permission("organizer")
def past() -> str:
    """What was and is well again."""
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= _MOST_PAGES:
        raise NotFound
    rows, more = listing.past_alarms(g.org.id, viewer(), page)
    if page > 1 and not rows:
        raise NotFound
    return render_template("alarms/past.html", rows=rows, page=page, more=more)


@blueprint.post("/<int:alarm_id>/known")
@permission("organizer")
def known(alarm_id: int) -> Response:
    """Somebody knows of it, and says what is being done."""
    form = KnownForm()
    note = form.note.data if form.validate() else (form.note.data or "")[:300]
    with transaction():
        alarm = get_scoped(Alarm, alarm_id)
        if not listing.may_see(g.org.id, viewer(), alarm.id):
            raise NotFound
        first = raising.put_aside(g.org.id, alarm.id, current_user.id, note or "")
        if first:
            record("alarm_known", f"alarm {alarm.id}", kind=alarm.kind)
    if first:
        flash("Put aside. It comes back if it becomes worse.")
    else:
        flash("It has ended, or somebody knows of it already.", "info")
    return redirect(url_for(".alarms"), 303)


@blueprint.get("/failures")
@permission("organizer")
def failures() -> str:
    """What became of each number's latest texts, by carrier and code."""
    percent = thresholds(g.org.id).of(g.org.id, "failures").threshold
    return render_template(
        "alarms/failures.html", numbers=failing.numbers(g.org.id, percent), percent=percent
    )


@blueprint.post("/numbers/<int:number_id>/put-back")
@permission("manager")
def put_back(number_id: int) -> Response:
    """Texts leave again from a number that was stopped because its texts failed."""
    with transaction():
        number = get_scoped(SendingNumber, number_id)
        done = registering.put_back(number)
        raising.close(g.org.id, "number_out", f"number {number.id}")
        phone = pretty(number.phone)
    flash(
        f"Texts leave from {phone} again." if done else "It is in use already.",
        "success" if done else "info",
    )
    return redirect(url_for(".alarms"), 303)
