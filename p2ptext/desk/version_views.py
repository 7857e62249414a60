"""The history of a script: who saved what and when, what differs, and the way back to an earlier version."""

from itertools import groupby
from operator import attrgetter

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.background import transaction
from p2ptext.campaigns import versions
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.desk import editing, restoring
from p2ptext.desk.blueprint import blueprint
from p2ptext.errors import NotFound
from p2ptext.rules import script_diff

_PAGE = "/o/<org>/campaigns/<int:campaign_id>/versions"
_AT_ONCE = 50
_MOST_CHANGES = 300
"""Places that a page shows; a script that was imported anew may differ in thousands."""


@blueprint.get(_PAGE, endpoint="versions")
@permission("manager")
def history(campaign_id: int) -> str:
    """Every version, the newest first."""
    campaign = get_scoped(Campaign, campaign_id)
    found = versions.history(campaign_id, _AT_ONCE + 1, editing.number(request.args.get("before")))
    return render_template(
        "desk/versions.html",
        campaign=campaign,
        versions=found[:_AT_ONCE],
        older=found[_AT_ONCE - 1].number if len(found) > _AT_ONCE else None,
    )


@blueprint.get(f"{_PAGE}/difference")
@permission("manager")
def difference(campaign_id: int) -> str | BaseResponse:
    """What differs from version `a` to version `b`, place by place."""
    campaign = get_scoped(Campaign, campaign_id)
    one, other = (editing.number(request.args.get(name)) for name in "ab")
    if one is None or other is None:
        return redirect(url_for(".versions", campaign_id=campaign_id), 303)
    before, after = (_version(campaign_id, number) for number in sorted((one, other)))
    changes = script_diff.changes(before.document if before else {}, after.document if after else {})
    newest = versions.history(campaign_id, 1)
    return render_template(
        "desk/difference.html",
        campaign=campaign,
        before=before,
        after=after,
        parts=[
            (part, list(within))
            for part, within in groupby(changes[:_MOST_CHANGES], key=attrgetter("part"))
        ],
        left_out=max(0, len(changes) - _MOST_CHANGES),
        newest=newest[0].number if newest else 0,
    )


def _version(campaign_id: int, number: int) -> ScriptVersion | None:
    """The version of this number; None for 0, which is before the first. Raises NotFound."""
    return versions.by_number(campaign_id, number) if number else None


@blueprint.post(f"{_PAGE}/restore")
@permission("manager")
def restore(campaign_id: int) -> BaseResponse | tuple[str, int]:
    """Say again what an earlier version said, as a new version."""
    campaign = get_scoped(Campaign, campaign_id)
    number = editing.number(request.form.get("version"))
    if number is None:
        raise NotFound
    expected = editing.number(request.form.get("expected"))
    with transaction():
        found = restoring.restore(campaign_id, g.org.id, current_user.id, number, expected)
    if found.words:
        page = render_template(
            "desk/not_restored.html", campaign=campaign, number=number, faults=found.words
        )
        return page, 409
    flash(f"The script says again what version {number} said.")
    if found.pictures_off:
        places = ", ".join(found.pictures_off)
        words = "These texts come back without their picture, which is not kept any more. Add it again"
        flash(f"{words}: {places}.", "warning")
    return redirect(url_for(".questions", campaign_id=campaign_id), 303)
