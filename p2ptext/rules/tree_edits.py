"""Changes to the tree of a script: each takes the steps as they are and returns them as they become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from p2ptext.rules.tree import Answer, Step, by_key, find, reachable

Steps = tuple[Step, ...]


def put_step(steps: Sequence[Step], step: Step) -> Steps:
    """The step of this key is replaced, or comes last."""
    if find(steps, step.key) is None:
        return (*steps, step)
    return tuple(step if one.key == step.key else one for one in steps)


def remove_step(steps: Sequence[Step], key: str) -> Steps:
    """Without this step, and without those that only it led to: with the first one, all that follow.

    Answers that led to it lead nowhere.
    """
    rest = tuple(_unlinked(one, key) for one in steps if one.key != key)
    if steps and steps[0].key == key:
        gone = reachable(steps)
        return tuple(one for one in rest if one.key not in gone)
    return _without_orphans(steps, rest)


def put_answer(steps: Sequence[Step], key: str, answer: Answer) -> Steps:
    """The answer of this key to step `key` is replaced, or comes last."""
    step = find(steps, key)
    if step is None:
        return tuple(steps)
    if step.answer(answer.key) is None:
        answers = (*step.answers, answer)
    else:
        answers = tuple(answer if one.key == answer.key else one for one in step.answers)
    return put_step(steps, replace(step, answers=answers))


def remove_answer(steps: Sequence[Step], key: str, answer_key: str) -> Steps:
    """Without this answer, and without the questions that only it led to."""
    step = find(steps, key)
    if step is None:
        return tuple(steps)
    answers = tuple(one for one in step.answers if one.key != answer_key)
    return _without_orphans(steps, put_step(steps, replace(step, answers=answers)))


def move_answer(steps: Sequence[Step], key: str, answer_key: str, by: int) -> Steps:
    """The answer changes places with the one `by` places further; at the ends nothing happens."""
    step = find(steps, key)
    answers = list(step.answers) if step else []
    place = next((n for n, one in enumerate(answers) if one.key == answer_key), None)
    if step is None or place is None or not 0 <= place + by < len(answers):
        return tuple(steps)
    answers[place], answers[place + by] = answers[place + by], answers[place]
    return put_step(steps, replace(step, answers=tuple(answers)))


def can_take(steps: Sequence[Step], key: str) -> list[tuple[Step, Answer]]:
    """The answers after which the question `key` may be asked: they lead nowhere yet, and it does not
    lead to them."""
    below = reachable(steps, key)
    return [
        (step, one)
        for step in steps
        if step.key not in below
        for one in step.answers
        if one.next is None
    ]


def move_branch(steps: Sequence[Step], key: str, after: tuple[str, str]) -> Steps:
    """The question `key`, with all that follows, is asked after another answer (`after`: the keys of its
    question and of itself), and after no other one any more.

    Nothing changes where that answer may not take it (`can_take`).
    """
    if not any((step.key, one.key) == after for step, one in can_take(steps, key)):
        return tuple(steps)
    moved = []
    for step in steps:
        answers = tuple(
            replace(one, next=key)
            if (step.key, one.key) == after
            else replace(one, next=None)
            if one.next == key
            else one
            for one in step.answers
        )
        moved.append(replace(step, answers=answers))
    return tuple(moved)


def can_hold(steps: Sequence[Step], key: str, answer_key: str) -> list[Step]:
    """The questions to which an answer of the question `key` may be moved: none that it leads to."""
    step = find(steps, key)
    answer = step.answer(answer_key) if step else None
    below = reachable(steps, answer.next) if answer and answer.next else set()
    return [one for one in steps if one.key != key and one.key not in below]


def give_answer(steps: Sequence[Step], key: str, answer_key: str, to: str, new_key: str) -> Steps:
    """The answer, with all that follows, becomes the last one of question `to`, under a key of its own.

    Nothing changes where that question may not hold it (`can_hold`).
    """
    step = find(steps, key)
    answer = step.answer(answer_key) if step else None
    if step is None or answer is None or to not in {one.key for one in can_hold(steps, key, answer_key)}:
        return tuple(steps)
    rest = tuple(one for one in step.answers if one.key != answer_key)
    return put_answer(put_step(steps, replace(step, answers=rest)), to, replace(answer, key=new_key))


def _unlinked(step: Step, key: str) -> Step:
    answers = tuple(replace(one, next=None) if one.next == key else one for one in step.answers)
    return replace(step, answers=answers)


def _without_orphans(before: Sequence[Step], after: Sequence[Step]) -> Steps:
    """Without the steps that could be reached before and cannot any more."""
    lost = reachable(before) - reachable(after)
    return tuple(step for step in after if step.key not in lost)


@dataclass(frozen=True, slots=True)
class Line:
    """One question in the outline."""

    number: int
    """Its place in the outline, from 1."""
    depth: int
    """How many answers lead to it, from 0."""
    step: Step
    leads: dict[str, int]
    """By the keys of its answers the number of the question each leads to; without those that end."""


def outline(steps: Sequence[Step]) -> list[Line]:
    """The questions in the order in which a conversation meets them, each once; those that no answer
    leads to come last."""
    known = by_key(steps)
    order: dict[str, int] = {}
    reached = reachable(steps)
    for step in steps:
        if not order or step.key not in reached:
            _visit(known, step, 0, order)
    numbers = {key: number for number, key in enumerate(order, 1)}
    return [
        Line(
            number,
            order[key],
            known[key],
            {one.key: numbers[one.next] for one in known[key].answers if one.next in numbers},
        )
        for key, number in numbers.items()
    ]


def _visit(known: Mapping[str, Step], first: Step, depth: int, order: dict[str, int]) -> None:
    waiting = [(first, depth)]
    while waiting:
        step, depth = waiting.pop()
        if step.key in order:
            continue
        order[step.key] = depth
        following = (known.get(answer.next) for answer in reversed(step.answers) if answer.next)
        waiting += [(one, depth + 1) for one in following if one is not None]


DEEPEST = 3
"""How far in an outline shows questions; what follows has a page of its own."""


@dataclass(frozen=True, slots=True)
class Branch:
    """What one page of the outline shows."""

    way: list[tuple[Step, Answer]]
    """The questions before it and the answers that lead on; none where it begins with the first one."""
    lines: list[Line]
    numbers: dict[str, int]
    """The numbers of all questions by their keys; in `lines` depths are counted from the page's first."""
    more: set[str]
    """Keys of the lines after which questions come that are too deep to be shown here."""


def branch(steps: Sequence[Step], start: str | None = None) -> Branch | None:
    """The outline from the question `start` on, or the whole one; None when there is no such question."""
    whole = outline(steps)
    numbers = {line.step.key: line.number for line in whole}
    lines = whole
    if start is not None:
        known = by_key(steps)
        if start not in known:
            return None
        below = reachable(steps, start)
        rest = (step for step in steps if step.key in below and step.key != start)
        lines = [
            replace(
                line,
                number=numbers[line.step.key],
                leads={one.key: numbers[one.next] for one in line.step.answers if one.next in numbers},
            )
            for line in outline((known[start], *rest))
        ]
    shown = [line for line in lines if line.depth <= DEEPEST]
    keys = {line.step.key for line in shown}
    more = {
        line.step.key
        for line in shown
        if any(one.next in numbers and one.next not in keys for one in line.step.answers)
    }
    return Branch(way_to(steps, start) if start else [], shown, numbers, more)


def way_to(steps: Sequence[Step], key: str) -> list[tuple[Step, Answer]]:
    """A shortest way to a question from the first one: the questions before it, each with the answer that
    leads on; [] for the first, and for one that no answer leads to."""
    known = by_key(steps)
    came: dict[str, tuple[Step, Answer]] = {}
    waiting = list(steps[:1])
    for step in waiting:
        for one in step.answers:
            if one.next in known and one.next not in came and one.next != steps[0].key:
                came[one.next] = (step, one)
                waiting.append(known[one.next])
    way: list[tuple[Step, Answer]] = []
    while key in came:
        way.append(came[key])
        key = came[key][0].key
    return way[::-1]
