"""The page on which organizers move conversations: a filter, how many it means, a question, the deed."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from p2ptext.accounts.access import permission
from p2ptext.background import transaction
from p2ptext.conversations import reassigning
from p2ptext.conversations.blueprint import blueprint
from p2ptext.conversations.reassigning import MOST_AT_ONCE, Filter
from p2ptext.errors import Refused

ANYBODY = "anybody"
"""Chosen instead of a member: whoever is there."""


@blueprint.get("/conversations/reassign")
@permission("organizer")
def reassign() -> str:
    """Which conversations, and to whom."""
    return _page("conversations/reassign.html", _filter(request.args), request.args.get("to", ""))


@blueprint.post("/conversations/reassign")
@permission("organizer")
def move_conversations() -> Response | str:
    """Ask once more with the number of them, then move them."""
    wanted, to = _filter(request.form), request.form.get("to", "")
    member = None if to == ANYBODY else _number(to)
    if to != ANYBODY and member is None:
        raise Refused("bad_request", "Choose who answers them from now on.", 400)
    if request.form.get("confirmed") != "yes":
        return _page("conversations/reassign_confirm.html", wanted, to, request.form.get("note", ""))
    moved = 0
    ids = reassigning.ids_of(g.org.id, wanted)
    for start in range(0, len(ids), MOST_AT_ONCE):
        with transaction():
            moved += reassigning.move_some(
                g.org.id,
                wanted,
                ids[start : start + MOST_AT_ONCE],
                member,
                current_user.id,
                request.form.get("note", ""),
            )
    deed = "moved" if member else "offered to whoever is there"
    flash(f"{_conversations(moved)} {deed}.", "success" if moved else "info")
    return redirect(url_for("conversations.reassign", **_kept(wanted)), 303)


def _page(template: str, wanted: Filter, to: str, note: str = "") -> str:
    choices = reassigning.choices(g.org.id)
    names = {str(choice.id): choice.name for choice in choices.members} | {ANYBODY: "whoever is there"}
    return render_template(
        template,
        wanted=wanted,
        fields=_kept(wanted),
        ids=wanted.ids or (),
        count=reassigning.count(g.org.id, wanted),
        rows=reassigning.rows(g.org.id, wanted),
        choices=choices,
        to=to,
        to_name=names.get(to, ""),
        note=note[: reassigning.LONGEST_NOTE],
    )


def _filter(asked: MultiDict[str, str]) -> Filter:
    picked = [number for text in asked.getlist("id") if (number := _number(text)) is not None]
    return Filter(
        campaign=_number(asked.get("campaign", "")),
        owner=_number(asked.get("owner", "")),
        tag=_number(asked.get("tag", "")),
        waiting=asked.get("show", "waiting") != "all",
        minutes=min(_number(asked.get("minutes", "")) or 0, 100_000),
        offered=asked.get("offered") == "yes",
        ids=tuple(picked[: reassigning.MOST_SHOWN]) if picked else None,
    )


def _kept(wanted: Filter) -> dict[str, Any]:
    """The filter as it stands in an address; what was picked by hand is not in it."""
    numbers = {
        "campaign": wanted.campaign,
        "owner": wanted.owner,
        "tag": wanted.tag,
        "minutes": wanted.minutes or None,
    }
    kept: dict[str, Any] = {name: str(value) for name, value in numbers.items() if value is not None}
    kept |= {} if wanted.waiting else {"show": "all"}
    return kept | ({"offered": "yes"} if wanted.offered else {})


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _conversations(amount: int) -> str:
    return "1 conversation" if amount == 1 else f"{amount:,} conversations"
