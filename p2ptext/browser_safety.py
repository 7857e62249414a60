"""What browsers are told and asked: headers, requests from other sites, addresses of static files."""

import functools
import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFError

from p2ptext import config

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"


def is_from_elsewhere(origin: str | None, site: str | None, own: tuple[str, str]) -> bool:
    """Whether the browser says that a page of another site asks. `own` are the hosts that are ours."""
    return site == "cross-site" or (origin is not None and urlsplit(origin).netloc not in own)


def _refuse_other_sites(own_host: str) -> None:
    """A second lock beside the CSRF token: browsers say where a request came from."""
    if request.method in ("GET", "HEAD", "OPTIONS") or request.path.startswith("/webhooks/"):
        return
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if is_from_elsewhere(origin, site, (own_host, request.host)):
        raise CSRFError("This request came from another site.")


def headers(settings: config.Settings) -> dict[str, str]:
    """What every answer tells the browser."""
    return HEADERS | ({"Strict-Transport-Security": HSTS} if settings.https else {})


def register(app: Flask, settings: config.Settings) -> None:
    """Guard every request and answer of `app`."""
    own_host = urlsplit(settings.public_url).netloc
    app.before_request(functools.partial(_refuse_other_sites, own_host))
    always = headers(settings)

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in always.items():
            response.headers.setdefault(name, value)  # a page may allow itself less
        if request.endpoint != "static":
            # A page for everybody that needs no session may say how long it is good.
            response.headers["Cache-Control"] = g.get("cache_control", "no-store")
        elif "v" in request.args:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif request.path.endswith(".mjs"):
            response.headers["Cache-Control"] = "no-cache"
        return response

    @functools.cache
    def version(filename: str) -> str:
        path = Path(app.static_folder or "") / filename
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""

    @app.url_defaults
    def static_version(endpoint: str, values: dict[str, Any]) -> None:
        # The address changes with the content, so browsers may keep it for ever. Fonts and modules
        # keep their plain address: style sheets and other modules name it too, and two addresses
        # would be two downloads. Modules are asked for again each time, or old would call new.
        if endpoint == "static" and not values.get("filename", ".woff2").endswith((".woff2", ".mjs")):
            values["v"] = version(values["filename"])
