"""The pages of a campaign's rates: what each reads, and what stands in its file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.counting.reading import Reading
from p2ptext.errors import NotFound
from p2ptext.insight import (
    kinds,
    queries,
    rates,
    rates_files,
    rates_groups,
    rates_hours,
    rates_time,
    rates_wordings,
    results,
    volunteers,
)
from p2ptext.insight.rates_files import LINE, Cell, line
from p2ptext.rules.tree import find

Arguments = Mapping[str, str]
File = tuple[Sequence[str], list[list[Cell]]]


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of rates."""

    key: str
    label: str
    lead: str
    read: Callable[[Campaign, Reading, Arguments], dict[str, Any]]
    """What its template insight/rates_<key>.html shows."""
    file: Callable[[dict[str, Any]], File]
    """The header and rows of its file, from the same."""
    dimensions: tuple[str, ...] = ()
    """What it reads of the sums, beside `all`; empty where that depends on what is asked for."""
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What its address may say, and which values there are; the first where it says nothing."""


def goal_words(campaign: Campaign) -> str | None:
    """The campaign's goal, such as "Yes" to "Can we count on you?"; None where it has none."""
    if campaign.goal_step_key is None:
        return None
    step = find(writing.steps_of(campaign), campaign.goal_step_key)
    answer = step.answer(campaign.goal_answer_key) if step else None
    if step is None or answer is None:
        return "An answer that the script does not have any more"
    return f"“{answer.label}” to “{step.question}”"


def _funnel(campaign: Campaign, counted: Reading, _: Arguments) -> dict[str, Any]:
    goal = goal_words(campaign)
    numbers = queries.numbers(counted)
    return {"numbers": numbers, "steps": rates.funnel(numbers, goal), "goal": goal}


def _funnel_file(found: dict[str, Any]) -> File:
    rows: list[list[Cell]] = []
    for step in found["steps"]:
        whole = step.share
        rows.append([step.kind, step.label, "", step.count, *_share_cells(whole)])
        for each in step.exits:
            rows.append([each.kind, step.label, each.label, each.count, *_share_cells(each.share)])
    return ("kind", "step", "exit", "people", "of", "share", "share_low", "share_high"), rows


def _share_cells(share: queries.Share | queries.Part | None) -> list[Cell]:
    if share is None:
        return ["", "", "", ""]
    if isinstance(share, queries.Part):
        return [share.n, f"{share.successes / share.n:.6f}" if share.n else "", "", ""]
    return [share.n, *rates_files.share(share)]


def _time(_: Campaign, counted: Reading, asked: Arguments) -> dict[str, Any]:
    step = asked["step"]
    lines = rates_time.hours(counted) if step == "hour" else rates_time.days(counted)
    return {"step": step, "lines": lines, "shown": lines[-rates_time.MOST[step] :]}


def _time_file(found: dict[str, Any]) -> File:
    by_hour = found["step"] == "hour"
    rows = [[one.at.isoformat() if by_hour else one.key, *line(one)] for one in found["lines"]]
    return (found["step"], *LINE), rows


def _hours(_: Campaign, counted: Reading, asked: Arguments) -> dict[str, Any]:
    week = rates_time.week(counted)
    of = asked["of"]
    return {"week": week, "weekdays": rates_time.WEEKDAYS, "of": of} | {
        "standing": rates_hours.standing(week, of)
    }


def _hours_file(found: dict[str, Any]) -> File:
    rows: list[list[Cell]] = []
    for one in found["week"].lines:
        weekday, _, hour = one.key.partition("-")
        rows.append([int(weekday) if weekday else "", int(hour) if hour else "", *line(one)])
    return ("weekday", "hour", *LINE), rows


def _wordings(campaign: Campaign, counted: Reading, _: Arguments) -> dict[str, Any]:
    return {
        "contests": rates_wordings.contests(campaign, counted),
        "goal": goal_words(campaign),
        "points": rates_wordings.points,
    }


def _wordings_file(found: dict[str, Any]) -> File:
    shares = [
        f"{name}{end}"
        for name in ("reply_rate", "opt_out_rate", "goal_rate")
        for end in ("", "_low", "_high")
    ]
    header = ["round", "language", "wording", "text", "sent", "replied", *shares[:3]]
    header += ["opted_out", *shares[3:6], "goal", *shares[6:], "interval"]
    rows: list[list[Cell]] = []
    for contest in found["contests"]:
        for one in contest.wordings:
            cells: list[Cell] = []
            for each in (one.replied, one.opted_out, one.goal):
                cells += [each.successes, *rates_files.share(each)]
            cells.append(rates_wordings.INTERVAL)
            rows.append([contest.round, contest.language, one.letter, one.text, one.sent, *cells])
    return header, rows


def _groups(campaign: Campaign, counted: Reading, asked: Arguments) -> dict[str, Any]:
    lines = rates_groups.groups(campaign.id, asked["by"], counted)
    shown = lines[: rates_groups.MOST]
    judged = [one.key for one in shown if rates_groups.is_judged(asked["by"], one)]
    return {"by": asked["by"], "groups": rates_groups.GROUPS, "lines": lines, "shown": shown} | {
        "judged": judged,
        "total": rates.Line("", "Everybody", counted.total),
        "goal": goal_words(campaign),
    }


def _groups_file(found: dict[str, Any]) -> File:
    by = found["by"]
    more = ("receipts",) if by == "carrier" else ()
    rows: list[list[Cell]] = []
    for one in found["lines"]:
        of = [rates_groups.receipts(one)] if more else []
        rows.append([one.key, one.label, *of, *line(one, judged=rates_groups.is_judged(by, one))])
    return (by, "name", *more, *LINE), rows


def _answers(campaign: Campaign, counted: Reading, _: Arguments) -> dict[str, Any]:
    return {"survey": results.survey(campaign, counted)}


def _answers_file(found: dict[str, Any]) -> File:
    rows: list[list[Cell]] = [
        [
            *(row.key, row.question, row.asked, row.answered, one.key, one.label, one.count),
            *rates_files.share(one.share),
        ]
        for row in found["survey"].questions
        for one in row.answers
    ]
    header = ("question_key", "question", "asked", "answered", "answer_key", "answer", "people")
    return (*header, "share", "share_low", "share_high"), rows


def _volunteers(campaign: Campaign, counted: Reading, asked: Arguments) -> dict[str, Any]:
    people = volunteers.volunteers(campaign.organization_id, campaign.id, counted)
    of = asked["of"]
    return {
        "organization_id": campaign.organization_id,
        "people": people,
        "shown": volunteers.timed(campaign.organization_id, volunteers.busiest(people)),
        "of": of,
        "funnel": volunteers.funnel(people, of),
        "volunteers": volunteers,
    }


def _volunteers_file(found: dict[str, Any]) -> File:
    rows: list[list[Cell]] = [
        [
            *(one.person_id, one.label, one.waiting),
            "" if one.per_hour is None else round(one.per_hour),
            "" if one.answer_s is None else round(one.answer_s),
            *line(one),
        ]
        for one in volunteers.timed(found["organization_id"], found["people"])
    ]
    header = ("person", "name", "waiting_for_them", "texts_an_hour", "median_answer_s")
    return (*header, *LINE), rows


_MEASURES = {"of": ("replied", "opted_out")}
_ALL = (
    Tab("funnel", "Funnel", "From everybody on the lists to the goal.", _funnel, _funnel_file),
    Tab(
        "time",
        "Over time",
        "By the moment of the first text.",
        _time,
        _time_file,
        ("time",),
        {"step": ("hour", "day")},
    ),
    Tab(
        "hours",
        "Hours of the week",
        "By the clock of the person who was texted.",
        _hours,
        _hours_file,
        ("hour",),
        {"of": ("replied", "opted_out")},
    ),
    Tab(
        "wordings",
        "Wordings",
        "Which words do better, as far as anybody can say yet.",
        _wordings,
        _wordings_file,
        ("wording", "time"),
    ),
    Tab(
        "groups",
        "Groups",
        "By list, time zone, state, number, carrier and language.",
        _groups,
        _groups_file,
        tuple(rates_groups.GROUPS),
        {"by": tuple(rates_groups.GROUPS)},
    ),
    Tab(
        "answers",
        "Answers",
        "What people say to each question.",
        _answers,
        _answers_file,
        results.DIMENSIONS,
    ),
    Tab(
        "volunteers",
        "Volunteers",
        "Who texts how much, and whether anybody differs from the others by more than chance.",
        _volunteers,
        _volunteers_file,
        ("person",),
        _MEASURES,
    ),
)
TABS = {tab.key: tab for tab in _ALL}


def arguments(tab: Tab, given: Mapping[str, str]) -> dict[str, str]:
    """What an address asks for of this page. Raises NotFound for a value that there is not."""
    found = {name: given.get(name, values[0]) for name, values in tab.arguments.items()}
    if any(found[name] not in values for name, values in tab.arguments.items()):
        raise NotFound
    return found


def explained() -> list[kinds.Kind]:
    """What the numbers mean, one after the other."""
    return [kinds.KINDS[key] for key in kinds.EXPLAINED]
