"""What rows of a list become."""

import json

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules import csv_safe
from p2ptext.rules.cells import clean
from p2ptext.rules.columns import Columns, choose_columns, guess_columns
from p2ptext.rules.phone import Phone
from p2ptext.rules.recipients import Contactable, Refused, RowReader, fields_json, read_row

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
    [
        ([], "missing"),
        (["", "Jo"], "missing"),
        (["5550104", "Jo"], "too_short"),
        (["n/a"], "missing"),
        (["call me"], "letters"),
    ],
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


ONE, TWO, THREE = "+12025550104", "+12025550105", "+12025550106"
PHONES = guess_columns(["Cell", "Phone", "Home Phone", "Work Phone", "Line Type"])


@pytest.mark.parametrize(
    ("cells", "phone", "fields"),
    [
        (["2025550104", "2025550105", "(202) 555-0106"], ONE, {"phone_2": TWO, "phone_3": THREE}),
        (["", "2025550105", "2025550106"], TWO, {"phone_2": THREE}),
        (["2025550104", "+1 202 555 0104", "2025550105"], ONE, {"phone_2": TWO}),
        # What cannot be texted is kept as it was written.
        (
            ["5550199", "2025550104", "  ask\u200b  Jo "],
            ONE,
            {"phone_2": "5550199", "phone_3": "ask Jo"},
        ),
        (
            ["2025550104 x7", "n/a", "", "2025550104"],
            ONE,
            {"phone_2": "2025550104 x7", "phone_3": "n/a"},
        ),
        (["2025550104", "#N/A", "null"], ONE, {}),
        # A line type is said of the best number.
        (["2025550104", "", "", "", "mobile"], ONE, {"line_type": "mobile"}),
        (["2025550104", "", "", "", "VoIP"], ONE, {"line_type": "VoIP"}),
        (
            ["2025550104", "2025550105", "", "", "Landline"],
            TWO,
            {"line_type": "Landline", "phone_2": ONE},
        ),
    ],
)
def test_the_first_usable_telephone_is_texted(
    cells: list[str], phone: str, fields: dict[str, str]
) -> None:
    assert read_row(cells, PHONES) == Contactable(Phone(phone, "202"), fields)


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        (["", "", ""], "missing", "There is no phone number in this row."),
        (["", "5550104", "2025550104 x7"], "too_short", "10 digits"),
        (["n/a", "7.7E+09", "5550104"], "spreadsheet", "7.7E+09"),
        *(
            (
                ["2025550104", "", "", "", kind],
                "landline",
                "This is a landline. It cannot receive texts.",
            )
            for kind in (
                "landline",
                "LANDLINE",
                "Land Line",
                "land-line",
                "fixed line",
                "FIXED_LINE",
                "L",
            )
        ),
        (["2025550104", "5550105", "", "", "landline"], "landline", "landline"),
        (["5550105", "", "", "", "landline"], "too_short", "10 digits"),
    ],
)
def test_a_row_without_a_usable_telephone(cells: list[str], code: str, words: str) -> None:
    found = read_row(cells, PHONES)
    assert isinstance(found, Refused)
    assert found.code == code
    assert words in found.words


def test_a_line_type_beside_one_telephone() -> None:
    columns = guess_columns(["phone", "phone_type"])
    assert read_row(["2025550104", "Landline"], columns) == Refused(
        "landline", "This is a landline. It cannot receive texts."
    )
    assert isinstance(read_row(["2025550104", "wireless"], columns), Contactable)


def test_a_foreign_number_of_unknown_zone_gives_way() -> None:
    number = phonenumbers.example_number_for_type("GB", phonenumbers.PhoneNumberType.MOBILE)
    abroad = f"+44{number.national_number}"
    assert read_row([abroad, "2025550104"], PHONES) == Contactable(
        Phone(ONE, "202"), {"phone_2": abroad}
    )


NAMES = guess_columns(["phone", "first_name", "last_name", "Nickname", "Party"])


@pytest.mark.parametrize(
    ("first", "last", "fields"),
    [
        ("undefined", "undefined", {}),
        ("null", "NULL", {}),
        ("#N/A", "nan", {}),
        ("None", "none", {}),
        ("N/A", "n/a", {}),
        ("-", "?", {}),
        ("Unknown", "UNKNOWN", {}),
        ("Nan", "Null", {"first_name": "Nan", "last_name": "Null"}),
        ("Na", "NA", {"first_name": "Na", "last_name": "NA"}),
        ("X", "Æ", {"first_name": "X", "last_name": "Æ"}),
    ],
)
def test_the_word_for_no_name_is_no_name(first: str, last: str, fields: dict[str, str]) -> None:
    found = read_row(["2025550104", first, last], NAMES)
    assert found == Contactable(Phone(ONE, "202"), fields)


def test_other_columns_may_say_none() -> None:
    found = read_row(["2025550104", "Jo", "", "undefined", "None"], NAMES)
    assert found == Contactable(Phone(ONE, "202"), {"first_name": "Jo", "party": "None"})


@pytest.mark.parametrize("length", [1001, 5_000, 100_000])
def test_a_cell_is_never_cut(length: int) -> None:
    header = ["phone", "Why they  care", "other"]
    reader = RowReader(guess_columns(header), header)
    assert reader.read(["2025550104", "x" * length]) == Refused(
        "cell_too_long", "The text in “Why they care” is longer than 1,000 characters. Shorten it."
    )
    assert isinstance(reader.read(["2025550104", "x" * 1_000, "x" * 1_000]), Contactable)


def test_the_length_that_counts_is_what_is_left() -> None:
    reader = RowReader(guess_columns(["phone", "note"]), longest=10)
    found = reader.read(["2025550104", "Z" + "\u0335" * 150])
    assert found == Contactable(Phone(ONE, "202"), {"note": "Z" + "\u0335" * 8})
    assert reader.read(["2025550104", "x" * 11]) == Refused(
        "cell_too_long", "The text in “column 2” is longer than 10 characters. Shorten it."
    )


def test_spaces_are_no_text() -> None:
    columns = guess_columns(["phone", "note"])
    assert isinstance(read_row(["2025550104", "x" + " " * 19_000], columns), Contactable)
    assert isinstance(read_row(["2025550104", "x" + " " * 20_000], columns), Refused)


def test_a_further_telephone_is_not_cut_either() -> None:
    found = read_row(["2025550104", "x" * 1_001], PHONES)
    assert isinstance(found, Refused)
    assert found.code == "cell_too_long"


def test_a_column_nobody_chose_is_not_looked_at() -> None:
    reader = RowReader(Columns((0,), {"first_name": 2}))
    assert reader.read(["2025550104", "x" * 100_000, "Jo"]) == Contactable(
        Phone(ONE, "202"), {"first_name": "Jo"}
    )


@given(st.sampled_from("=+-@\t\r＝＋－＠"), st.text(st.characters(codec="utf-8"), max_size=20))
def test_our_own_file_of_refused_rows_comes_back_unchanged(sign: str, text: str) -> None:
    columns = Columns((0,), {"note": 1})
    written = csv_safe.guard(sign + text)
    assert read_row([csv_safe.guard(ONE), written], columns) == read_row([ONE, sign + text], columns)


_CELLS = st.one_of(
    st.text(),
    st.sampled_from(["2025550104", "(202) 555-0105", "+1-202-555-0106", "5550104", "landline", "José",
                     "null", "None", "'=x", "a  b", " a", "x" * 60, "\ufb2c" * 30]),
)  # fmt: skip
_COLUMNS = Columns((0, 3), {"first_name": 1, "note": 2, "line_type": 4, "timezone": 5})


@given(st.lists(_CELLS, max_size=8))
def test_any_row_gets_an_answer_and_values_fit_for_messages(cells: list[str]) -> None:
    found = RowReader(_COLUMNS, longest=80).read(cells)
    if isinstance(found, Refused):
        assert found.code
        assert found.words.endswith(".")
        return
    for value in found.fields.values():
        assert value
        assert clean(value) == value
        assert len(value) <= 80
    assert json.loads(fields_json(found.fields)) == found.fields


@given(st.lists(_CELLS, min_size=2, max_size=4))
def test_the_quick_way_reads_as_the_long_way(cells: list[str]) -> None:
    names = [f"field_{place}" for place in range(len(cells))]
    found = read_row(["2025550104", *cells], Columns((0,), {n: i for i, n in enumerate(names, 1)}))
    slowly = {name: clean(csv_safe.unguard(cell)) for name, cell in zip(names, cells, strict=True)}
    assert found == Contactable(Phone(ONE, "202"), {name: v for name, v in slowly.items() if v})


@pytest.mark.parametrize(
    ("header", "value", "barred"),
    [
        ("Do Not Call", "Y", True),
        ("opted out", "true", True),
        ("Phone Opt Out", "2026-05-01", True),  # the day they did
        ("DoNotText", "1", True),
        ("Deceased", "x", True),
        ("SMS_Opt_Out", "Opted Out", True),
        ("Do Not Call", "N", False),
        ("opted_out", "FALSE", False),
        ("Unsubscribed", "0", False),
        ("Opt Out", "Opted In", False),
        ("Do Not Call", "", False),
        ("Do Not Call", "NULL", False),
        ("Donation", "Y", False),
    ],
)
def test_whom_the_list_itself_says_not_to_contact_is_left_out(
    header: str, value: str, barred: bool
) -> None:
    columns = guess_columns(["Phone", header])
    read = RowReader(columns, ["Phone", header]).read(["202-555-0104", value])
    assert isinstance(read, Refused) is barred
    if isinstance(read, Refused):
        assert read.code == "do_not_contact"
        assert read.words == f"Your list says in “{header}” that this person must not be contacted."


def test_every_such_column_counts_and_one_that_is_left_out_does_not() -> None:
    header = ["Phone", "Do Not Call", "Opted Out"]
    row = ["202-555-0104", "N", "Y"]
    assert isinstance(RowReader(guess_columns(header), header).read(row), Refused)
    chosen = choose_columns(header, {0: "phone", 1: "custom", 2: "ignore"})
    assert isinstance(chosen, Columns)
    assert isinstance(RowReader(chosen, header).read(row), Contactable)
