"""The tree of a script: a table of what is wrong with which, and what always holds."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules import tree, tree_edits
from p2ptext.rules.tree import Answer, Step
from p2ptext.rules.tree_edits import Steps


def step(key: str, *leads: str | None, question: str = "Who?") -> Step:
    """A question whose answers a1, a2 ... lead to these."""
    answers = tuple(Answer(f"a{n}", f"Answer {n}", ("Text",), lead) for n, lead in enumerate(leads, 1))
    return Step(key, question, answers)


def asking(*answers: Answer) -> Steps:
    return (Step("s1", "Who?", answers),)


GOOD = (step("s1", "s2", "s3", None), step("s2", None), step("s3", "s2"))

FAULTS: list[tuple[str, Steps, list[str]]] = [
    ("nothing is asked", (), []),
    ("two answers lead to one question", GOOD, []),
    ("a question without words", (step("s1", None, question="  "),), ["empty_question"]),
    ("a very long question", (step("s1", None, question="w" * 201),), ["long_question"]),
    ("the longest question", (step("s1", None, question="w" * 200),), []),
    ("no answers", (step("s1"),), ["no_answers"]),
    ("twelve answers", (step("s1", *[None] * 12),), []),
    ("thirteen answers", (step("s1", *[None] * 13),), ["too_many_answers"]),
    ("an answer without words", asking(Answer("a1", " ")), ["empty_label"]),
    ("two answers without words", asking(Answer("a1", ""), Answer("a2", "")), ["empty_label"] * 2),
    ("an answer of 20 characters", asking(Answer("a1", "w" * 20)), []),
    ("an answer of 21 characters", asking(Answer("a1", "w" * 21)), ["wide_label"]),
    ("an answer of 61 characters", asking(Answer("a1", "w" * 61)), ["long_label"]),
    (
        "the same answer twice, written otherwise",
        asking(Answer("a1", "Already voted"), Answer("a2", " already  VOTED")),
        ["duplicate_label"],
    ),
    ("five wordings", asking(Answer("a1", "Yes", ("Text",) * 5)), []),
    ("six wordings", asking(Answer("a1", "Yes", ("Text",) * 6)), ["too_many_texts"]),
    ("an empty wording", asking(Answer("a1", "Yes", ("Text", " "))), ["empty_text"]),
    ("an answer after which nothing is said", asking(Answer("a1", "Moved")), []),
    ("an answer to nowhere", (step("s1", "s9"),), ["dangling"]),
    (
        "no text asks the next question",
        (*asking(Answer("a1", "Y", (), "s2")), step("s2", None)),
        ["no_text"],
    ),
    ("a question nobody reaches", (step("s1", None), step("s2", None)), ["unreachable"]),
    ("the first question leads to itself", (step("s1", "s1"),), ["cycle"]),
    ("a circle of two", (step("s1", "s2"), step("s2", "s1", None)), ["cycle", "cycle"]),
    (
        "a circle behind the first question",
        (step("s1", "s2"), step("s2", "s3"), step("s3", "s2", None)),
        ["cycle", "cycle"],
    ),
    (
        "a circle nobody reaches",
        (step("s1", None), step("s2", "s3"), step("s3", "s2")),
        ["unreachable", "unreachable", "cycle", "cycle"],
    ),
    (
        "too many questions",
        (
            *(step(f"s{n}", f"s{n + 1}") for n in range(1, 2001)),
            step("s2001", None),
        ),
        ["too_many_steps"],
    ),
]


@pytest.mark.parametrize(("steps", "codes"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_what_is_wrong(steps: Steps, codes: list[str]) -> None:
    found = tree.check(steps)
    assert [fault.code for fault in found] == codes
    assert all(fault.warns == (fault.code in ("wide_label", "no_text")) for fault in found)


def test_faults_say_where_and_what_to_do() -> None:
    (fault,) = tree.check((Step("s1", "Can we count on you?", (Answer("a7", "Yes", (), "s9"),)),))[:1]
    assert (fault.step, fault.answer) == ("s1", "a7")
    assert fault.words == (
        "The answer “Yes” to “Can we count on you?” leads to a question that is not there any more. "
        "Choose where it leads."
    )


PATHS = [
    ({}, [], "s1"),
    ({"s1": "a1"}, ["s1"], "s2"),
    ({"s1": "a1", "s2": "a1"}, ["s1", "s2"], None),
    ({"s1": "a2"}, ["s1"], "s3"),
    ({"s1": "a2", "s3": "a1"}, ["s1", "s3"], "s2"),
    ({"s1": "a2", "s2": "a1"}, ["s1"], "s3"),  # what was answered elsewhere is not on the path
    ({"s1": "a3"}, ["s1"], None),
    ({"s1": "a9"}, [], "s1"),  # an answer that the script has no more
    ({"s9": "a1"}, [], "s1"),
]


@pytest.mark.parametrize(("answers", "taken", "open_"), PATHS)
def test_where_a_conversation_stands(
    answers: dict[str, str], taken: list[str], open_: str | None
) -> None:
    assert [one.key for one, _ in tree.path(GOOD, answers)] == taken
    now = tree.current(GOOD, answers)
    assert (now.key if now else None) == open_


def test_a_script_without_questions_asks_nothing() -> None:
    assert tree.current((), {"s1": "a1"}) is None
    assert tree.path((), {}) == []


KEYS = [f"s{n}" for n in range(1, 7)]
LEADS = st.sampled_from([*KEYS, None, "s99"])
TREES = st.lists(st.lists(LEADS, min_size=1, max_size=3), min_size=1, max_size=6).map(
    lambda rows: tuple(step(f"s{n}", *leads) for n, leads in enumerate(rows, 1))
)
ANSWERS = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["a1", "a2", "a3", "a4"]))


@given(TREES, ANSWERS)
def test_a_path_never_asks_twice_and_its_end_is_open(steps: Steps, answers: dict[str, str]) -> None:
    taken = [one.key for one, _ in tree.path(steps, answers)]
    assert len(set(taken)) == len(taken)
    assert set(taken) <= tree.reachable(steps)
    now = tree.current(steps, answers)
    assert now is None or now.key not in taken
    assert now is None or now.answer(answers.get(now.key)) is None


@given(TREES)
def test_a_tree_without_faults_ends_on_every_way(steps: Steps) -> None:
    """What check() calls a circle is one: otherwise every way through the answers ends."""
    blocked = {fault.code for fault in tree.check(steps)}

    def longest(key: str | None, seen: tuple[str, ...]) -> bool:
        there = tree.find(steps, key)
        if there is None:
            return True
        if there.key in seen:
            return False
        return all(longest(one.next, (*seen, there.key)) for one in there.answers)

    assert all(longest(one.key, ()) for one in steps) == ("cycle" not in blocked)


@given(TREES)
def test_a_document_reads_as_it_was_written(steps: Steps) -> None:
    assert tree.read(tree.write(steps)) == steps


@given(TREES)
def test_the_outline_has_every_question_once_from_the_first(steps: Steps) -> None:
    lines = tree_edits.outline(steps)
    assert [line.number for line in lines] == list(range(1, len(steps) + 1))
    assert {line.step.key for line in lines} == {one.key for one in steps}
    assert (lines[0].step, lines[0].depth) == (steps[0], 0)
    assert all(line.depth < len(steps) for line in lines)


@given(TREES, st.sampled_from(KEYS))
def test_what_is_removed_takes_along_only_what_it_led_to(steps: Steps, key: str) -> None:
    rest = tree_edits.remove_step(steps, key)
    left = {one.key for one in rest}
    assert key not in left
    assert {one.next for kept in rest for one in kept.answers}.isdisjoint({key})
    if steps[0].key != key:
        # Whoever could be reached without the removed one still can.
        assert left == ({one.key for one in steps} - {key}) - (
            tree.reachable(steps) - tree.reachable(rest) - {key}
        )


@given(TREES, st.sampled_from(KEYS))
def test_a_question_that_may_come_next_makes_no_circle(steps: Steps, key: str) -> None:
    above = tree.ancestors(steps, key)
    assert key in above
    for other in steps:
        if other.key not in above:
            assert key not in tree.reachable((other, *(one for one in steps if one != other)))


@given(TREES, st.sampled_from(KEYS), st.data())
def test_a_branch_moves_whole_and_makes_no_circle(steps: Steps, key: str, data: st.DataObject) -> None:
    places = [(one.key, answer.key) for one, answer in tree_edits.can_take(steps, key)]
    after = data.draw(st.sampled_from([*places, ("s99", "a1")]))
    moved = tree_edits.move_branch(steps, key, after)
    if after not in places:
        assert moved == steps
        return
    assert tree.reachable(moved, key) == tree.reachable(steps, key)
    leading = [(one.key, answer.key) for one in moved for answer in one.answers if answer.next == key]
    assert leading == [after]
    assert [one.key for one in moved] == [one.key for one in steps]
    # Where there are two circles, what is put between them counts as of one.
    assert circles(steps) or not circles(moved)


@given(TREES, st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_an_answer_is_given_away_with_all_that_follows(steps: Steps, key: str, to: str) -> None:
    may = {one.key for one in tree_edits.can_hold(steps, key, "a1")}
    moved = tree_edits.give_answer(steps, key, "a1", to, "a9")
    step_, there = tree.find(steps, key), tree.find(moved, to)
    given_ = step_.answer("a1") if step_ else None
    if given_ is None or to not in may:
        assert moved == steps
        return
    assert there is not None
    assert there.answers[-1] == Answer("a9", given_.label, given_.texts, given_.next)
    left = tree.find(moved, key)
    assert left is not None
    assert left.answer("a1") is None
    assert circles(steps) or not circles(moved)


def circles(steps: Steps) -> set[str]:
    return {fault.step for fault in tree.check(steps) if fault.code == "cycle"}


def test_two_thousand_questions_in_a_row_are_looked_through_at_once() -> None:
    """In a line, which is the worst shape for a rule that goes round by round. The work is counted, not
    timed: each step is asked for its answers a few times, not once for every other one."""
    asked = 0

    class Counted(tuple[Answer, ...]):
        def __iter__(self) -> Iterator[Answer]:
            nonlocal asked
            asked += 1
            return super().__iter__()

    row = tuple(
        Step(
            f"s{n}", f"Q {n}?", Counted([Answer("a1", "Yes", ("T",), f"s{n + 1}" if n < 2000 else None)])
        )
        for n in range(1, 2001)
    )
    assert tree.check(row) == []
    assert len(tree_edits.outline(row)) == 2000
    assert len(tree.ancestors(row, "s2000")) == 2000
    assert len(tree_edits.remove_step(row, "s1000")) == 999
    assert asked <= 20 * len(row)


def test_answers_are_put_moved_and_removed() -> None:
    steps = asking(Answer("a1", "Yes"), Answer("a2", "No"))
    added = tree_edits.put_answer(steps, "s1", Answer("a3", "Maybe"))
    assert [one.label for one in added[0].answers] == ["Yes", "No", "Maybe"]
    changed = tree_edits.put_answer(added, "s1", Answer("a2", "Never"))
    assert [one.label for one in changed[0].answers] == ["Yes", "Never", "Maybe"]
    up = tree_edits.move_answer(changed, "s1", "a3", -1)
    assert [one.key for one in up[0].answers] == ["a1", "a3", "a2"]
    assert tree_edits.move_answer(up, "s1", "a1", -1) == up
    assert tree_edits.move_answer(up, "s1", "a2", 1) == up
    assert tree_edits.move_answer(up, "s9", "a2", 1) == up
    gone = tree_edits.remove_answer(up, "s1", "a1")
    assert [one.key for one in gone[0].answers] == ["a3", "a2"]
    assert tree_edits.put_answer(steps, "s9", Answer("a1", "x")) == steps


def test_an_answer_takes_the_questions_along_that_only_it_led_to() -> None:
    assert [one.key for one in tree_edits.remove_answer(GOOD, "s1", "a1")] == ["s1", "s2", "s3"]
    without = tree_edits.remove_answer(GOOD, "s1", "a2")
    assert [one.key for one in without] == ["s1", "s2"]


def test_the_outline_follows_a_conversation() -> None:
    lines = [(line.number, line.depth, line.step.key, line.leads) for line in tree_edits.outline(GOOD)]
    assert lines == [
        (1, 0, "s1", {"a1": 2, "a2": 3}),
        (2, 1, "s2", {}),
        (3, 1, "s3", {"a1": 2}),
    ]
