"""Narrower hours of some states: on top of the campaign's, by the day of the week, on the days the
clocks change."""

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from p2ptext.rules.hours import EARLIEST, LATEST, Hours, Window, closes_at, may_text, opens_at
from p2ptext.rules.state_hours import STATE_HOURS, hours_for, may_text_in, opens_in
from p2ptext.rules.states import STATE_ZONES, state_code

DOCUMENT = (Path(__file__).parents[2] / "docs" / "hours.md").read_text("utf-8")
NY, CHICAGO, DENVER = "America/New_York", "America/Chicago", "America/Denver"
WIDEST = Window(time(8), time(21), time(8))
TUESDAY, FRIDAY, SATURDAY, SUNDAY = "2026-11-24", "2026-11-27", "2026-11-28", "2026-11-29"


def at(day: str, wall: str, zone: str = NY) -> datetime:
    return datetime.fromisoformat(f"{day}T{wall}").replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("states", "moment", "open_"),
    [
        # The campaign allows 8 to 21 every day; whatever is narrower comes from the state.
        ((), at(TUESDAY, "20:59:59"), True),
        (("OH",), at(TUESDAY, "20:59:59"), True),
        (("FL",), at(TUESDAY, "19:59:59"), True),
        (("FL",), at(TUESDAY, "20:00"), False),
        (("FL",), at(TUESDAY, "08:00"), True),
        (("CT",), at(TUESDAY, "08:59:59"), False),
        (("CT",), at(TUESDAY, "09:00"), True),
        (("KY",), at(TUESDAY, "09:59:59"), False),
        (("KY",), at(TUESDAY, "20:59:59"), True),
        (("MI",), at(SUNDAY, "09:00"), True),
        (("TX",), at(SUNDAY, "11:59:59", CHICAGO), False),
        (("TX",), at(SUNDAY, "12:00", CHICAGO), True),
        (("TX",), at(SATURDAY, "09:00", CHICAGO), True),
        *(((state,), at(SUNDAY, "15:00", CHICAGO), False) for state in ("AL", "LA", "MS")),
        *(((state,), at(SATURDAY, "15:00", CHICAGO), True) for state in ("AL", "LA", "MS")),
        (("RI",), at(FRIDAY, "17:59:59"), True),
        (("RI",), at(FRIDAY, "18:00"), False),
        (("RI",), at(SATURDAY, "12:00"), False),
        (("RI",), at(SUNDAY, "12:00"), False),
        # Of several states all count.
        (("CT", "FL"), at(TUESDAY, "08:30"), False),
        (("CT", "FL"), at(TUESDAY, "20:30"), False),
        (("CT", "FL"), at(TUESDAY, "09:00"), True),
        (("KY", "RI"), at(TUESDAY, "10:00"), True),
        (("KY", "RI"), at(TUESDAY, "09:30"), False),
        (("AL", "OH"), at(SUNDAY, "15:00", CHICAGO), False),
    ],
)
def test_may_text(states: tuple[str, ...], moment: datetime, open_: bool) -> None:
    zone = str(moment.tzinfo)
    assert may_text(moment, [zone], hours_for(WIDEST, states)) is open_


def test_the_campaigns_own_hours_stay_where_they_are_narrower() -> None:
    hours = hours_for(Window(time(12), time(15), time(14)), ["FL"])
    assert [may_text(at(TUESDAY, wall), [NY], hours) for wall in ("11:59", "12:00", "15:00")] == [
        False,
        True,
        False,
    ]
    assert not may_text(at(SUNDAY, "13:59"), [NY], hours)


def test_a_campaign_may_leave_the_states_hours_out() -> None:
    switched_off = Window(time(8), time(21), time(8), by_state=False)
    assert may_text(at(SUNDAY, "15:00", CHICAGO), [CHICAGO], hours_for(switched_off, ["AL"]))
    # Never wider than federal hours, whatever is switched off.
    assert not may_text(at(TUESDAY, "21:00"), [NY], hours_for(switched_off, []))


@pytest.mark.parametrize(
    ("states", "zones", "moment", "opens"),
    [
        # After hours on a Friday in Rhode Island: Monday morning.
        (("RI",), [NY], at(FRIDAY, "18:00"), at("2026-11-30", "09:00")),
        (("AL",), [CHICAGO], at(SATURDAY, "20:00", CHICAGO), at("2026-11-30", "08:00", CHICAGO)),
        (("KY",), [NY, CHICAGO], at(TUESDAY, "08:00"), at(TUESDAY, "10:00", CHICAGO)),
        # The Sundays on which the clocks change.
        (("TX",), [CHICAGO], at("2026-11-01", "01:30", CHICAGO), at("2026-11-01", "12:00", CHICAGO)),
        (
            ("TX",),
            [CHICAGO, DENVER],
            at("2027-03-14", "01:30", CHICAGO),
            at("2027-03-14", "12:00", DENVER),
        ),
        (("AL",), [CHICAGO], at("2026-10-31", "20:00", CHICAGO), at("2026-11-02", "08:00", CHICAGO)),
        (("AL",), [CHICAGO], at("2027-03-13", "20:00", CHICAGO), at("2027-03-15", "08:00", CHICAGO)),
    ],
)
def test_opens_at(states: tuple[str, ...], zones: list[str], moment: datetime, opens: datetime) -> None:
    hours = hours_for(WIDEST, states)
    assert opens_at(moment, zones, hours) == opens
    assert may_text(opens, zones, hours)
    assert not may_text(opens - timedelta(seconds=1), zones, hours)


@pytest.mark.parametrize(
    ("states", "zones", "moment", "closes"),
    [
        (("FL",), [NY, CHICAGO], at(TUESDAY, "12:00"), at(TUESDAY, "20:00")),
        (("OH",), [NY], at(TUESDAY, "12:00"), at(TUESDAY, "21:00")),
        # Twenty-five and twenty-three hours long: the wall clock counts.
        (("FL",), [NY], at("2026-11-01", "09:00"), datetime(2026, 11, 2, 1, tzinfo=UTC)),
        (("FL",), [NY], at("2027-03-14", "09:00"), datetime(2027, 3, 15, 0, tzinfo=UTC)),
        (("RI",), [NY], at(SATURDAY, "12:00"), None),
    ],
)
def test_closes_at(
    states: tuple[str, ...], zones: list[str], moment: datetime, closes: datetime | None
) -> None:
    assert closes_at(moment, zones, hours_for(WIDEST, states)) == closes


def test_a_place_names_zones_and_states() -> None:
    moment = at(SUNDAY, "15:00", CHICAGO)
    assert may_text_in(moment, "America/Chicago", WIDEST)
    assert not may_text_in(moment, "America/Chicago AL", WIDEST)
    assert not may_text_in(moment, "America/Chicago America/New_York AL MO", WIDEST)
    assert opens_in(moment, "America/Chicago AL", WIDEST) == at("2026-11-30", "08:00", CHICAGO)


@pytest.mark.parametrize("code", sorted(STATE_HOURS))
def test_every_row_is_a_states_has_a_source_and_only_narrows(code: str) -> None:
    row = STATE_HOURS[code]
    assert code in STATE_ZONES
    assert row.source
    assert row.binds
    for weekday in range(7):
        start, end = row.on(weekday)
        assert (start, end) == (0, 0) or EARLIEST.hour <= start < end <= LATEST.hour
    hours: Hours = hours_for(WIDEST, [code])
    week = [at(TUESDAY, "00:00") + timedelta(minutes=30 * n) for n in range(7 * 48)]
    narrower = [moment for moment in week if not may_text(moment, [NY], hours)]
    assert {moment for moment in week if not may_text(moment, [NY], WIDEST)} < set(narrower)


def test_the_documented_table_is_the_programs() -> None:
    rows = re.findall(r"^\| ([A-Z][A-Za-z ]+) \| (\d+) to (\d+)(.*?) \|", DOCUMENT, re.MULTILINE)
    documented = {state_code(name): ((int(start), int(end)), rest) for name, start, end, rest in rows}
    assert documented.keys() == STATE_HOURS.keys()
    for code, (hours, rest) in documented.items():
        row = STATE_HOURS[code or ""]
        assert row.days == hours, code
        never_on_sunday = "not on Sundays" in rest or "Monday to Friday" in rest
        assert (row.sunday == (0, 0)) is never_on_sunday, code
        assert (row.saturday == (0, 0)) is ("Monday to Friday" in rest), code
        assert (row.sunday == (12, 21)) is ("on Sundays from 12" in rest), code


def test_days_and_dates_of_a_campaign_hold_beside_the_hours_of_states() -> None:
    window = Window(time(9), time(20), days=0b111_1110, opens_on=date(2026, 11, 24))
    hours = hours_for(window, ["RI"])
    closed = (timedelta(), timedelta())
    assert hours.on(date(2026, 11, 24)) == (timedelta(hours=9), timedelta(hours=18))
    assert hours.on(date(2026, 11, 17)) == closed
    assert hours_for(window, ["OH"]).on(date(2026, 11, 30)) == closed
    assert hours.opens_on == window.opens_on
