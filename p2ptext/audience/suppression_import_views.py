"""Bringing a list of numbers onto the do-not-text list, and watching it come in."""

import io
from typing import BinaryIO

from flask import Response, flash, g, jsonify, redirect, render_template, request, url_for
from flask import stream_with_context as streamed
from flask_login import current_user

from p2ptext import files
from p2ptext.accounts.access import get_scoped, permission
from p2ptext.accounts.auditing import record
from p2ptext.audience import suppression_importing as importing
from p2ptext.audience import suppression_listing as listing
from p2ptext.audience.suppression_forms import ImportForm
from p2ptext.audience.suppression_jobs import import_suppressions
from p2ptext.audience.suppression_models import SuppressionImport
from p2ptext.audience.suppression_views import Answer, blueprint
from p2ptext.background import enqueue, transaction
from p2ptext.errors import Refused
from p2ptext.extensions import csrf

_FORM_BYTES = 1024 * 1024
"""What the fields beside a file may take; pasted numbers are one of them."""
UNDER_WAY = ("waiting", "running")


@blueprint.route("/import", methods=["GET", "POST"])
@permission("manager")
def bring_in() -> Answer:
    if request.method == "POST":
        request.max_content_length = importing.most_bytes() + _FORM_BYTES
        csrf.protect()
    form = ImportForm()
    refusal: Refused | None = None
    if form.validate_on_submit():
        try:
            return redirect(url_for(".import_page", suppression_import_id=_receive(form)), 303)
        except Refused as refused:
            refusal = refused
    page = render_template(
        "audience/suppression_import.html",
        form=form,
        imports=listing.imports(g.org.id),
        most_bytes=importing.most_bytes(),
        refusal=refusal,
    )
    return (page, refusal.status) if refusal else page


# The token is in the same body as the file, and the size limit must be raised before that is read:
# so the view checks the token itself.
csrf.exempt(bring_in)


def _receive(form: ImportForm) -> int:
    stream: BinaryIO
    if form.file.data:
        stream, name = form.file.data.stream, files.shown_name(form.file.data.filename)
    else:
        stream = io.BytesIO(importing.one_a_line(form.numbers.data).encode("utf-8", "replace"))
        name = "Pasted numbers"
    with transaction():
        row = importing.receive(g.org.id, stream, name, form.reason.data, current_user.id)
        record("do_not_text_import", f"suppression import {row.id}")
        enqueue(import_suppressions, row.id)
        return row.id


@blueprint.get("/imports/<int:suppression_import_id>")
@permission("manager")
def import_page(suppression_import_id: int) -> str:
    row = get_scoped(SuppressionImport, suppression_import_id)
    return render_template(
        "audience/suppression_import_page.html",
        row=row,
        under_way=row.status in UNDER_WAY,
        percent=_percent(row),
        words=_words(row),
    )


@blueprint.get("/imports/<int:suppression_import_id>/progress")
@permission("manager")
def import_progress(suppression_import_id: int) -> Response:
    row = get_scoped(SuppressionImport, suppression_import_id)
    return jsonify(under_way=row.status in UNDER_WAY, percent=_percent(row), words=_words(row))


def _percent(row: SuppressionImport) -> int:
    return min(100, 100 * row.units_read // row.units_total) if row.units_total else 0


def _words(row: SuppressionImport) -> str:
    """How far it is: rows read, and the time that is left at this speed."""
    if not row.rows_read or row.started_at is None or row.moved_at is None:
        return "Waiting for its turn"
    seconds = (row.moved_at - row.started_at).total_seconds()
    left = seconds * (row.units_total - row.units_read) / max(1, row.units_read)
    time = "less than a minute left" if left < 60 else f"about {round(left / 60)} min left"
    pace = f", {round(row.rows_read / seconds):,} a second" if seconds else ""
    rows = "1 row" if row.rows_read == 1 else f"{row.rows_read:,} rows"
    return f"{rows} read{pace}, {time}"


@blueprint.post("/imports/<int:suppression_import_id>/cancel")
@permission("manager")
def cancel_import(suppression_import_id: int) -> Answer:
    """Read no further. Who is on the list by now stays on it."""
    stored_as = get_scoped(SuppressionImport, suppression_import_id).stored_as
    with transaction():
        cancelled = importing.end(suppression_import_id, "cancelled")
        if cancelled:
            record("do_not_text_import_cancelled", f"suppression import {suppression_import_id}")
    if cancelled:
        importing.forget_file(stored_as)
        flash("The rest of the list is not read.", "warning")
    return redirect(url_for(".import_page", suppression_import_id=suppression_import_id), 303)


@blueprint.get("/imports/<int:suppression_import_id>/refused.csv")
@permission("manager")
def refused_rows(suppression_import_id: int) -> Response:
    row = get_scoped(SuppressionImport, suppression_import_id)
    response = Response(streamed(listing.refused_csv(row)), mimetype="text/csv")
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"do-not-text-refused-{row.id}.csv"
    )
    return response
