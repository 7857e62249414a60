"""When a wording is called better: not from twenty replies, not by looking often, and soon enough."""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.stats_decision import Decision, decide, enough, guardrail

counts = st.integers(0, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("counted", "verdict", "best", "says"),
    [
        ((0, 0, 0, 0), "not_enough", None, "100 contacts"),
        ((40, 99, 20, 5000), "not_enough", None, "100 contacts"),
        ((20, 100, 0, 100), "not_enough", None, "20 in all"),  # clear enough, and still twenty replies
        ((0, 4000, 49, 4000), "not_enough", None, "49 in all"),
        ((50, 1000, 70, 1000), "not_enough", None, "luck: between −1.5 and 5.5 points"),
        ((250, 1000, 100, 1000), "winner", 0, "Ahead by 8.6 to 21.4 points"),
        ((100, 1000, 250, 1000), "winner", 1, "Ahead by 8.6 to 21.4 points"),
        ((5000, 50_000, 5010, 50_000), "no_difference", None, "less than 2 points"),
        ((50_000, 500_000, 52_000, 500_000), "no_difference", None, "less than 2 points"),
    ],
)
def test_what_is_said(
    counted: tuple[int, int, int, int], verdict: str, best: int | None, says: str
) -> None:
    found = enough(*counted, smallest_difference=0.02)
    assert (found.verdict, found.best) == (verdict, best)
    assert says in found.reason


def test_the_bounds_are_those_of_the_mixture() -> None:
    found = enough(150, 1000, 120, 1100, 0.03)
    # The first has the greater variance of its own; the second gets that of both.
    variance = 151 / 1002 * 851 / 1002 / 1000 + 272 / 2104 * 1832 / 2104 / 1100
    # Where the mixture likelihood ratio, sqrt(V / W) exp(d² 0.03² / (2 V W)) with W = V + 0.03², reaches 20.
    whole = variance + 0.03**2
    reach = sqrt(2 * variance * whole / 0.03**2 * log(20 * sqrt(whole / variance)))
    seen = 150 / 1000 - 120 / 1100
    assert (found.low, found.high) == pytest.approx((seen - reach, seen + reach), abs=1e-12)


@pytest.mark.parametrize("bad", [[], [(1, 2)], [(1, 2), (3, 2)], [(1, 2), (0, -1)]])
def test_what_cannot_be_compared_is_refused(bad: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match=r"compared|proportion"):
        decide(bad, 0.02)


@pytest.mark.parametrize("smallest", [0, -0.1, 1, 2])
def test_a_smallest_difference_is_one(smallest: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        enough(1, 200, 2, 200, smallest)


@given(counts, counts, st.floats(0.002, 0.2))
def test_turned_round_the_same_is_said(
    one: tuple[int, int], other: tuple[int, int], smallest: float
) -> None:
    found, turned = enough(*one, *other, smallest), enough(*other, *one, smallest)
    assert found.verdict == turned.verdict
    assert -1 <= found.low <= found.high <= 1
    assert (found.low, found.high) == pytest.approx((turned.low, turned.high), abs=1e-12)
    if found.best is not None:
        assert turned.best == 1 - found.best
        assert found.best == found.leader
        assert found.low > 0
    if one[0] + other[0] < 50 or min(one[1], other[1]) < 100:
        assert found.verdict == "not_enough"


def test_several_are_ordered_and_need_more() -> None:
    two = decide([(300, 2000), (200, 2000)], 0.02)
    three = decide([(200, 2000), (300, 2000), (199, 2000)], 0.02)
    assert (two.verdict, two.best) == ("winner", 0)
    assert (three.leader, three.second) == (1, 0)
    assert three.low < two.low
    assert three.high > two.high
    # Ahead of one is not ahead of all.
    assert decide([(600, 4000), (590, 4000), (300, 4000)], 0.02).verdict == "not_enough"
    assert (
        decide([(60_000, 400_000), (60_000, 400_000), (30_000, 400_000)], 0.02).verdict == "not_enough"
    )


def test_it_says_how_many_more() -> None:
    early = enough(100, 1000, 130, 1000, 0.02)
    assert early.verdict == "not_enough"
    assert early.more_as_seen is not None
    assert early.more_for_smallest is not None
    assert 0 < early.more_as_seen < early.more_for_smallest
    later = enough(300, 3000, 330, 3000, 0.02)
    assert later.more_for_smallest is not None
    assert later.more_for_smallest < early.more_for_smallest
    assert enough(100, 1000, 100, 1000, 0.02).more_as_seen is None
    assert enough(250, 1000, 100, 1000, 0.02).more_for_smallest is None


@pytest.mark.parametrize(("p", "better"), [(0.1, 0.12), (0.2, 0.25), (0.05, 0.07)])
def test_with_as_many_more_four_of_five_are_settled(p: float, better: float) -> None:
    start = enough(round(100 * p), 100, round(100 * better), 100, better - p)
    assert start.more_for_smallest is not None
    n = 100 + start.more_for_smallest
    rng = np.random.default_rng(20)
    drawn = zip(rng.binomial(n, p, 400), rng.binomial(n, better, 400), strict=True)
    won = [enough(int(a), n, int(b), n, better - p).best == 1 for a, b in drawn]
    # At the last look alone; 400 draws are within 6 points of the truth.
    assert 0.70 < np.mean(won) < 0.90


def looked_at(
    rates: list[float], smallest: float, runs: int, seed: int, each: tuple[int, ...] = ()
) -> list[Decision]:
    """What is said first, by somebody who looks every 50 contacts until 4,000 have each wording."""
    rng = np.random.default_rng(seed)
    steps = each or (50,) * len(rates)
    said = []
    for _ in range(runs):
        sums = np.cumsum(rng.binomial(steps, rates, (80, len(rates))), axis=0)
        for look, successes in enumerate(sums.tolist(), start=1):
            found = decide([(s, n * look) for s, n in zip(successes, steps, strict=True)], smallest)
            if found.verdict != "not_enough":
                break
        said.append(found)
    return said


@pytest.mark.parametrize(
    ("rates", "smallest", "each"),
    [
        ([0.1, 0.1], 0.03, (50, 50)),
        ([0.02, 0.02], 0.01, (50, 50)),
        ([0.02, 0.02], 0.01, (180, 20)),
        ([0.3, 0.3], 0.05, (50, 50)),
        ([0.1] * 3, 0.03, (50, 50, 50)),
    ],
)
def test_looking_often_finds_no_winner_among_equals(
    rates: list[float], smallest: float, each: tuple[int, ...]
) -> None:
    found = looked_at(rates, smallest, 100, seed=7, each=each)
    # At most 2.4% in the long run. With ordinary 95% intervals it is 40%.
    assert sum(one.verdict == "winner" for one in found) <= 5


def test_looking_often_finds_the_better_one() -> None:
    found = looked_at([0.1, 0.15], 0.03, 100, seed=8)
    assert sum(one.best == 1 for one in found) >= 97
    assert not [one for one in found if one.best == 0]


@pytest.mark.parametrize(
    ("counted", "says"),
    [
        ((20, 1000, 20, 1000), "unclear"),
        ((200, 10_000, 200, 10_000), "fine"),
        ((60, 1000, 20, 1000), "worse"),
        ((37, 1000, 20, 1000), "unclear"),  # an ordinary interval of 95% would say it is worse
        ((0, 0, 5, 100), "unclear"),
        ((99, 99, 0, 1000), "unclear"),
    ],
)
def test_opt_outs_may_undo_a_winner(counted: tuple[int, int, int, int], says: str) -> None:
    assert guardrail(*counted, most_more=0.01) == says


def test_opt_outs_out_of_fewer_than_none_are_refused() -> None:
    with pytest.raises(ValueError, match="not a proportion"):
        guardrail(11, 10, 0, 10, most_more=0.01)


def warned_of(rates: list[float], each: tuple[int, ...], runs: int, seed: int) -> list[int | None]:
    """The first wording that a look every so many contacts ever calls worse, 40 looks a campaign."""
    rng = np.random.default_rng(seed)
    said: list[int | None] = []
    for _ in range(runs):
        sums = np.cumsum(rng.binomial(each, rates, (40, len(rates))), axis=0)
        said.append(
            next(
                (
                    place
                    for look, counts in enumerate(sums.tolist(), start=1)
                    for place, stops in enumerate(counts)
                    if guardrail(
                        stops,
                        each[place] * look,
                        sum(counts) - stops,
                        (sum(each) - each[place]) * look,
                        0.01,
                        len(rates),
                    )
                    == "worse"
                ),
                None,
            )
        )
    return said


@pytest.mark.parametrize(
    ("rate", "each"),
    [(0.01, (100,) * 2), (0.03, (100,) * 2), (0.1, (100,) * 2), (0.03, (180, 20)), (0.03, (100,) * 4)],
)
def test_looking_often_warns_of_no_wording_among_equals(rate: float, each: tuple[int, ...]) -> None:
    warned = warned_of([rate] * len(each), each, 200, seed=11)
    # About 1% in the long run. With ordinary 95% intervals it is 22 to 27% of two.
    assert sum(one is not None for one in warned) <= 6


def test_looking_often_warns_of_the_one_that_costs_twice_the_opt_outs() -> None:
    warned = warned_of([0.03, 0.06], (100, 100), 100, seed=12)
    assert sum(one == 1 for one in warned) >= 97
    assert 0 not in warned
