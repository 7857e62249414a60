"""Where in a script somebody writes: a table of places, and what a moved answer takes along."""

from typing import Any

import pytest

from p2ptext.rules.script_places import answer_values, carried, differences, values_at

DOCUMENT: dict[str, Any] = {
    "first": ["Hi.", "Hey."],
    "rounds": {"2": ["Again."]},
    "steps": [
        {
            "key": "s1",
            "question": "With us?",
            "answers": [{"key": "a1", "label": "Yes", "texts": ["Great.", "Good."], "next": "s2"}],
        },
        {"key": "s2", "question": "When?", "answers": []},
    ],
}
PLACES: list[tuple[str, dict[str, str] | None]] = [
    ("first.1", {"text": "Hi."}),
    ("first.2", {"text": "Hey."}),
    ("first.3", None),
    ("first.0", None),
    ("rounds.2.1", {"text": "Again."}),
    ("rounds.3.1", None),
    ("s1", {"question": "With us?"}),
    ("s1.a1", {"label": "Yes", "texts-0": "Great.", "texts-1": "Good.", "next": "s2"}),
    ("s1.a9", None),
    ("s9", None),
    ("s9.a1", None),
    ("new", None),
    ("s1.new", None),
    ("s1.a1.new", None),
    ("", None),
    ("../..", None),
    ("first.²", None),
]


@pytest.mark.parametrize(("place", "value"), PLACES, ids=[row[0] for row in PLACES])
def test_what_stands_in_a_place(place: str, value: dict[str, str] | None) -> None:
    assert values_at(DOCUMENT, place) == value
    assert values_at(None, place) is None
    assert values_at({"first": [], "canned": []}, place) is None


def test_differences_name_their_fields_in_words() -> None:
    theirs = answer_values("Yes", ["Great."], "s2")
    mine = answer_values("Sure", ["Great.", "More."], None)
    found = differences(theirs, mine, {"s2": "When?"})
    assert [title for title, _ in found] == ["If they say", "This text asks", "Wording 2"]
    assert [piece.text for piece in found[1][1]] == ["When?"]
    assert differences(theirs, theirs, {}) == []


def test_a_moved_answer_takes_its_other_languages_and_its_picture_along() -> None:
    spanish = {"steps": {"s1": {"question": "¿Sí?", "answers": {"a1": {"label": "Sí"}, "a2": {}}}}}
    document = {"first": [], "media": {"s1.a1": 7, "first": 8}, "languages": {"es": spanish, "fr": {}}}
    moved = carried(document, ("s1", "a1"), ("s2", "a4"))
    assert moved["media"] == {"first": 8, "s2.a4": 7}
    assert moved["languages"]["es"]["steps"] == {
        "s1": {"question": "¿Sí?", "answers": {"a2": {}}},
        "s2": {"answers": {"a4": {"label": "Sí"}}},
    }
    assert moved["languages"]["fr"] == {}
    assert document["media"] == {"s1.a1": 7, "first": 8}  # the version before stays as it was
    assert spanish["steps"]["s1"]["answers"] == {"a1": {"label": "Sí"}, "a2": {}}
    assert carried({"first": []}, ("s1", "a1"), ("s2", "a4")) == {"first": []}
