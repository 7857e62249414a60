"""Which zones a person may be in."""

from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from p2ptext.rules import places
from p2ptext.rules.area_codes import ZONES_BY_AREA_CODE
from p2ptext.rules.states import STATE_ZONES
from p2ptext.rules.zones import CONTIGUOUS_US, Evidence, state_code, zones_for, zones_named

NY, CHICAGO, DENVER, PHOENIX, LA = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
)
ANCHORAGE, ADAK, HONOLULU = "America/Anchorage", "America/Adak", "Pacific/Honolulu"


@pytest.mark.parametrize(
    ("zone", "state", "npa", "zones", "source"),
    [
        ("America/Chicago", "OH", "202", {CHICAGO}, "timezone"),
        ("america/new york", None, None, {NY}, "timezone"),
        ("US/Pacific", None, None, {"US/Pacific"}, "timezone"),
        ("Eastern", None, None, {NY}, "timezone"),
        ("EST", None, None, {NY}, "timezone"),
        ("Central Time", None, None, {CHICAGO}, "timezone"),
        ("MST", None, None, {DENVER, PHOENIX}, "timezone"),
        *(
            (word, None, None, {"America/Halifax", "America/Puerto_Rico"}, "timezone")
            for word in ("Atlantic", "AST", "ADT")
        ),
        ("Pacific Standard Time", None, None, {LA}, "timezone"),
        # What says nothing of a person is passed over.
        ("UTC", "OH", None, {NY}, "state"),
        ("Etc/GMT+5", "OH", None, {NY}, "state"),
        ("Mars/Olympus", "OH", None, {NY}, "state"),
        ("", "Ohio", "213", {NY}, "state"),
        (None, "oh", None, {NY}, "state"),
        (None, " O.H. ", None, {NY}, "state"),
        (None, "District of Columbia", None, {NY}, "state"),
        (None, "AZ", None, {PHOENIX, DENVER}, "state"),
        (None, "HI", None, {"Pacific/Honolulu"}, "state"),
        (None, "GU", None, {"Pacific/Guam"}, "state"),
        (None, "PR", None, {"America/Puerto_Rico"}, "state"),
        (None, "Québec", "202", {"America/Toronto", "America/Halifax"}, "state"),
        (None, "ZZ", "202", {NY}, "area_code"),
        # A soldier abroad may be anywhere, whatever the phone says.
        (None, "AP", "808", {*CONTIGUOUS_US, "Pacific/Honolulu"}, "nothing"),
        (None, "ae", None, set(CONTIGUOUS_US), "nothing"),
        *((None, state, None, {NY, CHICAGO}, "state") for state in ("AL", "FL", "IN", "KY", "MI", "TN")),
        *((None, state, None, {CHICAGO, DENVER}, "state") for state in ("KS", "ND", "NE", "SD", "TX")),
        *((None, state, None, {DENVER, LA}, "state") for state in ("ID", "NV", "OR")),
        (None, "AK", None, {"America/Anchorage", "America/Adak"}, "state"),
        *(
            (None, None, npa, {NY, CHICAGO}, "area_code")
            for npa in "219 270 364 423 729 574 606 765 812 930 850 448 865 906 931 334 256 938".split()  # noqa: SIM905 one table row
        ),
        *(
            (None, None, npa, {CHICAGO, DENVER}, "area_code")
            for npa in "308 402 531 575 605 620 701 785 915".split()  # noqa: SIM905 one table row
        ),
        *((None, None, npa, {DENVER, LA}, "area_code") for npa in ("208", "986", "541", "458", "775")),
        (None, None, "928", {PHOENIX, DENVER}, "area_code"),
        *((None, None, npa, {PHOENIX}, "area_code") for npa in ("480", "520", "602", "623")),
        *((None, None, npa, {DENVER}, "area_code") for npa in ("303", "435", "505", "801", "983")),
        (None, None, "907", {"America/Anchorage", "America/Adak"}, "area_code"),
        (None, None, "689", {NY}, "area_code"),
        (None, None, "671", {"Pacific/Guam"}, "area_code"),
        (None, None, "787", {"America/Puerto_Rico"}, "area_code"),
        (None, None, "222", set(CONTIGUOUS_US), "nothing"),
        (None, None, None, {NY, CHICAGO, DENVER, PHOENIX, LA}, "nothing"),
        ("", "", "", set(CONTIGUOUS_US), "nothing"),
    ],
)
def test_the_best_evidence_decides(
    zone: str | None, state: str | None, npa: str | None, zones: set[str], source: str
) -> None:
    found = zones_for(zone=zone, state=state, npa=npa)
    assert isinstance(found, Evidence)
    assert set(found.zones) == zones
    assert found.source == source


@pytest.mark.parametrize(
    ("row", "zones", "source"),
    [
        # A zone on the row is better than the ZIP, the ZIP better than the state, and so on.
        ({"zone": "Pacific", "zip_code": "45402", "state": "OH"}, {LA}, "timezone"),
        ({"zip_code": "37402", "state": "TN", "county": "Davidson", "npa": "615"}, {NY}, "zip"),
        ({"state": "TN", "county": "Hamilton", "npa": "615"}, {NY}, "county"),
        ({"state": "TN", "npa": "615"}, {NY, CHICAGO}, "state"),
        ({"npa": "615", "territory": ["CA"]}, {CHICAGO}, "area_code"),
        ({"npa": "222", "territory": ["TN", "Georgia"]}, {NY, CHICAGO}, "territory"),
        ({"territory": ["HI"]}, {HONOLULU}, "territory"),
        ({"territory": ["ZZ", ""]}, set(CONTIGUOUS_US), "nothing"),
        # What is not understood is passed over.
        ({"zip_code": "ask her", "state": "OH"}, {NY}, "state"),
        ({"zip_code": "00000", "state": "OH"}, {NY}, "state"),
        ({"zip_code": "99999", "npa": "907"}, {ANCHORAGE, "America/Vancouver"}, "zip"),
        ({"zip_code": "123456", "npa": "907"}, {ANCHORAGE, ADAK}, "area_code"),
        ({"state": "TN", "county": "Nowhere"}, {NY, CHICAGO}, "state"),
        ({"county": "Hamilton", "npa": "615"}, {CHICAGO}, "area_code"),
        # A ZIP of another state: one of the two is wrong, and nobody knows which.
        ({"zip_code": "10001", "state": "CA"}, {NY, LA}, "zip"),
        ({"zip_code": "94110", "state": "TX"}, {LA, CHICAGO, DENVER}, "zip"),
        ({"zip_code": "K1A 0B1", "state": "AB"}, {*STATE_ZONES["ON"], *STATE_ZONES["AB"]}, "zip"),
        # A state over the border that shares the prefix is no contradiction: Alta, Fishers Island.
        ({"zip_code": "83414", "state": "WY"}, {DENVER}, "zip"),
        ({"zip_code": "06390", "state": "NY"}, {NY}, "zip"),
        # A zero lost in a spreadsheet, confirmed by the state, denied by it, or neither.
        ({"zip_code": "2138", "state": "MA", "npa": "213"}, {NY}, "zip"),
        ({"zip_code": "2138", "state": "CA"}, {NY, LA}, "zip"),
        ({"zip_code": "2138", "npa": "213"}, {NY, LA}, "zip"),
        ({"zip_code": "2138"}, {NY}, "zip"),
        ({"zip_code": "601", "state": "PR"}, {"America/Puerto_Rico"}, "zip"),
        ({"zip_code": "606", "state": "IL"}, {CHICAGO}, "state"),
        ({"zip_code": "606", "npa": "312"}, {CHICAGO}, "area_code"),
        ({"zip_code": "21380001", "state": "MA"}, {NY}, "zip"),
        # Of a military address nothing is known; the other hints only widen it.
        ({"zip_code": "09012", "npa": "202"}, set(CONTIGUOUS_US), "nothing"),
        ({"zip_code": "96350", "state": "AP", "npa": "808"}, {*CONTIGUOUS_US, HONOLULU}, "nothing"),
        ({"zip_code": "34002", "state": "AA", "territory": ["OH"]}, set(CONTIGUOUS_US), "nothing"),
        ({"zip_code": "9012", "state": "AK"}, {*CONTIGUOUS_US, ANCHORAGE, ADAK}, "nothing"),
        ({"zone": "Europe/Berlin", "zip_code": "09012"}, {"Europe/Berlin"}, "timezone"),
        # Canada by its province.
        ({"zip_code": "B3H 4R2"}, {"America/Halifax"}, "zip"),
        ({"zip_code": "x0e0t0"}, {*STATE_ZONES["NT"], *STATE_ZONES["NU"]}, "zip"),
        ({"zip_code": "S7K", "state": "Saskatchewan"}, set(STATE_ZONES["SK"]), "zip"),
    ],
)
def test_evidence_in_order(row: dict[str, str], zones: set[str], source: str) -> None:
    found = zones_for(**row)
    assert set(found.zones) == zones
    assert found.source == source


def test_equal_zones_are_written_alike() -> None:
    """Contacts of the same zones go into the same batches, whatever says so."""
    assert zones_for(state="AZ").zones == zones_for(npa="928").zones == (DENVER, PHOENIX)
    assert zones_for(state="AZ").zones == zones_for(zip_code="86045").zones
    sets = [*ZONES_BY_AREA_CODE.values(), *STATE_ZONES.values(), CONTIGUOUS_US]
    assert all(list(zones) == sorted(set(zones)) for zones in sets)


@pytest.mark.parametrize("zones", sorted({*ZONES_BY_AREA_CODE.values(), *STATE_ZONES.values()}))
def test_every_zone_exists(zones: tuple[str, ...]) -> None:
    assert [ZoneInfo(zone).key for zone in zones] == list(zones)


def test_every_state_has_zones() -> None:
    codes = (
        "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
        "NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR GU VI AS MP PW FM MH"
    )
    assert {zones_for(state=code).source for code in codes.split()} == {"state"}


def test_every_area_code_in_service_is_known() -> None:
    """Those of the number plan, but for numbers that belong to no place: toll-free, premium, personal."""
    placeless = {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.VOIP,
        PhoneNumberType.UAN,
        PhoneNumberType.UNKNOWN,
    }
    # Exchanges of several kinds, since some area codes of small islands use few.
    samples = {
        str(npa): {
            phonenumbers.number_type(phonenumbers.parse(f"+1{npa}{exchange}0123"))
            for exchange in range(200, 1000, 37)
        }
        for npa in range(200, 1000)
    }
    in_service = {npa for npa, kinds in samples.items() if kinds - placeless}
    assert len(in_service) > 420
    assert in_service - {"600", "622", "633"} <= set(ZONES_BY_AREA_CODE)


ROWS = st.fixed_dictionaries(
    {},
    optional={
        "zone": st.one_of(st.text(max_size=20), st.sampled_from(["EST", "America/Boise", "UTC"])),
        "zip_code": st.one_of(
            st.text(max_size=12), st.integers(0, 999_999_999).map(str), st.from_regex(r"\d{5}(-\d{4})?")
        ),
        "state": st.one_of(st.text(max_size=12), st.sampled_from([*STATE_ZONES, "AE", "Ohio"])),
        "county": st.one_of(st.text(max_size=20), st.sampled_from(["Gulf County", "Lake", "Elko"])),
        "npa": st.integers(200, 999).map(str),
        "territory": st.lists(st.sampled_from([*STATE_ZONES, "", "ZZ"]), max_size=3),
    },
)


@given(ROWS)
@example({"zip_code": "²²²²²"})
@example({"zip_code": "１２３４５"})
def test_there_are_always_zones_and_all_exist(row: dict[str, str]) -> None:
    found = zones_for(**row)
    assert found.zones
    assert list(found.zones) == sorted(set(found.zones))
    assert [ZoneInfo(zone).key for zone in found.zones] == list(found.zones)
    assert found.source in ("timezone", "zip", "county", "state", "area_code", "territory", "nothing")


@given(st.integers(0, 99_999).map("{:05}".format), st.sampled_from(sorted(STATE_ZONES)))
def test_a_state_beside_a_zip_adds_its_zones_only_where_they_disagree(code: str, state: str) -> None:
    alone, found = places.zones_of_zip(code), zones_for(zip_code=code, state=state)
    if alone and state in places.states_of_zip(code):
        assert found.zones == alone
    elif alone:
        assert set(found.zones) == {*alone, *STATE_ZONES[state]}
    elif places.is_military(code):
        assert set(found.zones) == {*CONTIGUOUS_US, *STATE_ZONES[state]}
    else:
        assert found == zones_for(state=state)


@given(
    st.sampled_from(sorted(STATE_ZONES)), st.text(max_size=20), st.sampled_from(["Gulf", "Lake", "Elko"])
)
def test_a_county_only_narrows_its_state(state: str, noise: str, name: str) -> None:
    for county in (name, noise):
        assert set(zones_for(state=state, county=county).zones) <= set(STATE_ZONES[state])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ohio", "OH"),
        ("new york", "NY"),
        ("NY", "NY"),
        ("N.Y.", "NY"),
        ("us-oh", "OH"),
        ("Washington D.C.", "DC"),
        ("AE", None),
        ("West  Virginia", "WV"),
        ("Texass", None),
    ],
)
def test_states_in_letters_or_in_full(text: str, code: str | None) -> None:
    assert state_code(text) == code


@pytest.mark.parametrize("text", ["", "EST5EDT", "GMT", "local", "posix/America/New_York", "+05:00"])
def test_what_is_not_a_place_names_no_zone(text: str) -> None:
    assert zones_named(text) == ()
