"""Which states a contact may be in."""

import pytest

from p2ptext.rules.area_codes import ZONES_BY_AREA_CODE
from p2ptext.rules.home_states import STATE_BY_AREA_CODE, states_for
from p2ptext.rules.states import STATE_ZONES, state_name


@pytest.mark.parametrize(
    ("row", "states"),
    [
        ({}, ()),
        ({"npa": "614"}, ("OH",)),
        ({"npa": "564"}, ("WA",)),
        ({"npa": "416"}, ()),
        # Where they live counts before where the phone was bought.
        ({"state": "Ohio", "npa": "401"}, ("OH",)),
        ({"zip_code": "45402", "npa": "401"}, ("OH",)),
        ({"zip_code": "02903"}, ("RI",)),
        ({"zip_code": "2903"}, ("RI",)),
        # Florida and Oklahoma take their area codes for residents'.
        ({"state": "OH", "npa": "813"}, ("FL", "OH")),
        ({"zip_code": "10001", "npa": "405"}, ("NY", "OK")),
        # What disagrees counts in full; what agrees is narrower than a ZIP prefix.
        ({"zip_code": "10001", "state": "CA"}, ("CA", "NY")),
        ({"zip_code": "06390", "state": "NY"}, ("NY",)),
        ({"zip_code": "06390"}, ("CT", "NY")),
        ({"zip_code": "96701", "state": "HI"}, ("HI",)),
        ({"zip_code": "96701"}, ("AS", "HI")),
        # A ZIP code without its zeros may be the rest of something else.
        ({"zip_code": "2903", "npa": "614"}, ("OH", "RI")),
        ({"zip_code": "2903", "state": "RI", "npa": "614"}, ("RI",)),
        ({"zip_code": "606", "npa": "312"}, ("IL",)),
        # What says nothing is passed over.
        ({"zip_code": "00000", "npa": "614"}, ("OH",)),
        ({"state": "Atlantis", "npa": "614"}, ("OH",)),
        ({"territory": ("OH", "PA")}, ("OH", "PA")),
        ({"territory": ("OH", "PA"), "npa": "401"}, ("RI",)),
        ({"zip_code": "M5V 2T6"}, ("ON",)),
        # A soldier abroad is in no state.
        ({"state": "AE", "npa": "614"}, ()),
        ({"zip_code": "09012", "npa": "614"}, ()),
    ],
)
def test_states_for(row: dict[str, str], states: tuple[str, ...]) -> None:
    assert states_for(**row) == states  # type: ignore[arg-type]


def test_every_area_code_of_a_state_is_known_and_keeps_a_clock_of_that_state() -> None:
    of_no_state = {
        npa
        for npa, zones in ZONES_BY_AREA_CODE.items()
        if npa not in STATE_BY_AREA_CODE
        and {"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"} & {*zones}
    }
    assert of_no_state == set()
    for npa, state in STATE_BY_AREA_CODE.items():
        assert {*ZONES_BY_AREA_CODE[npa]} & {*STATE_ZONES[state]}, npa


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("OH", "Ohio"),
        ("DC", "District of Columbia"),
        ("NC", "North Carolina"),
        ("QC", "Quebec"),
        ("XX", "XX"),
    ],
)
def test_state_name(code: str, name: str) -> None:
    assert state_name(code) == name
