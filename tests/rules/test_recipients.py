"""What columns and rows of a list become."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.fault import FileFault
from p2ptext.rules.phone import Phone
from p2ptext.rules.recipients import Contactable, Refused, clean, guess_columns, read_row, slug
from p2ptext.rules.script import field_key, render


@pytest.mark.parametrize(
    ("header", "field"),
    [
        *(
            (h, "phone")
            for h in ("phone", "Phone", "phone_number", "Phone Number", "cell", "CELL", "Cell Phone")
        ),
        *(
            (h, "phone")
            for h in ("mobile", "Mobile Phone", "telephone", "Phone1", "CellPhone", "Home Phone", "tel")
        ),
        *((h, "phone") for h in ("teléfono", "Celular", "Best Phone", "Wireless", "SMS", "Número")),
        *(
            (h, "first_name")
            for h in ("first_name", "firstName", "First Name", "fname", "FIRST", "Given Name")
        ),
        *((h, "first_name") for h in ("Nombre", "first-name", " First Name ")),
        *((h, "last_name") for h in ("last_name", "LastName", "Surname", "lname", "apellido")),
        *((h, "zip") for h in ("ZIP", "zip code", "Zip5", "postal code", "Postcode", "mailing_zip")),
        *((h, "state") for h in ("State", "ST", "province", "Home State")),
        *((h, "timezone") for h in ("timezone", "Time Zone", "tz")),
        *((h, "language") for h in ("language", "Preferred Language", "lang")),
        *((h, "external_id") for h in ("external_id", "VANID", "Voter ID", "ID", "Voter File VANID")),
        ("Polling Place", "polling_place"),
        ("City (home)", "city_home"),
        ("größe", "grösse"),
    ],
)
def test_headers_people_really_have(header: str, field: str) -> None:
    assert guess_columns([header]) == {field: 0}


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["phone_number", "NAME"], {"phone": 0, "name": 1}),
        (["", "phone", " "], {"phone": 1}),
        (["Home Phone", "Cell Phone"], {"phone": 1, "home_phone": 0}),
        (["cell", "mobile"], {"phone": 0, "mobile": 1}),
        (["mobile", "phone"], {"phone": 1, "mobile": 0}),
        (["fname", "first_name"], {"first_name": 1, "fname": 0}),
        (["name", "city"], {"name": 0, "city": 1}),
    ],
)
def test_the_likeliest_column_is_taken(header: list[str], columns: dict[str, int]) -> None:
    assert guess_columns(header) == columns


@pytest.mark.parametrize(
    ("header", "code", "words"),
    [
        (["phone", "name", "Name"], "duplicate_column", "“name” and “Name”"),
        (["phone", "Phone"], "duplicate_column", "“phone” and “Phone”"),
        (["first_name", "First Name"], "duplicate_column", "“first_name” and “First Name”"),
        (["2025550104", "Jo"], "no_header", "phone number"),
        (["Jo", "(202) 555-0104"], "no_header", "phone number"),
    ],
)
def test_headers_that_cannot_be_used(header: list[str], code: str, words: str) -> None:
    with pytest.raises(FileFault) as caught:
        guess_columns(header)
    assert caught.value.code == code
    assert words in caught.value.words


COLUMNS = guess_columns(
    ["Phone", "First Name", "Last Name", "ZIP", "State", "TZ", "Lang", "VANID", "Polling Place"]
)


def test_a_whole_row() -> None:
    cells = [" (202) 555-0104", "José", " O'Neil, Jr ", "02139", "MA", "EST", "es", "7", "School\nGym"]
    assert read_row(cells, COLUMNS) == Contactable(
        phone=Phone("+12025550104", "202"),
        first_name="José",
        last_name="O'Neil, Jr",
        zip="02139",
        state="MA",
        timezone="EST",
        language="es",
        external_id="7",
        custom={"polling_place": "School Gym"},
    )


def test_a_short_row_has_blanks() -> None:
    found = read_row(["2025550104"], COLUMNS)
    assert isinstance(found, Contactable)
    assert (found.first_name, found.custom) == ("", {"polling_place": ""})


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
        Phone(phone, None), timezone="Europe/London"
    )


def test_no_phone_column_refuses_every_row() -> None:
    assert read_row(["2025550104"], {"first_name": 0}) == Refused(
        "missing", "There is no phone number in this row."
    )


@pytest.mark.parametrize(
    ("cell", "cleaned"),
    [
        ("  test2   ", "test2"),
        ("a\r\nb\rc\nd\te", "a b c d e"),
        ("a\0b\x07\x1b[31m", "ab[31m"),
        ("\ufeffa\u200b", "a"),
        ("\u00a0a\u00a0", "a"),
        ("a\u2028b\x85c", "a b c"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("x" * 1500, "x" * 1000),
        ("x" * 999 + "  y", "x" * 999),
        ("a\ud800b", "ab"),
        ("=cmd()", "=cmd()"),
        ("O'Neil", "O'Neil"),
        ("\n", ""),
    ],
)
def test_cells_are_cleaned(cell: str, cleaned: str) -> None:
    assert clean(cell) == cleaned


@given(st.text())
def test_a_clean_cell_is_one_short_line_and_stays_clean(cell: str) -> None:
    cleaned = clean(cell)
    assert len(cleaned) <= 1000
    assert not set(cleaned) & set("\0\n\r\t\x0b\x0c\x85\u2028\u2029")
    assert clean(cleaned) == cleaned
    assert cleaned.encode().decode() == cleaned


@given(st.text(min_size=1, max_size=30))
def test_a_custom_column_answers_to_its_slug_and_to_its_header(header: str) -> None:
    name = slug(header)
    if not name or set(header) & set("{}|\r\n") or not field_key(name):
        return
    assert field_key(name) == field_key(header)
    assert render(f"{{{name}}} {{{header}}}", {name: "x"}, plain=True) == "x x"
