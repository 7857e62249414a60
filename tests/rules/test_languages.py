"""Which language a cell names, and what a script says to whom reads it."""

from copy import deepcopy
from typing import Any

import pytest

from p2ptext.rules import languages

CELLS = (
    ("Spanish", "es", "its English name"),
    ("spanish ", "es", "case and spaces do not matter"),
    ("español", "es", "its own name"),
    ("Espanol", "es", "without the sign"),
    ("ESPAÑOL", "es", "in capitals"),
    ("es", "es", "its code"),
    ("es-MX", "es", "a code with its country"),
    ("es_419", "es", "with an underscore"),
    ("spa", "es", "the code of libraries"),
    ("Spanish (Mexico)", "es", "a name with more beside it"),
    ("Prefers Spanish", "es", "in a sentence"),
    ("Spanish-speaking", "es", "in a longer word"),
    ("English", "en", "the main language of most lists"),
    ("en-US", "en", "as browsers write it"),
    ("ENG", "en", "as voter files write it"),
    ("Haitian Creole", "ht", "two words for one language"),
    ("Kreyòl", "ht", "its own name"),
    ("Tiếng Việt", "vi", "two words of its own"),
    ("中文", "zh", "in its own script"),
    ("Mandarin", "zh", "what is spoken, where one script is read"),
    ("한국어", "ko", "in its own script"),
    ("tagalog", "tl", "its name"),
    ("it", "it", "a code that is an English word, alone"),
    ("English or Spanish", None, "two: the main words are safe"),
    ("English/Spanish", None, "two"),
    ("not English", None, "says only what it is not"),
    ("non-Spanish", None, "says only what it is not"),
    ("speak it at home", None, "an English word is no code within others"),
    ("Klingon", None, "unknown"),
    ("", None, "empty"),
    ("12", None, "no word"),
    ("es'; DROP TABLE contact", None, "no cell is more than words"),
)


@pytest.mark.parametrize(("cell", "code", "why"), CELLS)
def test_which_language_a_cell_names(cell: str, code: str | None, why: str) -> None:
    assert languages.read(cell) == code, why


def test_every_name_and_code_is_read_as_itself() -> None:
    for code, name in languages.NAMES.items():
        assert languages.read(code) == languages.read(name) == code


MAIN: dict[str, Any] = {
    "first": ["Hello"],
    "rounds": {"2": ["Again"], "3": ["Third"]},
    "canned": [{"title": "Who are you", "text": "I am A."}, {"title": "Stop", "text": "Done."}],
    "steps": [
        {
            "key": "s1",
            "question": "Coming?",
            "answers": [
                {"key": "a1", "label": "Yes", "texts": ["Good", "Fine"], "next": "s2"},
                {"key": "a2", "label": "No", "texts": ["Sad"], "next": None},
            ],
        },
        {
            "key": "s2",
            "question": "When?",
            "answers": [{"key": "a1", "label": "Now", "texts": [], "next": None}],
        },
    ],
    "media": {"first": 7},
    "languages": {
        "es": {
            "first": ["Hola", "Buenas"],
            "rounds": {"2": ["Otra vez"], "9": ["nunca"]},
            "canned": [
                {"title": "who  ARE you", "text": "Soy A."},
                {"title": "Solo aqui", "text": "Si."},
                {"title": "Stop", "text": " "},
            ],
            "steps": {
                "s1": {"question": "Viene?", "answers": {"a1": {"label": "Si", "texts": ["Bien"]}}},
                "gone": {"question": "?", "answers": {}},
            },
        },
        "fr": {},
    },
}


def test_every_place_is_in_the_language_or_else_in_the_main_words() -> None:
    found = languages.document_in(MAIN, "es")
    assert found["first"] == ["Hola", "Buenas"]
    assert found["rounds"] == {"2": ["Otra vez"], "3": ["Third"]}
    assert found["canned"] == [
        {"title": "Who are you", "text": "Soy A."},
        {"title": "Stop", "text": "Done."},
        {"title": "Solo aqui", "text": "Si."},
    ]
    first, second = found["steps"]
    assert first["question"] == "Viene?"
    assert first["answers"][0] == {"key": "a1", "label": "Si", "texts": ["Bien"], "next": "s2"}
    assert first["answers"][1] == MAIN["steps"][0]["answers"][1]
    assert second == MAIN["steps"][1]
    assert found["media"] == {"first": 7}
    assert "languages" not in found


def test_the_document_itself_is_never_changed() -> None:
    before = deepcopy(MAIN)
    languages.document_in(MAIN, "es")
    assert before == MAIN


@pytest.mark.parametrize("language", [None, "en", "vi", "fr"])
def test_whoever_reads_another_language_gets_the_main_words(language: str | None) -> None:
    assert languages.document_in(MAIN, language)["first"] == ["Hello"]
    assert languages.wordings(MAIN, 1, language) == (["Hello"], None)


@pytest.mark.parametrize(
    ("round_", "expected"),
    [
        (1, (["Hola", "Buenas"], "es")),
        (2, (["Otra vez"], "es")),
        (3, (["Third"], None)),
        (4, ((), None)),
    ],
)
def test_the_wordings_of_a_round_say_their_language(round_: int, expected: object) -> None:
    assert languages.wordings(MAIN, round_, "es") == expected


def test_a_text_after_an_answer_says_its_language() -> None:
    assert languages.after_answer(MAIN, "s1", "a1", "es") == "es"
    assert languages.after_answer(MAIN, "s1", "a2", "es") is None
    assert languages.after_answer(MAIN, "s1", "a1", None) is None
    assert languages.after_answer({"steps": [], "languages": None}, "s1", "a1", "es") is None


def test_a_contact_says_it_by_the_column_language() -> None:
    assert languages.of({"language": "Español"}) == "es"
    assert languages.of({"first_name": "Ana"}) is None
