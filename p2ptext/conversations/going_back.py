"""Where a browser goes on after a deed: to the page of review on which it was pressed."""

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response


def to_where_it_was(otherwise: str) -> Response:
    """To the address in the form's field `back`, when it is one of this organization's review pages."""
    return redirect(address(request.form.get("back", "")) or otherwise, 303)


def address(asked: str) -> str:
    """`asked`, where it leads to review in this organization and nowhere else; "" where it does not."""
    path = asked.partition("?")[0]
    here = url_for("review.conversations", org=g.org.slug)
    plain = asked.isprintable() and "\\" not in asked and ".." not in path
    return asked if plain and (path == here or path.startswith(f"{here}/")) else ""
