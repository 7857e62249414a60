"""How often the 95% intervals hold the truth: between 94% and 96%, and where they do not, it is known."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from scipy import stats

from p2ptext.rules.stats import posterior, wilson

P = [0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5]
N = [100, 200, 500, 1000, 2000, 5000]


def jeffreys(successes: int, n: int) -> tuple[float, float]:
    found = posterior(successes, n)
    return found.low, found.high


def cover(interval: Callable[[int, int], tuple[float, float]], p: float, n: int) -> float:
    """The exact chance that the interval holds p: the sum over all that can be counted."""
    middle, reach = n * p, 6 * (n * p) ** 0.5 + 8
    counts = range(max(0, int(middle - reach)), min(n, int(middle + reach)) + 1)
    held = [low <= p <= high for low, high in (interval(successes, n) for successes in counts)]
    return float(stats.binom.pmf(counts, n, p)[held].sum())


def test_wilson_covers() -> None:
    coverage = {(p, n): cover(wilson, p, n) for p, n in product(P, N)}
    assert 0.945 <= np.mean(list(coverage.values())) <= 0.955
    for (p, n), share in coverage.items():
        # Counts are whole: no interval can hold 95% at every p. Where few successes are expected, one
        # count more or less is worth several percent.
        low, high = (0.94, 0.962) if n * p >= 20 and n >= 200 else (0.92, 0.97)
        assert low <= share <= high, (p, n, share)


def test_wilson_strays_less_than_jeffreys_where_successes_are_few() -> None:
    few = [(p, n) for p, n in product(P, N) if n * p <= 5]
    wilsons, others = (
        [abs(cover(interval, p, n) - 0.95) for p, n in few] for interval in (wilson, jeffreys)
    )
    assert np.mean(wilsons) < np.mean(others)


@pytest.mark.parametrize("n", [100, 400, 2000])
def test_the_posterior_covers_over_all_shares_that_may_be(n: int) -> None:
    rng = np.random.default_rng(12)
    truth = rng.uniform(0.01, 0.5, 2500)
    held = [
        low <= p <= high
        for p, (low, high) in zip(
            truth, (jeffreys(int(s), n) for s in rng.binomial(n, truth)), strict=True
        )
    ]
    assert 0.94 <= np.mean(held) <= 0.96
