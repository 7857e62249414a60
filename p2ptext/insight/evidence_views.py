"""Making an evidence pack: asked for with the password, answered with a page, JSON, or both in one file."""

import base64
import io
import zipfile
from collections.abc import Callable

from flask import Blueprint, Response, current_app, g, render_template, request
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts import confirming, throttling
from p2ptext.accounts.access import get_scoped, permission
from p2ptext.accounts.auditing import record
from p2ptext.audience import suppression_listing as listing
from p2ptext.audience.models import Recipient
from p2ptext.audience.suppression_forms import WRONG_PASSWORD
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.errors import NotFound
from p2ptext.insight import evidence, evidence_page
from p2ptext.insight.evidence import Pack, Subject
from p2ptext.insight.evidence_clocks import utc_words
from p2ptext.insight.evidence_forms import EvidenceForm
from p2ptext.rules.phone import mask

blueprint = Blueprint("evidence", __name__, url_prefix="/o/<org>/evidence")
blueprint.add_app_template_filter(utc_words, "pack_moment")

PACKS = "30 per hour"

Answer = str | BaseResponse | tuple[str, int]


@blueprint.get("")
@permission("owner")
def ask() -> str:
    """The form; with a person's number when it is led to from their page."""
    row = _recipient(request.args.get("recipient", ""))
    return _form_page(EvidenceForm(formdata=None, recipient=row.id if row else ""), row)


@blueprint.post("")
@permission("owner")
def make() -> Answer:
    """The pack, as a page to read and print, as JSON, or both as a ZIP file."""
    form = EvidenceForm()
    row = _recipient(form.recipient.data or "")
    if fault := _not_confirmed(form, row):
        return _form_page(form, row), fault
    throttling.spend(PACKS, "evidence", str(current_user.id))
    subject = _subject(form, row)
    form_of = request.form.get("as", "page")
    with transaction():
        pack = evidence.make(subject, current_user.name, now())
        record(
            "evidence_made",
            f"recipient {subject.recipient_id}" if subject.recipient_id else "",
            sha256=pack.digest,
            form=form_of if form_of in _FORMS else "page",
        )
    return _FORMS.get(form_of, _page)(pack)


def _recipient(number: str) -> Recipient | None:
    if not number:
        return None
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise NotFound
    return get_scoped(Recipient, int(number))


def _subject(form: EvidenceForm, row: Recipient | None) -> Subject:
    if row is not None:
        return Subject(g.org.id, g.org.slug, g.org.name, row.id, row.phone)
    return Subject(g.org.id, g.org.slug, g.org.name, listing.find(g.org.id, form.e164), form.e164)


def _form_page(form: EvidenceForm, row: Recipient | None) -> str:
    shown = "" if row is None else mask(row.phone) if row.phone else "an erased number"
    return render_template("insight/evidence_ask.html", form=form, shown=shown)


def _not_confirmed(form: EvidenceForm, row: Recipient | None) -> int:
    """The status to answer with while the form is not filled in or the password is wrong; 0 when all
    is well. A password is tried only when everything else is right."""
    if row is not None:
        del form.phone
    return confirming.not_confirmed(form, WRONG_PASSWORD)


def _page(pack: Pack) -> str:
    # The data lies in the page itself: it was made at the same moment, and needs no second password.
    data_url = f"data:application/json;base64,{base64.b64encode(pack.body).decode()}"
    return render_template(
        "insight/evidence_pack.html",
        data_url=data_url,
        data_name=_name(pack, "json"),
        **evidence_page.values(pack),
    )


def _data(pack: Pack) -> Response:
    return _file(pack, pack.body, "application/json", "json")


def _files(pack: Pack) -> Response:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "evidence.html",
            render_template(
                "insight/evidence_file.html",
                style_element=_style_element(),
                **evidence_page.values(pack),
            ),
        )
        archive.writestr("evidence.json", pack.body)
    return _file(pack, packed.getvalue(), "application/zip", "zip")


def _style_element() -> Markup:
    """The page's own style sheet, so that the file needs nothing beside it."""
    with current_app.open_resource("static/css/evidence.css", "r") as file:
        return Markup(f"<style>{file.read()}</style>")  # noqa: S704 - our own style sheet


def _file(pack: Pack, body: bytes, kind: str, ending: str) -> Response:
    response = Response(body, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=_name(pack, ending))
    return response


def _name(pack: Pack, ending: str) -> str:
    slug, day = pack.data["organization"]["slug"], pack.data["made_at"][:10]
    return f"evidence-{slug}-{evidence_page.last_digits(pack)}-{day}.{ending}"


_FORMS: dict[str, Callable[[Pack], Answer]] = {"page": _page, "json": _data, "files": _files}
"""What the form's buttons ask for."""
