"""Whether the hours of a week truly differ: of many hours the best one always looks good."""

from collections.abc import Sequence
from dataclasses import dataclass

from p2ptext.insight.rates import Line
from p2ptext.insight.rates_time import Week
from p2ptext.rules.stats_limits import binomial_p_value, holm

LEAST = 50
"""Texts an hour needs to be looked at."""
_WRONG = 0.05


@dataclass(frozen=True, slots=True)
class Standing:
    """Which hours stand out from all of them together."""

    enough: bool
    """Whether there are two hours with LEAST texts; without them nothing is said."""
    above: Sequence[str]
    """Hours, in words, with more than chance explains."""
    below: Sequence[str]


def standing(week: Week, measure: str) -> Standing:
    """`measure` is `replied` or `opted_out`.

    Each hour is held against the rate of all of them, by the exact binomial test; Holm's correction makes
    it 1 in 20 that any stands out where none differs, however many hours there are.
    """
    lines = [week.cells[place] for place in sorted(week.cells) if week.cells[place].sent >= LEAST]
    if len(lines) < 2:
        return Standing(False, (), ())
    counts = [(_successes(line, measure), line.sent) for line in lines]
    texts = sum(n for _, n in counts)
    usual = sum(successes for successes, _ in counts) / texts
    chances = holm([binomial_p_value(successes, n, usual) for successes, n in counts])
    out = [
        (line.label, successes / n > usual)
        for line, (successes, n), chance in zip(lines, counts, chances, strict=True)
        if chance < _WRONG
    ]
    return Standing(
        True, [label for label, more in out if more], [label for label, more in out if not more]
    )


def _successes(line: Line, measure: str) -> int:
    rate = line.reply_rate if measure == "replied" else line.opt_out_rate
    return rate.successes
