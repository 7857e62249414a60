"""One picture, for whoever may read the conversation it came in."""

from flask import Response, g, jsonify
from flask_login import current_user

from p2ptext.accounts.access import permission
from p2ptext.conversations import media
from p2ptext.conversations.blueprint import blueprint
from p2ptext.error_pages import wants_json
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.sms.media import NoPicture
from p2ptext.texting.carrier import provider

_HEADERS = {
    # Should a picture be a page after all, it is one that can do nothing.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": "inline",
}


@blueprint.get("/replies/<int:conversation_id>/media/<int:inbound_id>/<int:n>", endpoint="media")
@permission("volunteer", terms=True)
def picture(conversation_id: int, inbound_id: int, n: int) -> Response:
    """A picture somebody sent, fetched now and kept nowhere."""
    url = media.address(g.org.id, current_user.id, conversation_id, inbound_id, min(n, 99))
    db.session.remove()  # no connection to the database is held while another computer is asked
    found = provider().picture(url)
    if isinstance(found, NoPicture):
        words = f"{found.words} Ask them to describe it."
        if wants_json():  # the page tells it in the picture's place
            return jsonify(words=words)
        raise Refused("no_picture", words)
    return Response(found.content, mimetype=found.kind, headers=_HEADERS)
