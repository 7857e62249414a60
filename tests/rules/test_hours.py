"""Texting hours on the wall clock of every zone a person may be in."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.hours import Window, closes_at, may_text, opens_at

NY, CHICAGO, DENVER, PHOENIX, LA = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
)
HONOLULU, GUAM, ST_JOHNS = "Pacific/Honolulu", "Pacific/Guam", "America/St_Johns"
NINE_TO_EIGHT = Window(time(9), time(20), time(12))
WIDEST = Window(time(0), time(23, 59), time(0))


def at(text: str, zone: str = NY) -> datetime:
    """A moment given by the wall clock of a zone, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "zones", "window", "open_"),
    [
        # Tuesday 2026-11-24
        (at("2026-11-24T08:59:59"), [NY], NINE_TO_EIGHT, False),
        (at("2026-11-24T09:00:00"), [NY], NINE_TO_EIGHT, True),
        (at("2026-11-24T19:59:59.999999"), [NY], NINE_TO_EIGHT, True),
        (at("2026-11-24T20:00:00"), [NY], NINE_TO_EIGHT, False),
        (at("2026-11-24T09:30:00"), [NY, CHICAGO], NINE_TO_EIGHT, False),
        (at("2026-11-24T10:00:00"), [NY, CHICAGO], NINE_TO_EIGHT, True),
        (at("2026-11-24T11:59:59"), [NY, LA], NINE_TO_EIGHT, False),
        (at("2026-11-24T12:00:00"), [NY, LA], NINE_TO_EIGHT, True),
        (at("2026-11-24T12:00:00"), [], NINE_TO_EIGHT, False),
        # Guam is fifteen hours ahead.
        (at("2026-11-24T12:00:00"), [NY, GUAM], NINE_TO_EIGHT, False),
        # Never wider than 8:00 to 21:00, whatever is asked.
        (at("2026-11-24T07:59:59"), [NY], WIDEST, False),
        (at("2026-11-24T08:00:00"), [NY], WIDEST, True),
        (at("2026-11-24T20:59:59"), [NY], WIDEST, True),
        (at("2026-11-24T21:00:00"), [NY], WIDEST, False),
        # Sunday starts later, by the person's own Sunday.
        (at("2026-11-22T11:59:59"), [NY], NINE_TO_EIGHT, False),
        (at("2026-11-22T12:00:00"), [NY], NINE_TO_EIGHT, True),
        (at("2026-11-22T10:00:00"), [NY], WIDEST, True),
        (at("2026-11-23T10:00:00", GUAM), [GUAM], NINE_TO_EIGHT, True),
        # An end at or before the start is never.
        (at("2026-11-24T12:00:00"), [NY], Window(time(15), time(15), time(15)), False),
        (at("2026-11-24T16:00:00"), [NY], Window(time(15), time(10), time(15)), False),
        # The clocks went back on Sunday 2026-11-01: noon is an hour later in UTC than the day before.
        (datetime(2026, 10, 31, 13, 0, tzinfo=UTC), [NY], NINE_TO_EIGHT, True),
        (datetime(2026, 11, 1, 16, 59, 59, tzinfo=UTC), [NY], NINE_TO_EIGHT, False),
        (datetime(2026, 11, 1, 17, 0, tzinfo=UTC), [NY], NINE_TO_EIGHT, True),
        (datetime(2026, 11, 2, 0, 59, 59, tzinfo=UTC), [NY], NINE_TO_EIGHT, True),
        (datetime(2026, 11, 2, 1, 0, tzinfo=UTC), [NY], NINE_TO_EIGHT, False),
        # They went forward on Sunday 2027-03-14: noon came an hour earlier.
        (datetime(2027, 3, 14, 15, 59, 59, tzinfo=UTC), [NY], NINE_TO_EIGHT, False),
        (datetime(2027, 3, 14, 16, 0, tzinfo=UTC), [NY], NINE_TO_EIGHT, True),
        (datetime(2027, 3, 15, 0, 0, tzinfo=UTC), [NY], NINE_TO_EIGHT, False),
        # Arizona does not change its clocks, the Navajo Nation in it does.
        (at("2027-03-15T08:30:00", PHOENIX), [PHOENIX], WIDEST, True),
        (at("2027-03-15T20:30:00", PHOENIX), [PHOENIX, DENVER], WIDEST, False),
        (at("2027-03-12T20:30:00", PHOENIX), [PHOENIX, DENVER], WIDEST, True),
        # Half-hour zones.
        (at("2026-11-24T08:29:59", NY), [ST_JOHNS], Window(time(10), time(20)), False),
        (at("2026-11-24T08:30:00", NY), [ST_JOHNS], Window(time(10), time(20)), True),
    ],
)
def test_may_text(moment: datetime, zones: list[str], window: Window, open_: bool) -> None:
    assert may_text(moment, zones, window) is open_


@pytest.mark.parametrize(
    ("moment", "zones", "opens"),
    [
        (at("2026-11-24T07:00"), [NY], at("2026-11-24T09:00")),
        (at("2026-11-24T14:00"), [NY], at("2026-11-24T14:00")),
        (at("2026-11-24T20:00"), [NY], at("2026-11-25T09:00")),
        (at("2026-11-24T20:00"), [NY, LA], at("2026-11-25T12:00")),
        (at("2026-11-21T21:00"), [NY], at("2026-11-22T12:00")),
        (at("2026-10-31T21:00"), [NY], at("2026-11-01T12:00")),
        (at("2026-11-01T01:30"), [NY, DENVER], at("2026-11-01T14:00")),
        (at("2027-03-13T20:00"), [NY], at("2027-03-14T12:00")),
        (at("2027-03-14T20:00", PHOENIX), [PHOENIX, DENVER], at("2027-03-15T09:00", PHOENIX)),
        (at("2026-11-24T07:00"), [NY, HONOLULU], at("2026-11-24T14:00")),
        (at("2026-11-24T07:00"), [NY, GUAM], at("2026-11-24T18:00")),
        # Thirteen hours apart: one closes as the other opens.
        (at("2026-11-24T07:00"), [NY, "Asia/Shanghai"], None),
        (at("2026-11-24T07:00"), [], None),
    ],
)
def test_opens_at(moment: datetime, zones: list[str], opens: datetime | None) -> None:
    assert opens_at(moment, zones, NINE_TO_EIGHT) == opens


@pytest.mark.parametrize(
    ("moment", "zones", "closes"),
    [
        (at("2026-11-24T14:00"), [NY], at("2026-11-24T20:00")),
        (at("2026-11-24T14:00"), [NY, LA], at("2026-11-24T20:00")),
        (at("2026-11-24T14:00"), [LA], at("2026-11-24T20:00", LA)),
        (at("2026-11-01T13:00"), [NY], at("2026-11-01T20:00")),
        (at("2026-11-24T20:00"), [NY], None),
        (at("2026-11-24T14:00"), [], None),
    ],
)
def test_closes_at(moment: datetime, zones: list[str], closes: datetime | None) -> None:
    assert closes_at(moment, zones, NINE_TO_EIGHT) == closes


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without time zone"):
        may_text(datetime(2026, 11, 24, 12), [NY], NINE_TO_EIGHT)  # noqa: DTZ001 that is the point


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        may_text(at("2026-11-24T12:00"), ["America/Atlantis"], NINE_TO_EIGHT)


ZONES = st.lists(
    st.sampled_from([NY, CHICAGO, DENVER, PHOENIX, LA, HONOLULU, ST_JOHNS, "America/Adak"]),
    min_size=1,
    max_size=3,
)
QUARTERS = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
WINDOWS = st.builds(Window, QUARTERS, QUARTERS, QUARTERS)
# Around both changes of the clocks, and ordinary days.
MOMENTS = st.one_of(
    *(
        st.integers(0, 4 * 24 * 3600).map(lambda s, day=day: day + timedelta(seconds=s))
        for day in (
            datetime(2026, 10, 30, tzinfo=UTC),
            datetime(2027, 3, 12, tzinfo=UTC),
            datetime(2026, 11, 21, tzinfo=UTC),
        )
    )
)


def _by_hand(moment: datetime, zones: list[str], window: Window) -> bool:
    for zone in zones:
        wall = moment.astimezone(ZoneInfo(zone))
        start = window.sunday_start if wall.isoweekday() == 7 else window.start
        minutes = wall.hour * 60 + wall.minute
        if not 8 * 60 <= minutes < 21 * 60:
            return False
        if (
            minutes < start.hour * 60 + start.minute
            or minutes >= window.end.hour * 60 + window.end.minute
        ):
            return False
    return True


@given(MOMENTS, ZONES, WINDOWS)
def test_open_means_open_in_each_zone(moment: datetime, zones: list[str], window: Window) -> None:
    expected = _by_hand(moment, zones, window)
    assert may_text(moment, zones, window) is expected
    assert all(may_text(moment, [zone], window) for zone in zones) is expected


@given(MOMENTS, ZONES, WINDOWS)
def test_the_opening_is_the_first_open_moment(
    moment: datetime, zones: list[str], window: Window
) -> None:
    opens = opens_at(moment, zones, window)
    quarter = timedelta(minutes=15)
    if opens is None:
        checked_until = moment + timedelta(days=8)
    else:
        assert may_text(opens, zones, window)
        assert opens == moment or not may_text(opens - timedelta(microseconds=1), zones, window)
        checked_until = opens
    # Hours start on quarters here, so an open stretch before it would contain one of them.
    step = moment - timedelta(minutes=moment.minute % 15, seconds=moment.second) + quarter
    while step < checked_until:
        assert not may_text(step, zones, window)
        step += quarter


@given(MOMENTS, ZONES, WINDOWS)
def test_open_until_it_closes(moment: datetime, zones: list[str], window: Window) -> None:
    closes = closes_at(moment, zones, window)
    if closes is None:
        assert not may_text(moment, zones, window)
        return
    assert moment < closes
    assert not may_text(closes, zones, window)
    assert may_text(closes - timedelta(microseconds=1), zones, window)
    assert may_text(moment + (closes - moment) / 2, zones, window)
