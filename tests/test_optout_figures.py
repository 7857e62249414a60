"""The tables of replies have the shape the figures need, and the figures are computed as written."""

import csv
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from p2ptext.rules.optout import classify
from scripts.benchmarks import optout
from scripts.benchmarks.optout import Reply, Share

LEAST = {"en": 300, "es": 120, "fr": 75}
LEAST_ELSEWHERE = 15
LANGUAGES = ("en", "es", "fr", "pt", "vi", "zh", "ko", "ht", "tl", "ar", "ru")


class Verdict(NamedTuple):
    tier: str
    kind: str = "stop"


def stand_in(text: str) -> Verdict:
    """Answers what the made-up texts name."""
    tier, _, kind = text.partition(" ")
    return Verdict(tier, kind or "stop")


def reply(text: str, expected: str) -> Reply:
    return Reply(text, "en", expected, "made_up", "made up")


@pytest.fixture(params=sorted(optout.TABLES.glob("*.csv")), ids=lambda table: table.stem)
def table(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_the_set_to_work_with_is_there() -> None:
    assert optout.DEVELOPMENT.is_file()


def test_columns_and_values_are_those_the_figures_know(table: Path) -> None:
    with table.open(encoding="utf-8", newline="") as lines:
        assert tuple(next(csv.reader(lines))) == optout.COLUMNS
    for row in optout.read(table):
        assert row.language in LANGUAGES, row
        assert row.expected in optout.EXPECTED, row
        assert row.text.strip(), row
        assert row.kind, row
        assert row.source, row


def test_no_reply_stands_there_twice_in_a_language(table: Path) -> None:
    seen = Counter((row.language, row.text) for row in optout.read(table))
    assert [twice for twice, times in seen.items() if times > 1] == []


def test_every_language_has_enough_of_each_sort() -> None:
    rows = optout.read(optout.DEVELOPMENT)
    languages = Counter(row.language for row in rows)
    sorts = Counter((row.language, row.expected) for row in rows)
    assert set(languages) == set(LANGUAGES)
    for language in LANGUAGES:
        assert languages[language] >= LEAST.get(language, LEAST_ELSEWHERE)
        assert sorts[language, optout.CLEAR] >= 10
        assert sorts[language, optout.PROBABLE] >= 3
        assert sorts[language, optout.NOT] >= 10


def test_the_seven_words_are_in_the_table() -> None:
    clear = {row.text.casefold().strip(".!") for row in optout.read(optout.DEVELOPMENT)}
    assert set(optout.SEVEN_WORDS) <= clear


def test_the_four_figures() -> None:
    found = optout.figures(
        [
            reply("auto", optout.CLEAR),
            reply("review", optout.CLEAR),
            reply("none", optout.CLEAR),
            reply("auto", optout.PROBABLE),
            reply("none", optout.PROBABLE),
            reply("none", optout.NOT),
            reply("review", optout.NOT),
            reply("auto", optout.NOT),
            reply("auto", optout.NOT),
        ],
        stand_in,
    )
    assert found.caught == Share(3, 5)
    assert found.auto_alone == Share(1, 3)
    assert found.false_auto == Share(2, 4)
    assert found.false_either == Share(3, 4)


def test_a_reply_expected_either_way_is_in_no_figure() -> None:
    found = optout.figures([reply(tier, optout.EITHER) for tier in ("auto", "review", "none")], stand_in)
    assert {found.caught, found.auto_alone, found.false_auto, found.false_either} == {Share(0, 0)}
    assert (found.caught.value, str(found.caught)) == (None, "none")


def test_an_answer_to_help_or_start_holds_nothing_up() -> None:
    found = optout.figures(
        [
            reply("auto help", optout.NOT),
            reply("review start", optout.NOT),
            reply("review wrong_number", optout.NOT),
            reply("auto help", optout.CLEAR),
        ],
        stand_in,
    )
    assert (found.false_auto, found.false_either) == (Share(0, 3), Share(1, 3))
    assert found.caught == Share(0, 1)


def test_a_share_is_told_as_a_percentage() -> None:
    assert str(Share(19, 20)) == "95.0%"
    assert Share(19, 20).value == 0.95


def test_the_seven_words_are_counted() -> None:
    assert optout.seven_words(lambda text: Verdict("none" if text == "end" else "auto")) == Share(6, 7)
    assert optout.seven_words(lambda text: Verdict("auto", "start")) == Share(0, 7)


def test_wrong_rows_are_those_that_cost_something() -> None:
    rows = [
        reply("review", optout.CLEAR),
        reply("review", optout.PROBABLE),
        reply("none", optout.PROBABLE),
        reply("none", optout.NOT),
        reply("auto", optout.NOT),
        reply("auto", optout.EITHER),
    ]
    assert list(optout.wrong(rows, stand_in)) == [
        (rows[0], "review"),
        (rows[2], "none"),
        (rows[4], "auto"),
    ]


# Floors over the real rules. Everything above holds whatever the rules say.


def test_the_rules_keep_to_the_floors_on_the_set_they_are_worked_with() -> None:
    found = optout.figures(optout.read(optout.DEVELOPMENT), classify)
    assert found.caught.hits >= 0.95 * found.caught.total, found
    assert found.auto_alone.hits >= 0.80 * found.auto_alone.total, found
    assert found.false_auto.hits <= 0.02 * found.false_auto.total, found
    assert found.false_either.hits <= 0.08 * found.false_either.total, found
    assert optout.seven_words(classify) == Share(7, 7)
