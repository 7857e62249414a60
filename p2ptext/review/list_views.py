"""Message review: all conversations of the organization, as far as somebody wants to see them."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from psycopg.errors import QueryCanceled
from werkzeug.wrappers import Response

from p2ptext.accounts.access import permission
from p2ptext.clock import now
from p2ptext.conversations import reassigning
from p2ptext.extensions import cursor, db
from p2ptext.review import filters, searching
from p2ptext.review.blueprint import blueprint
from p2ptext.review.chips import chips, of_campaign
from p2ptext.review.conversation_views import opened
from p2ptext.review.filters import Filter
from p2ptext.review.rows import rows
from p2ptext.review.searching import MOST_COUNTED, read_place

_BESIDE = ("after", "before", "open", "at", "count")
"""What stands in an address beside the filter: where in the list, which conversation is open, and whether
the count is waited for."""
COUNT_TIMEOUT_MS = 5000


@blueprint.get("/o/<org>/review")
@permission("organizer")
def conversations() -> str | Response:
    """The conversations of a filter. The same filter has one address, whoever built it."""
    wanted = Filter.from_args(request.args)
    kept = wanted.to_args() | {name: request.args[name] for name in _BESIDE if request.args.get(name)}
    if kept != request.args.to_dict():
        return redirect(url_for("review.conversations", **kept))  # type: ignore[arg-type]
    after, before = (read_place(request.args.get(name, ""), wanted) for name in ("after", "before"))
    found = searching.page(g.org.id, wanted, after, before)
    choices = reassigning.choices(g.org.id)
    only = choices.campaigns[0].id if len(choices.campaigns) == 1 else None
    of = of_campaign(g.org.id, wanted.campaign or only)
    shown = _pane(wanted)
    return render_template(
        "review/conversations.html",
        chips=chips(wanted, choices, of),
        choices=choices,
        of=of,
        filters=filters,
        page=found,
        count=found.count,
        found_words=_found_words(found, wanted),
        why_none=_why_none(wanted),
        rows=rows(g.org.id, wanted, found.places),
        now=now(),
        **shown,
    )


def _found_words(found: searching.Page, wanted: Filter) -> str:
    """How many there are; where that takes longer to count, what is known at once."""
    if found.count is not None:
        return amount(found.count)
    if request.args.get("count"):
        return _counted(wanted)
    return f"More than {searching.PAGE} conversations"


def _why_none(wanted: Filter) -> list[str]:
    """What to know of the filters that are on where nothing is found."""
    told = ["Remove a filter above."]
    if wanted.answer:
        told.append(
            "Only answers that somebody has noted in the conversation are found; who wrote it and has no"
            " note is found by their words."
        )
    if wanted.words:
        told.append(
            "Try the beginning of a word with a star: pol*. Words are looked for in what they wrote and"
            " in our answers, not in first texts."
        )
    if wanted.since or wanted.until:
        told.append("The day is that of their newest text.")
    return told


def amount(count: int) -> str:
    """How many conversations, in words."""
    if count >= MOST_COUNTED:
        return f"More than {MOST_COUNTED - 1:,} conversations"
    return "1 conversation" if count == 1 else f"{count:,} conversations"


@blueprint.get("/o/<org>/review/count")
@permission("organizer")
def count_conversations() -> str:
    """How many conversations match, in words, for a page that did not wait for it."""
    return _counted(Filter.from_args(request.args))


def _counted(wanted: Filter) -> str:
    sql = cursor()
    sql.execute("SELECT set_config('statement_timeout', %s, true)", (f"{COUNT_TIMEOUT_MS}ms",))
    try:
        return amount(searching.count(g.org.id, wanted))
    except QueryCanceled:
        db.session.rollback()
        return "More conversations than can be counted quickly"


def _pane(wanted: Filter) -> dict[str, Any]:
    """The filter, and the conversation that is open beside the list."""
    open_id = request.args.get("open", "")
    if not (open_id.isascii() and open_id.isdigit() and len(open_id) <= 18):
        return {"open_id": None, "wanted": wanted, "fields": wanted.to_args()}
    return opened(int(open_id), wanted, request.args.get("at", "")) | {"open_id": int(open_id)}
