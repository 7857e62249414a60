"""Pages of exports: ask for one, watch it being made, take the file."""

from flask import Response, flash, g, jsonify, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext import files
from p2ptext.accounts import confirming, throttling
from p2ptext.accounts.access import get_scoped, permission
from p2ptext.background import enqueue, transaction
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.exports import asking, keeping, listing, offering
from p2ptext.exports.blueprint import blueprint
from p2ptext.exports.columns import KINDS
from p2ptext.exports.described import FILES, FIRST_FILE
from p2ptext.exports.forms import NO_CAMPAIGN, AskForm, DownloadForm
from p2ptext.exports.jobs import make_export
from p2ptext.exports.kinds import MIME
from p2ptext.exports.models import Export

DOWNLOADS = "30 per hour"
WRONG_PASSWORD = "This is not your password."  # noqa: S105

Page = str | BaseResponse | tuple[str, int]


@blueprint.get("/o/<org>/exports")
@permission("manager")
def exports() -> Page:
    """What can be asked for, and what was. `campaign` and `kind` in the address are chosen beforehand."""
    return _list_page(_form(prefilled=True))


@blueprint.post("/o/<org>/exports")
@permission("manager")
def ask() -> Page:
    form = _form()
    if not form.validate_on_submit():
        return _list_page(form)
    kind, format_, campaign_id = form.wanted
    try:
        with transaction():
            row = asking.ask(g.org.id, current_user.id, kind, format_, campaign_id)
            enqueue(make_export, row.id)
    except Refused as refused:
        form.form_errors.append(refused.words)
        return _list_page(form, refused.status)
    return redirect(url_for(".exports", _anchor="exports"), 303)


def _form(*, prefilled: bool = False) -> AskForm:
    chosen = {}
    if prefilled:
        chosen = {
            "kind": request.args.get("kind", "contacts"),
            "campaign_id": request.args.get("campaign", NO_CAMPAIGN),
        }
    form = AskForm(formdata=None if prefilled else request.form, data=chosen)
    form.offer(offering.kinds(g.membership.role), listing.campaigns(g.org.id))
    return form


def _list_page(form: AskForm, status: int = 200) -> Page:
    lines = listing.newest(g.org.id)
    page = render_template(
        "exports/exports.html",
        form=form,
        kinds={kind.key: kind.words for kind in offering.kinds(g.membership.role)},
        lines=lines,
        under_way=any(line.under_way for line in lines),
    )
    return page if status == 200 else (page, status)


@blueprint.get("/o/<org>/exports/columns")
@permission("manager")
def columns() -> str:
    """What every column of every file means."""
    return render_template("exports/columns.html", files=FILES, kinds=KINDS)


@blueprint.get("/o/<org>/exports/<int:export_id>")
@permission("manager")
def export(export_id: int) -> Page:
    return _export_page(export_id, DownloadForm(formdata=None))


def _export_page(export_id: int, form: DownloadForm) -> str:
    row = get_scoped(Export, export_id)
    return render_template(
        "exports/export.html",
        line=listing.line(row),
        form=form,
        at=now(),
        part=FIRST_FILE.get(row.kind),
        out_of_date=keeping.OUT_OF_DATE if row.status == "done" and keeping.is_out_of_date(row) else "",
    )


@blueprint.get("/o/<org>/exports/<int:export_id>/progress")
@permission("manager")
def progress(export_id: int) -> Response:
    """How far it is, for programs."""
    row = get_scoped(Export, export_id)
    return jsonify(
        status=row.status,
        rows_done=row.rows_done,
        rows_total=row.rows_total,
        size_bytes=row.size_bytes,
        digest=row.digest,
        words=row.fault,
        over=row.status not in asking.UNDER_WAY,
    )


@blueprint.post("/o/<org>/exports/<int:export_id>/download")
@permission("manager")
def download(export_id: int) -> Page:
    """The file, to who gives their password."""
    get_scoped(Export, export_id)
    form = DownloadForm()
    if fault := confirming.not_confirmed(form, WRONG_PASSWORD):
        return _export_page(export_id, form), fault
    throttling.spend(DOWNLOADS, "export-download", str(current_user.id))
    with transaction():
        row = asking.downloaded(export_id, g.org.id)
        path = files.find(keeping.folder(), row.stored_as)
        name, kind = row.file_name, MIME[row.format]
        if not path.is_file():
            raise Refused("not_there", "This file is gone from the disk. Ask for it again.")
    return send_file(path, kind, as_attachment=True, download_name=name, conditional=False, etag=False)


@blueprint.post("/o/<org>/exports/<int:export_id>/cancel")
@permission("manager")
def cancel(export_id: int) -> BaseResponse:
    with transaction():
        asking.cancel(export_id, g.org.id)
    return redirect(url_for(".exports", _anchor="exports"), 303)


@blueprint.post("/o/<org>/exports/<int:export_id>/again")
@permission("manager")
def again(export_id: int) -> BaseResponse:
    """The same once more, as the rows are now."""
    with transaction():
        row = asking.ask_again(export_id, g.org.id, current_user.id)
        enqueue(make_export, row.id)
    return redirect(url_for(".exports", _anchor="exports"), 303)


@blueprint.post("/o/<org>/exports/<int:export_id>/remove")
@permission("manager")
def remove(export_id: int) -> BaseResponse:
    """Nobody needs the file any more."""
    with transaction():
        name = asking.discard(export_id, g.org.id)
    if name:
        keeping.remove([name])
        flash("The file is removed.")
    return redirect(url_for(".exports"), 303)
