"""What rows of a list become."""

import phonenumbers
import pytest

from p2ptext.rules.columns import Columns, guess_columns
from p2ptext.rules.phone import Phone
from p2ptext.rules.recipients import Contactable, Refused, read_row

COLUMNS = guess_columns(
    ["Phone", "First Name", "Last Name", "ZIP", "State", "TZ", "Lang", "VANID", "Polling Place"]
)


def test_a_whole_row() -> None:
    cells = [" (202) 555-0104", "José", " O'Neil, Jr ", "02139", "MA", "EST", "es", "7", "School\nGym"]
    assert read_row(cells, COLUMNS) == Contactable(
        phone=Phone("+12025550104", "202"),
        fields={
            "first_name": "José",
            "last_name": "O'Neil, Jr",
            "zip": "02139",
            "state": "MA",
            "timezone": "EST",
            "language": "es",
            "external_id": "7",
            "polling_place": "School Gym",
        },
    )


def test_a_short_row_has_blanks() -> None:
    assert read_row(["2025550104"], COLUMNS) == Contactable(Phone("+12025550104", "202"), {})


@pytest.mark.parametrize(
    ("cells", "code"),
    [([], "missing"), (["", "Jo"], "missing"), (["5550104", "Jo"], "too_short"), (["n/a"], "letters")],
)
def test_a_row_without_a_number_to_text(cells: list[str], code: str) -> None:
    found = read_row(cells, COLUMNS)
    assert isinstance(found, Refused)
    assert found.code == code
    assert found.words


def test_another_countrys_number_needs_its_zone() -> None:
    number = phonenumbers.example_number_for_type("GB", phonenumbers.PhoneNumberType.MOBILE)
    phone = f"+44{number.national_number}"
    columns = guess_columns(["phone", "state", "timezone"])
    for cells in ([phone], [phone, "OH"], [phone, "", "nowhere"]):
        found = read_row(cells, columns)
        assert isinstance(found, Refused)
        assert found.code == "zone_needed"
    assert read_row([phone, "", "Europe/London"], columns) == Contactable(
        Phone(phone, None), {"timezone": "Europe/London"}
    )


def test_no_phone_column_refuses_every_row() -> None:
    assert read_row(["2025550104"], Columns((), {"first_name": 0})) == Refused(
        "missing", "There is no phone number in this row."
    )
