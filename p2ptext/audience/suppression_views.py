"""Pages of the do-not-text list: who is on it, why, and how they come on and off."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask import stream_with_context as streamed
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts import confirming, throttling
from p2ptext.accounts.access import get_scoped, permission
from p2ptext.accounts.auditing import record
from p2ptext.audience import erasing, suppression
from p2ptext.audience import suppression_listing as listing
from p2ptext.audience.models import Recipient
from p2ptext.audience.suppression_forms import (
    WRONG_PASSWORD,
    AddForm,
    AgainForm,
    DownloadForm,
    EraseForm,
    LiftForm,
    PhoneForm,
)
from p2ptext.background import transaction
from p2ptext.errors import NotFound
from p2ptext.rules.phone import mask

blueprint = Blueprint("do_not_text", __name__, url_prefix="/o/<org>/do-not-text")

SEARCHES = "120 per minute"
DOWNLOADS = "10 per hour"

Answer = str | BaseResponse | tuple[str, int]


@blueprint.get("")
@permission("manager")
def numbers() -> str:
    """How many there are, the newest of them, and a search."""
    return _list_page(PhoneForm(formdata=None))


def _list_page(form: PhoneForm) -> str:
    key = request.args.get("after", "")
    after = listing.Place.read(key)
    if key and after is None:
        raise NotFound
    return render_template(
        "audience/suppression.html",
        form=form,
        count=listing.count(g.org.id),
        entries=listing.newest(g.org.id, after),
        first_page=after is None,
    )


@blueprint.post("/search")
@permission("manager")
def search() -> Answer:
    """A number's page, if it was ever seen here. By POST: numbers do not belong in addresses."""
    throttling.spend(SEARCHES, "do-not-text-search", str(current_user.id))
    form = PhoneForm()
    if not form.validate_on_submit():
        return _list_page(form)
    found = listing.find(g.org.id, form.e164)
    if found is not None:
        return redirect(url_for(".person", recipient_id=found), 303)
    unknown = AddForm(formdata=None, phone=form.phone.data)
    return render_template("audience/suppression_add.html", form=unknown, unknown=True)


@blueprint.route("/add", methods=["GET", "POST"])
@permission("manager")
def add() -> Answer:
    form = AddForm()
    if not form.validate_on_submit():
        return render_template("audience/suppression_add.html", form=form, unknown=False)
    with transaction():
        recipient_id = listing.find_or_make(g.org.id, form.e164)
        added = _put_on(recipient_id, form.reason.data)
    return _added(recipient_id, added)


@blueprint.post("/people/<int:recipient_id>/add")
@permission("manager")
def add_again(recipient_id: int) -> Answer:
    """The same for somebody whose page it is, also when their number is erased."""
    row = get_scoped(Recipient, recipient_id)
    form = AgainForm(prefix="add-")
    if not form.validate_on_submit():
        return _person_page(row, add_form=form)
    with transaction():
        added = _put_on(recipient_id, form.reason.data)
    return _added(recipient_id, added)


def _put_on(recipient_id: int, reason: str) -> bool:
    suppression.lock_recipient(recipient_id)
    added = suppression.suppress(recipient_id, reason, current_user.id)
    if added:
        record("do_not_text_added", f"recipient {recipient_id}")
    return added


def _added(recipient_id: int, added: bool) -> BaseResponse:
    if added:
        flash("The number is on the list. No text leaves to it any more.")
    else:
        flash("The number was on the list already.", "info")
    return redirect(url_for(".person", recipient_id=recipient_id), 303)


@blueprint.get("/people/<int:recipient_id>")
@permission("manager")
def person(recipient_id: int) -> str:
    """Whether somebody may be texted, and all that was done about it."""
    return _person_page(get_scoped(Recipient, recipient_id))


def _person_page(row: Recipient, **changed: FlaskForm) -> str:
    forms = {
        "add_form": AgainForm(formdata=None, prefix="add-"),
        "lift_form": LiftForm(formdata=None, prefix="lift-"),
        "erase_form": EraseForm(formdata=None, prefix="erase-"),
    }
    return render_template(
        "audience/suppression_person.html",
        row=row,
        shown=mask(row.phone) if row.phone else "Erased number",
        history=listing.history(g.org.id, row.id),
        form=next(iter(changed.values()), None),
        **forms | changed,
    )


@blueprint.post("/people/<int:recipient_id>/lift")
@permission("owner")
def lift(recipient_id: int) -> Answer:
    """Somebody may be texted again: the owner's word, given with their password."""
    row = get_scoped(Recipient, recipient_id)
    form = LiftForm(prefix="lift-")
    if fault := confirming.not_confirmed(form, WRONG_PASSWORD):
        return _person_page(row, lift_form=form), fault
    with transaction():
        suppression.lock_recipient(recipient_id)
        lifted = suppression.lift(recipient_id, form.reason.data, current_user.id)
        if lifted:
            record("do_not_text_lifted", f"recipient {recipient_id}")
    flash(
        "They may be texted again." if lifted else "They were not on the list any more.",
        "success" if lifted else "info",
    )
    return redirect(url_for(".person", recipient_id=recipient_id), 303)


@blueprint.post("/people/<int:recipient_id>/erase")
@permission("owner")
def erase(recipient_id: int) -> Answer:
    """Somebody's number, name and columns go for good."""
    row = get_scoped(Recipient, recipient_id)
    form = EraseForm(prefix="erase-")
    if fault := confirming.not_confirmed(form, WRONG_PASSWORD):
        return _person_page(row, erase_form=form), fault
    with transaction():
        erased = erasing.erase(recipient_id, form.reason.data, current_user.id)
        if erased:
            record("recipient_erased", f"recipient {recipient_id}")
    flash(
        "Their number, their name and their columns are erased."
        if erased
        else "They were erased already.",
        "success" if erased else "info",
    )
    return redirect(url_for(".person", recipient_id=recipient_id), 303)


@blueprint.route("/download", methods=["GET", "POST"])
@permission("manager")
def download() -> Answer:
    """The whole list as a CSV file, for who gives their password."""
    form = DownloadForm()
    fault = 200 if request.method == "GET" else confirming.not_confirmed(form, WRONG_PASSWORD)
    if fault:
        page = render_template(
            "audience/suppression_download.html", form=form, count=listing.count(g.org.id)
        )
        return page, fault
    throttling.spend(DOWNLOADS, "do-not-text-download", str(current_user.id))
    with transaction():
        record("do_not_text_downloaded", f"organization {g.org.id}", numbers=listing.count(g.org.id))
    response = Response(streamed(listing.as_csv(g.org.id)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"do-not-text-{g.org.slug}.csv")
    return response
