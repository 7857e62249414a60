"""What is out of the ordinary: volunteers beside all others, a rate beside its own past, many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, pi, sqrt
from typing import Literal

from p2ptext.rules.stats import check_counts
from p2ptext.rules.stats_beta import (
    beta_quantile,
    binomial_cdf,
    binomial_pmf,
    normal_cdf,
    normal_quantile,
)

LEAST_UNITS = 10
"""Volunteers it takes to say whether they all differ by more than chance."""

_TRIMMED = 0.1


def funnel_limits(p: float, n: int, level: float = 0.95, spread: float = 1.0) -> tuple[float, float]:
    """Between which shares somebody with `n` contacts lies, if they are like all others, whose share is `p`.

    Exact for the binomial distribution, and smooth between its steps. `level` is 0.95 for the inner and
    0.998 for the outer lines. `spread` widens them where all differ by more than chance (`overdispersion`).
    Without contacts the limits are 0 and 1. Raises ValueError unless `p` is a share.
    Source: D. Spiegelhalter, Statistics in Medicine 24 (2005), 1185-1202, and its appendix.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"{p} is not a share.")
    if n < 1:
        return 0.0, 1.0
    if p in (0, 1):
        return p, p
    tail = (1 - level) / 2
    low, high = (p + (_step_point(q, p, n) / n - p) * sqrt(spread) for q in (tail, 1 - tail))
    # With hardly one success to be expected the step itself may lie beyond the share.
    return max(0.0, min(p, low)), min(1.0, max(p, high))


def side(
    successes: int, n: int, p: float, level: float = 0.998, spread: float = 1.0
) -> Literal["low", "inside", "high"]:
    """On which side of the funnel's limits `successes` out of `n` lie. Raises ValueError as the limits do."""
    check_counts(successes, n)
    if n == 0:
        return "inside"
    low, high = funnel_limits(p, n, level, spread)
    share = successes / n
    if share < low:
        return "low"
    return "high" if share > high else "inside"


def overdispersion(counts: Sequence[tuple[int, int]], p: float) -> float:
    """By what factor the variance between volunteers is greater than chance makes it; 1 where it is not.

    Their lists, hours and campaigns differ, not only they themselves. The most extreme tenth on each side
    is drawn in to the next, so that those whom the limits are to find do not widen them; what that takes
    from a normal distribution's variance is given back. With fewer than ten volunteers, or where the excess
    may be chance, it is 1.
    Source: D. Spiegelhalter, Statistics in Medicine 24 (2005), 1185-1202, who does not give it back.
    """
    counted = [(successes, n) for successes, n in counts if n]
    if len(counted) < LEAST_UNITS or not 0 < p < 1:
        return 1.0
    scores = sorted((successes / n - p) / sqrt(p * (1 - p) / n) for successes, n in counted)
    cut = int(len(scores) * _TRIMMED)
    low, high = scores[cut], scores[-1 - cut]
    factor = sum(min(high, max(low, score)) ** 2 for score in scores)
    factor /= len(scores) * _left(cut / len(scores))
    return factor if factor > 1 + 2 * sqrt(2 / len(scores)) else 1.0


@dataclass(frozen=True, slots=True)
class Smoothed:
    """A rate at one time, smoothed over those before, and where it lies as long as nothing has changed."""

    estimate: float
    low: float
    high: float

    @property
    def side(self) -> Literal["low", "inside", "high"]:
        """Where the rate lies beside its limits."""
        if self.estimate < self.low:
            return "low"
        return "high" if self.estimate > self.high else "inside"


def ewma(
    counts: Sequence[tuple[int, int]],
    baseline: tuple[int, int],
    weight: float = 0.2,
    width: float = 3.0,
) -> list[Smoothed]:
    """The exponentially weighted moving average of a rate, beside its own past.

    `counts` are (successes, contacts) of windows of time, oldest first; one without contacts changes
    nothing. `baseline` is what was counted before them; the less it is, the wider the limits. `weight` is
    what the newest window counts for, `width` the limits in standard deviations. Raises ValueError for
    impossible counts and weights.
    The limits are points of the beta distribution with the average's mean and variance, since a normal
    distribution is too narrow above and reaches below 0 where successes are rare.
    Source: S. Roberts, Technometrics 1 (1959), 239-250; J. Lucas, M. Saccucci, Technometrics 32 (1990), 1-12.
    """
    check_counts(*baseline)
    if not 0 < weight <= 1:
        raise ValueError(f"{weight} is not a weight.")
    usual = (baseline[0] + 0.5) / (baseline[1] + 1)
    single = usual * (1 - usual)
    estimate, variance = usual, 0.0
    points = []
    for successes, n in counts:
        check_counts(successes, n)
        if n:
            estimate += weight * (successes / n - estimate)
            variance = (1 - weight) ** 2 * variance + weight**2 * single / n
        points.append(Smoothed(estimate, *_limits(usual, variance + single / (baseline[1] + 1), width)))
    return points


def holm(p_values: Sequence[float]) -> list[float]:
    """The chances of many tests, raised so that each may be held against one level for all of them.

    Those below 0.05 are then all right in 95% of cases, however many were looked at.
    Source: S. Holm, Scandinavian Journal of Statistics 6 (1979), 65-70.
    """
    raised = [0.0] * len(p_values)
    most = 0.0
    for done, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        most = max(most, min(1.0, p_values[i] * (len(p_values) - done)))
        raised[i] = most
    return raised


def binomial_p_value(successes: int, n: int, p: float) -> float:
    """The chance of `successes` out of `n` or something as far out, where the share is truly `p`.

    Exact; twice the smaller side, at most 1. Raises ValueError for impossible counts.
    """
    check_counts(successes, n)
    below = binomial_cdf(successes, n, p)
    above = 1.0 if successes == 0 else binomial_cdf(n - successes, n, 1 - p)
    return min(1.0, 2 * min(below, above))


def _left(share: float) -> float:
    """What drawing in that share on each side leaves of the variance of a normal distribution."""
    end = normal_quantile(1 - share)
    return 1 - 2 * share - 2 * end * exp(-end * end / 2) / sqrt(2 * pi) + 2 * share * end * end


def _limits(mean: float, variance: float, width: float) -> tuple[float, float]:
    strength = mean * (1 - mean) / variance - 1
    if strength <= 0:
        return 0.0, 1.0
    a, b = mean * strength, (1 - mean) * strength
    return beta_quantile(normal_cdf(-width), a, b), beta_quantile(normal_cdf(width), a, b)


def _step_point(q: float, p: float, n: int) -> float:
    """The quantile `q` of successes, drawn straight from step to step: Spiegelhalter's r less alpha."""
    r = min(n, max(0, round(n * p + normal_quantile(q) * sqrt(n * p * (1 - p)))))
    below = binomial_cdf(r, n, p)
    while below < q:
        r += 1
        below += binomial_pmf(r, n, p)
    while r > 0 and below - (here := binomial_pmf(r, n, p)) >= q:
        below -= here
        r -= 1
    return r - (below - q) / binomial_pmf(r, n, p)
