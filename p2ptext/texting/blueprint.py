"""Where the volunteer's pages hang, and what their requests share; views.py loads them all."""

from flask import Blueprint, Response, current_app, g, request
from flask_login import current_user

from p2ptext.accounts.access import Access
from p2ptext.extensions import client_ip
from p2ptext.texting import admission, links
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.presence import SIGNS

blueprint = Blueprint("texting", __name__, url_prefix="/o/<org>")
ROOMS = ("texting", "conversations")
"""The blueprints whose pages are a volunteer's work."""
OF_ITSELF = ("conversations.looking", "conversations.draft")
"""What an open page posts by itself, whether or not somebody sits in front of it."""
ASIDE = "aside"
"""Stands in the address of a stream that an organizer's page listens to: it is open beside their work."""
blueprint.add_app_template_filter(links.linked, "linked")


@blueprint.before_app_request
def admit() -> None:
    """Clicks that cannot be served now are turned away here, before anybody's session is looked up."""
    if request.endpoint == "texting.send":
        admission.enter()
        g.admitted = True


@blueprint.teardown_app_request
def leave(_: BaseException | None) -> None:
    if g.pop("admitted", False):
        admission.leave()


@blueprint.after_app_request
def note_presence(answer: Response) -> Response:
    """Whoever looks at cards and replies is there; whoever does something is on shift again.

    An organizer who looks after the evening is not: nobody would be answered by it.
    """
    member = g.get("membership")
    if _is_work() and member and member.status == "active" and "left_shift" not in g:
        only_open = request.method == "GET" or request.endpoint in OF_ITSELF
        (SIGNS.seen if only_open else SIGNS.did)(g.org.id, current_user.id)
    return answer


def _is_work() -> bool:
    if request.blueprint not in ROOMS or ASIDE in request.args:
        return False
    access: Access = vars(current_app.view_functions[str(request.endpoint)])["access"]
    return access.kind == "volunteer"


def clicker() -> Clicker:
    """The person behind this request, as evidence names them."""
    return Clicker(
        g.org.id,
        current_user.id,
        current_user.session_id,
        g.membership.texting_name,
        client_ip(),
        request.user_agent.string,
    )
