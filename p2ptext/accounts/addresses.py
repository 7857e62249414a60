"""Addresses within this site, and whole links for mails."""

import re
from urllib.parse import unquote, urlsplit

from flask import current_app

from p2ptext.background import settings

_ODD = re.compile(r"[\\\x00-\x20\x7f]")


def local_path(target: str | None) -> str | None:
    """`target` if it leads to a page of this site, else None.

    Browsers read a backslash as a slash and skip control characters, so both are refused, plain
    or written as %5c and %0d.
    """
    if not target:
        return None
    for form in (target, unquote(target)):
        if not form.startswith("/") or form.startswith("//") or _ODD.search(form):
            return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def link(endpoint: str, **values: str | int) -> str:
    """A whole link for a mail. Its host is PUBLIC_URL's, never what a request claims."""
    path = current_app.url_map.bind("p2ptext").build(endpoint, values)
    return settings().public_url + path
