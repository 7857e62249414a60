"""A campaign on one sheet, for people who did not see it run: whom it reached, what came of it, what not.

Everything is read from the sums that the other pages show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from p2ptext.campaigns.models import Campaign
from p2ptext.counting.reading import Reading, Sums
from p2ptext.insight import money, queries, rates, rates_tabs, rates_time, reasons, results
from p2ptext.insight.queries import Numbers, Part, Share
from p2ptext.insight.rates_time import Moment
from p2ptext.insight.results import AnswerRow, QuestionRow
from p2ptext.rules.hours import EARLIEST, LATEST

DIMENSIONS = (*results.DIMENSIONS, "person", "hour", "time", "reason")
"""What `of` reads of the sums."""
MOST_REASONS = 4
MOST_QUESTIONS = 3
MOST_ANSWERS = 4
"""Of each as many as one sheet holds; the rest is said to be there."""

_SUCH = {
    "ended": "No text left: {}",
    "failed_of_sent": "Not delivered: {}",
}


@dataclass(frozen=True, slots=True)
class Missed:
    """People whom the campaign did not reach, for one reason."""

    words: str
    count: int
    share: Part
    """Of all contacts."""
    kind: str
    """The kind of number (kinds.KINDS) that they are; "" where they are several together."""
    by: str = ""
    """`reason` where they are those of that kind with the reason `key`."""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """When first texts were asked for, by the clock of whoever got them."""

    first: int | None
    """The earliest hour of the day, 0 to 23, in which there was one; None without any."""
    last: int | None
    known: int
    """Texts to people with one possible clock."""
    unclear: int
    """Texts to people whose possible clocks said different hours."""
    outside: int
    """Of the known ones those before 8 am or from 9 pm on."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, with as many of its answers as fit."""

    row: QuestionRow
    answers: Sequence[AnswerRow]
    """The most frequent ones, in the order of the script."""
    more: int
    """How many people gave others."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the sheet says."""

    numbers: Numbers
    left_over: int
    goal: str | None
    steps: Sequence[rates.Step]
    people: int
    """How many pressed Send."""
    days: Sequence[Moment]
    """Days with first texts, the first one first."""
    missed: Sequence[Missed]
    questions: Sequence[Question]
    more_questions: int
    hours: Hours
    cost: money.Line

    @property
    def reached(self) -> Part:
        """Those whose text was delivered, of all contacts."""
        return Part(self.numbers.sums.delivered, self.numbers.contacts)

    @property
    def opt_outs(self) -> Share:
        return queries.opt_out_rate(self.numbers.sums)


def of(campaign: Campaign, counted: Reading) -> Report:
    """The campaign's report; `counted` holds DIMENSIONS."""
    numbers = queries.numbers(counted)
    goal = rates_tabs.goal_words(campaign)
    survey = [row for row in results.survey(campaign, counted).questions if row.asked]
    return Report(
        numbers=numbers,
        left_over=counted.left_over,
        goal=goal,
        steps=rates.funnel(numbers, goal),
        people=sum(key != "" for key in counted.by("person")),
        days=rates_time.days(counted),
        missed=missed(numbers, counted.by("reason")),
        questions=[_question(row) for row in survey[:MOST_QUESTIONS]],
        more_questions=max(0, len(survey) - MOST_QUESTIONS),
        hours=hours(counted),
        cost=money.total(campaign.organization_id, None, campaign.id),
    )


def hours(counted: Reading) -> Hours:
    """From the sums by weekday and hour."""
    texts = {key: sums.texts for key, sums in counted.by("hour").items() if sums.texts}
    unclear = texts.pop("", 0)
    by_hour = [(int(key.partition("-")[2]), count) for key, count in texts.items()]
    legal = range(EARLIEST.hour, LATEST.hour)
    return Hours(
        first=min((hour for hour, _ in by_hour), default=None),
        last=max((hour for hour, _ in by_hour), default=None),
        known=sum(texts.values()),
        unclear=unclear,
        outside=sum(count for hour, count in by_hour if hour not in legal),
    )


def missed(numbers: Numbers, by_reason: Mapping[str, Sums]) -> list[Missed]:
    """Everybody without a delivered text, by reason: together all contacts less the delivered."""

    def of(words: str, count: int, kind: str, *where: str) -> Missed:
        return Missed(words, count, Part(count, numbers.contacts), kind, *where)

    counts = {
        (such, code): getattr(sums, such) for such in _SUCH for code, sums in sorted(by_reason.items())
    }
    told = sorted(counts.items(), key=lambda item: -item[1])[:MOST_REASONS]
    found = [
        of("Nobody sent them a text", numbers.not_texted, "not_texted"),
        of("The text is still on its way", numbers.sums.on_the_way, "on_the_way"),
        *(
            of(_SUCH[such].format(reasons.why(code)), count, such, "reason", code)
            for (such, code), count in told
        ),
    ]
    for such in _SUCH:
        rest = numbers.of(such) - sum(count for (one, _), count in told if one == such)
        found.append(of(_SUCH[such].format("other reasons"), rest, ""))
    found += [
        of("Sent, and no receipt came: it may have arrived", numbers.no_receipt, "no_receipt"),
        of("Nobody can say whether the text left", numbers.sums.unknown, "unknown"),
    ]
    return sorted((one for one in found if one.count > 0), key=lambda one: -one.count)


def _question(row: QuestionRow) -> Question:
    given = [one for one in row.answers if one.count]
    most = {one.key for one in sorted(given, key=lambda one: -one.count)[:MOST_ANSWERS]}
    shown = [one for one in given if one.key in most]
    return Question(row, shown, row.answered - sum(one.count for one in shown))
