"""Limits: beside all others, beside one's own past, and for many at once."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from p2ptext.rules.stats_limits import (
    binomial_p_value,
    ewma,
    funnel_limits,
    holm,
    overdispersion,
    side,
)

shares = st.floats(0.001, 0.999)


def by_definition(tail: float, p: float, n: int) -> float:
    """Spiegelhalter's formula, word for word, with scipy's distribution."""
    r = stats.binom.ppf(tail, n, p)
    alpha = (stats.binom.cdf(r, n, p) - tail) / (stats.binom.cdf(r, n, p) - stats.binom.cdf(r - 1, n, p))
    return min(1.0, max(0.0, (r - alpha) / n))


@pytest.mark.parametrize("level", [0.95, 0.998])
@pytest.mark.parametrize(
    ("p", "n"),
    [(0.1, 5), (0.1, 50), (0.1, 500), (0.02, 200), (0.9, 77), (0.003, 1000), (0.15, 1_000_000)],
)
def test_the_funnel_is_as_defined(p: float, n: int, level: float) -> None:
    tail = (1 - level) / 2
    theirs = by_definition(tail, p, n), by_definition(1 - tail, p, n)
    assert funnel_limits(p, n, level) == pytest.approx(theirs, abs=1e-9)


@given(shares, st.integers(1, 100_000), st.floats(1, 5))
def test_the_funnel_holds_the_share_and_mirrors(p: float, n: int, spread: float) -> None:
    outer, inner = funnel_limits(p, n, 0.998), funnel_limits(p, n, 0.95)
    wider = funnel_limits(p, n, 0.95, spread)
    assert 0 <= outer[0] <= inner[0] <= p <= inner[1] <= outer[1] <= 1
    assert wider[0] <= inner[0]
    assert inner[1] <= wider[1]
    turned = funnel_limits(1 - p, n, 0.95)
    assert (1 - turned[1], 1 - turned[0]) == pytest.approx(inner, abs=1 / n + 1e-9)


def test_the_ends_of_the_funnel() -> None:
    assert funnel_limits(0.3, 0) == (0, 1)
    assert funnel_limits(0, 20) == (0, 0)
    assert funnel_limits(1, 20) == (1, 1)
    with pytest.raises(ValueError, match="share"):
        funnel_limits(1.1, 20)


@pytest.mark.parametrize(
    ("successes", "n", "spread", "where"),
    [
        (0, 0, 1.0, "inside"),
        (50, 500, 1.0, "inside"),
        (29, 500, 1.0, "low"),
        (72, 500, 1.0, "high"),
        (72, 500, 2.0, "inside"),
        (0, 20, 1.0, "inside"),
    ],
)
def test_beside_the_funnel(successes: int, n: int, spread: float, where: str) -> None:
    assert side(successes, n, 0.1, spread=spread) == where


@pytest.mark.parametrize(("p", "n"), [(0.1, 500), (0.3, 300), (0.05, 2000)])
def test_of_those_who_are_like_all_others_few_are_outside(p: float, n: int) -> None:
    limits = {level: funnel_limits(p, n, level) for level in (0.95, 0.998)}
    drawn = np.random.default_rng(4).binomial(n, p, 200_000) / n
    outside = {level: np.mean((drawn < low) | (drawn > high)) for level, (low, high) in limits.items()}
    assert 0.04 <= outside[0.95] <= 0.06
    assert 0.001 <= outside[0.998] <= 0.003


def volunteers(a: float, b: float, seed: int) -> list[tuple[int, int]]:
    rng = np.random.default_rng(seed)
    ns = rng.integers(100, 400, 400)
    return list(zip(rng.binomial(ns, rng.beta(a, b, 400)).tolist(), ns.tolist(), strict=True))


def test_volunteers_who_differ_by_chance_alone_widen_nothing() -> None:
    assert overdispersion(volunteers(1e7, 9e7, 1), 0.1) == 1
    assert overdispersion([(10, 100)] * 9 + [(0, 0)] * 9, 0.1) == 1
    assert overdispersion([(0, 100)] * 20, 0.0) == 1


def test_volunteers_who_all_differ_widen_the_limits_but_a_few_odd_ones_do_not() -> None:
    counts = volunteers(20, 180, 2)
    sizes = [n for _, n in counts]
    expected = 1 + (np.mean(sizes) - 1) / 201
    found = overdispersion(counts, 0.1)
    assert found == pytest.approx(expected, rel=0.2)
    odd = [(n, n) for _, n in counts[:20]]
    assert overdispersion(odd + counts[20:], 0.1) == pytest.approx(found, rel=0.25)


def test_what_drawing_in_takes_is_given_back() -> None:
    """Ten scores whose tenth on each side is drawn in, against the integral."""
    end = stats.norm.ppf(0.9)
    left = integrate.quad(lambda z: z * z * stats.norm.pdf(z), -end, end)[0] + 0.2 * end * end
    n, p = 10_000, 0.5
    hits = [4000, 4500, 4600, 4700, 4800, 5200, 5300, 5400, 5500, 9000]
    scores = [(h / n - p) / sqrt(p * p / n) for h in hits]
    drawn_in = [scores[1], *scores[1:-1], scores[-2]]
    expected = sum(z * z for z in drawn_in) / 10 / left
    assert overdispersion([(h, n) for h in hits], p) == pytest.approx(expected, rel=1e-12)


def test_the_average_is_as_defined() -> None:
    points = ewma([(3, 100), (0, 0), (9, 50)], (99, 9999), weight=0.25)
    usual = 99.5 / 10_000
    first = usual + 0.25 * (0.03 - usual)
    assert [point.estimate for point in points] == pytest.approx(
        [first, first, first * 0.75 + 0.25 * 0.18]
    )
    variance = usual * (1 - usual) * (0.75**2 * 0.25**2 / 100 + 0.25**2 / 50 + 1 / 10_000)
    strength = usual * (1 - usual) / variance - 1
    theirs = stats.beta(usual * strength, (1 - usual) * strength)
    tails = stats.norm.cdf(-3), stats.norm.cdf(3)
    assert (points[2].low, points[2].high) == pytest.approx(tuple(theirs.ppf(tails)), rel=1e-9)
    assert points[0] == points[1]
    assert [point.side for point in points] == ["inside", "inside", "high"]


def test_the_average_refuses_what_cannot_be() -> None:
    for counts, baseline, weight in (
        ([(2, 1)], (1, 9), 0.2),
        ([(1, 2)], (3, 2), 0.2),
        ([(1, 2)], (1, 9), 0),
        ([(1, 2)], (1, 9), 1.1),
    ):
        with pytest.raises(ValueError, match=r"proportion|weight"):
            ewma(counts, baseline, weight)


def test_nothing_before_means_no_limits() -> None:
    point = ewma([(1, 2)], (0, 0))[0]
    assert (point.low, point.high) == (0, 1)


@pytest.mark.parametrize(("p", "n"), [(0.01, 200), (0.02, 100), (0.1, 50)])
def test_a_rate_that_stays_raises_no_alarm_and_one_that_trebles_does(p: float, n: int) -> None:
    rng = np.random.default_rng(9)
    baseline = (round(p * 5000), 5000)
    false, seen = 0, 0
    for _ in range(12):
        quiet = ewma([(int(hits), n) for hits in rng.binomial(n, p, 50)], baseline)
        false += sum(point.side != "inside" for point in quiet)
        loud = ewma([(int(hits), n) for hits in rng.binomial(n, 3 * p, 12)], baseline)
        seen += any(point.side == "high" for point in loud)
    assert false <= 6  # of 600 windows
    assert seen >= 11


def test_falling_is_seen_too() -> None:
    assert ewma([(0, 200)] * 12, (1000, 5000))[-1].side == "low"


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(50, 500)), max_size=8),
    st.integers(0, 300),
    st.floats(0.05, 1),
)
def test_the_average_and_its_limits_are_shares(
    counts: list[tuple[int, int]], base: int, weight: float
) -> None:
    for point in ewma(counts, (base, 300), weight):
        assert 0 <= point.low <= point.high <= 1
        assert 0 <= point.estimate <= 1


@pytest.mark.parametrize(
    ("successes", "n", "p"), [(0, 20, 0.1), (5, 20, 0.1), (20, 20, 0.9), (130, 1000, 0.1), (9, 10, 0.5)]
)
def test_the_chance_of_something_as_far_out(successes: int, n: int, p: float) -> None:
    below, above = stats.binom.cdf(successes, n, p), stats.binom.sf(successes - 1, n, p)
    assert binomial_p_value(successes, n, p) == pytest.approx(min(1, 2 * min(below, above)), abs=1e-9)


@pytest.mark.parametrize(
    ("chances", "raised"),
    [
        ([], []),
        ([0.04], [0.04]),
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.5, 0.9, 0.001], [1.0, 1.0, 0.003]),
    ],
)
def test_many_chances_are_raised(chances: list[float], raised: list[float]) -> None:
    assert holm(chances) == pytest.approx(raised)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_raised_chances_keep_their_order_and_lie_below_bonferroni(chances: list[float]) -> None:
    raised = holm(chances)
    for (p, r), (q, s) in zip(
        zip(chances, raised, strict=True), zip(chances[1:], raised[1:], strict=False), strict=False
    ):
        assert (p <= q and r <= s) or (p >= q and r >= s)
    for p, r in zip(chances, raised, strict=True):
        assert p <= r <= min(1, p * len(chances)) + 1e-12
