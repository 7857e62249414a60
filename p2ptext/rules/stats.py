"""Proportions with their uncertainty."""

from math import sqrt

Z_95 = 1.959964
"""The two-sided 95% point of the normal distribution."""


def wilson(successes: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of `successes` out of `n`, as (low, high) between 0 and 1.

    With nothing counted, nothing is known: (0, 1). Raises ValueError for impossible counts.
    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if n < 0 or not 0 <= successes <= max(n, 0):
        raise ValueError(f"{successes} out of {n} is not a proportion.")
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
