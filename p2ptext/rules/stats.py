"""Proportions with their uncertainty.

docs/statistics.md says in plain words which figure uses which of these, and why.
"""

from dataclasses import dataclass
from math import sqrt

from p2ptext.rules.stats_beta import beta_mean, beta_quantile

Z_95 = 1.959963984540054
"""The two-sided 95% point of the normal distribution."""

JEFFREYS = (0.5, 0.5)
"""The prior of somebody who knows nothing yet: H. Jeffreys, Theory of Probability, third edition (1961)."""

_TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Interval:
    """A share between 0 and 1, and from where to where it may well lie."""

    estimate: float
    low: float
    high: float


def wilson(successes: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of `successes` out of `n`, as (low, high) between 0 and 1.

    With nothing counted, nothing is known: (0, 1). Raises ValueError for impossible counts.
    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    check_counts(successes, n)
    if n == 0:
        return 0.0, 1.0
    share = successes / n
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    middle = share + z * z / (2 * n)
    scale = 1 + z * z / n
    # At 0 and at n the formula gives exactly 0 and 1; rounding must not leave the range.
    low = 0.0 if successes == 0 else max(0.0, (middle - spread) / scale)
    high = 1.0 if successes == n else min(1.0, (middle + spread) / scale)
    return low, high


def check_counts(successes: int, n: int) -> None:
    """Raise ValueError unless there can be `successes` out of `n`."""
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} out of {n} is not a proportion.")


def posterior(successes: int, n: int) -> Interval:
    """What is known of a share after `successes` out of `n`: the posterior mean and equal-tailed interval.

    Successes are binomial, and the share's own distribution is beta, before (Jeffreys' prior) and after.
    It reaches to 0 or 1 when nothing or everything was a success, as L. Brown, T. Cai, A. DasGupta,
    Statistical Science 16 (2001), 101-133, advise. Raises ValueError for impossible counts.
    """
    check_counts(successes, n)
    a, b = successes + JEFFREYS[0], n - successes + JEFFREYS[1]
    mean = beta_mean(a, b)
    low = 0.0 if successes == 0 else beta_quantile(_TAIL, a, b)
    high = 1.0 if successes == n else beta_quantile(1 - _TAIL, a, b)
    # A prior with nearly everything at 0 or 1 can have its mean outside of its middle.
    return Interval(mean, min(low, mean), max(high, mean))


def lower_bound(successes: int, n: int, one_sided: float = 0.975) -> float:
    """The share is above this with a certainty of at least `one_sided`, whatever it is.

    For whoever acts on a share that looks too high: 0.975 acts wrongly in at most 1 of 40 samples.
    Raises ValueError for impossible counts.
    Source: C. Clopper, E. Pearson, Biometrika 26 (1934), 404-413.
    """
    check_counts(successes, n)
    return 0.0 if successes == 0 else beta_quantile(1 - one_sided, successes, n - successes + 1)
