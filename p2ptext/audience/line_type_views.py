"""Having the landlines of a checked list looked up, for money, and stopping it."""

from flask import flash, g, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import line_type_jobs, line_types
from p2ptext.audience.blueprint import blueprint
from p2ptext.audience.models import ContactImport
from p2ptext.background import enqueue, transaction
from p2ptext.errors import Refused


@blueprint.post("/o/<org>/campaigns/imports/<int:import_id>/landlines")
@permission("manager")
def look_up_landlines(import_id: int) -> Response:
    get_scoped(ContactImport, import_id)
    try:
        with transaction():
            lookup = line_types.begin(import_id, g.org.id, current_user.id)
            enqueue(line_type_jobs.look_up, lookup.id, 0)
    except Refused as refused:
        flash(refused.words, "warning")
    return redirect(url_for(".forecast", import_id=import_id))


@blueprint.post("/o/<org>/campaigns/imports/<int:import_id>/landlines/stop")
@permission("manager")
def stop_looking_up(import_id: int) -> Response:
    get_scoped(ContactImport, import_id)
    with transaction():
        line_types.stop(import_id, g.org.id, current_user.id)
    return redirect(url_for(".forecast", import_id=import_id))
