"""The public address of links by person."""

from urllib.parse import urlsplit

from flask import g, redirect, render_template, request
from werkzeug.wrappers import Response

from p2ptext.accounts.access import public
from p2ptext.audience import link_visits
from p2ptext.audience.blueprint import blueprint
from p2ptext.background import settings, transaction

_ALSO_THERE = ("/l/", "/static/", "/healthz", "/readyz")
"""What answers under the name of a domain for links, beside the style sheet of the page for dead links."""


@blueprint.before_app_request
def only_links() -> tuple[str, int] | None:
    """On an organization's domain for links nothing but links answers: nobody is asked to sign in there."""
    host = request.host.partition(":")[0].lower().rstrip(".")
    own = urlsplit(settings().public_url).hostname
    if host == own or request.path.startswith(_ALSO_THERE) or not link_visits.is_for_links(host):
        return None
    return render_template("audience/no_link.html"), 404


@blueprint.get("/l/<code>")
@public("whoever got a text follows its link without signing in")
def follow(code: str) -> Response | tuple[str, int]:
    """Lead on to the page of a link. A HEAD is led on as well, and counted as a program."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    with transaction():
        url = link_visits.follow(code, request.method, headers)
    if url is None:
        return render_template("audience/no_link.html"), 404
    answer = redirect(url, 302)
    g.cache_control = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
