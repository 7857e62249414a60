"""check-contacts, check-messages and classify-replies: answers without touching data."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from p2ptext import clock
from p2ptext.rules import sms_text

PHONE = "614 555 0107"
NY, CHICAGO, DENVER, LA = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
NULLS = {"zones": [], "may_text": None, "opens_at": None}


def csv_of(header: list[str], *rows: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def run(app: Flask, folder: Path, command: str, content: bytes, *options: str) -> tuple[int, str, str]:
    file = folder / "asked.csv"
    file.write_bytes(content)
    done = app.test_cli_runner().invoke(args=[command, str(file), *options])
    return done.exit_code, done.stdout, done.stderr


def answers(app: Flask, folder: Path, command: str, content: bytes) -> list[dict[str, Any]]:
    code, out, err = run(app, folder, command, content, "--json")
    assert code == 0, err
    return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def contact(app: Flask, tmp_path: Path) -> Any:
    """Ask about one row, given by its columns."""

    def ask(**row: str) -> dict[str, Any]:
        row = {"phone": PHONE} | row
        (found,) = answers(app, tmp_path, "check-contacts", csv_of([*row], [*row.values()]))
        assert list(found) == ["phone", "refused", "zones", "may_text", "opens_at"]
        return found

    return ask


@pytest.mark.parametrize(
    ("row", "zones"),
    [
        ({}, {NY}),
        ({"zip": "45402"}, {NY}),
        ({"zip": "37405", "state": "TN"}, {NY, CHICAGO}),
        ({"state": "TN"}, {NY, CHICAGO}),
        ({"state": "TN", "county": "Hamilton County"}, {NY}),
        ({"timezone": "Pacific", "zip": "45402"}, {LA}),
        ({"zip": "10001", "state": "CA"}, {NY, LA}),
        ({"phone": "208 555 0107"}, {DENVER, LA}),
        ({"zip": "86503", "phone": "480 555 0107"}, {DENVER}),
        # Named zones replace the evidence.
        ({"zip": "45402", "zones": f"{LA}  Pacific/Guam {LA}"}, {LA, "Pacific/Guam"}),
        ({"phone": "+44 20 7946 0958", "zones": "Europe/London"}, {"Europe/London"}),
        ({"phone": "+44 20 7946 0958", "timezone": "Europe/London"}, {"Europe/London"}),
    ],
)
def test_zones_of_a_contact(contact: Any, row: dict[str, str], zones: set[str]) -> None:
    found = contact(**row)
    assert set(found["zones"]) == zones
    assert len(found["zones"]) == len(zones)
    assert found["refused"] is None


@pytest.mark.parametrize(
    ("row", "may_text", "opens_at"),
    [
        # Tuesday 2026-11-24, the product's hours: 9 to 20.
        ({"at": "2026-11-24T09:00:00-05:00"}, True, "2026-11-24T14:00:00+00:00"),
        ({"at": "2026-11-24T13:59:59Z"}, False, "2026-11-24T14:00:00+00:00"),
        ({"at": "2026-11-24T13:59:59"}, False, "2026-11-24T14:00:00+00:00"),
        ({"at": "2026-11-25T01:00:00Z"}, False, "2026-11-25T14:00:00+00:00"),
        ({"at": "2026-11-24"}, True, "2026-11-24T00:00:00+00:00"),
        ({"at": "2026-11-24T14:00:00Z", "state": "TN"}, False, "2026-11-24T15:00:00+00:00"),
        # Sunday from 12.
        ({"at": "2026-11-22T16:59:59Z"}, False, "2026-11-22T17:00:00+00:00"),
        # The states' narrower hours, of the address or else the area code.
        (
            {"at": "2026-11-24T14:30:00Z", "state": "KY", "zip": "40502"},
            False,
            "2026-11-24T15:00:00+00:00",
        ),
        ({"at": "2026-11-24T23:00:00Z", "zip": "02903"}, False, "2026-11-25T14:00:00+00:00"),
        ({"at": "2026-11-22T18:00:00Z", "state": "AL"}, False, "2026-11-23T15:00:00+00:00"),
        ({"at": "2026-11-22T18:00:00Z", "state": "TN"}, True, "2026-11-22T18:00:00+00:00"),
        # Named zones or a window leave them out.
        (
            {"at": "2026-11-24T14:30:00Z", "state": "KY", "zones": NY},
            True,
            "2026-11-24T14:30:00+00:00",
        ),
        (
            {"at": "2026-11-22T18:00:00Z", "state": "AL", "window": "8-21"},
            True,
            "2026-11-22T18:00:00+00:00",
        ),
        # A window of the row's own: exactly, on Sundays too.
        ({"at": "2026-11-22T12:00:00Z", "window": "7-22"}, True, "2026-11-22T12:00:00+00:00"),
        ({"at": "2026-11-22T11:59:59Z", "window": "7-22"}, False, "2026-11-22T12:00:00+00:00"),
        ({"at": "2026-11-23T03:00:00Z", "window": "07:00-22:00"}, False, "2026-11-23T12:00:00+00:00"),
        ({"at": "2026-11-23T04:59:59Z", "window": "0-24"}, True, "2026-11-23T04:59:59+00:00"),
        ({"at": "2026-11-24T17:00:00Z", "window": "20-9"}, False, None),
        ({"at": "2026-11-24T17:00:00Z", "window": "12-12"}, False, None),
        # The days the clocks change.
        ({"at": "2026-11-01T16:59:59Z"}, False, "2026-11-01T17:00:00+00:00"),
        ({"at": "2027-03-14T16:00:00Z"}, True, "2027-03-14T16:00:00+00:00"),
        ({"at": "2027-03-14T06:00:00Z", "window": "2:30-5"}, False, "2027-03-14T07:00:00+00:00"),
        # Thirteen hours apart: never both.
        ({"at": "2026-11-24T12:00:00Z", "zones": f"{NY} Asia/Shanghai"}, False, None),
    ],
)
def test_hours_of_a_contact(
    contact: Any, row: dict[str, str], may_text: bool, opens_at: str | None
) -> None:
    found = contact(**row)
    assert (found["phone"], found["refused"]) == ("+16145550107", None)
    assert (found["may_text"], found["opens_at"]) == (may_text, opens_at)


def test_without_a_time_the_present_counts(app: Flask, contact: Any) -> None:
    """Tests run on a Tuesday at two in the afternoon, Eastern."""
    found = contact()
    assert found["may_text"] is True
    assert abs((clock.now() - datetime.fromisoformat(found["opens_at"])).total_seconds()) < 60


@pytest.mark.parametrize(
    ("row", "refused", "known"),
    [
        ({"phone": ""}, "missing", {"phone": None}),
        ({"phone": "555-0107"}, "too_short", {"phone": None}),
        ({"phone": "800 555 0107", "at": "never"}, "toll_free", {"phone": None}),
        ({"phone": "+44 20 7946 0958"}, "zone_needed", {"phone": "+442079460958"}),
        ({"zones": "America/Chicago Mars/Olympus"}, "unknown_zone", {"phone": "+16145550107"}),
        ({"zones": "../../etc/passwd"}, "unknown_zone", {"phone": "+16145550107"}),
        ({"at": "noon"}, "bad_time", {"zones": [NY]}),
        ({"at": "0001-01-01T00:00:00+14:00"}, "bad_time", {"zones": [NY]}),
        ({"at": "9999-12-31T23:59:59Z"}, "bad_time", {"zones": [NY]}),
        ({"window": "9am to 5pm"}, "bad_window", {"zones": [NY]}),
        ({"window": "9-25"}, "bad_window", {"zones": [NY]}),
    ],
)
def test_a_bad_cell_is_the_answer_of_its_row(
    contact: Any, row: dict[str, str], refused: str, known: dict[str, Any]
) -> None:
    expected = {"phone": "+16145550107", **NULLS, **known}
    assert contact(**row) == {**expected, "refused": refused}


def test_each_row_has_its_own_answer(app: Flask, tmp_path: Path) -> None:
    header = ["Phone", "AT", " window "]
    rows = [[PHONE, "2026-11-24T12:00Z", "0-24"], ["no"], [PHONE, "2026-11-24T12:00Z", ""]]
    found = answers(app, tmp_path, "check-contacts", csv_of(header, *rows))
    assert [row["may_text"] for row in found] == [True, None, False]


def test_a_line_for_people(app: Flask, tmp_path: Path) -> None:
    content = csv_of(["phone", "at"], [PHONE, "2026-11-24T12:00Z"], ["no", ""])
    code, out, _ = run(app, tmp_path, "check-contacts", content)
    assert code == 0
    assert out.splitlines() == [
        '"614 555 0107"  phone: +16145550107, zones: America/New_York, may text: no, '
        "opens at: 2026-11-24T14:00:00+00:00",
        '"no"  refused: letters',
    ]


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("Hi", "GSM-7", 2, 1),
        ("", "GSM-7", 0, 1),
        (" two  spaces ", "GSM-7", 13, 1),
        ("line one\nline two", "GSM-7", 17, 1),
        ("line one\r\nline two", "GSM-7", 18, 1),
        ('She said "vote", twice', "GSM-7", 22, 1),
        ("€", "GSM-7", 2, 1),
        ("x" * 160, "GSM-7", 160, 1),
        ("x" * 161, "GSM-7", 161, 2),
        ("x" * 152 + "^" + "x" * 152, "GSM-7", 306, 3),
        ("It’s", "UCS-2", 4, 1),
        ("👍🏽", "UCS-2", 4, 1),
        ("ñ" * 70, "GSM-7", 70, 1),
        ("á" * 71, "UCS-2", 71, 2),
    ],
)
def test_messages_are_counted_exactly(
    app: Flask, tmp_path: Path, text: str, encoding: str, units: int, segments: int
) -> None:
    (found,) = answers(app, tmp_path, "check-messages", csv_of(["id", "text"], ["1", text]))
    assert found == {"encoding": encoding, "units": units, "segments": segments}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), min_size=1))
def test_no_character_is_changed_on_the_way(app: Flask, tmp_path: Path, texts: list[str]) -> None:
    found = answers(app, tmp_path, "check-messages", csv_of(["text"], *([text] for text in texts)))
    counts = map(sms_text.count, texts)
    assert found == [
        {"encoding": count.encoding, "units": count.units, "segments": count.segments}
        for count in counts
    ]


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("STOP", "auto"),
        ("stop\n", "auto"),
        ("please take me off your list", "auto"),
        ("Yes, I'll be there", "none"),
        ("HELP", "none"),
        ("", "none"),
    ],
)
def test_replies_are_classified(app: Flask, tmp_path: Path, text: str, tier: str) -> None:
    (found,) = answers(app, tmp_path, "classify-replies", csv_of(["text"], [text]))
    assert list(found) == ["tier", "reason"]
    assert found["tier"] == tier
    assert found["reason"]


COMMANDS = ["check-contacts", "check-messages", "classify-replies"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_bom_quoted_newlines_and_empty_lines(app: Flask, tmp_path: Path, command: str) -> None:
    content = b'\xef\xbb\xbf"text","phone"\r\n"a\r\nb",6145550107\r\n\r\n"c ""d""",6145550108\r\n'
    assert len(answers(app, tmp_path, command, content)) == 2


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the first line must name a column"),
        (b"name,message\na,b\n", "the first line must name a column"),
        (b"text,phone\n\xff\xfe\n", "not UTF-8"),
        (b'text,phone\n"never closed,1\n', "line 2: unexpected end of data"),
        (b"text,phone\n" + b"x" * 200_000 + b",1\n", "field larger than field limit"),
    ],
)
def test_a_file_that_cannot_be_read(
    app: Flask, tmp_path: Path, command: str, content: bytes, words: str
) -> None:
    code, out, err = run(app, tmp_path, command, content, "--json")
    assert code == 1
    assert out == ""
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_not_there(app: Flask, tmp_path: Path, command: str) -> None:
    done = app.test_cli_runner().invoke(args=[command, str(tmp_path / "nothing.csv"), "--json"])
    assert done.exit_code != 0
    assert "does not exist" in done.stderr


def test_rows_are_answered_as_they_are_read(app: Flask, tmp_path: Path) -> None:
    """A fault at the end does not take back what was said before: nothing is held in memory."""
    code, out, err = run(
        app, tmp_path, "check-messages", b"text\n" + b"hello\n" * 5000 + b'"cut', "--json"
    )
    assert code == 1
    assert len(out.splitlines()) == 5000
    assert "line 5002" in err
