"""What the data of a campaign say of each step of setting it up.

Nothing is ticked off by hand: a step is done when what it asks for is there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from p2ptext.audience import importing, preflight, queries, survey_checks, tried_standing
from p2ptext.audience.columns import columns_of
from p2ptext.audience.tried_standing import Standing
from p2ptext.campaigns import numbers, purposes, teams, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.rules import campaign_dates

NOT_STARTED, TO_CORRECT, DONE, OPTIONAL = "not_started", "to_correct", "done", "optional"
_LONGEST_HINT = 90


@dataclass(frozen=True, slots=True)
class Found:
    """What the data say of a step."""

    state: str
    """not_started, to_correct, done or optional."""
    hint: str = ""
    words: str = ""
    """In place of the usual words for the state."""
    tone: str = ""


def look(campaign: Campaign) -> dict[str, Found]:
    """What is found of every step, by its key."""
    found = {key: finder(campaign) for key, finder in _FINDERS.items()}
    found["check"] = _check(campaign, found)
    found["answers"] = _answers(campaign, found)
    return found


def _purpose(campaign: Campaign) -> Found:
    if not campaign.purpose:
        return Found(NOT_STARTED, "What you want to reach, and in whose name")
    return Found(DONE, purposes.in_words(campaign.purpose))


def _list(campaign: Campaign) -> Found:
    contacts = queries.contact_count(campaign.id)
    hint = (
        _counted(contacts, "person", "people")
        if contacts
        else "A file from your database or a spreadsheet"
    )
    if queries.waits_for_decision(campaign.id):
        return Found(TO_CORRECT, hint, "To decide")
    if importing.import_under_way(campaign.id):
        return Found(TO_CORRECT, hint, "Coming in")
    return Found(DONE if contacts else NOT_STARTED, hint)


def _message(campaign: Campaign) -> Found:
    texts = writing.wordings(campaign)
    if not any(texts):
        return Found(NOT_STARTED, "Tried on real people of your list")
    faulty = columns_of(campaign.id) and preflight.wordings_blocks(campaign.id, texts)
    hint = f"{len(texts)} wordings, one for each person by chance" if len(texts) > 1 else texts[0]
    return Found(TO_CORRECT if faulty else DONE, _short(hint))


def _questions(campaign: Campaign) -> Found:
    asked = len(writing.steps_of(campaign))
    if not asked:
        return Found(OPTIONAL, "What to note when people answer, and what to say next")
    if any(not fault.warns for fault in survey_checks.check(campaign)):
        return Found(TO_CORRECT, _counted(asked, "question"))
    return Found(DONE, _counted(asked, "question"))


def _canned(campaign: Campaign) -> Found:
    kept = len(writing.document_of(campaign)["canned"])
    if not kept:
        return Found(OPTIONAL, "For the questions that will come")
    return Found(DONE, f"{_counted(kept, 'answer')} ready")


def _languages(campaign: Campaign) -> Found:
    kept = len(writing.document_of(campaign).get("languages", {}))
    if not kept:
        return Found(OPTIONAL, "For people whose list says that they read another one")
    return Found(DONE, _counted(kept, "language"))


def _links(campaign: Campaign) -> Found:
    return Found(OPTIONAL, "Addresses of your own, one for each person")


def _hours(campaign: Campaign) -> Found:
    if campaign_dates.is_over(now(), campaign.closes_on):
        return Found(TO_CORRECT, "The last day is past")
    opens = f"from {campaign_dates.day(campaign.opens_on)}" if campaign.opens_on else ""
    days = campaign_dates.days_in_words(campaign.days)
    return Found(DONE, ", ".join(filter(None, (days, opens))).capitalize())


def _numbers(campaign: Campaign) -> Found:
    chosen = numbers.chosen(campaign.id)
    if not chosen:
        return Found(NOT_STARTED, "What people see as the sender")
    usable = any(
        stands.usable
        for number, stands in numbers.standings_of(campaign.organization_id)
        if number.id in chosen
    )
    words = f"{len(chosen)} chosen" if usable else "None of them may send yet"
    return Found(DONE if usable else TO_CORRECT, words)


def _people(campaign: Campaign) -> Found:
    names = [team.name for team in teams.of(campaign.id)]
    whom = f"for {', '.join(names)}" if names else "for every volunteer"
    if campaign.hand_out == "given":
        whom += ", given out by you"
    return Found(DONE, f"{_counted(campaign.batch_size, 'contact')} at once, {whom}")


def _try_out(campaign: Campaign) -> Found:
    match tried_standing.of(campaign):
        case Standing.DONE:
            return Found(DONE, "You have seen the script as it is now")
        case Standing.CHANGED:
            return Found(TO_CORRECT, "The script has changed since", "To do again")
        case Standing.FAILED:
            return Found(TO_CORRECT, "The test did not get through", "To do again")
        case Standing.ON_ITS_WAY:
            return Found(NOT_STARTED, "The test is on its way to the phone", "On its way")
        case Standing.NEVER:
            return Found(NOT_STARTED, "One real text, as your people will get it")


def _check(campaign: Campaign, found: Mapping[str, Found]) -> Found:
    # Looking at every row takes seconds in a long list: that is for its own page.
    hint = "Every text for every person of your list"
    ready = campaign.launched_at is not None or _ready(found, _BEFORE_CHECK)
    return Found(OPTIONAL, hint, "Can be done now" if ready else "After the others")


def _answers(campaign: Campaign, found: Mapping[str, Found]) -> Found:
    if campaign.is_template:
        return Found(OPTIONAL, "A template is never launched", "Not for a template")
    if campaign.launched_at is not None or campaign.status in ("running", "paused"):
        return Found(DONE, "", "Launched")
    if _ready(found, (*_BEFORE_CHECK, "try_out")):
        return Found(NOT_STARTED, "", "Ready", "success")
    return Found(NOT_STARTED, "", "After the others")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_HINT else f"{text[: _LONGEST_HINT - 1]}…"


def _ready(found: Mapping[str, Found], keys: tuple[str, ...]) -> bool:
    return all(found[key].state in (DONE, OPTIONAL) for key in keys)


_BEFORE_CHECK = ("purpose", "list", "message", "questions", "hours", "numbers")
_FINDERS: dict[str, Callable[[Campaign], Found]] = {
    "purpose": _purpose,
    "list": _list,
    "message": _message,
    "questions": _questions,
    "canned": _canned,
    "languages": _languages,
    "links": _links,
    "hours": _hours,
    "numbers": _numbers,
    "people": _people,
    "try_out": _try_out,
}


def _counted(n: int, one: str, many: str = "") -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"
