"""What stands over the rows behind a number: its name, of whom it is, and how many there are."""

from dataclasses import dataclass
from datetime import date, datetime

from p2ptext.campaigns.models import Campaign
from p2ptext.counting.reading import Reading, Sums
from p2ptext.errors import NotFound
from p2ptext.extensions import cursor
from p2ptext.insight import links, queries, rates_groups, rates_time, rates_wordings, reasons, results
from p2ptext.insight.kinds import KINDS
from p2ptext.insight.rows_filter import Filter


@dataclass(frozen=True, slots=True)
class Head:
    """A number in words."""

    title: str
    hint: str
    about: str
    """Whose part of the campaign's number it is; empty for the whole."""
    total: int
    erased: int = 0
    """Those of them whom nobody knows any more, since they were erased."""


_OF_LINKS = {
    "opened": ("Opened the link", "People who opened it, as far as can be told from programs."),
    "perhaps_opened": (
        "Perhaps opened the link",
        "Nobody can say whether they opened it or a program looked at it.",
    ),
    "programs_only": ("Only programs", "People whose link only programs have looked at so far."),
}
_OF_ANSWERS = {
    "asked": ("Asked", "People whom this question was for."),
    "answered": ("Answered", "People whose answer to this question counts."),
    "unanswered": (
        "Without an answer",
        "People whom this question was for, and who have not answered it.",
    ),
    "left_out": ("Not counted any more", "An earlier answer was changed, and no longer leads here."),
}


def head(campaign: Campaign, wanted: Filter, counted: Reading) -> Head:
    """Raises NotFound for a question that nobody was asked and no script has, and for a link of nobody's."""
    if wanted.of_answers:
        return _of_answers(campaign, wanted, counted)
    if wanted.of_links:
        return _of_links(campaign, wanted)
    kind = KINDS[wanted.kind]
    about = _about(campaign, wanted) if wanted.by else ""
    return Head(kind.label, kind.hint, about, _total(campaign, wanted, counted))


def _of_answers(campaign: Campaign, wanted: Filter, counted: Reading) -> Head:
    step_key, answer_key = wanted.values["step"], wanted.values["answer"]
    asked = results.survey(campaign, counted).questions
    question = next((row for row in asked if row.key == step_key), None)
    if question is None:
        raise NotFound
    if wanted.kind != "chosen":
        title, hint = _OF_ANSWERS[wanted.kind]
        return Head(title, hint, question.question, getattr(question, wanted.kind))
    answer = next((one for one in question.answers if one.key == answer_key), None)
    if answer is None:
        raise NotFound
    return Head(answer.label, "People who gave this answer.", question.question, answer.count)


def _of_links(campaign: Campaign, wanted: Filter) -> Head:
    found = links.link(campaign.organization_id, campaign.id, wanted.values["link"])
    if found is None:
        raise NotFound
    total = (found.people, found.unsure, found.programs)[wanted.values["who"] - 1]
    erased = links.erased(campaign.organization_id, found.id, wanted.values["who"])
    return Head(*_OF_LINKS[wanted.kind], f"{found.name} ({found.url})", total, erased)


def _total(campaign: Campaign, wanted: Filter, counted: Reading) -> int:
    if wanted.by == "owner":
        return _waiting_for(campaign, wanted)
    numbers = queries.numbers(counted)
    if not wanted.by:
        return numbers.of(wanted.kind)
    contacts = int(counted.lists.get(wanted.key, 0)) if wanted.by == "list" else 0
    if wanted.by == "day":
        sums = next((one.sums for one in rates_time.days(counted) if one.key == wanted.key), Sums())
    else:
        sums = counted.by(wanted.by).get(wanted.key, Sums())
    not_texted = contacts - sums.on_the_way - sums.sent - sums.unknown - sums.ended
    return queries.Numbers(numbers.at, contacts, not_texted, sums).of(wanted.kind)


def looked_through(wanted: Filter, counted: Reading) -> int:
    """Among how many texts the rows are looked for: a person's own lie together in the order of the list."""
    if wanted.by == "person":
        return counted.by("person").get(wanted.key, Sums()).texts
    return counted.total.texts


def _waiting_for(campaign: Campaign, wanted: Filter) -> int:
    found = cursor().execute(
        f"""SELECT count(*) FROM conversation t
            WHERE t.organization_id = %(org)s AND t.campaign_id = %(campaign)s
              AND t.waiting_since IS NOT NULL AND {wanted.where}""",
        {"org": campaign.organization_id, "campaign": campaign.id, **wanted.values},
    )
    return int((found.fetchone() or (0,))[0])


def _about(campaign: Campaign, wanted: Filter) -> str:
    if wanted.by in rates_groups.GROUPS:
        title, _, _ = rates_groups.GROUPS[wanted.by]
        return f"{title}: {rates_groups.label(campaign.id, wanted.by, wanted.key)}"
    return {
        "reason": lambda _, wanted: f"Why: {reasons.why(wanted.key)}",
        "round": _round,
        "person": _person,
        "owner": _person,
        "wording": lambda campaign, wanted: rates_wordings.words(campaign, wanted.key),
        "hour": _hour,
        "day": _day,
        "time": _time,
    }[wanted.by](campaign, wanted)


def _round(_: Campaign, wanted: Filter) -> str:
    return f"Round {wanted.key}"


def _person(campaign: Campaign, wanted: Filter) -> str:
    found = cursor().execute(
        """SELECT p.name FROM person p JOIN membership m ON m.person_id = p.id
           WHERE m.organization_id = %s AND p.id = %s""",
        (campaign.organization_id, wanted.values["person"]),
    )
    row = found.fetchone()
    return row[0] if row else "Nobody of this organization"


def _hour(_: Campaign, wanted: Filter) -> str:
    if not wanted.key:
        return "Their hour is not known"
    return rates_time.hour_words(wanted.values["weekday"], wanted.values["hour"]) + " where they are"


def _day(_: Campaign, wanted: Filter) -> str:
    day: date = wanted.values["day"]
    return f"{day:%A, %B} {day.day}, {day.year}"


def _time(_: Campaign, wanted: Filter) -> str:
    at: datetime = wanted.values["from"].astimezone(rates_time.EASTERN)
    return f"{at:%A, %B} {at.day}, {at.year}, {rates_time.clock(at.hour)} Eastern time"
