"""The distributions, against scipy and by what must hold for any of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from p2ptext.rules.stats_beta import (
    beta_cdf,
    beta_density,
    beta_mean,
    beta_quantile,
    binomial_cdf,
    binomial_pmf,
    normal_cdf,
    normal_quantile,
)

SHAPES = [
    *((0.5, 0.5), (1.0, 1.0), (0.5, 20.5), (2.0, 3.0), (15.5, 133.5), (0.1, 9.0), (1e-2, 40.0)),
    *((30.5, 970.5), (970.5, 30.5), (2e3, 5e5), (5e5, 2e3), (4e5, 6e5), (5e6, 5e6), (0.5, 2e6)),
]
shapes = st.floats(0.1, 1e6)
inner = st.floats(1e-6, 1 - 1e-6)


@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_beta_is_as_scipy_has_it(a: float, b: float) -> None:
    for share in (1e-12, 1e-6, 0.001, 0.025, 0.2, 0.5, 0.8, 0.975, 0.999):
        x = special.betaincinv(a, b, share)
        assert beta_quantile(share, a, b) == pytest.approx(x, rel=1e-9, abs=1e-200)
        if 1e-200 < x < 1 - 1e-9:
            assert beta_cdf(x, a, b) == pytest.approx(special.betainc(a, b, x), rel=1e-9)
            assert beta_density(x, a, b) == pytest.approx(stats.beta.pdf(x, a, b), rel=1e-8)


@pytest.mark.parametrize(
    ("n", "p"), [(1, 0.3), (20, 0.01), (20, 0.0), (20, 1.0), (500, 0.15), (10**6, 0.02)]
)
def test_binomial_is_as_scipy_has_it(n: int, p: float) -> None:
    middle = int(n * p)
    for k in {-1, 0, 1, middle - 1, middle, middle + 1, int(n * p * 1.05), n - 1, n, n + 1}:
        assert binomial_pmf(k, n, p) == pytest.approx(stats.binom.pmf(k, n, p), rel=1e-9, abs=1e-300)
        assert binomial_cdf(k, n, p) == pytest.approx(stats.binom.cdf(k, n, p), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("z", [-30.0, -6.0, -1.96, -0.1, 0.0, 0.5, 1.959963984540054, 5.0])
def test_normal_is_as_scipy_has_it(z: float) -> None:
    assert normal_cdf(z) == pytest.approx(stats.norm.cdf(z), rel=1e-9)
    if z > -20:
        assert normal_quantile(stats.norm.cdf(z)) == pytest.approx(z, abs=1e-9)


def test_the_mean_is_the_share_of_the_shape() -> None:
    assert beta_mean(3, 9) == 0.25


def test_outside_of_its_range_nothing_or_everything_lies_below() -> None:
    assert (beta_cdf(-0.1, 2, 3), beta_cdf(0, 2, 3), beta_cdf(1, 2, 3), beta_cdf(2, 2, 3)) == (
        0,
        0,
        1,
        1,
    )
    assert (beta_quantile(0, 2, 3), beta_quantile(1, 2, 3)) == (0, 1)


@pytest.mark.parametrize(("a", "b"), [(0, 1), (1, 0), (-1, 1), (1, float("inf")), (float("nan"), 1)])
def test_what_is_no_shape_is_refused(a: float, b: float) -> None:
    for call in (
        lambda: beta_cdf(0.5, a, b),
        lambda: beta_mean(a, b),
    ):
        with pytest.raises(ValueError, match="shape"):
            call()


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_share_has_no_quantile(p: float) -> None:
    with pytest.raises(ValueError, match="share"):
        beta_quantile(p, 1, 1)


@given(shapes, shapes, inner, inner)
def test_more_lies_below_what_is_greater(a: float, b: float, x: float, y: float) -> None:
    low, high = sorted((x, y))
    assert 0 <= beta_cdf(low, a, b) <= beta_cdf(high, a, b) + 1e-12 <= 1 + 1e-12
    assert beta_quantile(low, a, b) <= beta_quantile(high, a, b) * (1 + 1e-12)


@given(shapes, shapes, inner)
def test_turned_round_it_mirrors(a: float, b: float, x: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(1 - beta_cdf(1 - x, b, a), abs=1e-9)


@given(shapes, shapes, inner)
def test_quantile_and_share_undo_each_other(a: float, b: float, p: float) -> None:
    x = beta_quantile(p, a, b)
    if 1e-300 < x < 1 - 1e-9:
        assert beta_cdf(x, a, b) == pytest.approx(p, rel=1e-6, abs=1e-9)
