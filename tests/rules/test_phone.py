"""Telephone numbers as lists really have them."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from p2ptext.rules.area_codes import ZONES_BY_AREA_CODE
from p2ptext.rules.fault import Fault
from p2ptext.rules.phone import Hasher, Phone, hash_phone, mask, normalize

OURS = "+12025550104"


@pytest.mark.parametrize(
    "raw",
    [
        "2025550104",
        "(202) 555-0104",
        "(202)555-0104",
        "202.555.0104",
        "202 555 0104",
        "202-555-0104",
        "202/555-0104",
        "202 / 555 - 0104",
        "+1 (202) 555-0104",
        "1-202-555-0104",
        "1 (202) 555-0104",
        "12025550104",
        "+12025550104",
        "tel:+1-202-555-0104",
        "1‑202–555—010−4",
        "0012025550104",
        "011 1 202 555 0104",
        "\u200b\t 202-555-0104 \u200b\t",
        "\ufeff2025550104\r\n",
        "\u202a+1 202 555 0104\u202c",
        "202\u00a0555\u00a00104",
        "+1 202 555 0104",
        "２０２-５５５-０１０４",
        "٢٠٢٥٥٥٠١٠٤",
        "2025550104.0",
        "202.555.0104...",
        "202-555.0104",
        "2025550104.00",
        "2025550104,00",
        "2,025,550,104",
        "'2025550104",
        "'+1 202 555 0104",
        '="2025550104"',
        '"202-555-0104"',
        "2.025550104E+09",
        "2,025550104e9",
        "1.2025550104E+10",
    ],
)
def test_one_number_in_many_spellings(raw: str) -> None:
    assert normalize(raw) == Phone(OURS, "202")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "missing"),
        ("   ", "missing"),
        ("-", "missing"),
        ("\u200b", "missing"),
        ("n/a", "missing"),
        ("#N/A", "missing"),
        ("None", "missing"),
        ("undefined", "missing"),
        ("NULL", "missing"),
        ("'", "missing"),
        ('=""', "missing"),
        ("none given", "letters"),
        ("202x5550104", "letters"),
        ("ALPHANUM3R1C", "letters"),
        ("202-555-CALL", "letters"),
        ("jo@example.org", "letters"),
        ("202 555 0104 / 202 555 0105", "too_long"),
        ("2025550104; 2025550105", "too_long"),
        ("2025550104,2025550105", "too_long"),
        ("+1 1 202 555 0104", "too_long"),
        ("1 1 202 555 0104", "too_long"),
        ("1202555010.0", "invalid"),
        ("'" * 100_000 + "x", "letters"),
        ("x" + "'" * 100_000 + "x", "too_long"),
        ("202 555 0104 x12", "extension"),
        ("202 555 0104 ext. 12", "extension"),
        ("2025550104 Ext 5", "extension"),
        ("202-555-0104#5", "extension"),
        ("+1 202 555 0104;ext=5", "extension"),
        ("2.0255501E+09", "spreadsheet"),
        ("2.02555E9", "spreadsheet"),
        ("7.7E+09", "spreadsheet"),
        ("2,02555E+09", "spreadsheet"),
        ("2.02555010E+09", "spreadsheet"),
        ("2E9", "spreadsheet"),
        ("-2.025550104E+09", "spreadsheet"),
        ("5550104", "too_short"),
        ("911", "too_short"),
        ("202555010", "too_short"),
        ("+1 202 555 010", "too_short"),
        ("55501", "short_code"),
        ("555010", "short_code"),
        ("20255501045550104", "too_long"),
        ("+12025550104555", "too_long"),
        ("2" * 200, "too_long"),
        ("900-555-0104", "premium"),
        ("1 900 555 0104", "premium"),
        ("800-555-0104", "toll_free"),
        ("+1 888 555 0104", "toll_free"),
        ("(833) 555-0104", "toll_free"),
        *((f"{area}-555-0104", "toll_free") for area in (822, 844, 855, 866, 877)),
        ("202-976-0104", "premium"),
        ("1-202-976-0104", "premium"),
        *((f"202-{first}11-0104", "invalid") for first in range(2, 10)),
        *((f"{area}-555-0104", "invalid") for area in (370, 379, 960, 969, 999, 200, 555, 710)),
        ("222-555-0104", "invalid"),  # no such area code
        ("123-555-0104", "invalid"),
        ("0025550104", "invalid"),
        ("202-911-0104", "invalid"),
        ("202-155-0104", "invalid"),
        ("202-055-0104", "invalid"),
        ("+0 202 555 0104", "invalid"),
        ("+999 555 0104 55", "invalid"),
        ("02025550104", "not_north_american"),
    ],
)
def test_refused_with_its_reason(raw: str, code: str) -> None:
    fault = normalize(raw)
    assert isinstance(fault, Fault)
    assert fault.code == code
    assert fault.words.endswith(".")


def test_the_spreadsheets_damage_is_named() -> None:
    fault = normalize("7.7E+09")
    assert isinstance(fault, Fault)
    assert "7.7E+09" in fault.words


def _british(kind: int) -> str:
    """Ten digits of the number library's own example."""
    return str(phonenumbers.example_number_for_type("GB", kind).national_number)


@pytest.mark.parametrize("spelling", ["+44{}", "+44 {}", "+44 (0){}", "(+44) {}"])
def test_another_countrys_number_with_its_plus(spelling: str) -> None:
    national = _british(PhoneNumberType.MOBILE)
    assert normalize(spelling.format(national)) == Phone(f"+44{national}", None)


@pytest.mark.parametrize(
    ("spelling", "kind", "code"),
    [
        ("44{}", PhoneNumberType.MOBILE, "not_north_american"),
        ("0{}", PhoneNumberType.MOBILE, "not_north_american"),
        ("+0{}", PhoneNumberType.MOBILE, "invalid"),
        ("+44 {}", PhoneNumberType.PREMIUM_RATE, "premium"),
        ("+44 {}", PhoneNumberType.TOLL_FREE, "toll_free"),
        ("+44 {}55", PhoneNumberType.MOBILE, "too_long"),
    ],
)
def test_another_countrys_number_refused(spelling: str, kind: int, code: str) -> None:
    fault = normalize(spelling.format(_british(kind)))
    assert isinstance(fault, Fault)
    assert fault.code == code


@pytest.mark.parametrize("npa", sorted(ZONES_BY_AREA_CODE))
def test_the_reserved_numbers_of_every_area_code(npa: str) -> None:
    assert normalize(f"({npa}) 555-0100") == Phone(f"+1{npa}5550100", npa)
    assert normalize(f"{npa}5550199") == Phone(f"+1{npa}5550199", npa)


_MOBILE = _british(PhoneNumberType.MOBILE)
_LANDLINE = _british(PhoneNumberType.FIXED_LINE)
# The rows of the check table of telephones, by their numbers. The British ones are written with
# the number library's own example where the table has somebody's.
_CHECK_TABLE: dict[int, tuple[str, str]] = {
    1: (f"0{_MOBILE}", "not_north_american"),
    2: (f"+44 (0){_MOBILE[:4]} {_MOBILE[4:]}", f"+44{_MOBILE}"),
    3: ("\u200b\t202 555 0104\u200b\t\ufeff\r\n", OURS),
    4: (f"0+44{_MOBILE}", "letters"),
    5: (f"+0{_MOBILE}", "invalid"),
    6: ("02025x50104", "letters"),
    7: ("202.555.0104...", OURS),
    8: ("ALPHANUM3R1C", "letters"),
    9: ("", "missing"),
    10: (f"0{_MOBILE[:-1]}", "invalid"),
    11: (f"{_MOBILE}55", "too_long"),
    12: ("+1 (202) 555-0104", OURS),
    13: ("1-202-555-0104", OURS),
    14: ("1‑202–555—010−4", OURS),
    15: ("0012025550104", OURS),
    16: ("2025550104", OURS),
    17: ("(202) 555-0104", OURS),
    18: ("5550104", "too_short"),
    19: ("911", "too_short"),
    20: (f"+44 {_LANDLINE}", f"+44{_LANDLINE}"),
    21: ("2.0255501e9", "spreadsheet"),
    22: (f"0{_MOBILE[:3]}0123456", "not_north_american"),
    23: ("+12345 12345 12345 6", "too_long"),
}


@pytest.mark.parametrize("row", _CHECK_TABLE)
def test_the_check_table_of_telephones(row: int) -> None:
    raw, expected = _CHECK_TABLE[row]
    found = normalize(raw)
    assert (found.code if isinstance(found, Fault) else found.e164) == expected


@pytest.mark.parametrize("country", ["MX", "GB", "IN", "PH", "DE", "BR", "AU", "JP", "NG", "FR", "CO"])
def test_a_mobile_of_another_country(country: str) -> None:
    number = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE)
    for shape in ("INTERNATIONAL", "E164", "RFC3966"):
        written = phonenumbers.format_number(number, getattr(phonenumbers.PhoneNumberFormat, shape))
        assert normalize(written) == Phone(f"+{number.country_code}{number.national_number}", None)


# Countries with an area code of their own, where the library also knows which exchanges are in use.
_ISLANDS = frozenset(
    (242, 246, 264, 268, 284, 340, 345, 441, 473, 649, 658, 664, 670, 671, 684, 721, 729, 758, 767,
     784, 787, 809, 829, 849, 868, 869, 876, 939)
)  # fmt: skip
_TEN_DIGITS = st.one_of(
    st.integers(2_000_000_000, 9_999_999_999),
    st.builds(
        lambda area, rest: int(area) * 10_000_000 + rest,
        st.sampled_from(sorted(ZONES_BY_AREA_CODE)),
        st.integers(2_000_000, 9_999_999),
    ),
).map(str)


@given(_TEN_DIGITS)
def test_the_number_library_agrees(digits: str) -> None:
    number = phonenumbers.parse(digits, "US")
    kind = phonenumbers.number_type(number)
    found = normalize(digits)
    service = digits[4:6] == "11" or digits[3:6] == "976"
    if isinstance(found, Phone):
        assert phonenumbers.is_valid_number(number) or int(digits[:3]) in _ISLANDS
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == found.e164
    elif found.code == "invalid" and not service:
        # Numbers that follow a person or a machine, and belong to no place.
        assert kind in (
            PhoneNumberType.UNKNOWN,
            PhoneNumberType.PERSONAL_NUMBER,
            PhoneNumberType.VOIP,
        )
    elif found.code == "toll_free" and digits[:3] != "822":
        assert kind == PhoneNumberType.TOLL_FREE or not phonenumbers.is_valid_number(number)


@given(st.text())
def test_any_text_gets_an_answer(raw: str) -> None:
    found = normalize(raw)
    assert isinstance(found, Fault) or normalize(found.e164) == found


@given(
    st.sampled_from(sorted(ZONES_BY_AREA_CODE)),
    st.integers(100, 199),
    st.lists(st.sampled_from(["", " ", "-", ".", "  ", " - ", "\u2011"]), min_size=3, max_size=3),
    st.sampled_from(["", "1", "+1", "001"]),
)
def test_separators_never_matter(npa: str, line: int, between: list[str], prefix: str) -> None:
    raw = f"{prefix}{between[0] if prefix else ''}{npa}{between[1]}555{between[2]}0{line}"
    assert normalize(raw) == Phone(f"+1{npa}5550{line}", npa)


def test_a_hash_finds_a_person_only_with_the_organizations_key() -> None:
    one = hash_phone(OURS, b"one organization")
    assert one == hash_phone(OURS, b"one organization")
    assert len(one) == 32
    assert one != hash_phone(OURS, b"another")
    assert one != hash_phone("+12025550105", b"one organization")


@given(st.binary(min_size=1, max_size=100), st.integers(100, 199))
def test_the_quick_hasher_hashes_alike(key: bytes, line: int) -> None:
    e164 = f"+12025550{line}"
    assert Hasher(key).hash(e164) == hash_phone(e164, key)


def test_a_masked_number_shows_its_last_digits() -> None:
    assert mask(OURS) == "•••• 0104"
