"""The page on which organizers move conversations: a filter, how many it means, a question, the deed."""

from dataclasses import dataclass, replace
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

ANYBODY = "anybody"
"""Chosen instead of a member: whoever is on shift."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the form says beside the filter."""

    to: str = ""
    note: str = ""
    every: bool = False
    """Whether all that match are meant, and not only those that were selected."""
    picked: tuple[int, ...] = ()
    faults: tuple[str, ...] = ()
    """What is missing, in words."""


@blueprint.get("/conversations/reassign")
@permission("organizer")
def reassign() -> str:
    """Which conversations, and to whom."""
    return _page(_FORM, _filter(request.args), _Asked(to=request.args.get("to", "")))


@blueprint.post("/conversations/reassign")
@permission("organizer")
def move_conversations() -> Response | str | tuple[str, int]:
    """Ask once more with the number of them, then move them."""
    wanted, asked = _filter(request.form), _asked(request.form)
    if asked.faults:
        return _page(_FORM, wanted, asked), 422
    wanted = replace(wanted, ids=None if asked.every else asked.picked)
    if request.form.get("confirmed") != "yes":
        return _page("conversations/reassign_confirm.html", wanted, asked)
    member = None if asked.to == ANYBODY else _number(asked.to)
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
                asked.note,
            )
    deed = "moved" if member else "offered to whoever is on shift"
    flash(f"{_conversations(moved)} {deed}.", "success" if moved else "info")
    return redirect(url_for("conversations.reassign", **_kept(wanted)), 303)


_FORM = "conversations/reassign.html"


def _page(template: str, wanted: Filter, asked: _Asked) -> str:
    choices = reassigning.choices(g.org.id)
    names = {str(choice.id): choice.name for choice in choices.members} | {
        ANYBODY: "whoever is on shift"
    }
    return render_template(
        template,
        wanted=wanted,
        fields=_kept(wanted),
        asked=asked,
        select_all=request.args.get("select") == "page",
        count=reassigning.count(g.org.id, wanted),
        rows=reassigning.rows(g.org.id, wanted),
        choices=choices,
        to_name=names.get(asked.to, ""),
    )


def _asked(form: MultiDict[str, str]) -> _Asked:
    to, every = form.get("to", ""), form.get("which") == "all"
    numbers = [number for text in form.getlist("id") if (number := _number(text)) is not None]
    picked = tuple(numbers[: reassigning.MOST_SHOWN])
    faults = []
    if not every and not picked:
        faults.append("Select at least one conversation, or choose all that match.")
    if to != ANYBODY and _number(to) is None:
        faults.append("Choose the new volunteer, or whoever is on shift.")
    note = form.get("note", "")[: reassigning.LONGEST_NOTE]
    return _Asked(to, note, every, picked, tuple(faults))


def _filter(asked: MultiDict[str, str]) -> Filter:
    return Filter(
        campaign=_number(asked.get("campaign", "")),
        owner=_number(asked.get("owner", "")),
        tag=_number(asked.get("tag", "")),
        waiting=asked.get("show", "waiting") != "all",
        minutes=min(_number(asked.get("minutes", "")) or 0, 100_000),
        offered=asked.get("offered") == "yes",
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
