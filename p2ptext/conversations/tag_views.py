"""The organization's tags."""

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import permission
from p2ptext.background import transaction
from p2ptext.conversations import tagging
from p2ptext.conversations.blueprint import blueprint


@blueprint.get("/review/tags")
@permission("organizer")
def tags() -> str:
    """Which tags there are, and how often each is used."""
    return render_template("conversations/tags.html", tags=tagging.all_tags(g.org.id))


@blueprint.post("/review/tags")
@permission("organizer")
def add_tag() -> BaseResponse:
    """Add a tag."""
    with transaction():
        tagging.create(g.org.id, request.form.get("name", ""))
    flash("Tag added.", "success")
    return redirect(url_for("conversations.tags"), 303)


@blueprint.post("/review/tags/<int:tag_id>/remove")
@permission("organizer")
def remove_tag(tag_id: int) -> BaseResponse:
    """Take a tag away everywhere."""
    with transaction():
        tagging.remove(g.org.id, tag_id)
    flash("Tag removed.", "success")
    return redirect(url_for("conversations.tags"), 303)
