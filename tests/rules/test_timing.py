"""Hands are let be, simple machines are noticed: over many runs with fixed seeds."""

import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules import timing
from p2ptext.rules.timing import Press, flags, network_of

START = datetime(2026, 11, 24, 19, tzinfo=UTC)
RUNS = 200
"""Of every kind of hand; one of 200 is under one percent, two are not."""


def presses(gaps: Iterable[float], ages: Iterable[int] | None = None) -> list[Press]:
    times = list(accumulate(gaps, initial=0.0))
    old = iter(ages or [0] * len(times))
    made = []
    for seconds in times:
        age = next(old)
        at = START + timedelta(seconds=seconds, milliseconds=age)
        made.append(Press(at, age, 1, "192.0.2.0/24"))
    return made


def codes(made: list[Press]) -> list[str]:
    return [flag.code for flag in flags(made)]


# ---------------------------------------------------------------- hands


def hand(
    rng: random.Random, n: int, median: float, spread: float, slow: float, rest: float
) -> list[float]:
    """Lognormal gaps; now and then (`slow`) a card that is really read, or (`rest`) a break of minutes."""
    gaps = []
    for _ in range(n):
        gap = median * rng.lognormvariate(0, spread)
        chance = rng.random()
        if chance < rest:
            gap += 30 + rng.expovariate(1 / 120)
        elif chance < rest + slow:
            gap += rng.lognormvariate(1.5, 0.5)
        gaps.append(gap)
    return gaps


@pytest.mark.parametrize(
    ("n", "median", "spread", "slow", "rest"),
    [
        pytest.param(500, 1.0, 0.2, 0, 0, id="the steadiest, a card a second"),
        pytest.param(1000, 1.0, 0.35, 0, 0, id="fast"),
        pytest.param(600, 2.4, 0.4, 0, 0, id="1,500 an hour"),
        pytest.param(600, 3.6, 0.5, 0.05, 0.002, id="1,000 an hour, reading some"),
        pytest.param(400, 6.0, 0.8, 0.2, 0.01, id="a beginner"),
        pytest.param(3000, 3.6, 0.5, 0.03, 0.003, id="three hours and more"),
        pytest.param(1000, 1.0, 0.25, 0.3, 0.005, id="two kinds of cards"),
    ],
)
def test_hands_are_let_be(n: int, median: float, spread: float, slow: float, rest: float) -> None:
    rng = random.Random(f"{n} {median} {spread}")
    runs = RUNS if n <= 1000 else 40
    flagged = sum(bool(codes(presses(hand(rng, n, median, spread, slow, rest)))) for _ in range(runs))
    assert flagged < runs / 100


def test_presses_that_waited_for_the_network_are_let_be() -> None:
    """After a dead spot the page sends what it holds, two a second, with the ages it measured."""
    rng = random.Random(5)
    made = presses(hand(rng, 300, 2.0, 0.4, 0, 0))
    for start in range(20, 300, 40):
        sent = made[start + 8].received_at
        for place, press in enumerate(made[start : start + 8]):
            at = sent + timedelta(seconds=0.5 * place)
            age = round((at - press.at).total_seconds() * 1000)
            made[start + place] = Press(at, age, 1, press.network)
    assert codes(made) == []


# ---------------------------------------------------------------- machines


def metronome(rng: random.Random) -> list[float]:
    beat = rng.uniform(0.6, 5)
    return [beat + rng.gauss(0, 0.03 * beat) for _ in range(200)]


def uniform(rng: random.Random) -> list[float]:
    low = rng.uniform(0.5, 3)
    return [rng.uniform(low, 2 * low) for _ in range(400)]


def wide(rng: random.Random) -> list[float]:
    return [rng.uniform(0.5, 6) for _ in range(400)]


@pytest.mark.parametrize(
    ("machine", "code"),
    [(metronome, "steady"), (uniform, "even"), (wide, "even")],
    ids=["metronome", "uniform pauses", "widely uniform pauses"],
)
def test_simple_machines_are_noticed(machine: Callable[[random.Random], list[float]], code: str) -> None:
    rng = random.Random(7)
    noticed = sum(code in codes(presses(machine(rng))) for _ in range(100))
    assert noticed >= 95


def test_a_machine_that_lies_about_the_age_is_noticed_by_when_it_sent() -> None:
    rng = random.Random(9)
    made = [
        Press(START + timedelta(seconds=n), round(1000 * rng.lognormvariate(0, 0.6)), 1, "")
        for n in range(200)
    ]
    assert "steady" in codes(made)


def test_a_stretch_of_a_machine_in_a_hands_day_is_found_and_named() -> None:
    rng = random.Random(11)
    before, after = (hand(rng, 300, 2.4, 0.4, 0.02, 0.002) for _ in range(2))
    made = presses([*before, *[1.0] * 120, *after])
    (flag,) = flags(made)
    assert flag.code == "steady"
    assert made[290].at <= flag.begins_at <= flag.ends_at <= made[430].at
    assert "every 1.00 seconds" in flag.words


@pytest.mark.parametrize(("median", "expected"), [(0.5, ["fast"]), (0.66, ["fast"]), (0.8, [])])
def test_nobody_reads_this_fast(median: float, expected: list[str]) -> None:
    rng = random.Random(13)
    assert codes(presses(hand(rng, 600, median, 0.3, 0, 0))) == expected


@pytest.mark.parametrize(("minutes", "expected"), [(179, []), (181, ["no_pause"])])
def test_hours_without_a_pause(minutes: int, expected: list[str]) -> None:
    rng = random.Random(17)
    gaps: list[float] = []
    while sum(gaps) < 60 * minutes:
        gaps.append(min(25.0, 10 * rng.lognormvariate(0, 0.4)))
    gaps[-1] -= sum(gaps) - 60 * minutes
    assert codes(presses(gaps)) == expected


@pytest.mark.parametrize(
    ("age", "n", "expected"),
    [(0, 200, []), (5, 200, []), (40, 59, []), (40, 61, ["same_age"])],
)
def test_ages_that_are_all_the_same(age: int, n: int, expected: list[str]) -> None:
    gaps = hand(random.Random(19), n - 1, 2.4, 0.4, 0, 0)
    assert codes(presses(gaps, [age] * n)) == expected


def in_turns(
    n: int, every_s: float, networks: tuple[str, str], sessions: tuple[int, int]
) -> list[Press]:
    """A press here and 1.5 seconds later one there, again and again."""
    return [
        Press(START + timedelta(seconds=pair * every_s + 1.5 * side), 0, sessions[side], networks[side])
        for pair in range(n)
        for side in (0, 1)
    ]


HOME, OFFICE = "192.0.2.0/24", "198.51.100.0/24"


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (in_turns(5, 100, (HOME, OFFICE), (1, 2)), ["two_places"]),
        (in_turns(4, 100, (HOME, OFFICE), (1, 2)), []),
        (in_turns(5, 1000, (HOME, OFFICE), (1, 2)), []),
        (in_turns(5, 100, (HOME, HOME), (1, 2)), []),
        (in_turns(5, 100, (HOME, OFFICE), (1, 1)), []),
        (in_turns(5, 100, (HOME, ""), (1, 2)), []),
    ],
    ids=["far apart", "too few", "over hours", "one network", "a phone that changed networks", "erased"],
)
def test_two_places_at_once(made: list[Press], expected: list[str]) -> None:
    assert codes(made) == expected


def minutes(*counts: int) -> list[tuple[datetime, int]]:
    return [(START + timedelta(minutes=10 * place), times) for place, times in enumerate(counts)]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], None),
        ([999], None),
        ([1000], 1000),
        ([500, 0, 0, 0, 0, 500], 1000),
        ([500, 0, 0, 0, 0, 0, 500], None),
        ([10, 600, 600, 1], 1211),
    ],
    ids=["none", "few", "many", "within an hour", "over more than an hour", "the worst hour"],
)
def test_refusals(counts: list[int], expected: int | None) -> None:
    flag = timing.too_many_refusals(minutes(*counts))
    assert (flag and flag.clicks) == expected
    if flag:
        assert flag.code == "refusals"
        assert flag.ends_at - flag.begins_at <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("ip", "network"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("unknown", ""), ("", "")],
)
def test_networks(ip: str, network: str) -> None:
    assert network_of(ip) == network


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 60_000), st.integers(1, 3)), max_size=400))
def test_nothing_makes_it_stumble(drawn: list[tuple[float, int, int]]) -> None:
    made = [Press(START + timedelta(seconds=s), age, session, HOME) for s, age, session in drawn]
    for flag in flags(made):
        assert flag.code in timing.CODES
        assert flag.begins_at <= flag.ends_at


def test_what_was_looked_at_before_is_left_out() -> None:
    rng = random.Random(23)
    made = presses([*[1.0] * 120, *hand(rng, 300, 2.4, 0.4, 0, 0)])
    after = made[121].at
    assert [flag.code for flag in flags(made, after - timedelta(seconds=5))] == ["steady"]
    assert flags(made, after + timedelta(minutes=2)) == []


def test_no_presses() -> None:
    assert flags([]) == []
