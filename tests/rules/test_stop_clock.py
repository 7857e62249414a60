"""The days a request to stop may wait: a table."""

from datetime import UTC, date, datetime

import pytest

from p2ptext.rules.stop_clock import is_business_day, last_day

LAST_DAYS = [
    # came in (UTC) -> last day, why
    (datetime(2026, 11, 2, 20, tzinfo=UTC), date(2026, 11, 17)),  # over Veterans Day, a Wednesday
    (datetime(2026, 9, 14, 20, tzinfo=UTC), date(2026, 9, 28)),  # ten plain days: two weeks
    (datetime(2026, 9, 19, 20, tzinfo=UTC), date(2026, 10, 2)),  # on a Saturday: Monday is the first
    (datetime(2026, 11, 24, 20, tzinfo=UTC), date(2026, 12, 9)),  # over Thanksgiving
    (datetime(2026, 12, 21, 20, tzinfo=UTC), date(2027, 1, 6)),  # over Christmas and New Year's
    (datetime(2026, 9, 15, 5, tzinfo=UTC), date(2026, 9, 28)),  # still Monday in Honolulu
]


@pytest.mark.parametrize(("came_in", "last"), LAST_DAYS)
def test_ten_business_days(came_in: datetime, last: date) -> None:
    assert last_day(came_in) == last


NO_BUSINESS = [
    date(2026, 1, 1),
    date(2026, 1, 19),
    date(2026, 2, 16),
    date(2026, 5, 25),
    date(2026, 6, 19),
    date(2026, 7, 3),  # July 4 is a Saturday
    date(2026, 9, 7),
    date(2026, 10, 12),
    date(2026, 11, 11),
    date(2026, 11, 26),
    date(2026, 12, 25),
    date(2021, 12, 31),  # New Year's 2022 is a Saturday
    date(2027, 7, 5),  # July 4 is a Sunday
    date(2026, 11, 21),
    date(2026, 11, 22),
]


@pytest.mark.parametrize("day", NO_BUSINESS, ids=str)
def test_holidays_and_weekends_do_not_count(day: date) -> None:
    assert not is_business_day(day)


@pytest.mark.parametrize("day", [date(2026, 11, 27), date(2026, 7, 6), date(2026, 11, 3)], ids=str)
def test_other_days_count(day: date) -> None:
    assert is_business_day(day)
