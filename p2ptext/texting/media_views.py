"""What goes with a text, for people of the organization who see the text."""

from flask import Response, g

from p2ptext.accounts.access import permission
from p2ptext.campaigns import enclosures
from p2ptext.errors import NotFound
from p2ptext.texting import media_fetch
from p2ptext.texting.blueprint import blueprint


@blueprint.get("/media/<int:media_id>")
@permission("volunteer", terms=True)
def media(media_id: int) -> Response:
    """One file of the organization's."""
    kept = enclosures.find(g.org.id, media_id)
    if kept is None:
        raise NotFound
    return media_fetch.answer(kept, "private, max-age=86400, immutable")
