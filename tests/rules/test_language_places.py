"""Every place of a script in another language: what is missing, and how it is written."""

from typing import Any

import pytest

from p2ptext.campaigns import starting
from p2ptext.rules import language_places, languages

SCRIPT: dict[str, Any] = {
    "first": ["Hello", "Hi"],
    "rounds": {"2": ["Again"]},
    "canned": [{"title": "Who?", "text": "Me"}, {"title": "Bye", "text": "Bye"}],
    "steps": [
        {
            "key": "s1",
            "question": "Coming?",
            "answers": [
                {"key": "a1", "label": "Yes", "texts": ["Good", "Fine"], "next": None},
                {"key": "a2", "label": "No", "texts": [], "next": None},
            ],
        }
    ],
    "languages": {"es": {"first": ["Hola"], "canned": [{"title": "Solo", "text": "Si"}]}},
}


def names(code: str) -> dict[str, str]:
    return {one.name: one.own for one in language_places.places(SCRIPT, code)}


def test_every_place_has_a_name_and_the_first_message_room_for_one_wording_more() -> None:
    assert names("es") == {
        "first:1": "Hola",
        "first:2": "",
        "rounds:2:1": "",
        "canned:1": "",
        "canned:2": "",
        "question:s1": "",
        "label:s1:a1": "",
        "text:s1:a1:1": "",
        "text:s1:a1:2": "",
        "label:s1:a2": "",
    }
    many = language_places.put(SCRIPT, "es", {"first:1": "Uno", "first:2": "Dos"})
    assert [one.name for one in language_places.places(many, "es") if one.kind == "first"] == [
        "first:1",
        "first:2",
        "first:3",
    ]


def test_missing_are_texts_of_which_no_wording_is_written() -> None:
    found = language_places.places(SCRIPT, "es")
    assert [one.name for one in language_places.missing(found)] == [
        "rounds:2:1",
        "canned:1",
        "canned:2",
        "text:s1:a1:1",
    ]
    assert language_places.texts(found) == 5


def test_what_is_written_is_said() -> None:
    written = language_places.put(
        SCRIPT,
        "es",
        {
            "first:2": "Buenas",
            "canned:2": "Adios",
            "question:s1": "Viene?",
            "label:s1:a1": "Si",
            "text:s1:a1:2": "Bien",
            "text:s9:a1:1": "nowhere",
            "rounds:2:1": "  ",
        },
    )
    assert written["languages"]["es"] == {
        "first": ["Hola", "Buenas"],
        "canned": [{"title": "Bye", "text": "Adios"}, {"title": "Solo", "text": "Si"}],
        "steps": {"s1": {"question": "Viene?", "answers": {"a1": {"label": "Si", "texts": ["Bien"]}}}},
    }
    assert languages.document_in(written, "es")["steps"][0]["answers"][0]["texts"] == ["Bien"]
    emptied = language_places.put(written, "es", {"first:1": "", "first:2": ""})
    assert "first" not in emptied["languages"]["es"]


@pytest.mark.parametrize("starter", starting.starters(), ids=[one.key for one in starting.starters()])
def test_nothing_is_missing_in_a_starter_and_writing_it_again_changes_nothing(
    starter: starting.Starter,
) -> None:
    found = language_places.places(starter.document, "es")
    assert language_places.missing(found) == []
    again = language_places.put(starter.document, "es", {one.name: one.own for one in found})
    assert again == starter.document


def test_a_long_script_is_written_page_by_page() -> None:
    steps = [{"key": f"s{n}", "question": f"Q{n}", "answers": []} for n in range(45)]
    document = {"first": ["Hi"], "canned": [], "steps": steps}
    pages = language_places.parts(document)
    assert [name for name, _ in pages.values()] == [
        "Messages",
        "Questions 1 to 20",
        "Questions 21 to 40",
        "Questions 41 to 45",
    ]
    found = language_places.places(document, "es")
    on = [language_places.on_page(found, key, keys) for key, (_, keys) in pages.items()]
    assert [len(one) for one in on] == [1, 20, 20, 5]
    assert [one for some in on for one in some] == found
