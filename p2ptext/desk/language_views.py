"""Pages of a script's other languages: who reads which, and what is written for them."""

from dataclasses import dataclass, replace

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import previewing, speaking
from p2ptext.audience.columns import columns_of
from p2ptext.audience.lint_facts import facts_of
from p2ptext.audience.previewing import Preview, Sample
from p2ptext.background import transaction
from p2ptext.campaigns import linking, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import editing, translating
from p2ptext.desk.blueprint import blueprint
from p2ptext.desk.translating import Written
from p2ptext.errors import NotFound, Refused
from p2ptext.rules import intents, language_places, lint
from p2ptext.rules.language_places import Place
from p2ptext.rules.languages import NAMES

_PAGE = "/o/<org>/campaigns/<int:campaign_id>/languages"
Page = str | BaseResponse | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One language as the list shows it."""

    code: str
    name: str
    readers: int
    texts: int
    missing: int


@dataclass(frozen=True, slots=True)
class Box:
    """One place as the form shows it."""

    place: Place
    text: str
    theirs: str | None
    """What somebody else saved there meanwhile."""
    faults: list[str]
    preview: Preview | None


@blueprint.get(_PAGE)
@permission("manager")
def languages(campaign_id: int) -> str:
    """The languages the script has, and those that people of the list read."""
    campaign = get_scoped(Campaign, campaign_id)
    document = writing.document_of(campaign)
    readers = speaking.readers(campaign_id)
    written = document.get("languages") or {}
    return render_template(
        "desk/languages.html",
        campaign=campaign,
        rows=[_row(code, language_places.places(document, code), readers[code]) for code in written],
        wanted=[
            (code, NAMES[code], count)
            for code, count in readers.most_common()
            if code is not None and code not in written
        ],
        unknown=readers[None],
        has_column="language" in columns_of(campaign_id),
        others=sorted((name, code) for code, name in NAMES.items() if code not in written),
        main=intents.language(" ".join(document.get("first", ()))),
    )


def _row(code: str, places: list[Place], readers: int) -> Row:
    return Row(
        code,
        NAMES[code],
        readers,
        language_places.texts(places),
        len(language_places.missing(places)),
    )


@blueprint.post(_PAGE)
@permission("manager")
def add_language(campaign_id: int) -> BaseResponse:
    code = request.form.get("language", "")
    with transaction():
        translating.add(campaign_id, g.org.id, current_user.id, code)
    return redirect(url_for(".language", campaign_id=campaign_id, language=code), 303)


@blueprint.post(f"{_PAGE}/<language>/remove")
@permission("manager")
def remove_language(campaign_id: int, language: str) -> BaseResponse:
    with transaction():
        translating.remove(campaign_id, g.org.id, current_user.id, language)
    flash(
        f"{NAMES[language]} is taken out. Its readers get your main words. The history keeps what was written."
    )
    return redirect(url_for(".languages", campaign_id=campaign_id), 303)


@blueprint.route(f"{_PAGE}/<language>", methods=["GET", "POST"], endpoint="language")
@permission("manager")
def language_page(campaign_id: int, language: str) -> Page:
    """One language, place by place beside the main words; `part` in the address says which page of it."""
    campaign = get_scoped(Campaign, campaign_id)
    if language not in (writing.document_of(campaign).get("languages") or {}):
        raise NotFound
    if request.method == "GET":
        return _show(campaign, language, Written(), {})
    typed = {name: text.replace("\r\n", "\n") for name, text in request.form.items() if ":" in name}
    base = editing.number(request.form.get("base"))
    try:
        with transaction():
            done = translating.write(campaign_id, g.org.id, current_user.id, language, typed, base)
    except Refused as refused:
        if refused.code != "not_ready":
            raise
        return _show(campaign, language, Written(), typed, refused.words), 409
    if done.theirs or done.too_long:
        return _show(get_scoped(Campaign, campaign_id), language, done, typed), 409
    flash("Saved." if done.saved else "Nothing was changed.")
    here = url_for(
        ".language", campaign_id=campaign_id, language=language, part=request.args.get("part")
    )
    return redirect(here, 303)


def _show(campaign: Campaign, code: str, done: Written, typed: dict[str, str], refused: str = "") -> str:
    document = writing.document_of(campaign)
    places = language_places.places(document, code)
    parts = language_places.parts(document)
    part = request.args.get("part", "")
    part = part if part in parts else language_places.MESSAGES
    contact = editing.contact_in(request.args.get("after"))
    sample = speaking.sample_of(campaign.id, code, contact)
    box = _Boxes(campaign, code, typed, done, sample).box
    boxes = [box(one) for one in language_places.on_page(places, part, parts[part][1])]
    return render_template(
        "desk/language.html",
        campaign=campaign,
        row=_row(code, places, speaking.readers(campaign.id)[code]),
        lacking=language_places.missing(places),
        parts=[(key, name) for key, (name, _) in parts.items()],
        part=part,
        boxes=boxes,
        sample=sample,
        errors=[refused] if refused else list(done.too_long.values()),
        has_errors=bool(refused or done.too_long or done.theirs),
        theirs=done.theirs,
    )


class _Boxes:
    """What is typed, or written, in each place, with what is wrong with it and how somebody would read it."""

    def __init__(
        self, campaign: Campaign, code: str, typed: dict[str, str], done: Written, sample: Sample | None
    ) -> None:
        self._campaign, self._typed, self._done = campaign, typed, done
        self._sample = sample or previewing.sample_of(campaign.id)
        self._facts = replace(facts_of(campaign), language=code)
        self._columns, self._links = columns_of(campaign.id), linking.links_of(campaign.id)

    def box(self, place: Place) -> Box:
        text = self._typed.get(place.name, place.own)
        faults = [self._done.too_long[place.name]] if place.name in self._done.too_long else []
        shown = None
        if place.is_text and text.strip():
            shown = previewing.preview(
                self._campaign,
                text,
                self._sample,
                g.membership.texting_name,
                self._columns,
                self._links,
            )
            faults += [one.words for one in shown.faults]
            facts = replace(self._facts, first=place.kind == "first")
            faults += [one.words for one in lint.check(text, facts)]
        return Box(place, text, self._done.theirs.get(place.name), faults, shown)
