"""How open pages hear that something changed: a stream of hints, or a count to ask for."""

from collections.abc import Iterator

from flask import Response, g, jsonify, request
from flask_login import current_user

from p2ptext.accounts.access import permission, token_digest
from p2ptext.extensions import db
from p2ptext.texting import live, queries
from p2ptext.texting.blueprint import ASIDE, blueprint
from p2ptext.texting.presence import SIGNS
from p2ptext.texting.watching import WATCH


@blueprint.get("/waiting")
@permission("volunteer")
def waiting() -> Response:
    """How many replies wait, for pages without a live stream."""
    return jsonify(**queries.counts(g.org.id, current_user.id))


@blueprint.get("/live", endpoint="live")
@permission("volunteer")
def live_stream() -> Response:
    """Hints as server-sent events, as long as the person may see them. They hold no words of anybody, and pages
    that need no terms listen to them too."""
    org_id, person_id = g.org.id, current_user.id
    channels: tuple[str, ...] = (live.person_channel(org_id, person_id), live.shift_channel(org_id))
    if g.membership.may("organizer"):
        channels += (live.organizers_channel(org_id),)
    works = ASIDE not in request.args
    viewer = (token_digest(current_user.token).hex(), current_user.id, g.org.slug)
    db.session.remove()  # a stream holds no database connection while it waits

    def events() -> Iterator[str]:
        with WATCH.open(viewer):
            for event in live.stream(*channels):
                if event is None or event.startswith(live.GONE):
                    if not WATCH.allows(viewer, 0.0 if event else live.PING_S / 2):
                        return
                    if works:
                        SIGNS.seen(org_id, person_id)
                yield event or ": still here\n\n"

    return Response(events(), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
