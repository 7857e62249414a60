"""Everything that was set for a campaign, as a manager reads it once more before the launch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from p2ptext.audience.preflight import Preflight
from p2ptext.campaigns import arranging, linking, numbers, purposes, teams, writing
from p2ptext.campaigns.forms import in_words
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import steps
from p2ptext.rules import campaign_dates, languages
from p2ptext.rules.tree import Step


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that was set: what, how, and whether it is text that people get."""

    name: str
    lines: Sequence[str]
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What one step sets, and where it is changed."""

    title: str
    change: str
    """The address of its page; "" in an archived campaign."""
    answers: Sequence[Answer]


def sections(campaign: Campaign, found: Preflight) -> list[Section]:
    """Every answer, in the order of the steps."""
    made = (
        ("purpose", "Purpose and sender", _purpose),
        ("list", "List", lambda one: [Answer("People", [f"{found.contacts:,}"])]),
        ("message", "First message", _message),
        ("questions", "Questions and answers", _questions),
        ("canned", "Answers kept ready", _canned),
        ("languages", "Other languages", _languages),
        ("links", "Links", _links),
        ("hours", "Hours, days and dates", _hours),
        ("numbers", "Numbers", _numbers),
        ("people", "Volunteers and batches", _people),
    )
    return [_section(campaign, key, title, answers) for key, title, answers in made]


def _section(
    campaign: Campaign, key: str, title: str, answers: Callable[[Campaign], list[Answer]]
) -> Section:
    closed = campaign.status == "archived"
    return Section(title, "" if closed else steps.url_of(campaign, key), answers(campaign))


def _purpose(campaign: Campaign) -> list[Answer]:
    found = [
        Answer("Name", [campaign.name]),
        Answer("What it is for", [purposes.in_words(campaign.purpose) or "not said yet"]),
        Answer("Who texts", [arranging.sender_of(campaign)]),
    ]
    sponsor = arranging.sponsor_of(campaign)
    optional = (
        ("Who pays", sponsor),
        (
            "Day of the election",
            campaign_dates.day(campaign.election_on) if campaign.election_on else "",
        ),
        ("What volunteers read", campaign.about),
    )
    return found + [Answer(name, [words]) for name, words in optional if words]


def _message(campaign: Campaign) -> list[Answer]:
    texts = writing.wordings(campaign)
    if not texts:
        return [Answer("Text", ["none yet"])]
    several = len(texts) > 1
    return [
        Answer(f"Wording {n}" if several else "Text", [text], quoted=True)
        for n, text in enumerate(texts, 1)
    ]


def _questions(campaign: Campaign) -> list[Answer]:
    asked = writing.steps_of(campaign)
    if not asked:
        return [Answer("Questions", ["none"])]
    return [Answer(step.question, [_said(step)]) for step in asked]


def _said(step: Step) -> str:
    return ", ".join(answer.label for answer in step.answers)


def _canned(campaign: Campaign) -> list[Answer]:
    kept = writing.document_of(campaign)["canned"]
    return [Answer("Ready", [", ".join(one["title"] for one in kept) or "none"])]


def _languages(campaign: Campaign) -> list[Answer]:
    kept = writing.document_of(campaign).get("languages", {})
    names = [languages.NAMES.get(code, code) for code in kept]
    return [Answer("Besides the main one", [", ".join(names) or "none"])]


def _links(campaign: Campaign) -> list[Answer]:
    kept = linking.all_of(campaign.id)
    return [Answer(f"{{{link.name}}}", [link.url]) for link in kept] or [Answer("Pages", ["none"])]


def _hours(campaign: Campaign) -> list[Answer]:
    sundays = (
        "no texts on Sundays"
        if campaign.sunday_opens >= campaign.closes
        else f"on Sundays from {in_words(campaign.sunday_opens)}"
    )
    found = [
        Answer("Hours", [f"{in_words(campaign.opens)} to {in_words(campaign.closes)}, {sundays}"]),
        Answer(
            "Hours of states", ["kept as well" if campaign.state_hours else "not kept beside your own"]
        ),
        Answer("Days for first texts", [campaign_dates.days_in_words(campaign.days)]),
    ]
    dates = (("First day", campaign.opens_on), ("Last day", campaign.closes_on))
    found += [Answer(name, [campaign_dates.day(day)]) for name, day in dates if day is not None]
    if campaign.remind_on_opening:
        found.append(Answer("When it opens", ["volunteers get a mail"]))
    return found


def _numbers(campaign: Campaign) -> list[Answer]:
    chosen = numbers.chosen(campaign.id)
    lines = [
        f"{numbers.pretty(number.phone)}: {stands.short}"
        for number, stands in numbers.standings_of(campaign.organization_id)
        if number.id in chosen
    ]
    return [Answer("Sent from", lines or ["none chosen yet"])]


def _people(campaign: Campaign) -> list[Answer]:
    names = ", ".join(team.name for team in teams.of(campaign.id))
    whom = f"teams: {names}" if names else "every volunteer"
    if campaign.hand_out == "given":
        whom += ", when a manager gives them some"
    promise = campaign.reply_promise_min
    return [
        Answer("Who may take contacts", [whom]),
        Answer("A batch", [f"{campaign.batch_size:,} contacts"]),
        Answer("Time to undo", [f"{campaign.undo_s} seconds"]),
        Answer("A reply waits", [f"{promise} minutes" if promise else "as set for your organization"]),
    ]
