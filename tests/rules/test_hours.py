"""Texting hours on the wall clock of every zone a person may be in."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.hours import (
    ALL_DAYS,
    ExactHours,
    Window,
    closes_at,
    exact_hours,
    may_text,
    opens_at,
)

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
DAYS_NEAR = st.one_of(
    *(
        st.integers(-12, 12).map(lambda n, day=day: day + timedelta(days=n))
        for day in (date(2026, 10, 31), date(2027, 3, 13), date(2026, 11, 22))
    )
)
WINDOWS = st.builds(
    Window,
    QUARTERS,
    QUARTERS,
    QUARTERS,
    days=st.just(ALL_DAYS) | st.integers(1, ALL_DAYS),
    opens_on=st.none() | DAYS_NEAR,
    closes_on=st.none() | DAYS_NEAR,
)
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
        if not window.days & 2 ** (wall.isoweekday() - 1):
            return False
        if not (window.opens_on or date.min) <= wall.date() <= (window.closes_on or date.max):
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
    if window.opens_on is not None:  # none of the days before it, of which there may be many
        step = max(step, datetime.combine(window.opens_on, time(), UTC) - timedelta(days=2))
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


TUESDAY, THURSDAY, WEEKEND = date(2026, 11, 24), date(2026, 11, 26), 0b110_0000


@pytest.mark.parametrize(
    ("moment", "zones", "window", "opens"),
    [
        # An opening date, on the calendar of each zone the person may be in.
        (at("2026-11-20T12:00:00"), [NY], Window(opens_on=TUESDAY), at("2026-11-24T09:00:00")),
        (at("2026-11-23T20:00:00"), [GUAM], Window(opens_on=TUESDAY), at("2026-11-23T20:00:00")),
        (
            at("2026-11-23T12:00:00"),
            [LA, GUAM],
            Window(time(8), time(21), time(8), opens_on=TUESDAY),
            at("2026-11-24T14:00:00", LA),
        ),
        (at("2026-11-24T10:00:00"), [NY], Window(opens_on=TUESDAY), at("2026-11-24T10:00:00")),
        # However far away it is.
        (at("2026-11-24T10:00:00"), [NY], Window(opens_on=date(2027, 3, 2)), at("2027-03-02T09:00:00")),
        # A closing date, its whole day counting.
        (at("2026-11-26T19:59:00"), [NY], Window(closes_on=THURSDAY), at("2026-11-26T19:59:00")),
        (at("2026-11-26T20:00:00"), [NY], Window(closes_on=THURSDAY), None),
        (at("2026-11-26T19:59:00", LA), [LA, NY], Window(closes_on=THURSDAY), None),
        # Some days of the week only; Sundays keep their own hour.
        (at("2026-11-24T10:00:00"), [NY], Window(days=WEEKEND), at("2026-11-28T09:00:00")),
        (at("2026-11-28T20:00:00"), [NY], Window(days=WEEKEND), at("2026-11-29T12:00:00")),
        (at("2026-11-24T10:00:00"), [NY], Window(days=1), at("2026-11-30T09:00:00")),
        # Nothing is left between them.
        (at("2026-11-24T10:00:00"), [NY], Window(days=1, closes_on=THURSDAY), None),
    ],
)
def test_days_and_dates(
    moment: datetime, zones: list[str], window: Window, opens: datetime | None
) -> None:
    assert opens_at(moment, zones, window) == opens


def hours_of(start: float, end: float) -> ExactHours:
    return ExactHours(timedelta(hours=start), timedelta(hours=end))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9-20", hours_of(9, 20)),
        ("09:30-17:45", hours_of(9.5, 17.75)),
        ("0-24", hours_of(0, 24)),
        ("00:00-24:00", hours_of(0, 24)),
        (" 9 - 20 ", hours_of(9, 20)),
        ("9–20", hours_of(9, 20)),
        ("20-9", hours_of(20, 9)),
        ("12-12", hours_of(12, 12)),
        *((text, None) for text in ("", "9", "9-", "-20", "9-25", "24:01-24", "9-24:30", "9:60-20")),
        *((text, None) for text in ("9:5-20", "9am-8pm", "9.5-20", "9-20-21", "９-20", "9:00:00-20")),
    ],
)
def test_hours_in_words(text: str, expected: ExactHours | None) -> None:
    assert exact_hours(text) == expected


@pytest.mark.parametrize(
    ("moment", "zones", "hours", "open_"),
    [
        # Neither clamped nor later on Sundays.
        (at("2026-11-24T07:59:59"), [NY], "7-22", True),
        (at("2026-11-24T21:59:59"), [NY], "7-22", True),
        (at("2026-11-24T22:00:00"), [NY], "7-22", False),
        (at("2026-11-22T08:00:00"), [NY], "7-22", True),
        (at("2026-11-24T06:59:59.999999"), [NY], "7-22", False),
        # 24 is the end of the day, to its last moment.
        (at("2026-11-24T23:59:59.999999"), [NY, LA, GUAM], "0-24", True),
        (at("2026-11-24T00:00:00"), [NY], "0-24", True),
        (at("2026-11-24T23:59:59.999999"), [NY], "23-24", True),
        (at("2026-11-25T00:00:00"), [NY], "23-24", False),
        # Never.
        (at("2026-11-24T12:00:00"), [NY], "12-12", False),
        (at("2026-11-24T21:00:00"), [NY], "20-9", False),
        (at("2026-11-24T12:00:00"), [NY], "0-0", False),
        # Every zone counts.
        (at("2026-11-24T12:00:00"), [NY, LA], "9-13", True),
        (at("2026-11-24T11:59:59"), [NY, LA], "9-13", False),
        (at("2026-11-24T13:00:00"), [NY, LA], "9-13", False),
        (at("2026-11-24T12:00:00"), [], "0-24", False),
    ],
)
def test_exact_hours_are_taken_as_they_are(
    moment: datetime, zones: list[str], hours: str, open_: bool
) -> None:
    window = exact_hours(hours)
    assert window
    assert may_text(moment, zones, window) is open_


@pytest.mark.parametrize(
    ("moment", "zones", "hours", "opens"),
    [
        (at("2026-11-24T22:00"), [NY], "7-22", at("2026-11-25T07:00")),
        (at("2026-11-24T12:00"), [NY], "20-9", None),
        (at("2026-11-24T12:00"), [NY, LA], "0-24", at("2026-11-24T12:00")),
        (at("2026-11-24T12:00"), [NY], "23-24", at("2026-11-24T23:00")),
        # Half past two was jumped over on 2027-03-14: the hours began with the jump, at three.
        (at("2027-03-14T01:00"), [NY], "2:30-5", datetime(2027, 3, 14, 7, 0, tzinfo=UTC)),
        # From half past one to a quarter to two there were two such stretches on 2026-11-01.
        (
            datetime(2026, 11, 1, 5, 45, tzinfo=UTC),
            [NY],
            "1:30-1:45",
            datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
        ),
        # At two the clock went back to one, into the hours again.
        (
            datetime(2026, 11, 1, 5, 20, tzinfo=UTC),
            [NY],
            "0:30-1:15",
            datetime(2026, 11, 1, 6, 0, tzinfo=UTC),
        ),
        # All of the hours were jumped over: the next day.
        (at("2027-03-14T01:00"), [NY], "2-3", at("2027-03-15T02:00")),
    ],
)
def test_exact_hours_open(
    moment: datetime, zones: list[str], hours: str, opens: datetime | None
) -> None:
    window = exact_hours(hours)
    assert window
    assert opens_at(moment, zones, window) == opens


NIGHTS = st.one_of(
    *(
        st.integers(0, 24 * 60).map(lambda m, start=start: start + timedelta(minutes=m))
        for start in (datetime(2026, 10, 31, 22, tzinfo=UTC), datetime(2027, 3, 13, 22, tzinfo=UTC))
    )
)
EXACT = st.builds(
    ExactHours,
    st.integers(0, 96).map(lambda n: timedelta(minutes=15 * n)),
    st.integers(0, 96).map(lambda n: timedelta(minutes=15 * n)),
)


@given(NIGHTS, ZONES, EXACT)
def test_exact_hours_open_at_their_first_open_minute(
    moment: datetime, zones: list[str], window: ExactHours
) -> None:
    """On the nights the clocks change, looked for minute by minute."""
    minutes = (moment + timedelta(minutes=n) for n in range(40 * 60))
    first = next((minute for minute in minutes if may_text(minute, zones, window)), None)
    opens = opens_at(moment, zones, window)
    if first:
        assert opens == first
    else:
        assert opens is None or opens > moment + timedelta(minutes=40 * 60 - 1)


def test_clocks_go_by_the_pinned_list_not_the_computers() -> None:
    """British Columbia, Alberta and Manitoba stopped changing their clocks in 2026."""
    winter = datetime(2026, 12, 15, 12, tzinfo=UTC)
    offsets = {
        zone: winter.astimezone(ZoneInfo(f"America/{zone}")).utcoffset()
        for zone in ("Vancouver", "Edmonton", "Winnipeg", "Toronto")
    }
    hours = {zone: offset.total_seconds() / 3600 for zone, offset in offsets.items() if offset}
    assert hours == {"Vancouver": -7, "Edmonton": -6, "Winnipeg": -5, "Toronto": -5}
