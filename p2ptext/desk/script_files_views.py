"""Pages on which a script comes in, from pasted words or a file, and goes out as a file."""

import codecs
import re

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import bringing_in, editing
from p2ptext.desk.blueprint import blueprint
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import csrf
from p2ptext.rules import script_files, script_import, script_outline
from p2ptext.rules.fault import FileFault
from p2ptext.rules.script_import import MOST_CHARACTERS, Understood
from p2ptext.rules.script_shape import Misshapen

_PAGE = "/o/<org>/campaigns/<int:campaign_id>/script"
_MOST_BYTES = 4 * MOST_CHARACTERS
_FORM_BYTES = 64 * 1024
_MOST_CHANGES = 300
_MOST_NOTES = 300
_WRITERS = {
    "json": (script_files.to_json, "application/json"),
    "csv": (script_files.to_csv, "text/csv"),
    "txt": (script_outline.write, "text/plain"),
}
Page = str | BaseResponse | tuple[str, int]


@blueprint.route(_PAGE, methods=["GET", "POST"], endpoint="script_files")
@permission("manager")
def script_page(campaign_id: int) -> Page:
    """A script is pasted or uploaded, looked at as it was understood, and taken by another press."""
    if request.method == "POST":
        request.max_content_length = 2 * _MOST_BYTES + _FORM_BYTES
        request.max_form_memory_size = _MOST_BYTES + _FORM_BYTES
        csrf.protect()
    campaign = get_scoped(Campaign, campaign_id)
    if request.method == "GET" or request.form.get("action") == "edit":
        return _paste(campaign, request.form.get("text", ""))
    text = ""
    try:
        text = _text()
        understood = script_import.read(text)
    except (Misshapen, FileFault) as wrong:
        return _paste(campaign, text, [wrong.words]), 422
    if request.form.get("action") == "save":
        return _save(campaign, text, understood)
    return _check(campaign, text, understood)


# The token is in the same body as the script, and the size limit must be raised before that is read.
csrf.exempt(script_page)


def _text() -> str:
    """What was pasted, or what the file holds. Raises FileFault."""
    file = request.files.get("file")
    if file is None or not file.filename:
        # Browsers end the lines of a form's text with both characters.
        return request.form.get("text", "").replace("\r\n", "\n")
    content = file.stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise FileFault("too_large", "That file is too large to be a script.")
    if content.startswith(b"PK"):
        raise FileFault(
            "document", "That is a document. Open it, copy all of its text, and paste it here."
        )
    return _decoded(content)


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 by its mark, or else what Windows writes."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _paste(campaign: Campaign, text: str, errors: list[str] | None = None) -> str:
    return render_template(
        "desk/script_files.html",
        campaign=campaign,
        text=text,
        errors=errors or [],
        has_errors=bool(errors),
        formats=list(_WRITERS),
        most=MOST_CHARACTERS,
    )


def _check(
    campaign: Campaign, text: str, understood: Understood, against: list[str] | None = None
) -> str:
    planned = bringing_in.plan(campaign, understood.document, whole=understood.whole)
    return render_template(
        "desk/script_check.html",
        campaign=campaign,
        text=text,
        understood=understood,
        outline=script_outline.write(understood.document),
        changes=planned.changes[:_MOST_CHANGES],
        left_out=max(0, len(planned.changes) - _MOST_CHANGES),
        most_notes=_MOST_NOTES,
        pictures_off=planned.pictures_off,
        languages_stay="languages" in planned.document and not understood.whole,
        against=against or [],
        has_errors=bool(against),
    )


def _save(campaign: Campaign, text: str, understood: Understood) -> Page:
    base = editing.number(request.form.get("base"))
    try:
        with transaction():
            against = bringing_in.bring_in(
                campaign.id, g.org.id, current_user.id, understood, "Brought in from a file", base
            )
    except Refused as refused:
        if refused.code != "saved_since":
            raise
        against = [refused.words]
    if against:
        return _check(get_scoped(Campaign, campaign.id), text, understood, against), 409
    flash("The script is taken over. The one before is in the history.")
    return redirect(url_for(".questions", campaign_id=campaign.id), 303)


@blueprint.get(f"{_PAGE}.<ending>")
@permission("manager")
def script_file(campaign_id: int, ending: str) -> Response:
    """The script as a file: json and csv are read back exactly, txt is for people."""
    campaign = get_scoped(Campaign, campaign_id)
    if ending not in _WRITERS:
        raise NotFound
    write, content_type = _WRITERS[ending]
    name = re.sub(r"[^a-z0-9]+", "-", campaign.name.casefold()).strip("-") or "script"
    body = write(writing.document_of(campaign))
    if ending == "csv":
        body = f"\ufeff{body}"  # or a spreadsheet takes accents for something else
    return Response(
        body.encode(),
        content_type=f"{content_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'},
    )
