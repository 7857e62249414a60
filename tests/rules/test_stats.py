"""One proportion: known values, a second opinion, what must always hold."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from p2ptext.rules.stats import lower_bound, posterior, wilson

counts = st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
IMPOSSIBLE = [(1, 0), (-1, 5), (6, 5), (0, -1)]


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (15, 148, 0.0624, 0.1605),  # Newcombe 1998, method 3: 0.0624 to 0.1605
        (81, 263, 0.2553, 0.3662),  # the same paper
        (1, 29, 0.0061, 0.1718),  # the same paper
        (0, 20, 0.0, 0.1611),  # the same paper
    ],
)
def test_known_intervals(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("successes", "n"), [(0, 7), (3, 7), (150, 1000), (9, 5000), (1000, 1000)])
def test_wilson_and_the_lower_bound_are_as_scipy_has_them(successes: int, n: int) -> None:
    theirs = stats.binomtest(successes, n).proportion_ci(0.95, "wilson")
    assert wilson(successes, n) == pytest.approx(theirs, abs=1e-9)
    exact = stats.binomtest(successes, n).proportion_ci(0.95, "exact")
    assert lower_bound(successes, n) == pytest.approx(exact.low, abs=1e-9)


@pytest.mark.parametrize("refusing", [wilson, posterior, lower_bound])
@pytest.mark.parametrize(("successes", "n"), IMPOSSIBLE)
def test_what_is_no_proportion_is_refused(
    refusing: Callable[[int, int], object], successes: int, n: int
) -> None:
    with pytest.raises(ValueError, match="proportion"):
        refusing(successes, n)


@given(counts)
def test_the_interval_holds_the_share_and_mirrors(count: tuple[int, int]) -> None:
    successes, n = count
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n <= high <= 1
    mirrored = wilson(n - successes, n)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high))


@pytest.mark.parametrize(("successes", "n"), [(3, 20), (15, 1000), (2, 9)])
def test_the_posterior_is_as_scipy_has_it(successes: int, n: int) -> None:
    found = posterior(successes, n)
    theirs = stats.beta(successes + 0.5, n - successes + 0.5)
    assert found.estimate == pytest.approx(theirs.mean(), abs=1e-12)
    assert (found.low, found.high) == pytest.approx(theirs.interval(0.95), abs=1e-9)


def test_nothing_and_everything_reach_the_end() -> None:
    assert posterior(0, 20).low == 0
    assert posterior(20, 20).high == 1
    assert lower_bound(0, 20) == 0


@given(counts)
def test_the_posterior_lies_in_its_interval_and_mirrors(count: tuple[int, int]) -> None:
    successes, n = count
    found = posterior(successes, n)
    assert 0 <= found.low <= found.estimate <= found.high <= 1
    mirrored = posterior(n - successes, n)
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx((found.low, found.high), abs=1e-9)


@given(counts)
def test_the_lower_bound_is_low_and_rises(count: tuple[int, int]) -> None:
    successes, n = count
    bound = lower_bound(successes, n)
    assert 0 <= bound <= successes / n
    if successes < n:
        assert bound < lower_bound(successes + 1, n)
