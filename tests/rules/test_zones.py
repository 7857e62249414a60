"""Which zones a person may be in."""

from zoneinfo import ZoneInfo

import pytest

from p2ptext.rules.area_codes import ZONES_BY_AREA_CODE
from p2ptext.rules.zones import CONTIGUOUS_US, Evidence, state_code, zones_for, zones_named

NY, CHICAGO, DENVER, PHOENIX, LA = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
)


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
        (None, "Québec", "202", {NY}, "area_code"),
        (None, "ZZ", "202", {NY}, "area_code"),
        (None, "AP", "808", {"Pacific/Honolulu"}, "area_code"),
        *((None, state, None, {NY, CHICAGO}, "state") for state in ("AL", "FL", "IN", "KY", "MI", "TN")),
        *((None, state, None, {CHICAGO, DENVER}, "state") for state in ("KS", "ND", "NE", "SD", "TX")),
        *((None, state, None, {DENVER, LA}, "state") for state in ("ID", "NV", "OR")),
        (None, "AK", None, {"America/Anchorage", "America/Adak"}, "state"),
        *(
            (None, None, npa, {NY, CHICAGO}, "area_code")
            for npa in "219 270 364 423 729 574 606 812 930 850 448 906 931 334 256 938".split()  # noqa: SIM905 one table row
        ),
        *(
            (None, None, npa, {CHICAGO, DENVER}, "area_code")
            for npa in "308 402 531 575 605 620 701 785 915".split()  # noqa: SIM905 one table row
        ),
        *((None, None, npa, {DENVER, LA}, "area_code") for npa in ("208", "986", "541", "458", "775")),
        (None, None, "928", {PHOENIX, DENVER}, "area_code"),
        (None, None, "602", {PHOENIX}, "area_code"),
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


@pytest.mark.parametrize("zones", sorted(set(ZONES_BY_AREA_CODE.values())))
def test_every_zone_of_an_area_code_exists(zones: tuple[str, ...]) -> None:
    assert [ZoneInfo(zone).key for zone in zones] == list(zones)


def test_every_state_has_zones_that_exist() -> None:
    codes = (
        "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
        "NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR GU VI AS MP"
    )
    for code in codes.split():
        found = zones_for(zone=None, state=code, npa=None)
        assert found.source == "state"
        assert all(ZoneInfo(zone) for zone in found.zones)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ohio", "OH"),
        ("new york", "NY"),
        ("NY", "NY"),
        ("N.Y.", "NY"),
        ("West  Virginia", "WV"),
        ("Texass", None),
    ],
)
def test_states_in_letters_or_in_full(text: str, code: str | None) -> None:
    assert state_code(text) == code


@pytest.mark.parametrize("text", ["", "EST5EDT", "GMT", "local", "posix/America/New_York", "+05:00"])
def test_what_is_not_a_place_names_no_zone(text: str) -> None:
    assert zones_named(text) == ()
