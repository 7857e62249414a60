"""What columns of a list are taken for, and what a person may choose."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.columns import Columns, choose_columns, custom_name, guess_columns, letter, slug
from p2ptext.rules.fault import Fault, FileFault
from p2ptext.rules.script import field_key, render

_NAMES = {
    "phone": (
        "phone|Phone|phone_number|Phone Number|PHONE #|cell|CELL|Cell Phone|CellPhone|mobile|Mobile Phone|"
        "Mobile Number|telephone|tel|Phone1|Phone 2|Home Phone|HomePhone|Work Phone|Preferred Phone|"
        "Pref Phone |PreferredPhone|mPhone|can2_phone|mobile_number|work_phone_number|full_phone_number|"
        "VoterTelephones_CellPhoneFormatted|VoterTelephones_CellPhoneUnformatted|Best Phone|Wireless|SMS|"
        "Participant mobile phone|user__phone_number|nbwe_mobile_number|Daytime_Phone|number|"
        "teléfono|Celular|Número|Numéro de téléphone"
    ),
    "first_name": (
        "first_name|firstName|First Name|fname|FIRST|Given Name|Nombre|first-name| First Name |"
        "Voters_FirstName|FIRST_NAME|user__given_name|Preferred Name|Voter First Name|Prénom"
    ),
    "last_name": (
        "last_name|LastName|Surname|lname|apellido|Voters_LastName|user__family_name|LAST_NAME|Last"
    ),
    "zip": (
        "ZIP|zip code|Zip5|postal code|Postcode|mailing_zip|mZip5|vZip5|Residence_Addresses_Zip|"
        "RESIDENTIAL_ZIP|primary_zip|zip_code|mail_zipcode|user__postal_code|Mailing_Addresses_Zip|"
        "ZIP/Postal|Zip/Postal Code|Mailing Zip/Postal Code"
    ),
    "state": (
        "State|ST|province|Home State|mState|vState|can2_state_abbreviated|can2_user_state|primary_state|"
        "state_cd|RESIDENTIAL_STATE|Residence_Addresses_State|mail_state|StateOrProvince"
    ),
    "timezone": "timezone|Time Zone|tz|TIMEZONE",
    "language": "language|Preferred Language|lang|Languages_Description|Spoken Language|Idioma",
    "external_id": (
        "external_id|VANID|Voter ID|ID|Voter File VANID|VoterFileVANID|nationbuilder_id|SOS_VOTERID|"
        "LALVOTERID|Voters_StateVoterID|voter_reg_num|ncid|uuid|user_id|Contact ID|MyC VANID"
    ),
    "address": (
        "Address|street|Street Address|mAddress|vAddress|can2_user_address|primary_address1|Address 1|"
        "Residence_Addresses_AddressLine|res_street_address|RESIDENTIAL_ADDRESS1|Mailing Address"
    ),
    "city": "City|mCity|can2_user_city|Residence_Addresses_City|res_city_desc|primary_city|RESIDENTIAL_CITY",
    "county": "County|CountyName|county_desc|can2_county|County Name",
    "household": (
        "HouseholdID|VHHID|Household ID|hh_id|Mailing_Families_FamilyID|Residence_Families_FamilyID"
    ),
    "line_type": "Line Type|line_type|Phone Type|PhoneType|Phone 1 Type",
}


@pytest.mark.parametrize(
    ("header", "field"), [(name, field) for field, names in _NAMES.items() for name in names.split("|")]
)
def test_headers_people_really_have(header: str, field: str) -> None:
    expected = Columns((0,), {}) if field == "phone" else Columns((), {field: 0})
    assert guess_columns([header]) == expected


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Polling Place", "polling_place"),
        ("City (home)", "city_home"),
        ("größe", "grösse"),
        ("Name", "name"),
        ("is_mobile_bad", "is_mobile_bad"),
        ("Phone Opt Out", "phone_opt_out"),
        ("fax_number", "fax_number"),
        ("Spouse Phone", "spouse_phone"),
        ("Voter number", "voter_number"),
        ("County Number", "county_number"),
        ("birth_state", "birth_state"),
        ("Statement", "statement"),
        ("Residence_Families_HHCount", "residence_families_hhcount"),
        # Nobody can be texted on these.
        ("Landline", "landline"),
        ("VoterTelephones_LandlineFormatted", "votertelephones_landlineformatted"),
    ],
)
def test_other_headers_are_the_lists_own(header: str, name: str) -> None:
    assert guess_columns([header]) == Columns((), {name: 0})


@pytest.mark.parametrize(
    ("header", "phones", "fields"),
    [
        ("phone_number,NAME", (0,), {"name": 1}),
        (",phone, ,#", (1,), {}),
        ("Home Phone,Cell Phone", (1, 0), {}),
        ("Work Phone,Phone 2,Home Phone,Phone,Mobile", (4, 3, 1, 2, 0), {}),
        ("cell,mobile", (0, 1), {}),
        ("fname,first_name", (), {"first_name": 1, "fname": 0}),
        ("Nickname,First", (), {"first_name": 1, "nickname": 0}),
        ("mZip5,vZip5", (), {"zip": 1, "mzip5": 0}),
        ("mail_zipcode,zip_code", (), {"zip": 1, "mail_zipcode": 0}),
        ("ID,VANID", (), {"external_id": 1, "id": 0}),
        ("mAddress,vAddress", (), {"address": 1, "maddress": 0}),
        ("Mailing_Families_FamilyID,Residence_Families_FamilyID", (),
         {"household": 1, "mailing_families_familyid": 0}),
    ],
)  # fmt: skip
def test_the_likeliest_column_is_taken(
    header: str, phones: tuple[int, ...], fields: dict[str, int]
) -> None:
    assert guess_columns(header.split(",")) == Columns(phones, fields)


_GOOD = ["2025550104", "(202) 555-0105", ""]


@pytest.mark.parametrize(
    ("columns", "phones", "fields"),
    [
        # No header says it, the values do.
        ({"Contact": _GOOD, "Name": ["Jo", "Al"]}, (0,), {"name": 1}),
        ({"A": ["12", "x"], "B": ["2025550104", "x", "2025550105"]}, (1,), {"a": 0}),
        ({"Contact": ["x", "y", "2025550104"]}, (), {"contact": 0}),
        ({"Contact": []}, (), {"contact": 0}),
        ({"Landline": _GOOD}, (), {"landline": 0}),
        ({"VANID": _GOOD}, (), {"external_id": 0}),
        # A name that may mean something else, and does.
        ({"Mobile": ["Y", "N"], "Contact": _GOOD}, (1,), {"mobile": 0}),
        ({"Mobile": ["Y", "N"], "Phone": _GOOD}, (1,), {"mobile": 0}),
        ({"Number": ["12", "7"], "Home Phone": _GOOD}, (1,), {"number": 0}),
        ({"Phone 2": ["Y", "N"], "Phone": _GOOD}, (1,), {"phone_2_column": 0}),
        # A column whose numbers cannot be used stays, behind the ones that can.
        ({"Cell": ["7.7E+09", "2.02E+09"], "Phone": _GOOD}, (1, 0), {}),
        ({"Cell": ["", ""], "Phone": _GOOD}, (0, 1), {}),
        ({"Cell": ["n/a", "none", "-"], "Phone": _GOOD}, (0, 1), {}),
        ({"Cell": ["7.7E+09", ""]}, (0,), {}),
        ({"Cell": ["Y"]}, (0,), {}),
    ],
)
def test_the_values_have_a_say(
    columns: dict[str, list[str]], phones: tuple[int, ...], fields: dict[str, int]
) -> None:
    found = guess_columns(list(columns), list(columns.values()))
    assert found == Columns(phones, fields)


@pytest.mark.parametrize(
    ("header", "code", "words"),
    [
        (
            ["phone", "name", "Name"],
            "duplicate_column",
            "Two columns have the same name: “name” (column B) and “Name” (column C). "
            "Rename or remove one of them.",
        ),
        (["phone", "Phone"], "duplicate_column", "“phone” (column A) and “Phone” (column B)"),
        (["first_name", "First Name"], "duplicate_column", "“first_name” (column A) and “First Name”"),
        (["City!", "x", "city"], "duplicate_column", "“City!” (column A) and “city” (column C)"),
        (["2025550104", "Jo"], "no_header", "phone number"),
        (["Jo", "(202) 555-0104"], "no_header", "phone number"),
    ],
)
def test_headers_that_cannot_be_used(header: list[str], code: str, words: str) -> None:
    with pytest.raises(FileFault) as caught:
        guess_columns(header)
    assert caught.value.code == code
    assert words in caught.value.words


HEADER = ["VANID", "Cell", "Home Phone", "First", "State", "Polling Place", ""]


@pytest.mark.parametrize(
    ("choices", "phones", "fields"),
    [
        ({1: "phone"}, (1,), {}),
        ({1: "phone", 2: "phone"}, (1, 2), {}),
        ({2: "phone", 1: "phone"}, (2, 1), {}),
        ({1: "phone_2", 2: "phone"}, (2, 1), {}),
        ({1: "phone", 3: "last_name", 4: "ignore"}, (1,), {"last_name": 3}),
        ({1: "phone", 5: "custom"}, (1,), {"polling_place": 5}),
        ({1: "phone", 5: "Where to vote"}, (1,), {"where_to_vote": 5}),
        ({1: "phone", 6: "note"}, (1,), {"note": 6}),
        # A column of the list's own is never mistaken for a known field.
        ({1: "phone", 4: "custom"}, (1,), {"state_column": 4}),
        ({1: "phone", 5: "Volunteer Name"}, (1,), {"volunteer_name_column": 5}),
        ({1: "phone", 2: "custom", 5: "Phone 7"}, (1,), {"home_phone": 2, "phone_7_column": 5}),
    ],
)
def test_what_a_person_chooses(
    choices: dict[int, str], phones: tuple[int, ...], fields: dict[str, int]
) -> None:
    assert choose_columns(HEADER, choices) == Columns(phones, fields)


@pytest.mark.parametrize(
    ("choices", "code", "words"),
    [
        ({}, "no_phone_column", "Choose the column that holds the phone numbers."),
        ({1: "custom"}, "no_phone_column", "Choose the column that holds the phone numbers."),
        (
            {1: "phone", 3: "first_name", 5: "first_name"},
            "duplicate_field",
            "“First” (column D) and “Polling Place” (column F) are both {first_name}. "
            "Choose one of them, and keep or leave out the other.",
        ),
        ({1: "phone", 3: "custom", 5: "First!"}, "duplicate_column", "are both {first}"),
        ({1: "phone", 6: "custom"}, "nameless_column", "Column G has no name."),
        ({1: "phone", 7: "zip"}, "no_such_column", "The list has no column 8."),
    ],
)
def test_choices_that_cannot_be(choices: dict[int, str], code: str, words: str) -> None:
    fault = choose_columns(HEADER, choices)
    assert isinstance(fault, Fault)
    assert fault.code == code
    assert words in fault.words


def test_the_columns_kept_with_an_import() -> None:
    kept = guess_columns(HEADER).as_map(HEADER)
    assert kept == {
        "phone": {"column": 1, "header": "Cell"},
        "phone_2": {"column": 2, "header": "Home Phone"},
        "first_name": {"column": 3, "header": "First"},
        "state": {"column": 4, "header": "State"},
        "external_id": {"column": 0, "header": "VANID"},
        "polling_place": {"column": 5, "header": "Polling Place"},
    }


_HEADERS = st.lists(
    st.one_of(st.sampled_from([n for names in _NAMES.values() for n in names.split("|")]), st.text()),
    max_size=12,
    unique_by=field_key,
)


@given(_HEADERS, st.lists(st.lists(st.sampled_from(["2025550104", "Y", "", "7.7E+09"])), max_size=12))
def test_a_guess_can_be_kept_and_chosen_again(header: list[str], samples: list[list[str]]) -> None:
    columns = guess_columns(header, samples)
    kept = json.loads(json.dumps(columns.as_map(header)))
    assert Columns.from_map(kept) == columns
    chosen = choose_columns(header, columns.choices(header))
    assert chosen == columns if columns.phones else isinstance(chosen, Fault)


@given(_HEADERS)
def test_no_named_column_is_lost(header: list[str]) -> None:
    columns = guess_columns(header)
    assert sorted([*columns.phones, *columns.fields.values()]) == [
        index for index, name in enumerate(header) if field_key(name)
    ]


@given(st.text(min_size=1, max_size=30))
def test_a_custom_column_answers_to_its_slug_and_to_its_header(header: str) -> None:
    name = slug(header)
    if not name or set(header) & set("{}|\r\n") or not field_key(name):
        return
    assert field_key(name) == field_key(header)
    assert render(f"{{{name}}} {{{header}}}", {name: "x"}, plain=True) == "x x"


@given(st.text())
def test_a_custom_name_is_no_telephones(header: str) -> None:
    assert custom_name(header) not in ("phone", "phone_2", "zip", "line_type")


@pytest.mark.parametrize(
    ("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")]
)
def test_columns_are_named_as_in_spreadsheets(index: int, name: str) -> None:
    assert letter(index) == name
