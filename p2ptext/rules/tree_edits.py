"""Changes to the tree of a script: each takes the steps as they are and returns them as they become."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from p2ptext.rules.tree import Answer, Step, find, reachable

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
        return tuple(one for one in rest if one.key not in reachable(steps))
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
    order: dict[str, int] = {}
    for step in steps:
        if not order or step.key not in reachable(steps):
            _visit(steps, step, 0, order)
    numbers = {key: number for number, key in enumerate(order, 1)}
    return [
        Line(
            numbers[step.key],
            order[step.key],
            step,
            {one.key: numbers[one.next] for one in step.answers if one.next in numbers},
        )
        for step in sorted(steps, key=lambda step: numbers[step.key])
    ]


def _visit(steps: Sequence[Step], first: Step, depth: int, order: dict[str, int]) -> None:
    waiting = [(first, depth)]
    while waiting:
        step, depth = waiting.pop()
        if step.key in order:
            continue
        order[step.key] = depth
        following = (find(steps, answer.next) for answer in reversed(step.answers))
        waiting += [(one, depth + 1) for one in following if one is not None]
