"""What is written to a file of ours is read back exactly; what nobody can read is refused in words."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p2ptext.rules import script_files, script_import, script_shape
from p2ptext.rules.script_shape import Misshapen
from p2ptext.rules.tree import MOST_STEPS

words = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], whitelist_characters="\n\t"), max_size=30
) | st.sampled_from(
    ["=1+1", "'=x", "'", "''a", '"', "a,b\n\nc", " lead", "{first_name|there}", "@x", "-1"]
)
texts = st.lists(words, max_size=3)
KEYS = ["s1", "s2", "q-3", "S_4"]
LABELS = ["a1", "a2", "no"]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True))
    answers = {key: draw(st.lists(st.sampled_from(LABELS), unique=True)) for key in keys}
    steps = [
        {
            "key": key,
            "question": draw(words),
            "answers": [
                {
                    "key": one,
                    "label": draw(words),
                    "texts": draw(texts),
                    "next": draw(st.sampled_from([None, *keys])),
                }
                for one in answers[key]
            ],
        }
        for key in keys
    ]
    rounds = st.dictionaries(st.sampled_from(["2", "3", "12"]), texts)
    canned = st.lists(st.fixed_dictionaries({"title": words, "text": words}), max_size=3)
    languages = {
        code: {
            "first": draw(texts),
            "rounds": draw(rounds),
            "canned": draw(canned),
            "steps": {
                key: {
                    "question": draw(words),
                    "answers": {
                        one: {"label": draw(words), "texts": draw(texts)}
                        for one in draw(st.lists(st.sampled_from(answers[key] or ["x"]), unique=True))
                    },
                }
                for key in draw(st.lists(st.sampled_from(keys or ["x"]), unique=True))
                if key in answers
            },
        }
        for code in draw(st.lists(st.sampled_from(["es", "vi", "hmn"]), unique=True))
    }
    return script_shape.read(
        {
            "first": draw(texts),
            "rounds": draw(rounds),
            "canned": draw(canned),
            "steps": steps,
            "languages": languages,
        }
    )


@settings(max_examples=150, deadline=None)
@given(documents())
def test_a_round_trip_is_exact(document: dict[str, Any]) -> None:
    for written in (script_files.to_json(document), script_files.to_csv(document)):
        understood = script_import.read(written)
        assert understood.document == document
        assert understood.lost == []


@given(documents())
def test_the_one_form_of_a_document_is_its_own(document: dict[str, Any]) -> None:
    assert script_shape.read(json.loads(json.dumps(document))) == document


def test_no_cell_is_run_by_a_spreadsheet() -> None:
    document = {"first": ["=HYPERLINK(1)", "+1", "-2", "@x", "plain"], "canned": []}
    cells = [row[-1] for row in csv.reader(io.StringIO(script_files.to_csv(document)))][1:]
    assert cells == ["'=HYPERLINK(1)", "'+1", "'-2", "'@x", "plain"]


STEP = {"key": "s1", "question": "?", "answers": []}
REFUSED: tuple[tuple[Any, str], ...] = (
    ([], "not written as an object"),
    ({"first": "Hi"}, "list of texts"),
    ({"first": [1]}, "must be words"),
    ({"first": ["x" * 1601]}, "1,601 characters long. 1,600 are the most"),
    ({"first": ["a"] * 6}, "6 wordings. 5 are the most"),
    ({"frist": []}, "“frist”, which is not known here"),
    ({"steps": [STEP, STEP]}, "key “s1” twice"),
    ({"steps": [{**STEP, "key": "../x"}]}, "no usable key"),
    ({"steps": [{**STEP, "key": "new"}]}, "no usable key"),
    (
        {"steps": [{**STEP, "answers": [{"key": "a", "label": "Yes", "next": "s9"}]}]},
        "leads to “s9”, and there is no such question",
    ),
    ({"rounds": {"1": ["x"]}}, "number from 2 up"),
    ({"rounds": {"two": ["x"]}}, "number from 2 up"),
    ({"languages": {"xx": {}}}, "no language that is known here"),
    ({"canned": [{"title": "t" * 41, "text": ""}]}, "41 characters long. 40 are the most"),
    ({"steps": [STEP] * (MOST_STEPS + 1)}, f"{MOST_STEPS + 1} entries"),
)


@pytest.mark.parametrize(("value", "says"), REFUSED)
def test_what_no_script_can_have_is_refused_in_words(value: Any, says: str) -> None:
    with pytest.raises(Misshapen) as refused:
        script_shape.read(value)
    assert says in refused.value.words


LINES = (
    ("banana,,,,,,,x", "Line 2: “banana” under “what” is not known"),
    ("answer,,s1,a1,,,,Yes", "Line 2: there is no question “s1” above it"),
    ("question,,s1,,,,,Q\ntext,,s1,a1,,,,Hello", "Line 3: question “s1” has no answer “a1” above it"),
    ("question,,s1,,,,,Q\nquestion,,s1,,,,,Q", "Line 3: there is a question “s1” already"),
    ("question,,s1,,es,,,Q", "Line 2: there is no such question"),
)


@pytest.mark.parametrize(("lines", "says"), LINES)
def test_a_line_of_a_file_is_named_when_it_is_wrong(lines: str, says: str) -> None:
    header = ",".join(script_files.HEADER)
    with pytest.raises(Misshapen) as refused:
        script_import.read(f"{header}\n{lines}\n")
    assert says in refused.value.words


def test_languages_keep_only_places_that_the_script_has() -> None:
    document = {
        "steps": [STEP],
        "languages": {"es": {"steps": {"gone": {"question": "?"}}, "first": []}},
    }
    assert script_shape.read(document)["languages"] == {"es": {}}
