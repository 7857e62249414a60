"""How well replies that ask for texts to stop are told from those that do not: tables against rules.

Every table in tests/data/optout says what a reasonable person would make of each reply (its README has the
words and how hard cases were decided). Four figures come of it, for each language and for all:

- caught: share of `stop_clear` and `stop_probable` rows whose tier is auto or review;
- auto alone: share of `stop_clear` rows whose tier is auto;
- false auto: share of `not_stop` rows whose tier is auto;
- false auto or review: share of `not_stop` rows whose tier is either.

A verdict of the kind help or start answers a keyword and holds nothing up: it counts as tier none. A plain
wrong number is expected `either`, as are replies over which honest people differ: they are in no figure. A
wrong number that also asks for removal is `stop_clear`.

Some texts are everybody's ("leave me alone"), and stand word for word among the examples the weights were
learnt from: a row of figures without them says what is left of the whole.

`python -m scripts.benchmarks.optout` prints the rows of development.csv that came out wrong, and only of that
table: whoever writes the rules does not look into the others.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from p2ptext.rules import optout
from scripts.benchmarks.measures import Row
from scripts.training import learning

TABLES = Path(__file__).resolve().parents[2] / "tests" / "data" / "optout"
DEVELOPMENT = TABLES / "development.csv"
COLUMNS = ("text", "language", "expected", "kind", "source")
CLEAR, PROBABLE, NOT, EITHER = EXPECTED = ("stop_clear", "stop_probable", "not_stop", "either")
SEVEN_WORDS = ("stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe")
"""47 CFR 64.1200(a)(10)."""
ANSWERS_A_KEYWORD = ("help", "start")
TO_REACH = "95%, 80%, 2%, 8%"


class Verdict(Protocol):
    @property
    def tier(self) -> str: ...

    @property
    def kind(self) -> str: ...


Classify = Callable[[str], Verdict]


@dataclass(frozen=True)
class Reply:
    """One row of a table."""

    text: str
    language: str
    expected: str
    kind: str
    source: str


@dataclass(frozen=True)
class Share:
    """`hits` of `total`."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None where there was nothing to count."""
        return self.hits / self.total if self.total else None

    def __str__(self) -> str:
        return "none" if self.value is None else f"{100 * self.value:.1f}%"


@dataclass(frozen=True)
class Figures:
    """The four figures of the module's docstring."""

    caught: Share
    auto_alone: Share
    false_auto: Share
    false_either: Share


def read(table: Path) -> list[Reply]:
    """The rows of a table, as they are: line breaks and invisible characters in a text are meant."""
    with table.open(encoding="utf-8", newline="") as lines:
        return [Reply(**row) for row in csv.DictReader(lines, strict=True)]


def tier(text: str, classify: Classify) -> str:
    verdict = classify(text)
    return "none" if verdict.kind in ANSWERS_A_KEYWORD else verdict.tier


def figures(replies: Iterable[Reply], classify: Classify) -> Figures:
    """The four figures over these rows."""
    found = [(reply.expected, tier(reply.text, classify)) for reply in replies]

    def share(expected: Sequence[str], tiers: Sequence[str]) -> Share:
        of_these = [tier for wanted, tier in found if wanted in expected]
        return Share(sum(tier in tiers for tier in of_these), len(of_these))

    return Figures(
        share((CLEAR, PROBABLE), ("auto", "review")),
        share((CLEAR,), ("auto",)),
        share((NOT,), ("auto",)),
        share((NOT,), ("auto", "review")),
    )


def seven_words(classify: Classify) -> Share:
    """How many of the seven words suppress at once."""
    return Share(sum(tier(word, classify) == "auto" for word in SEVEN_WORDS), len(SEVEN_WORDS))


def wrong(replies: Iterable[Reply], classify: Classify) -> Iterator[tuple[Reply, str]]:
    """The rows that speak against one of the four figures, with the tier they got."""
    right = {CLEAR: ("auto",), PROBABLE: ("auto", "review"), NOT: ("none",)}
    for reply in replies:
        got = tier(reply.text, classify)
        if reply.expected in right and got not in right[reply.expected]:
            yield reply, got


def understood() -> list[Row]:
    """A row of figures for each table and language, and one for the seven words."""
    words = seven_words(optout.classify)
    learnt = {plain(text) for text in learning.texts()}
    rows = [
        Row("the FCC's seven words suppress at once", f"{words.hits} of {words.total}", "7 of 7", "")
    ]
    for table in sorted(TABLES.glob("*.csv")):
        replies = read(table)
        rows.append(line(f"opt-outs, {table.name}", replies))
        strange = [reply for reply in replies if plain(reply.text) not in learnt]
        rows.append(line(f"opt-outs, {table.name}, without texts that are among the examples", strange))
        for language in dict.fromkeys(reply.language for reply in replies):
            rows.append(
                line(
                    f"opt-outs, {table.name}, {language}",
                    [reply for reply in replies if reply.language == language],
                )
            )
    return rows


def plain(text: str) -> str:
    return text.casefold().strip(" .!?")


def line(what: str, replies: Sequence[Reply]) -> Row:
    found = figures(replies, optout.classify)
    shares = (found.caught, found.auto_alone, found.false_auto, found.false_either)
    names = ("caught", "auto alone", "false auto", "false auto or review")
    return Row(
        what,
        ", ".join(f"{name} {share}" for name, share in zip(names, shares, strict=True)),
        TO_REACH,
        f"{len(replies)} replies: " + ", ".join(f"{share.hits} of {share.total}" for share in shares),
    )


if __name__ == "__main__":
    for reply, got in wrong(read(DEVELOPMENT), optout.classify):
        print(f"{reply.language} {reply.expected:13} got {got:6} {reply.kind}: {reply.text!r}")
