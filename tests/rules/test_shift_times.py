"""Shifts as they are written, and in a calendar."""

from datetime import UTC, date, datetime, time

import pytest

from p2ptext.rules import calendar_file, shift_times
from p2ptext.rules.calendar_file import Appointment
from p2ptext.rules.fault import Fault

EASTERN = "America/New_York"
SPANS = [
    ("2026-11-03", "18:00", "20:00", EASTERN, ("2026-11-03T23:00", "2026-11-04T01:00"), "winter time"),
    ("2026-07-01", "18:00", "20:00", EASTERN, ("2026-07-01T22:00", "2026-07-02T00:00"), "summer time"),
    ("2026-11-03", "22:00", "01:00", EASTERN, ("2026-11-04T03:00", "2026-11-04T06:00"), "over midnight"),
    (
        "2026-11-03",
        "18:00",
        "20:00",
        "Pacific/Honolulu",
        ("2026-11-04T04:00", "2026-11-04T06:00"),
        "far",
    ),
    (
        "2026-11-01",
        "00:30",
        "01:30",
        EASTERN,
        ("2026-11-01T04:30", "2026-11-01T05:30"),
        "the first 1:30",
    ),
    ("2026-11-01", "00:30", "02:30", EASTERN, ("2026-11-01T04:30", "2026-11-01T07:30"), "an hour more"),
    ("2026-03-08", "02:30", "04:00", EASTERN, "no_such_time", "the hour that is left out"),
    ("2026-11-03", "09:00", "21:30", EASTERN, "too_long", "more than twelve hours"),
    ("2026-11-03", "18:00", "18:00", EASTERN, "too_long", "a whole day"),
]


@pytest.mark.parametrize(("day", "begins", "ends", "zone", "expected", "why"), SPANS)
def test_span(
    day: str, begins: str, ends: str, zone: str, expected: tuple[str, str] | str, why: str
) -> None:
    found = shift_times.span(
        date.fromisoformat(day), time.fromisoformat(begins), time.fromisoformat(ends), zone
    )
    if isinstance(found, Fault):
        assert found.code == expected, why
    else:
        assert tuple(f"{moment:%Y-%m-%dT%H:%M}" for moment in found) == expected, why


def test_in_words_by_the_clock_of_the_place() -> None:
    begins, ends = datetime(2026, 11, 3, 23, tzinfo=UTC), datetime(2026, 11, 4, 1, 30, tzinfo=UTC)
    words = "Tuesday, November 3, 6:00 pm to 8:30 pm"
    assert shift_times.in_words(begins, ends, EASTERN) == words


def test_every_zone_to_choose_is_one() -> None:
    for zone in shift_times.ZONES:
        assert not isinstance(shift_times.span(date(2026, 11, 3), time(9), time(10), zone), Fault)


def test_a_calendar_file_keeps_its_lines_whatever_stands_in_it() -> None:
    moment = datetime(2026, 11, 3, 23, tzinfo=UTC)
    hostile = "Vote; early, \\ or\r\nEND:VEVENT\nBEGIN:VALARM" + "é" * 100
    text = calendar_file.write(
        Appointment("shift-1@x", moment, moment, hostile, "", "https://x.example/s"), moment
    )
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert [line for line in lines if line.startswith(("BEGIN", "END"))] == [
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    unfolded = text.replace("\r\n ", "")
    assert (
        "SUMMARY:Vote\\; early\\, \\\\ or\\nEND:VEVENT\\nBEGIN:VALARM" + "é" * 100 + "\r\n" in unfolded
    )
    assert "DTSTART:20261103T230000Z\r\n" in text
