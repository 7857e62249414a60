"""When a campaign would be done: by carriers, volunteers, day caps and hours."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from p2ptext.rules import finish
from p2ptext.rules.finish import Pace, Run

EASTERN = ZoneInfo("America/New_York")
BEGIN = datetime(2026, 10, 13, 9, tzinfo=EASTERN).astimezone(UTC)


def open_between(hours: dict[str, tuple[int, int]]) -> Callable[[datetime, str], bool]:
    """Open in these hours of the Eastern clock, by place."""
    return lambda at, place: hours[place][0] <= at.astimezone(EASTERN).hour < hours[place][1]


ALL_DAY = open_between({"a": (9, 20), "b": (9, 20)})


@pytest.mark.parametrize(
    ("people", "pace", "hours_taken"),
    [
        ({"a": 1000}, Pace(100, 1), 1000 / 6000),
        ({"a": 6000}, Pace(100, 1), 1),
        ({"a": 6000}, Pace(100, 2), 2),
        ({"a": 3000, "b": 3000}, Pace(100, 1), 1),
        ({"a": 3000}, Pace(100, 1, volunteers=1), 3),
        ({"a": 3000}, Pace(100, 1, volunteers=3), 1),
        ({"a": 3000}, Pace(10, 1, volunteers=30), 5),
        ({"a": 12_000}, Pace(10, 1), 10 + 24 + 0 - 24 + 10 + 13),  # eleven hours a day, then the next
    ],
)
def test_how_long_it_takes(people: dict[str, int], pace: Pace, hours_taken: float) -> None:
    found = finish.run(BEGIN, people, ALL_DAY, pace)
    assert found.ends_at is not None
    assert found.left == 0
    assert found.ends_at - BEGIN == pytest.approx(timedelta(hours=hours_taken), abs=timedelta(seconds=2))


def test_nobody_is_done_at_once() -> None:
    assert finish.run(BEGIN, {"a": 0}, ALL_DAY, Pace(100, 1)) == Run(BEGIN, 0, 0)


def test_whose_hours_end_first_comes_first() -> None:
    opens = open_between({"early": (9, 11), "late": (9, 20)})
    found = finish.run(BEGIN, {"late": 6000, "early": 11_000}, opens, Pace(100, 1))
    assert found.days == 1
    assert found.ends_at is not None
    assert found.ends_at - BEGIN < timedelta(hours=3)


def test_a_day_cap_spreads_it_over_days() -> None:
    pace = Pace(6000, 1, t_mobile_per_day=1000, t_mobile_share=0.5)
    assert pace.texts_a_day == 1800
    found = finish.run(BEGIN, {"a": 5000}, ALL_DAY, pace)
    assert found.days == 3


def test_what_is_never_open_is_never_done() -> None:
    found = finish.run(BEGIN, {"a": 10, "b": 5}, lambda at, place: place == "a", Pace(100, 1))
    assert (found.ends_at, found.left, found.days) == (None, 5, 1)


@pytest.mark.parametrize("pace", [Pace(0, 1), Pace(100, 1, volunteers=0)])
def test_without_numbers_or_hands_nothing_leaves(pace: Pace) -> None:
    found = finish.run(BEGIN, {"a": 10}, ALL_DAY, pace)
    assert (found.ends_at, found.left) == (None, 10)


def test_without_a_cap_a_day_takes_any_number() -> None:
    assert Pace(1, 1).texts_a_day == math.inf


def test_replies_and_hands() -> None:
    assert finish.replies(10_000) == (1000, 2500)
    assert finish.volunteers_for(10_000, 10) == 1
    assert finish.volunteers_for(10_001, 10) == 2
    assert finish.volunteers_for(10, 0) == 0
