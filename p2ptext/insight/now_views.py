"""The page of a running evening, its parts for a page that is open, and the stream that says when to look."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from flask import Response, g, render_template, request, url_for
from flask_login import current_user

from p2ptext.accounts import navigation
from p2ptext.accounts.access import ROLES, get_scoped, permission, token_digest
from p2ptext.alarms import alarm_views, listing, watch_carrier
from p2ptext.alarms.thresholds import thresholds
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.insight import now as seen
from p2ptext.insight.blueprint import blueprint
from p2ptext.texting import live
from p2ptext.texting.watching import WATCH

GATHER_S = 2.0
"""Open pages look again at most this often, however much happens."""


@blueprint.get("/o/<org>/now")
@permission("organizer")
def now() -> str:
    """How the evening goes."""
    return render_template("insight/now.html", large=bool(request.args.get("large")), **_seen())


@blueprint.get("/o/<org>/now/part")
@permission("organizer")
def now_part() -> str:
    """The same without its frame, for a page that is open."""
    return render_template("insight/_now.html", large=False, **_seen())


def _seen() -> dict[str, Any]:
    campaign_id = request.args.get("campaign", type=int)
    if campaign_id is not None:
        get_scoped(Campaign, campaign_id)
    with transaction():
        watch_carrier.stuck(thresholds())  # nobody else can say that the dispatcher is gone
    alarms = listing.open_alarms(g.org.id, alarm_views.viewer(), campaign_id)
    return {
        "now": seen.read(g.org.id, campaign_id),
        "chosen": campaign_id,
        "alarms": [one for one in alarms if one.put_aside_at is None],
        "known": sum(one.put_aside_at is not None for one in alarms),
        "MINUTES": seen.MINUTES,
        "LATELY_MIN": seen.LATELY_MIN,
    }


@blueprint.get("/o/<org>/now/presses.csv")
@permission("organizer")
def now_presses() -> Response:
    """The drawn minutes as a file."""
    campaign_id = request.args.get("campaign", type=int)
    if campaign_id is not None:
        get_scoped(Campaign, campaign_id)
    found = seen.pressed(g.org.id, campaign_id)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["minute_begins_utc", "presses"])
    for place, count in enumerate(found.minutes):
        writer.writerow([found.begins(place).isoformat(timespec="seconds"), count])
    return Response(
        out.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=presses.csv"},
    )


@blueprint.get("/o/<org>/now/live")
@permission("organizer")
def now_live() -> Response:
    """Says that something happened, at most every GATHER_S seconds, as long as the person may see it."""
    channel = live.everybody(g.org.id)
    viewer = (token_digest(current_user.token).hex(), current_user.id, g.org.slug)
    db.session.remove()  # a stream holds no database connection while it waits

    def events() -> Iterator[str]:
        with WATCH.open(viewer):
            for event in live.pulse(channel, GATHER_S):
                if not WATCH.allows(viewer, live.PING_S / 2):
                    return
                yield event or ": still here\n\n"

    return Response(events(), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _first_page(organization_id: int, slug: str, role: str) -> str | None:
    """Where an organizer begins while a campaign runs."""
    may = ROLES.index(role) >= ROLES.index("organizer")
    return url_for("insight.now", org=slug) if may and seen.anything_runs(organization_id) else None


navigation.FIRST_PAGES.append(_first_page)
