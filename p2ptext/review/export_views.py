"""A file of what a filter of message review finds."""

from collections.abc import Iterator, Mapping

from flask import flash, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import permission
from p2ptext.background import enqueue, transaction
from p2ptext.errors import Refused
from p2ptext.exports import asking, jobs, scoping
from p2ptext.exports.kinds import CHOSEN, KINDS
from p2ptext.review import searching
from p2ptext.review.blueprint import blueprint
from p2ptext.review.filters import Filter

NAME = "review"
"""How a wish for a file says that a filter of review chooses its conversations."""


def choose(organization_id: int, arguments: Mapping[str, str]) -> Iterator[int]:
    """The conversations that match when the file is made."""
    return searching.each(organization_id, Filter.from_args(arguments))


scoping.CHOOSERS[NAME] = choose


@blueprint.context_processor
def _kinds() -> dict[str, dict[str, str]]:
    """What a file can hold of some conversations."""
    return {"export_kinds": {key: KINDS[key].label for key in CHOSEN}}


@blueprint.post("/o/<org>/review/export")
@permission("manager")
def export_found() -> Response:
    """Have a file made of all that match."""
    wanted = Filter.from_args(request.form)
    chosen = (NAME, wanted.to_args())
    kind = request.form.get("kind", "")
    try:
        if kind not in CHOSEN:
            raise Refused("nothing_chosen", "Choose what the file is to hold.")
        with transaction():
            row = asking.ask(g.org.id, current_user.id, kind, "csv", wanted.campaign, chosen=chosen)
            enqueue(jobs.make_export, row.id)
    except Refused as refused:
        flash(refused.words, "error")
        return redirect(url_for(".conversations", **wanted.to_args()), 303)  # type: ignore[arg-type]
    return redirect(url_for("exports.exports", _anchor="exports"), 303)
