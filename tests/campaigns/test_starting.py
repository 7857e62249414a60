"""Every script to begin with can be launched once its gaps are filled: it fits, it passes the lint."""

import re
from collections.abc import Iterator

import pytest

from p2ptext.campaigns import starting
from p2ptext.campaigns.purposes import PURPOSES
from p2ptext.campaigns.starting import Starter
from p2ptext.errors import NotFound
from p2ptext.rules import languages, lint, script, sms_text, tree

NAME = "Ohio Coalition for Fair Elections"
SPONSOR = "Paid for by Ohio Coalition for Fair Elections"
FIELDS = {"first_name", "volunteer_name"}
LONG = {"first_name": "Maria-Guadalupe", "volunteer_name": "Christopher"}
GAP = re.compile(r"\[[A-Z0-9 -]+\]")
STARTERS = starting.starters()
ALL = [(starter, language) for starter in STARTERS for language in ("en", "es")]
each = pytest.mark.parametrize(
    ("starter", "language"), ALL, ids=[f"{starter.key}-{language}" for starter, language in ALL]
)


def texts(starter: Starter, language: str) -> Iterator[tuple[str, bool]]:
    """Every text, and whether it is a first one."""
    document = languages.document_in(starting.written_for(starter, NAME, SPONSOR), language)
    yield from ((text, True) for text in document["first"])
    yield from ((entry["text"], False) for entry in document["canned"])
    for step in document["steps"]:
        yield from ((text, False) for answer in step["answers"] for text in answer["texts"])


def test_there_is_one_for_every_purpose_that_has_words_of_its_own() -> None:
    assert [one.purpose for one in STARTERS] == [key for key in PURPOSES if key != "other"]
    assert len({one.name for one in STARTERS}) == 7


@each
def test_it_passes_the_lint_once_its_gaps_are_filled(starter: Starter, language: str) -> None:
    for text, first in texts(starter, language):
        facts = lint.LintFacts(
            organization_names=(NAME,),
            first=first,
            language=language,
            political=starter.purpose == "fundraising",
            sponsor_line=SPONSOR,
            sponsor_required_states=("CA", "FL", "WA"),
        )
        assert lint.check(GAP.sub("Friday", text), facts) == [], text
        gaps = [fault for fault in lint.check(text, facts) if fault.code == "placeholder"]
        assert len(gaps) == len(GAP.findall(text)), text
        assert all(fault.blocks for fault in gaps)


@each
def test_it_stays_in_the_small_alphabet_and_in_two_segments(starter: Starter, language: str) -> None:
    for text, _ in texts(starter, language):
        assert sms_text.find_non_gsm(text) == [], text
        longest = GAP.sub("Saturday, November 14", script.render(text, LONG, plain=True))
        assert sms_text.count(longest).segments <= 2, longest


@each
def test_its_fields_are_those_of_every_list(starter: Starter, language: str) -> None:
    for text, first in texts(starter, language):
        assert script.check(text, FIELDS) == [], text
        if first:
            assert script.render(text, {"volunteer_name": "Amy"}, plain=True)


@pytest.mark.parametrize("starter", STARTERS, ids=[one.key for one in STARTERS])
def test_its_tree_is_whole_and_every_place_is_in_both_languages(starter: Starter) -> None:
    steps = tree.read(starter.document["steps"])
    assert tree.check(steps) == []
    spanish = tree.read(languages.document_in(starter.document, "es")["steps"])
    for step, other in zip(steps, spanish, strict=True):
        assert other.question != step.question
        for answer, same in zip(step.answers, other.answers, strict=True):
            assert len(answer.texts) == len(same.texts) > 0
            assert answer.texts != same.texts
    assert [one["title"] for one in starter.document["canned"]] == [
        one["title"] for one in starter.document["languages"]["es"]["canned"]
    ]
    titles = {one["title"] for one in starter.document["canned"]}
    assert titles >= {"Who is this?", "Wrong number", "How did you get my number?", "Stop texting me"}


def test_the_organizations_name_cannot_become_a_field() -> None:
    written = starting.written_for(STARTERS[0], "{last_name}", "")
    assert "(last_name)" in written["first"][0]
    assert script.fields_in(written["first"][0]) == ["first_name", "volunteer_name"]


def test_where_nobody_said_who_pays_that_is_a_gap() -> None:
    fundraising = starting.find("fundraising")
    assert "Paid for by [WHO PAYS]. Reply" in starting.written_for(fundraising, NAME, "")["first"][0]
    assert f"{SPONSOR}. Reply" in starting.written_for(fundraising, NAME, f"{SPONSOR}.")["first"][0]


def test_an_unknown_one_is_not_found() -> None:
    with pytest.raises(NotFound):
        starting.find("../../secrets")
