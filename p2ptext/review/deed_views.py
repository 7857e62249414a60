"""Pages of a deed on many conversations: which they are, what would happen, how far it is, what came of it."""

import re
from typing import Any

from flask import Response, flash, g, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import permission
from p2ptext.audience.list_forms import BASIS_WORDS
from p2ptext.background import enqueue, transaction
from p2ptext.conversations import reassigning
from p2ptext.errors import NotAllowed, NotFound, Refused
from p2ptext.extensions import db
from p2ptext.review import deed_asking, deed_words, deeds, follow_up, jobs
from p2ptext.review.blueprint import blueprint
from p2ptext.review.chips import chips, of_campaign
from p2ptext.review.deeds import ANYBODY, LEAST_ROLE, Standing
from p2ptext.review.filters import Filter
from p2ptext.review.models import ReviewDeed
from p2ptext.review.rows import rows
from p2ptext.review.searching import MOST_COUNTED, Place

AT_ONCE = 200
"""So many conversations are dealt with while the page waits; more are a worker's."""
SAMPLE = 10
"""Conversations shown of those that are meant."""

_ID = re.compile(r"[0-9]{1,18}", re.ASCII)

Page = str | BaseResponse | tuple[str, int]


@blueprint.context_processor
def _choices() -> dict[str, Any]:
    """What the bar under the list offers."""
    return {"deed_choices": deed_words.CHOICES, "most_counted": MOST_COUNTED}


@blueprint.post("/o/<org>/review/deeds")
@permission("organizer")
def begin_deed() -> BaseResponse:
    """Keep which conversations are meant; nothing is done yet."""
    wanted = Filter.from_args(request.form)
    deed = request.form.get("deed", "")
    if deed not in deed_words.CHOICES:
        return _back(wanted, "Choose what to do with them.")
    _check_role(deed)
    every = request.form.get("which") == "all"
    try:
        with transaction():
            row = deed_asking.begin(
                g.org.id, current_user.id, deed, wanted, None if every else _picked()
            )
            deed_id = row.id
    except Refused as refused:
        return _back(wanted, refused.words)
    return redirect(url_for(".deed", deed_id=deed_id), 303)


def _picked() -> list[int]:
    """The conversations that were ticked, each once."""
    ticked = dict.fromkeys(int(text) for text in request.form.getlist("id") if _ID.fullmatch(text))
    return list(ticked)[:MOST_COUNTED]


def _back(wanted: Filter, words: str) -> BaseResponse:
    flash(words, "error")
    return redirect(url_for(".conversations", **wanted.to_args()), 303)  # type: ignore[arg-type]


def _check_role(deed: str) -> None:
    if not g.membership.may(LEAST_ROLE.get(deed, "organizer")):
        raise NotAllowed


@blueprint.get("/o/<org>/review/deeds/<int:deed_id>")
@permission("organizer")
def deed(deed_id: int) -> Page:
    """The question, the progress or the outcome."""
    row = deed_asking.find(g.org.id, deed_id)
    if row.status == "shown":
        return _question(_own(row))
    return _shown(
        "review/deed.html",
        row,
        percent=_percent(row),
        onward=_onward(row) if row.done else None,
        lists=follow_up.made_by(row),
        basis_words=BASIS_WORDS,
    )


def _onward(row: ReviewDeed) -> tuple[str, str] | None:
    """Where to see what came of it: words and address."""
    told = row.details
    if row.deed == "reassign" and told["to"] == ANYBODY:
        return "Read what is offered", url_for(".conversations", status="offered")
    if row.deed == "reassign":
        return f"Read the conversations of {told['name']}", url_for(
            ".conversations", volunteer=told["to"]
        )
    if row.deed == "tag":
        return f"Read all with the tag “{told['name']}”", url_for(".conversations", tag=told["tag"])
    campaign_id = deeds.campaign_of(row) if row.deed == "mark" and g.membership.may("manager") else None
    if campaign_id is not None:
        return "See the next pass", url_for("texting.passes", campaign_id=campaign_id)
    return None


def _own(row: ReviewDeed) -> ReviewDeed:
    """What is not decided on is nobody's but who asked."""
    if row.status == "shown" and row.asked_by != current_user.id:
        raise NotFound
    _check_role(row.deed)
    return row


def _question(row: ReviewDeed, fault: str = "", told: Any = None) -> Page:
    whole = deed_asking.is_whole(row) and not fault
    found = deeds.standing(row) if whole else Standing(row.ids)
    page = _shown(
        "review/deed_question.html",
        row,
        found=found,
        whole=whole,
        number=len(found.meant),
        stamp=deed_asking.stamp(row, len(found.meant)),
        sample=rows(g.org.id, Filter(), [Place(0, id_) for id_ in found.meant[:SAMPLE]]),
        options=deed_asking.options(row),
        told=told or {name: str(value) for name, value in row.details.items()},
        fault=fault,
    )
    return (page, 422) if fault else page


def _shown(template: str, row: ReviewDeed, **values: Any) -> str:
    wanted = deeds.filter_of(row)
    return render_template(
        template,
        row=row,
        say=deed_words.of(row),
        reasons=deeds.LEFT_OUT,
        fields=wanted.to_args(),
        chips=chips(wanted, reassigning.choices(g.org.id), of_campaign(g.org.id, wanted.campaign)),
        **values,
    )


@blueprint.post("/o/<org>/review/deeds/<int:deed_id>/details")
@permission("organizer")
def detail_deed(deed_id: int) -> Page:
    """Note what it needs, such as the new volunteer; then the number is exact."""
    try:
        with transaction():
            row = deed_asking.find(g.org.id, deed_id, lock=True)
            deed_asking.say(_own(row), request.form)
    except Refused as refused:
        if refused.status != 422:
            raise
        db.session.rollback()
        return _question(_own(deed_asking.find(g.org.id, deed_id)), refused.words, request.form)
    return redirect(url_for(".deed", deed_id=deed_id), 303)


@blueprint.post("/o/<org>/review/deeds/<int:deed_id>/do")
@permission("organizer")
def do_deed(deed_id: int) -> Page:
    """Do it, if it is still what was shown."""
    with transaction():
        row = _own(deed_asking.find(g.org.id, deed_id, lock=True))
        decided = row.status != "shown"
        shown = request.form.get("number", 0, int)
        agreed = decided or deed_asking.confirm(row, request.form.get("stamp", ""), shown)
        at_once = len(row.ids) <= AT_ONCE
        if agreed and not decided and not at_once:
            enqueue(jobs.do_deed, deed_id)
    if not agreed:
        words = "This has changed since you looked. Nothing is done yet. Look at the new number first."
        flash(words, "warning")
    elif at_once and not decided:
        jobs.do_deed(deed_id)
    return redirect(url_for(".deed", deed_id=deed_id), 303)


@blueprint.post("/o/<org>/review/deeds/<int:deed_id>/cancel")
@permission("organizer")
def cancel_deed(deed_id: int) -> BaseResponse:
    """Stop it: what is done stays done."""
    with transaction():
        deed_asking.cancel(deed_asking.find(g.org.id, deed_id, lock=True), current_user.id)
    return redirect(url_for(".deed", deed_id=deed_id), 303)


@blueprint.get("/o/<org>/review/deeds/<int:deed_id>/progress")
@permission("organizer")
def deed_progress(deed_id: int) -> Response:
    """How far it is, for the page's script."""
    row = deed_asking.find(g.org.id, deed_id)
    return jsonify(
        under_way=row.status in ("waiting", "running"),
        percent=_percent(row),
        words=deed_words.progress(row),
    )


def _percent(row: ReviewDeed) -> int:
    return 100 * row.place // max(1, len(row.ids))
