"""Rows of one household, and rows of one person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.households import household_key, person_key

HOME = {"address": "12 North Main Street, Apt. 4", "zip": "02139"}


@pytest.mark.parametrize(
    "fields",
    [
        {"address": "12 n main st #4", "zip": "02139"},
        {"address": "12 N. MAIN ST APT 4", "zip": "02139-1234"},
        {"address": "12  N Main St., Unit #4", "zip": "021391234"},
        {"address": "12 North Main Street", "zip": "2139", "address_2": "Apt 4"},
        {"address": "12 North Main Street", "zip": "02139", "unit": "4"},
        {**HOME, "first_name": "Jo", "city": "Elsewhere"},
    ],
)
def test_one_door_written_in_many_ways(fields: dict[str, str]) -> None:
    assert household_key(fields) == household_key(HOME)


@pytest.mark.parametrize(
    "fields",
    [
        {"address": "12 North Main Street, Apt. 5", "zip": "02139"},
        {"address": "12 North Main Street", "zip": "02139"},
        {"address": "12 South Main Street, Apt. 4", "zip": "02139"},
        {"address": "12 North Main Street, Apt. 4", "zip": "02140"},
        {"address": "14 North Main Street, Apt. 4", "zip": "02139"},
        {**HOME, "household": "7"},
    ],
)
def test_another_door(fields: dict[str, str]) -> None:
    assert household_key(fields) not in (None, household_key(HOME))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"zip": "02139"},
        {"address": "12 Main St"},
        {"address": "Confidential", "zip": "02139"},
        {"address": "12 Main St", "zip": "1"},
        {"household": "0"},
        {"address": "Main St", "zip": "02139", "household": "000"},
    ],
)
def test_a_row_that_does_not_say_where(fields: dict[str, str]) -> None:
    assert household_key(fields) is None


def test_the_lists_own_household_number_comes_first() -> None:
    one = household_key({**HOME, "household": "M0754"})
    assert one == household_key({"household": "m0754", "address": "9 Other St", "zip": "43004"})
    assert household_key({"household": "100"}) != household_key({"household": "1000"})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("JOSÉ", "O'Neil"), ("Jose", "ONeil")),
        (("Mary Ann", "Smith-Jones"), ("MaryAnn", "Smith Jones")),
        (("Zoë", "Weiß"), ("ZOE", "WEISS")),
        (("Nguyễn", ""), ("nguyen", "")),
        (("", ""), ("-", "42")),
    ],
)
def test_one_person_written_in_two_ways(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert person_key(*one) == person_key(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Jo", "Smith"), ("Al", "Smith")),
        (("Ann", "Lee"), ("Lee", "Ann")),
        (("An", "Nlee"), ("Ann", "Lee")),
        (("李", "明"), ("李", "红")),
        (("Jo", ""), ("", "Jo")),
    ],
)
def test_two_people(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert person_key(*one) != person_key(*other)


def test_a_row_without_a_name_is_nobody() -> None:
    assert person_key("", "") == ""


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_gets_an_answer(first: str, last: str, address: str, zip_code: str) -> None:
    assert isinstance(person_key(first, last), str)
    key = household_key({"address": address, "zip": zip_code})
    assert key is None or key.startswith("at ")
