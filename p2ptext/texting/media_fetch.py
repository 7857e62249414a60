"""The carrier fetches what goes with a text, at an address that was made for that and expires."""

from flask import Blueprint, Response, g

from p2ptext.accounts.access import public
from p2ptext.campaigns import enclosures
from p2ptext.campaigns.enclosure_models import MediaFile
from p2ptext.clock import now
from p2ptext.errors import NotFound
from p2ptext.extensions import db, limiter
from p2ptext.texting import media_address

MOST_A_MINUTE = 3000
"""From one computer. A carrier fetches from a few, one file a text; nobody else has a reason to."""
HEADERS = {
    # Should it be a page after all, it is one that can do nothing.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}

blueprint = Blueprint("media", __name__)


@blueprint.get("/media/<name>")
@limiter.limit(f"{MOST_A_MINUTE} per minute")
@public("the carrier fetches what goes with a text; the address is signed and expires")
def fetch(name: str) -> Response:
    """One file, for whoever was given its address within the last three days."""
    media_id = media_address.read(name, now())
    kept = None if media_id is None else db.session.get(MediaFile, media_id)
    if kept is None or kept.removed_at is not None:
        raise NotFound
    return answer(kept, "private, max-age=3600")


def answer(kept: MediaFile, how_long: str) -> Response:
    """The file itself, of the type that its bytes have, named by us: what somebody called their file is
    nobody else's business."""
    named = {"Content-Disposition": f'inline; filename="{kept.kind}.{enclosures.extension_of(kept)}"'}
    content = enclosures.read(kept.key)
    g.cache_control = how_long
    return Response(content, mimetype=kept.content_type, headers=HEADERS | named)
