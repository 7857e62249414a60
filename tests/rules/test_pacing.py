"""No window ever carries more than its limit, and nobody waits behind a lane that is not theirs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules import breaker, pacing
from p2ptext.rules.pacing import Day, Lane, Limit, Waiting, Way, choose

START = datetime(2026, 11, 24, 19, tzinfo=UTC)


def text(
    message_id: int, number_id: int = 1, urgency: int = 2, segments: int = 1, closes: int = 60
) -> Waiting:
    return Waiting(
        message_id,
        number_id,
        urgency,
        START + timedelta(minutes=closes) if urgency else None,
        START + timedelta(seconds=message_id),
        segments,
    )


LIMITS = st.one_of(
    st.builds(Limit, st.integers(1, 200), st.just(1.0)),
    st.builds(Limit, st.integers(10, 4500), st.just(60.0), st.just(3)),
)


@given(
    limit=LIMITS,
    steps=st.lists(st.tuples(st.floats(0, 0.4), st.integers(1, 3)), min_size=1, max_size=300),
    idle=st.floats(0, 1000),
)
def test_no_window_carries_more_than_the_limit(
    limit: Limit, steps: list[tuple[float, int]], idle: float
) -> None:
    """Whoever asks at whatever moments for as much as there is, after whatever idle time."""
    now, level, left = 0.0, pacing.refilled(limit, None, idle), []
    for wait, size in steps:
        now += wait * limit.span_s
        level = pacing.refilled(limit, level, wait * limit.span_s)
        cost = min(size, limit.largest)
        while level >= cost:
            level -= cost
            left.append((now, cost))
    for begin, _ in left:
        assert sum(cost for at, cost in left if begin <= at < begin + limit.span_s) <= limit.most


@given(limit=LIMITS)
def test_an_even_pace_comes_close_to_the_limit(limit: Limit) -> None:
    assert limit.rate * limit.span_s >= 0.7 * limit.most
    assert limit.burst >= limit.largest or limit.most < limit.largest


def test_a_clock_that_goes_back_or_ahead_gives_no_burst() -> None:
    limit = Limit(75, 62.0, 3)
    assert pacing.refilled(limit, 1.0, -600) == 1.0
    assert pacing.refilled(limit, 1.0, 600) == limit.burst == 3


def lane(level: float) -> Lane:
    return Lane(level)


def test_replies_come_first_then_whose_hours_end_soonest_then_who_waited_longest() -> None:
    ways = {1: Way(lane(10))}
    texts = [text(1), text(2, closes=30), text(3, urgency=1), text(4, urgency=0), text(5, closes=30)]
    chosen = choose(texts, lane(10), ways, 10)
    assert [one.message_id for one in chosen] == [4, 3, 2, 5, 1]


def test_a_lane_that_is_full_holds_up_no_other() -> None:
    ways = {1: Way(lane(2)), 2: Way(lane(5))}
    texts = [text(n, closes=1) for n in range(10)] + [text(n, number_id=2) for n in range(10, 13)]
    assert [one.message_id for one in choose(texts, lane(50), ways, 50)] == [0, 1, 10, 11, 12]


def test_a_long_text_that_does_not_fit_is_not_overtaken_for_ever_by_short_ones() -> None:
    ways = {1: Way(lane(9), lane(2.5))}
    chosen = choose([text(1, segments=3), text(2), text(3)], lane(9), ways, 9)
    assert chosen == []


def test_numbers_of_one_registration_share_its_minute() -> None:
    shared = lane(3)
    ways = {1: Way(lane(9), shared), 2: Way(lane(9), shared)}
    chosen = choose([text(1, 1), text(2, 2), text(3, 1), text(4, 2)], lane(9), ways, 9)
    assert [one.message_id for one in chosen] == [1, 2, 3]


def test_the_account_counts_texts_and_no_more_leave_than_are_asked_for() -> None:
    ways = {1: Way(lane(9))}
    texts = [text(n, segments=3) for n in range(5)]
    assert len(choose(texts, lane(2), ways, 9)) == 2
    assert len(choose(texts, lane(9), {1: Way(lane(9))}, 3)) == 3


def test_a_used_up_day_leaves_the_rest_to_replies_and_never_holds_a_confirmation() -> None:
    day = Day(most=100, used=89.5)
    ways = {1: Way(lane(99), lane(99), day)}
    first, reply, stop = text(1), text(2, urgency=1), text(3, urgency=0)
    assert choose([first, reply, stop], lane(9), ways, 9) == [stop, reply]
    day.used = 100
    assert choose([first, reply, stop], lane(9), ways, 9) == [stop]


@pytest.mark.parametrize(
    ("network", "counts"),
    [("310260", 2.0), ("310410", 0.0), (None, 0.7)],
    ids=["its", "others", "unknown"],
)
def test_a_text_counts_of_the_day_by_what_is_known_of_its_network(
    network: str | None, counts: float
) -> None:
    assert pacing.share(network, 2, 35) == pytest.approx(counts)


@pytest.mark.parametrize(
    ("kind", "own", "registered", "expected"),
    [
        ("10dlc", None, True, 100),
        ("10dlc", None, False, 1),
        ("toll_free", None, True, 3),
        ("10dlc", 7, False, 7),
    ],
)
def test_a_number_has_its_kinds_pace_unless_told_otherwise(
    kind: str, own: int | None, registered: bool, expected: int
) -> None:
    assert pacing.per_second(kind, own, registered=registered) == expected


def test_five_failures_in_twenty_open_the_breaker_and_four_do_not() -> None:
    recent = "x" * 4 + "." * 12
    assert not breaker.opens(recent)
    assert breaker.opens(breaker.seen(recent, failed=True))
    assert not breaker.opens(
        breaker.seen("x" + "." * 19, failed=True, times=4)
    )  # the oldest is forgotten


def test_each_opening_in_a_row_waits_twice_as_long_up_to_an_end() -> None:
    assert [breaker.wait_s(breaker.SILENT, n) for n in range(5)] == [30, 60, 120, 240, 300]
    assert breaker.wait_s(breaker.REFUSED, 99) == 900


@pytest.mark.parametrize(
    ("bad", "percent", "expected"), [(10, 5, False), (11, 5, True), (200, 0, False)]
)
def test_more_than_the_share_is_too_many(bad: int, percent: int, expected: bool) -> None:
    assert breaker.too_many(bad, 200, percent) is expected
