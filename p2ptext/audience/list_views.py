"""Pages of a list, from its upload to its end."""

from flask import Response, g, jsonify, redirect, render_template, request, url_for
from flask import stream_with_context as streamed
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import importing, queries
from p2ptext.audience.blueprint import blueprint
from p2ptext.audience.forms import ListForm
from p2ptext.audience.jobs import import_contacts
from p2ptext.audience.models import ContactImport
from p2ptext.background import enqueue, transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import Refused
from p2ptext.extensions import csrf

_FORM_BYTES = 64 * 1024
"""What the fields around an uploaded file may take."""


@blueprint.route("/o/<org>/campaigns/<int:campaign_id>/list", methods=["GET", "POST"])
@permission("manager")
def lists(campaign_id: int) -> str | BaseResponse | tuple[str, int]:
    if request.method == "POST":
        request.max_content_length = importing.most_upload_bytes() + _FORM_BYTES
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
        running_import=importing.import_under_way(campaign_id),
        most_bytes=importing.most_upload_bytes(),
        refusal=refusal,
    )
    return (page, refusal.status) if refusal else page


# The token is in the same body as the file, and the size limit must be raised before that is read:
# so the view checks the token itself.
csrf.exempt(lists)


def _receive(campaign_id: int, form: ListForm) -> int:
    with transaction():
        campaign = writing.lock_to_change(campaign_id, g.org.id)
        upload = form.file.data
        row = importing.receive_list(
            campaign, upload.stream, upload.filename, form.consent(), current_user.id
        )
        enqueue(import_contacts, row.id)
        return row.id


@blueprint.get("/o/<org>/campaigns/imports/<int:import_id>")
@permission("manager")
def import_page(import_id: int) -> str:
    row = get_scoped(ContactImport, import_id)
    campaign = get_scoped(Campaign, row.campaign_id)
    reasons = queries.reasons(import_id) if row.refused else []
    return render_template("audience/import.html", row=row, campaign=campaign, reasons=reasons)


@blueprint.get("/o/<org>/campaigns/imports/<int:import_id>/progress")
@permission("manager")
def import_progress(import_id: int) -> Response:
    row = get_scoped(ContactImport, import_id)
    return jsonify(status=row.status, rows=row.rows_read, bytes=row.units_read, size=row.size_bytes)


@blueprint.get("/o/<org>/campaigns/imports/<int:import_id>/refused.csv")
@permission("manager")
def refused_rows(import_id: int) -> Response:
    row = get_scoped(ContactImport, import_id)
    response = Response(streamed(queries.refused_csv(row)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"refused-{row.id}.csv")
    return response
