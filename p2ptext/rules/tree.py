"""The tree of a script: questions, their answers, and what is said after each.

The first step is the question that the first text asks. An answer may lead to another question, which
its text asks. Two answers may lead to the same question; no question may lead back to itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from p2ptext.rules.variants import MOST_WORDINGS

LONGEST_CHIP = 20
"""Characters of an answer that still fit on a button of a phone, two or three in a row."""
LONGEST_LABEL = 60
LONGEST_QUESTION = 200
MOST_STEPS = 2000
MOST_ANSWERS = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer somebody may give, and what is said then."""

    key: str
    label: str
    texts: tuple[str, ...] = ()
    """Wordings of the next text, of which a contact gets one; none where nothing is offered."""
    next: str | None = None
    """The key of the question which that text asks."""


@dataclass(frozen=True, slots=True)
class Step:
    """One question. Its key stays the same when its words change."""

    key: str
    question: str
    answers: tuple[Answer, ...] = ()

    def answer(self, key: str | None) -> Answer | None:
        return next((one for one in self.answers if one.key == key), None)


@dataclass(frozen=True, slots=True)
class TreeFault:
    """Something wrong with a tree; `words` are shown as they are and say what to do.

    A fault that `warns` does not keep the campaign from being launched.
    """

    code: str
    words: str
    step: str = ""
    answer: str = ""
    warns: bool = False


def read(steps: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The `steps` of a script's document."""
    return tuple(
        Step(
            step["key"],
            step["question"],
            tuple(
                Answer(one["key"], one["label"], tuple(one["texts"]), one["next"])
                for one in step["answers"]
            ),
        )
        for step in steps
    )


def write(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """As `read`, the other way round."""
    return [
        {
            "key": step.key,
            "question": step.question,
            "answers": [
                {"key": one.key, "label": one.label, "texts": list(one.texts), "next": one.next}
                for one in step.answers
            ],
        }
        for step in steps
    ]


def find(steps: Iterable[Step], key: str | None) -> Step | None:
    """The step of this key. Whoever looks for many takes `by_key` once."""
    return next((step for step in steps if step.key == key), None)


def by_key(steps: Iterable[Step]) -> dict[str, Step]:
    """The steps by their keys; the first one where a key stands twice."""
    found: dict[str, Step] = {}
    for step in steps:
        found.setdefault(step.key, step)
    return found


def path(steps: Sequence[Step], answers: Mapping[str, str]) -> list[tuple[Step, Answer]]:
    """The questions answered so far, in their order, by `answers` (step's key to answer's key).

    An answer that the script does not have any more counts as not given. Answers to questions that the
    earlier ones do not lead to are not on the path.
    """
    taken: list[tuple[Step, Answer]] = []
    seen: set[str] = set()
    step = steps[0] if steps else None
    while step is not None and step.key not in seen:
        seen.add(step.key)
        answer = step.answer(answers.get(step.key))
        if answer is None:
            break
        taken.append((step, answer))
        step = find(steps, answer.next)
    return taken


def current(steps: Sequence[Step], answers: Mapping[str, str]) -> Step | None:
    """The question that is open: the one the answers lead to. None when all are answered."""
    taken = path(steps, answers)
    if not taken:
        return steps[0] if steps else None
    step = find(steps, taken[-1][1].next)
    return None if step in [one for one, _ in taken] else step


def reachable(steps: Sequence[Step], start: str | None = None) -> set[str]:
    """Keys of the steps that some answers lead to from `start`, which is one of them; without it from
    the first one."""
    known = by_key(steps)
    found: set[str] = set()
    waiting = [start] if start is not None else [steps[0].key] if steps else []
    while waiting:
        step = known.get(waiting.pop())
        if step is not None and step.key not in found:
            found.add(step.key)
            waiting += [answer.next for answer in step.answers if answer.next]
    return found


def ancestors(steps: Sequence[Step], key: str) -> set[str]:
    """Keys of `key` itself and of every step that leads to it: none of them may come after it."""
    before: dict[str, list[str]] = {}
    for step in steps:
        for answer in step.answers:
            if answer.next is not None:
                before.setdefault(answer.next, []).append(step.key)
    found = {key}
    waiting = [key]
    while waiting:
        fresh = [one for one in before.get(waiting.pop(), ()) if one not in found]
        found.update(fresh)
        waiting += fresh
    return found


def check(steps: Sequence[Step]) -> list[TreeFault]:
    """What is wrong with a tree, what blocks first; [] when it can be used.

    Codes: too_many_steps, empty_question, long_question, no_answers, too_many_answers, empty_label,
    long_label, duplicate_label, too_many_texts, empty_text, dangling, cycle, unreachable; and as
    warnings wide_label, no_text. What is wrong with the words of a text itself is for rules.script.
    """
    found: list[TreeFault] = []
    if len(steps) > MOST_STEPS:
        words = f"There are {len(steps)} questions. {MOST_STEPS} is the most. Remove some."
        found.append(TreeFault("too_many_steps", words))
    keys = {step.key for step in steps}
    for step in steps:
        found += _of_step(step)
        found += [fault for answer in step.answers for fault in _of_answer(keys, step, answer)]
    found += _shape(steps)
    return sorted(found, key=lambda fault: fault.warns)


def name_of(step: Step) -> str:
    """How a question is called in words."""
    return f"“{step.question}”" if step.question.strip() else "A question without words"


def _of_step(step: Step) -> Iterator[TreeFault]:
    name = name_of(step)
    if not step.question.strip():
        yield TreeFault("empty_question", "A question has no words. Write what is asked.", step.key)
    if len(step.question) > LONGEST_QUESTION:
        words = f"{name} is too long. {LONGEST_QUESTION} characters are the most."
        yield TreeFault("long_question", words, step.key)
    if not step.answers:
        words = f"{name} has no answers. Add what people may say."
        yield TreeFault("no_answers", words, step.key)
    if len(step.answers) > MOST_ANSWERS:
        words = f"{name} has {len(step.answers)} answers. {MOST_ANSWERS} is the most."
        yield TreeFault("too_many_answers", words, step.key)
    labels = Counter(" ".join(answer.label.casefold().split()) for answer in step.answers)
    for answer in step.answers:
        if answer.label.strip() and labels.pop(" ".join(answer.label.casefold().split()), 1) > 1:
            words = f"{name} has the answer “{answer.label}” twice. Change one of them."
            yield TreeFault("duplicate_label", words, step.key, answer.key)


def _of_answer(keys: set[str], step: Step, answer: Answer) -> Iterator[TreeFault]:
    name = f"The answer “{answer.label}” to {name_of(step)}"
    faults = (
        (
            not answer.label.strip(),
            "empty_label",
            f"An answer to {name_of(step)} has no words. Write it.",
        ),
        (
            len(answer.label) > LONGEST_LABEL,
            "long_label",
            f"{name} is too long. {LONGEST_LABEL} characters are the most.",
        ),
        (
            len(answer.texts) > MOST_WORDINGS,
            "too_many_texts",
            f"{name} has {len(answer.texts)} wordings. {MOST_WORDINGS} is the most.",
        ),
        (
            any(not text.strip() for text in answer.texts),
            "empty_text",
            f"{name} has an empty wording. Write it or remove it.",
        ),
        (
            answer.next is not None and answer.next not in keys,
            "dangling",
            f"{name} leads to a question that is not there any more. Choose where it leads.",
        ),
    )
    for is_so, code, words in faults:
        if is_so:
            yield TreeFault(code, words, step.key, answer.key)
    if LONGEST_CHIP < len(answer.label) <= LONGEST_LABEL:
        words = f"{name} is long for a button on a phone. {LONGEST_CHIP} characters fit well."
        yield TreeFault("wide_label", words, step.key, answer.key, warns=True)
    if answer.next is not None and not answer.texts:
        words = f"{name} leads to another question, but no text asks it. Write the text."
        yield TreeFault("no_text", words, step.key, answer.key, warns=True)


def _shape(steps: Sequence[Step]) -> Iterator[TreeFault]:
    reached = reachable(steps)
    for step in steps:
        if step.key not in reached:
            words = f"No answer leads to {name_of(step)}. Let one lead there, or remove it."
            yield TreeFault("unreachable", words, step.key)
    for step in _in_a_circle(steps):
        words = f"{name_of(step)} leads back to itself. Let one of the answers lead elsewhere."
        yield TreeFault("cycle", words, step.key)


def _in_a_circle(steps: Sequence[Step]) -> list[Step]:
    """The steps that are left when those that lead nowhere, or only to such, are taken away, and then
    those that nothing of the rest leads to."""
    keys = {step.key for step in steps}
    leads = {step.key: {one.next for one in step.answers if one.next in keys} for step in steps}
    rest = _without_ends({key: {str(one) for one in after} for key, after in leads.items()})
    comes_from: dict[str, set[str]] = {key: set() for key in rest}
    for key in rest:
        for after in leads[key] & rest:
            comes_from[str(after)].add(key)
    rest = _without_ends(comes_from)
    return [step for step in steps if step.key in rest]


def _without_ends(leads: Mapping[str, set[str]]) -> set[str]:
    """The keys that are left when those that lead nowhere are taken away, again and again."""
    left = {key: len(after) for key, after in leads.items()}
    before: dict[str, list[str]] = {}
    for key, after in leads.items():
        for one in after:
            before.setdefault(one, []).append(key)
    ends = [key for key, number in left.items() if not number]
    while ends:
        gone = ends.pop()
        del left[gone]
        for key in before.get(gone, ()):
            left[key] -= 1
            if not left[key]:
                ends.append(key)
    return set(left)
