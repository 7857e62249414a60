"""The normal, beta and binomial distributions, as far as proportions need them.

Plain Python: these are called for a few hundred numbers a page. All of it is exact to about 12 digits
for counts up to some millions, which the tests compare with another library.
"""

from math import erfc, exp, inf, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist

_STANDARD = NormalDist()
_TINY = 1e-300
_CLOSE = 1e-15
_MOST_STEPS = 100_000
_MOST_HALVINGS = 400


def normal_cdf(z: float) -> float:
    """The share of a standard normal distribution below `z`, exact in the lower tail too."""
    return erfc(-z / sqrt(2)) / 2


def normal_quantile(p: float) -> float:
    """The point with a share `p` of a standard normal distribution below it, for 0 < p < 1.

    Source: M. J. Wichura, algorithm AS 241, Applied Statistics 37 (1988), as Python's library has it.
    """
    return _STANDARD.inv_cdf(p)


def beta_mean(a: float, b: float) -> float:
    """The mean of a beta distribution."""
    _check(a, b)
    return a / (a + b)


def beta_density(x: float, a: float, b: float) -> float:
    """The density of the beta distribution at 0 < x < 1."""
    _check(a, b)
    return _kernel(x, 1 - x, a, b) / (x * (1 - x))


def beta_cdf(x: float, a: float, b: float) -> float:
    """The share of a beta distribution below `x`: the regularized incomplete beta function.

    `a` and `b` are above 0; outside 0 to 1 the answer is 0 or 1. Raises ValueError for other shapes.
    Source: the continued fraction of DLMF 8.17.22 (dlmf.nist.gov/8.17#v), worked out by Lentz's method as
    in W. H. Press et al., Numerical Recipes, third edition, 6.4.
    """
    _check(a, b)
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x * (a + b + 2) < a + 1:
        return min(1.0, _kernel(x, 1 - x, a, b) * _fraction(x, a, b) / a)
    return max(0.0, 1 - _kernel(1 - x, x, b, a) * _fraction(1 - x, b, a) / b)


def beta_quantile(p: float, a: float, b: float) -> float:
    """The point with a share `p` of a beta distribution below it, for 0 <= p <= 1.

    Halley's steps from a first guess, as in Numerical Recipes 6.4, kept between the points known to be
    too low and too high. Raises ValueError for what is no share.
    """
    _check(a, b)
    if not 0 <= p <= 1:
        raise ValueError(f"{p} is not a share.")
    if p in (0, 1):
        return float(p)
    low, high = 0.0, 1.0
    x = _guess(p, a, b)
    spread = sqrt(a * b / (a + b + 1)) / (a + b)
    for _ in range(_MOST_HALVINGS):
        off = beta_cdf(x, a, b) - p
        low, high = (low, x) if off > 0 else (x, high)
        slope = beta_density(x, a, b)
        newton = off / slope if slope else inf
        bend = newton * ((a - 1) / x - (b - 1) / (1 - x))
        step = newton / (1 - min(1.0, bend) / 2)
        # A step this small leaves an error of its third power.
        if abs(step) < 1e-6 * min(spread, x, 1 - x):
            return min(high, max(low, x - step))
        x -= step
        if not low < x < high:
            # Distances near 0 are a matter of ratios, elsewhere of differences.
            x = sqrt(low * high) if low > 0 and high > 4 * low else (low + high) / 2
        if not low < x < high:
            break
    return x


def _guess(p: float, a: float, b: float) -> float:
    """Near the quantile: by the normal distribution (Abramowitz and Stegun 26.5.22), or by the tails."""
    if a >= 1 and b >= 1:
        z = normal_quantile(p)
        c, d = 1 / (2 * a - 1), 1 / (2 * b - 1)
        h, lam = 2 / (c + d), (z * z - 3) / 6
        w = -z * sqrt(max(0.0, h + lam)) / h - (d - c) * (lam + 5 / 6 - 2 / (3 * h))
        x = a / (a + b * exp(min(500.0, 2 * w)))
    else:
        left, right = exp(a * log(a / (a + b))) / a, exp(b * log(b / (a + b))) / b
        whole = left + right
        x = (a * whole * p) ** (1 / a) if p * whole < left else 1 - (b * whole * (1 - p)) ** (1 / b)
    return min(1 - 1e-16, max(1e-300, x))


def binomial_pmf(k: int, n: int, p: float) -> float:
    """The chance of exactly `k` out of `n`, each with chance `p`.

    Source: C. Loader, Fast and Accurate Computation of Binomial Probabilities (2000).
    """
    if not 0 <= k <= n:
        return 0.0
    if p in (0.0, 1.0):
        return float(k == n * p)
    return _binomial(k, n - k, p, 1 - p)


def binomial_cdf(k: int, n: int, p: float) -> float:
    """The chance of `k` or fewer out of `n`, each with chance `p`."""
    if k < 0:
        return 0.0
    return 1.0 if k >= n else beta_cdf(1 - p, n - k, k + 1)


def _check(a: float, b: float) -> None:
    if not (0 < a < inf and 0 < b < inf):
        raise ValueError(f"No beta distribution has the shape {a}, {b}.")


def _kernel(x: float, y: float, a: float, b: float) -> float:
    """x to the a times y to the b over B(a, b), where y is 1 - x; by way of Loader's binomial."""
    return _binomial(a, b, x, y) * a * b / (a + b)


def _binomial(k: float, rest: float, p: float, q: float) -> float:
    """Loader's saddle point form of the binomial chance, for whole numbers or not."""
    n = k + rest
    if k == 0:
        return exp(n * (log1p(-p) if p < 0.5 else log(q)))
    if rest == 0:
        return exp(n * (log1p(-q) if q < 0.5 else log(p)))
    less = _stirling(n) - _stirling(k) - _stirling(rest) - _deviance(k, n * p) - _deviance(rest, n * q)
    return exp(less) * sqrt(n / (2 * pi * k * rest))


def _stirling(z: float) -> float:
    """What Stirling's formula lacks: the logarithm of gamma(z + 1) over sqrt(2 pi z) (z / e) ** z."""
    if z < 16:
        return lgamma(z + 1) - (z + 0.5) * log(z) + z - log(2 * pi) / 2
    s = 1 / (z * z)
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - s / 1188) * s) * s) * s) / z


def _deviance(x: float, mean: float) -> float:
    """x log(x / mean) + mean - x, by a series where the two are close."""
    gap = x - mean
    if abs(gap) >= 0.1 * (x + mean):
        return x * log(x / mean) + mean - x
    v = gap / (x + mean)
    total, power = gap * v, 2 * x * v
    for j in range(3, 1000, 2):
        power *= v * v
        if total == (total := total + power / j):
            break
    return total


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function, quick for x below the mean.

    What is divided by is a sum with 1: 0, or far from it.
    """
    d = 1 - (a + b) * x / (a + 1)
    c, d = 1.0, 1 / (d or _TINY)
    value = d
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + even * d or _TINY)
        c = 1 + even / c or _TINY
        value *= d * c
        d = 1 / (1 + odd * d or _TINY)
        c = 1 + odd / c or _TINY
        step = d * c
        value *= step
        if -_CLOSE < step - 1 < _CLOSE:
            return value
    raise ArithmeticError(f"The beta function of {a}, {b} at {x} did not settle.")
