"""Pages of a list: upload, columns, what would happen, and how far it is."""

from flask import Response, g, jsonify, redirect, render_template, request, url_for
from flask import stream_with_context as streamed
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import choosing, importing, jobs, line_types, list_words, queries
from p2ptext.audience.blueprint import blueprint
from p2ptext.audience.list_forms import BASIS_WORDS, ColumnsForm, ListForm, columns_form
from p2ptext.audience.models import ContactImport
from p2ptext.background import enqueue, transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.extensions import csrf
from p2ptext.rules.columns import Columns, choose_columns
from p2ptext.rules.fault import Fault

_PASTED_BYTES = 4 * 2**20
"""What a pasted list may take; the form says in words when it is too long."""
_FORM_BYTES = _PASTED_BYTES + 64 * 2**10
"""What the fields beside an uploaded file may take."""

CHECKED_AGAIN = Refused(
    "checked_again",
    "The list was checked again since you opened this page. Look at the numbers once more, then import it.",
)

Page = str | BaseResponse | tuple[str, int]


@blueprint.route("/o/<org>/campaigns/<int:campaign_id>/list", methods=["GET", "POST"])
@permission("manager")
def lists(campaign_id: int) -> Page:
    if request.method == "POST":
        request.max_content_length = importing.most_upload_bytes() + _FORM_BYTES
        request.max_form_memory_size = _PASTED_BYTES
        csrf.protect()
    campaign = get_scoped(Campaign, campaign_id)
    form = ListForm()
    refusal: Refused | None = None
    if form.validate_on_submit():
        try:
            return redirect(url_for(".import_page", import_id=_receive(campaign_id, form)))
        except Refused as refused:
            refusal = refused
    page = render_template(
        "audience/list.html",
        form=form,
        campaign=campaign,
        imports=queries.imports_of(campaign_id),
        states=list_words.STATES,
        bases=BASIS_WORDS,
        most_bytes=importing.most_upload_bytes(),
        refusal=refusal,
    )
    return (page, refusal.status) if refusal else page


# The token is in the same body as the file, and the size limit must be raised before that is read:
# so the view checks the token itself.
csrf.exempt(lists)


def _receive(campaign_id: int, form: ListForm) -> int:
    stream, name = form.content()
    with transaction():
        campaign = writing.lock_to_change(campaign_id, g.org.id)
        row = importing.receive_list(campaign, stream, name, form.consent(), current_user.id)
        enqueue(jobs.check_list, row.id)
        return row.id


@blueprint.get("/o/<org>/campaigns/imports/<int:import_id>")
@permission("manager")
def import_page(import_id: int) -> Page:
    row = get_scoped(ContactImport, import_id)
    if row.status == "checked":
        return redirect(url_for(".forecast", import_id=import_id))
    campaign = get_scoped(Campaign, row.campaign_id)
    return render_template(
        "audience/import.html",
        row=row,
        campaign=campaign,
        progress=list_words.progress_of(row, now()),
        reasons=queries.reasons(import_id) if row.refused else [],
        bases=BASIS_WORDS,
    )


@blueprint.get("/o/<org>/campaigns/imports/<int:import_id>/progress")
@permission("manager")
def import_progress(import_id: int) -> Response:
    found = list_words.progress_of(get_scoped(ContactImport, import_id), now())
    return jsonify(
        status=found.status,
        words=found.words,
        detail=found.detail,
        percent=found.percent,
        over=found.over,
    )


@blueprint.route("/o/<org>/campaigns/imports/<int:import_id>/columns", methods=["GET", "POST"])
@permission("manager")
def list_columns(import_id: int) -> Page:
    row = get_scoped(ContactImport, import_id)
    if row.status != "checked":
        return redirect(url_for(".import_page", import_id=import_id))
    shown = Columns.from_map(row.column_map)
    form = columns_form(row.header, shown.choices(row.header), looks_right=row.columns_chosen)
    faults = []
    if form.validate_on_submit():
        right = _letters_are_right(row, form)
        chosen = choose_columns(row.header, form.chosen())
        if right and isinstance(chosen, Columns):
            _choose(row, chosen)
            return redirect(url_for(".import_page", import_id=import_id))
        faults = [chosen.words] if isinstance(chosen, Fault) else []
    return render_template(
        "audience/columns.html",
        row=row,
        campaign=get_scoped(Campaign, row.campaign_id),
        form=form,
        faults=faults,
        remembered=row.shape.get("remembered", False) and not row.columns_chosen,
    )


def _letters_are_right(row: ContactImport, form: ColumnsForm) -> bool:
    """Where the encoding was guessed, a person has to have looked at the names."""
    if row.shape.get("guessed_encoding") and not form.looks_right.data:
        form.looks_right.errors = ["Look at these names, then tick the box."]
        return False
    return True


def _choose(row: ContactImport, chosen: Columns) -> None:
    """Go on with these columns; only others than those it was checked with need another check."""
    column_map = chosen.as_map(row.header)
    with transaction():
        if row.shape.get("has_header", True):  # names that were made up fit any file of that width
            choosing.remember(g.org.id, row.header, chosen, current_user.id)
        if column_map == row.column_map:
            row.columns_chosen = True
        else:
            importing.choose_columns(row.id, g.org.id, column_map, current_user.id)
            enqueue(jobs.check_list, row.id)


@blueprint.get("/o/<org>/campaigns/imports/<int:import_id>/check")
@permission("manager")
def forecast(import_id: int) -> Page:
    row = get_scoped(ContactImport, import_id)
    if row.status != "checked":
        return redirect(url_for(".import_page", import_id=import_id))
    if not row.columns_chosen:
        return redirect(url_for(".list_columns", import_id=import_id))
    return _forecast_page(row)


def _forecast_page(row: ContactImport, refusal: Refused | None = None) -> Page:
    page = render_template(
        "audience/forecast.html",
        row=row,
        campaign=get_scoped(Campaign, row.campaign_id),
        forecast=row.forecast,
        landlines=line_types.offer(row),
        bases=BASIS_WORDS,
        stamp=_stamp(row),
        refusal=refusal,
        has_errors=bool(refusal),
    )
    return (page, refusal.status) if refusal else page


def _stamp(row: ContactImport) -> str:
    """Which of a list's checks the page shows."""
    return row.checked_at.isoformat() if row.checked_at else ""


@blueprint.post("/o/<org>/campaigns/imports/<int:import_id>/confirm")
@permission("manager")
def confirm_list(import_id: int) -> Page:
    row = get_scoped(ContactImport, import_id)
    if row.status == "checked" and not row.columns_chosen:
        return redirect(url_for(".list_columns", import_id=import_id))
    if row.status == "checked" and request.form.get("checked_at") != _stamp(row):
        return _forecast_page(row, CHECKED_AGAIN)
    try:
        with transaction():
            importing.confirm(import_id, g.org.id, current_user.id)
            enqueue(jobs.import_contacts, import_id)
    except Refused as refused:
        row = get_scoped(ContactImport, import_id)
        if row.status == "checked":
            return _forecast_page(row, refused)
    # A second press comes here as well: the list is coming in already.
    return redirect(url_for(".import_page", import_id=import_id))


@blueprint.post("/o/<org>/campaigns/imports/<int:import_id>/cancel")
@permission("manager")
def cancel_list(import_id: int) -> BaseResponse:
    with transaction():
        row = importing.cancel(import_id, g.org.id, current_user.id)
        if row.status == "cancelled":  # else the worker that is busy with it cleans up
            enqueue(jobs.forget, import_id)
    return redirect(url_for(".import_page", import_id=import_id))


@blueprint.get("/o/<org>/campaigns/imports/<int:import_id>/refused.csv")
@permission("manager")
def refused_rows(import_id: int) -> Response:
    row = get_scoped(ContactImport, import_id)
    response = Response(streamed(queries.refused_csv(row)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"refused-{row.id}.csv")
    return response
