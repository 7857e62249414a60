"""Every filter finds what looking at every row finds, whichever way it is searched."""

from random import Random

import pytest
from flask import Flask

from p2ptext.review import rows, searching
from p2ptext.review.filters import ERRORS, STATUSES, Filter
from p2ptext.review.searching import Place
from tests.review.ground import SEARCHES, Ground, filters, ground, naive, see

PLANS = {
    "few": {},
    "rather few": {"FEW": 0},
    "walk": {"FEW": 0, "RATHER_FEW": 0},
    "whole": {"FEW": 0, "RATHER_FEW": 0, "WALK": 1},
    "many": {"MANY": 0, "RATHER_FEW": 0},
}
"""What makes the program choose each of its ways."""


@pytest.fixture
def made(app: Flask) -> Ground:
    return ground(7)


def by_pages(made: Ground, wanted: Filter) -> list[int]:
    """All conversations of the list, page by page."""
    found: list[int] = []
    after: Place | None = None
    while True:
        page = searching.page(made.org, wanted, after)
        found += [place.id for place in page.places]
        if not page.has_later:
            return found
        after = searching.read_place(str(page.places[-1]), wanted)


def back_from_the_end(made: Ground, wanted: Filter, last: int) -> list[int]:
    found = [last]
    before = searching.place_of(made.org, wanted, last)
    while before is not None:
        page = searching.page(made.org, wanted, before=before)
        found = [place.id for place in page.places] + found
        before = page.places[0] if page.has_earlier else None
    return found


@pytest.mark.parametrize("plan", PLANS)
def test_a_search_finds_what_looking_at_every_row_finds(
    made: Ground, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PAGE", 4)
    for name, value in PLANS[plan].items():
        monkeypatch.setattr(searching, name, value)
    dice = Random(plan)
    asked = [Filter(status=status) for status in STATUSES] + [Filter(error=error) for error in ERRORS]
    asked += [Filter(words=words) for words in SEARCHES] + [filters(dice, made) for _ in range(40)]
    several, seen = 0, see(made)
    for wanted in asked:
        expected = naive(seen, wanted)
        assert by_pages(made, wanted) == expected, wanted
        assert searching.count(made.org, wanted) == len(expected), wanted
        assert sorted(searching.ids(made.org, wanted, 1000)) == sorted(expected), wanted
        if expected:
            assert back_from_the_end(made, wanted, expected[-1]) == expected, wanted
        several += len(expected) > 1
    assert several > len(asked) / 4


def test_neighbours_are_those_of_the_list(made: Ground) -> None:
    wanted = Filter(status="open", sort="waiting")
    expected = naive(see(made), wanted)
    for place, talk_id in enumerate(expected):
        here = searching.place_of(made.org, wanted, talk_id)
        assert here is not None
        before, after = searching.around(made.org, wanted, here)
        assert (before.id if before else None) == (expected[place - 1] if place else None)
        assert (after.id if after else None) == (
            expected[place + 1] if place + 1 < len(expected) else None
        )


def test_nothing_of_another_organization_is_found(made: Ground) -> None:
    theirs = set(searching.ids(made.other, Filter(), 1000))
    assert theirs
    for wanted in [Filter(words=words) for words in SEARCHES] + [Filter(), Filter(status="replied")]:
        assert not theirs & set(searching.ids(made.org, wanted, 1000))
    foreign = {
        "campaign": made.campaigns[0],
        "tag": made.tags[0],
        "list": made.lists[0],
        "volunteer": made.people[0],
    }
    for name, value in foreign.items():
        assert searching.ids(made.other, Filter(**{name: value}), 1000) == [], name


def test_those_that_still_match_are_told_from_those_that_do_not(made: Ground) -> None:
    wanted = Filter(status="waiting")
    expected = naive(see(made), wanted)
    everybody = searching.ids(made.org, Filter(), 1000) + searching.ids(made.other, Filter(), 1000)
    assert sorted(searching.still(made.org, wanted, everybody)) == sorted(expected)
    assert searching.still(made.org, wanted, []) == []


def test_more_than_can_be_counted_is_said_so(made: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"FEW": 1, "MOST_COUNTED": 4, "ENTRIES": 16, "PAGE": 2}.items():
        monkeypatch.setattr(searching, name, value)
    assert searching.count(made.org, Filter()) == 4
    assert searching.count(made.org, Filter(status="replied")) == 4
    assert searching.page(made.org, Filter(status="replied")).count is None


HOSTILE = [
    "'; DROP TABLE message; --", "\\", "a:*&|!()<->", '"', "*", "-", "yes\x00no", "%(org)s", "{0}", "''", "=1",
    ":*", "é" * 300,
]  # fmt: skip


@pytest.mark.parametrize("plan", ["few", "whole"])
def test_hostile_words_are_only_words(made: Ground, plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PLANS[plan].items():
        monkeypatch.setattr(searching, name, value)
    for words in HOSTILE:
        wanted = Filter.from_args({"words": words})
        page = searching.page(made.org, wanted)
        assert len(rows.rows(made.org, wanted, page.places)) == len(page.places)
        if wanted.words and not wanted.terms:
            assert page.places == []


def test_what_is_found_is_marked_and_no_phone_is_whole() -> None:
    long = "Well, " + "la " * 80 + "call me at 614-555-0104, I vote tomorrow " + "la " * 80
    pieces = rows.excerpt(long, Filter(words="vot* tomorrow").terms)
    assert [piece for piece, hit in pieces if hit] == ["vote", "tomorrow"]
    said = "".join(piece for piece, _ in pieces)
    assert "614" not in said
    assert len(said) <= rows.LONGEST
    assert rows.excerpt("", []) == []


@pytest.mark.parametrize("text", ["", "1", "1.", ".1", "1.2.3", "x.1", "-1.2", "1" * 20 + ".1", "1.2\n"])
def test_a_place_that_is_none_is_none(text: str) -> None:
    assert searching.read_place(text, Filter()) is None
