"""What every page shares on which a place of the script is written: where it is, what was typed there
before, and whether a whole page or only its part is asked for."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, g, jsonify, redirect, render_template, request
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.audience import previewing
from p2ptext.audience.columns import columns_of
from p2ptext.audience.merging import VOLUNTEER
from p2ptext.audience.previewing import Preview, Sample
from p2ptext.background import transaction
from p2ptext.campaigns import drafts, linking, versions
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import questioning
from p2ptext.desk.questioning import Clash, Outcome
from p2ptext.errors import NotFound
from p2ptext.rules.prices import SEGMENT_USD
from p2ptext.rules.script_shape import tidy

DISCARD = "discard"
"""What a form posts to let its draft go."""


@dataclass(slots=True)
class Editing:
    """One place that somebody is writing in."""

    campaign: Campaign
    place: str
    base: int | None
    """The version before their eyes when they began."""
    draft: drafts.Draft | None = None
    clash: Clash | None = None

    @property
    def formdata(self) -> MultiDict[str, str] | None:
        """What fills the form in place of the script's own words."""
        return MultiDict(self.draft.value) if self.draft else None

    @property
    def saved_at(self) -> datetime | None:
        return self.draft.saved_at if self.draft else None


def begin(campaign: Campaign, place: str) -> Editing:
    """The place as its form shows it: with one's own draft where there is one, unless it was just posted."""
    if request.method == "POST":
        return Editing(campaign, place, number(request.form.get("base")) or campaign.script_version_id)
    draft = drafts.read(campaign.id, current_user.id, place)
    return Editing(campaign, place, draft.base if draft else campaign.script_version_id, draft)


def discarded(editing: Editing) -> bool:
    """Whether the draft was to be let go, and is."""
    if request.form.get("action") != DISCARD:
        return False
    with transaction():
        drafts.forget(editing.campaign.id, current_user.id, editing.place)
    return True


def number(value: str | None) -> int | None:
    """The id that an address or a form names; None for anything else."""
    value = value or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def contact_in(value: str | None) -> int | None:
    value = value or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None


def wants_part() -> bool:
    """Whether the page's script asks, which puts the answer into the open page."""
    return request.headers.get("X-Part") == "1"


def page(name: str, status: int = 200, **context: object) -> BaseResponse:
    """A page of the desk, or only its part (`_NAME.html`) for the page's script."""
    editing = context.get("editing")
    if isinstance(editing, Editing) and editing.clash:
        status = 409
    low, high = SEGMENT_USD
    shown = render_template(
        f"desk/_{name}.html" if wants_part() else f"desk/{name}.html",
        cents=(100 * low, 100 * high),
        part=wants_part(),
        **context,
    )
    return BaseResponse(shown, status, mimetype="text/html")


def done(campaign_id: int, words: str, address: str) -> BaseResponse:
    """A change is saved: the page's script says so, shows the outline anew, and offers to undo it; without
    it, the reader is sent on to `address`."""
    if wants_part():
        latest = [version.number for version in versions.history(campaign_id, 2)]
        undo = {"version": latest[1], "expected": latest[0]} if len(latest) == 2 else None
        return jsonify(words=words, next=address, undo=undo)
    flash(words)
    return redirect(address, 303)


def note_clash(editing: Editing, outcome: Outcome) -> None:
    """Show the clash on the form; the next press of Save decides it."""
    if outcome.clash:
        editing.clash = outcome.clash
        editing.base = outcome.clash.version_id


def gone(editing: Editing) -> BaseResponse:
    """Somebody has removed the place while one wrote in it: the words are kept, and shown.

    Raises NotFound where nothing was written.
    """
    value = typed()
    if request.method != "POST" or not value:
        raise NotFound
    with transaction():
        drafts.keep(editing.campaign, current_user.id, editing.place, value, editing.base)
    words = [text for name, text in value.items() if name != "next" and text]
    return page("gone", 409, campaign=editing.campaign, words=words)


def typed() -> dict[str, str]:
    """What the posted form holds of a script's words, without characters that no document holds."""
    names = ("text", "label", "next", "question", "answers")
    return {
        name: tidy(value)
        for name, value in request.form.items()
        if name.startswith("texts-") or name in names
    }


def clash_of(editing: Editing, value: dict[str, str]) -> bool:
    """As questioning.change finds it, for what is saved by another use case in this transaction."""
    typed = questioning.Typed(editing.place, value, editing.base)
    clash = questioning.clash_of(editing.campaign, current_user.id, typed)
    note_clash(editing, Outcome(clash=clash))
    return clash is not None


def rendered(campaign: Campaign, texts: list[str] | tuple[str, ...], sample: Sample) -> list[Preview]:
    """Texts as this contact would read them from the person who looks."""
    columns, links = columns_of(campaign.id), linking.links_of(campaign.id)
    name = g.membership.texting_name
    return [previewing.preview(campaign, text, sample, name, columns, links) for text in texts]


def sample_for(
    campaign: Campaign, texts: list[str] | tuple[str, ...], contact: str | None, move: str
) -> Sample:
    """Who is shown: the contact that a form's buttons ask for."""
    text = max(texts, key=len, default="")
    return previewing.shown_to(campaign, text, g.membership.texting_name, contact_in(contact), move)


def fields_of(campaign: Campaign) -> list[str]:
    """Names that a text may use, for the buttons that put one in."""
    return [*(columns_of(campaign.id) or previewing.MADE_UP), VOLUNTEER, *linking.names_of(campaign.id)]


def others(campaign: Campaign, place: str) -> list[versions.Other]:
    """Who else is in the script now."""
    return versions.look(campaign, current_user.id, place)
