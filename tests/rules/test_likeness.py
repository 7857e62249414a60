"""What examples have taught, beside the rules: neither alone decides, and both can be made again."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules import likeness
from p2ptext.rules.optout import by_rules, classify, signs
from scripts.training import learning

EXAMPLES = sorted(learning.HERE.glob("*.csv"))
JUDGES = sorted((Path(__file__).parents[1] / "data" / "optout").glob("*.csv"))


def rows(paths: list[Path]) -> list[dict[str, str]]:
    found = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            found += list(csv.DictReader(file))
    return found


def test_the_weights_are_learnt_from_the_examples_that_are_there() -> None:
    first = learning.WEIGHTS.read_text("utf-8").split("\n", 1)[0]
    assert first.endswith(learning.digest(EXAMPLES)), "Run scripts/train-likeness."


def test_the_same_examples_give_the_same_weights(tmp_path: Path) -> None:
    learning.main(into=tmp_path / "again.tsv")
    assert (tmp_path / "again.tsv").read_bytes() == learning.WEIGHTS.read_bytes()


def test_the_examples_are_not_the_texts_that_judge() -> None:
    """What everybody says stands in both; no table was copied into the other."""
    learnt = {row["text"].casefold().strip(" .!?") for row in rows(EXAMPLES)}
    for table in JUDGES:
        judged = {row["text"].casefold().strip(" .!?") for row in rows([table])}
        assert len(learnt & judged) < len(judged) * 0.3, table.name


@pytest.mark.parametrize(
    ("text", "tier", "why"),
    [
        (
            "where did you get this number from",
            "none",
            "a question; “get this number from” is no request",
        ),
        ("can you lemme off this", "review", "no rule knows lemme"),
        ("no more wars", "none", "another object"),
        ("Good luck, and when you get a sec drop my number please", "review", "friendly, and clear"),
        ("please stop my monthly donation", "none", "another thing to stop"),
        ("he died in May", "review", "a grieving family"),
        ("mi esposo murió", "review", "a grieving family"),
        ("para", "review", "stop, or for"),
        ("stop calling me", "review", "about another channel; a person decides"),
        ("STOP", "auto", "a keyword"),
        ("...", "none", "no words at all"),
    ],
)
def test_rules_and_examples_together(text: str, tier: str, why: str) -> None:
    found = classify(text).tier
    assert found == tier or (tier, found) == ("review", "auto"), why


@pytest.mark.parametrize("text", ["para", "he died in May", "stop calling me", "🖕"])
def test_what_a_person_decides_is_never_acted_on_at_once(text: str) -> None:
    assert classify(text).tier == "review"


def test_a_verdict_of_examples_says_which_words_weigh() -> None:
    found = classify("can you lemme off this")
    assert found.rule == "likeness"
    assert "lemme" in found.reason


def test_what_rules_find_counts() -> None:
    found = by_rules("take me off your list")
    text = "take me off your list"
    assert likeness.score(text, signs(found)) > likeness.score(text, ("none",))


def test_longer_texts_than_the_examples_are_left_to_the_rules() -> None:
    text = "I have lived here for years. " * 30 + "Take me off your list."
    assert len(text) > likeness.LONGEST
    assert classify(text) == by_rules(text)


@given(st.text(max_size=300))
def test_any_text_has_a_score(text: str) -> None:
    assert 0 <= likeness.score(text) <= 1
    assert len(likeness.telling(text)) <= 2
