"""What differs between two scripts: a table by hand, and what always holds of any two texts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules import script_diff
from p2ptext.rules.script_diff import GONE, NEW, SAME, Piece, changes, words

WORDS = [
    ("nothing was there", "", "", []),
    ("the same", "Hi {first_name}.", "Hi {first_name}.", [Piece(SAME, "Hi {first_name}.")]),
    ("all new", "", "Hi", [Piece(NEW, "Hi")]),
    ("all gone", "Hi", "", [Piece(GONE, "Hi")]),
    (
        "one word",
        "Will you vote early?",
        "Will you vote today?",
        [Piece(SAME, "Will you vote "), Piece(GONE, "early"), Piece(NEW, "today"), Piece(SAME, "?")],
    ),
    (
        "whole words, not letters",
        "voting",
        "vote",
        [Piece(GONE, "voting"), Piece(NEW, "vote")],
    ),
    (
        "another line",
        "a\nb",
        "a\n\nb",
        [Piece(SAME, "a"), Piece(GONE, "\n"), Piece(NEW, "\n\n"), Piece(SAME, "b")],
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "pieces"), [row[1:] for row in WORDS], ids=[row[0] for row in WORDS]
)
def test_two_texts_in_one(before: str, after: str, pieces: list[Piece]) -> None:
    assert words(before, after) == pieces


TEXTS = st.text(alphabet="ab \n.{}é😀", max_size=40)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_the_pieces(before: str, after: str) -> None:
    pieces = words(before, after)
    assert "".join(one.text for one in pieces if one.kind != NEW) == before
    assert "".join(one.text for one in pieces if one.kind != GONE) == after
    assert all(one.text for one in pieces)


def answer(key: str, label: str, *texts: str, leads: str | None = None) -> dict[str, Any]:
    return {"key": key, "label": label, "texts": list(texts), "next": leads}


def document(**more: Any) -> dict[str, Any]:
    steps = [step("s1", "With us?", YES, NO), step("s2", "When?", answer("a1", "Early", "Good."))]
    return {"first": ["Hi."], "canned": [], "steps": steps, **more}


def step(key: str, question: str, *answers: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "question": question, "answers": list(answers)}


YES, NO = answer("a1", "Yes", "Great.", leads="s2"), answer("a2", "No")


STEP = "Question “With us?”"
CHANGES: list[tuple[str, dict[str, Any], list[tuple[str, str, str, str]]]] = [
    ("nothing", document(), []),
    ("a first wording", document(first=["Hello."]), [("First message", "", "Hi.", "Hello.")]),
    ("one more", document(first=["Hi.", "Hey."]), [("First message", "Wording 2", "", "Hey.")]),
    ("a pass", document(rounds={"2": ["Again."]}), [("Message of pass 2", "", "", "Again.")]),
    (
        "an answer kept ready",
        document(canned=[{"title": "Where", "text": "At the library."}]),
        [("Answers kept ready", "The 1.", "", "Where\nAt the library.")],
    ),
    (
        "another language",
        document(languages={"es": {"first": ["Hola."], "steps": {"s1": {"question": "¿Sí?"}}}}),
        [
            ("Other languages", "es, first, 1", "", "Hola."),
            ("Other languages", "es, steps, s1, question", "", "¿Sí?"),
        ],
    ),
    ("a picture", document(media={"first": 7}), [("Pictures", "first", "", "7")]),
    (
        "a question is gone",
        document(steps=[step("s1", "With us?", answer("a1", "Yes", "Great."), NO)]),
        [
            (STEP, "After “Yes” it asks", "When?", ""),
            ("Question “When?”", "The question", "When?", ""),
            ("Question “When?”", "Its answers, in their order", "Early", ""),
            ("Question “When?”", "After “Early”", "Good.", ""),
        ],
    ),
    (
        "answers change places",
        document(steps=[step("s1", "With us?", NO, YES), document()["steps"][1]]),
        [(STEP, "Its answers, in their order", "Yes, No", "No, Yes")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("after", "found"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_what_changed_place_by_place(after: dict[str, Any], found: list[tuple[str, ...]]) -> None:
    seen = [(one.part, one.title, one.before, one.after) for one in changes(document(), after)]
    assert seen == found


def test_from_nothing_everything_is_new_in_its_order() -> None:
    found = changes({}, document())
    assert [one.place for one in found] == [
        "first.1", "s1", "s1.order", "s1.a1.1", "s1.a1.next", "s2", "s2.order", "s2.a1.1",
    ]  # fmt: skip
    assert not any(one.before for one in found)
    assert found[0].pieces == [Piece(NEW, "Hi.")]


@given(
    st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.sampled_from("abcdef"), unique=True)
)
def test_no_place_is_lost_between_two_orders(old: list[str], new: list[str]) -> None:
    before = {"canned": [], "first": [], "steps": [], "x": dict.fromkeys(old, "1")}
    after = {"canned": [], "first": [], "steps": [], "x": dict.fromkeys(new, "2")}
    found = [one.place.removeprefix("x.") for one in script_diff.changes(before, after)]
    assert sorted(found) == sorted({*old, *new})
    assert [one for one in found if one in new] == new
