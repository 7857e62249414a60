"""The table of ZIP codes and counties: which places keep which clock."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from p2ptext.rules import places
from p2ptext.rules.states import STATE_ZONES
from scripts.zones import by_hand

NY, CHICAGO, DENVER, PHOENIX, LA = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
)
ANCHORAGE, ADAK, HONOLULU, GUAM = (
    "America/Anchorage",
    "America/Adak",
    "Pacific/Honolulu",
    "Pacific/Guam",
)
PUERTO_RICO = "America/Puerto_Rico"
FILE = resources.files("p2ptext.rules").joinpath("places.txt")


def test_the_table_is_the_one_that_was_checked() -> None:
    """Changed only by scripts/zones/make.py, with a look at the difference."""
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == (
        "ae1c9fc6d73983d2892fd0b409866818d1d7ff2309ce3d7b9683845ec64f4c1e"
    )
    assert len(FILE.read_bytes()) < 60_000


@pytest.mark.parametrize(
    ("code", "zones"),
    [
        ("10001", {NY}),  # New York
        ("45402", {NY}),  # Dayton
        ("48226", {NY}),  # Detroit
        ("46204", {NY}),  # Indianapolis
        ("60601", {CHICAGO}),  # Chicago
        ("77002", {CHICAGO}),  # Houston
        ("80202", {DENVER}),  # Denver
        ("83702", {DENVER}),  # Boise
        ("94110", {LA}),  # San Francisco
        # Indiana, Kentucky, Tennessee, Michigan: a line through the state.
        ("46402", {CHICAGO}),  # Gary
        ("47708", {CHICAGO}),  # Evansville
        ("47532", {NY, CHICAGO}),  # Ferdinand: the packages disagree
        ("40202", {NY}),  # Louisville
        ("41011", {NY}),  # Covington, Kenton County
        ("42101", {CHICAGO}),  # Bowling Green
        ("37402", {NY}),  # Chattanooga
        ("37405", {NY, CHICAGO}),  # Chattanooga: the packages disagree
        ("37203", {CHICAGO}),  # Nashville
        ("37901", {NY}),  # Knoxville
        ("38555", {CHICAGO}),  # Crossville
        ("49938", {CHICAGO}),  # Ironwood
        ("49855", {NY}),  # Marquette
        # Florida: the panhandle, and Gulf County on both sides of the line.
        ("32501", {CHICAGO}),  # Pensacola
        ("32401", {CHICAGO}),  # Panama City
        ("32301", {NY}),  # Tallahassee
        ("32456", {NY, CHICAGO}),  # Port St. Joe, and Mexico Beach
        ("32465", {CHICAGO}),  # Wewahitchka
        # Alabama towns that live by Georgia's clock.
        ("36867", {NY, CHICAGO}),  # Phenix City
        ("36868", {NY, CHICAGO}),
        ("36869", {NY, CHICAGO}),
        ("36870", {NY, CHICAGO}),
        ("36863", {NY, CHICAGO}),  # Lanett
        ("36830", {CHICAGO}),  # Auburn
        # The plains.
        ("58501", {CHICAGO}),  # Bismarck
        ("58601", {DENVER}),  # Dickinson
        ("57501", {CHICAGO}),  # Pierre
        ("57532", {CHICAGO, DENVER}),  # Fort Pierre
        ("57701", {DENVER}),  # Rapid City
        ("69101", {CHICAGO}),  # North Platte
        ("69361", {DENVER}),  # Scottsbluff
        ("67735", {DENVER}),  # Goodland
        ("67202", {CHICAGO}),  # Wichita
        ("73946", {CHICAGO, DENVER}),  # Kenton, Oklahoma, by custom
        ("79901", {DENVER}),  # El Paso
        ("88540", {DENVER}),  # El Paso, a code of its own
        ("79701", {CHICAGO}),  # Midland
        ("79855", {CHICAGO, DENVER}),  # Van Horn
        # Arizona: no summer time, but for the Navajo Nation, but for the Hopi inside it.
        ("85004", {PHOENIX}),  # Phoenix
        ("86001", {PHOENIX}),  # Flagstaff
        ("86503", {DENVER}),  # Chinle
        ("86515", {DENVER}),  # Window Rock
        ("86033", {DENVER}),  # Kayenta
        ("86045", {DENVER, PHOENIX}),  # Tuba City, and Moenkopi of the Hopi
        ("86047", {DENVER, PHOENIX}),  # Winslow, and Dilkon
        ("86040", {DENVER, PHOENIX}),  # Page, and LeChee
        ("86042", {PHOENIX}),  # Polacca, Hopi
        ("86034", {DENVER, PHOENIX}),  # Keams Canyon
        ("87301", {DENVER}),  # Gallup
        # Nevada, Idaho, Oregon.
        ("89883", {DENVER}),  # West Wendover
        ("89825", {LA, DENVER}),  # Jackpot
        ("89101", {LA}),  # Las Vegas
        ("89801", {LA}),  # Elko
        ("83814", {LA}),  # Coeur d'Alene
        ("83522", {LA, DENVER}),  # Cottonwood
        ("97914", {DENVER}),  # Ontario, Malheur County
        ("97910", {DENVER, LA}),  # Jordan Valley
        ("97204", {LA}),  # Portland
        # Alaska and the islands.
        ("99501", {ANCHORAGE}),
        ("99801", {ANCHORAGE}),  # Juneau
        ("99634", {ANCHORAGE}),  # Napakiak, which one package takes for a zone
        ("99546", {ADAK}),  # Adak
        ("99547", {ADAK}),  # Atka
        ("99685", {ANCHORAGE, ADAK}),  # Unalaska: the packages disagree
        ("96813", {HONOLULU}),
        ("96701", {HONOLULU}),
        ("96799", {"Pacific/Pago_Pago"}),
        ("96910", {GUAM}),
        ("96950", {GUAM}),  # Saipan
        ("96940", {"Pacific/Palau"}),
        ("96941", {"Pacific/Pohnpei"}),
        ("96942", {GUAM}),  # Chuuk keeps Guam's clock
        ("96960", {"Pacific/Majuro"}),
        ("00601", {PUERTO_RICO}),
        ("00725", {PUERTO_RICO}),
        ("00901", {PUERTO_RICO}),
        ("00802", {PUERTO_RICO}),  # St. Thomas keeps its clock
        ("00501", {NY}),  # Holtsville, a code of its own
        # Packages err by an ocean: these are in one state, on its clock.
        ("80823", {DENVER}),
        ("83633", {DENVER}),
        ("89437", {LA}),
        # Codes nobody has heard of: all zones of their prefix, or none.
        ("10099", {NY}),
        ("37399", {NY, CHICAGO}),
        ("86599", {DENVER, PHOENIX}),
        ("00000", set()),
        ("34399", set()),
    ],
)
def test_known_places(code: str, zones: set[str]) -> None:
    assert set(places.zones_of_zip(code)) == zones


@pytest.mark.parametrize(
    "codes",
    [
        "86016 86020 86031 86033 86034 86035 86036 86039 86040 86044 86045 86047 86053 86054",
        "86502 86503 86504 86505 86506 86507 86508 86510 86511 86512 86514 86515 86520 86535 86538",
        "86540 86544 86545 86547 86556",
    ],
)
def test_the_navajo_nation_changes_its_clocks(codes: str) -> None:
    for code in codes.split():
        assert DENVER in places.zones_of_zip(code), code


@pytest.mark.parametrize("code", ["09012", "09905", "34002", "96201", "96699"])
def test_military_post_offices_are_nowhere(code: str) -> None:
    assert places.is_military(code)
    assert places.zones_of_zip(code) == ()


@pytest.mark.parametrize(
    ("state", "county", "zones"),
    [
        ("FL", "Gulf County", {NY, CHICAGO}),
        ("FL", "Escambia", {CHICAGO}),
        ("FL", "MIAMI-DADE", {NY}),
        ("FL", "Saint Johns", {NY}),
        ("FL", "St. Johns County", {NY}),
        ("IN", "La Porte", {CHICAGO}),
        ("IN", "LaPorte County, IN", {CHICAGO}),
        ("IN", "Marion", {NY}),
        ("KY", "Kenton", {NY}),
        ("KY", "McCracken", {CHICAGO}),
        ("TN", "Hamilton", {NY}),
        ("TN", "DeKalb", {CHICAGO}),
        ("MI", "Gogebic", {CHICAGO}),
        ("ND", "McKenzie", {CHICAGO, DENVER}),
        ("SD", "Stanley", {CHICAGO, DENVER}),
        ("NE", "Cherry", {CHICAGO, DENVER}),
        ("KS", "Sherman", {DENVER}),
        ("TX", "El Paso", {DENVER}),
        ("TX", "Hudspeth", {DENVER}),
        ("TX", "Culberson", {CHICAGO, DENVER}),
        ("OK", "Cimarron", {CHICAGO, DENVER}),
        ("ID", "Idaho", {DENVER, LA}),
        ("ID", "Kootenai", {LA}),
        ("OR", "Malheur", {DENVER, LA}),
        ("OR", "Multnomah", {LA}),
        ("NV", "Elko", {DENVER, LA}),
        ("NV", "Clark", {LA}),
        ("AZ", "Apache", {DENVER, PHOENIX}),
        ("AZ", "Maricopa", {PHOENIX}),
        ("AL", "Russell", {NY, CHICAGO}),
        ("AL", "Jefferson", {CHICAGO}),
        ("AK", "Aleutians West Census Area", {ANCHORAGE, ADAK}),
        ("AK", "Kodiak Island Borough", {ANCHORAGE}),
        # States of one clock have no counties here, and misspelled ones are not guessed.
        ("OH", "Montgomery", set()),
        ("FL", "Gulff", set()),
        ("FL", "", set()),
    ],
)
def test_known_counties(state: str, county: str, zones: set[str]) -> None:
    assert set(places.zones_of_county(state, county)) == zones


BEYOND_THEIR_STATE = {
    "592": "Westby, Montana, beside North Dakota",
    "864": "Topock, Arizona, across the river from California",
    "890": "Mesquite, Nevada, beside Arizona",
    "922": "Earp, California, across the river from Arizona",
    "999": "Hyder, Alaska, on British Columbia's time",
}


def test_no_zip_leaves_the_zones_of_its_state_but_those_known_to() -> None:
    beyond = set()
    for number in range(100_000):
        code = f"{number:05}"
        zones, states = set(places.zones_of_zip(code)), places.states_of_zip(code)
        assert bool(zones) is bool(states), code
        if not zones <= {zone for state in states for zone in STATE_ZONES[state]}:
            beyond.add(code[:3])
    assert beyond == set(BEYOND_THEIR_STATE)


def test_zones_of_one_clock_share_one_name() -> None:
    """So that "Detroit" and "New York" make one group of contacts. Names may only differ where a
    clock changes between now and the day it was written apart on purpose (Vancouver)."""
    words = [line.split() for line in FILE.read_text("ascii").splitlines() if line.startswith("zone ")]
    since = datetime(2027, 1, 1, tzinfo=UTC)
    clocks: dict[tuple[timedelta | None, ...], str] = {}
    for _, _, zone in words:
        if zone != "America/Vancouver":
            shown = tuple(ZoneInfo(zone).utcoffset(since + timedelta(days=n)) for n in range(730))
            assert clocks.setdefault(shown, zone) == zone


def _shown(zones: Iterable[str]) -> set[tuple[timedelta | None, ...]]:
    """What the clocks of these zones show for two years: equal for two names of one clock."""
    since = datetime(2027, 1, 1, tzinfo=UTC)
    days = [since + timedelta(days=n) for n in range(730)]
    return {tuple(day.astimezone(ZoneInfo(zone)).utcoffset() for day in days) for zone in zones}


@pytest.mark.parametrize(("codes", "zones"), [*by_hand.ZIP_IS, *by_hand.ZIP_ALSO])
def test_what_is_known_by_hand_is_in_the_table(codes: str, zones: tuple[str, ...]) -> None:
    for code in codes.split():
        found = _shown(places.zones_of_zip(code))
        assert found >= _shown(zones), code
        assert found == _shown(zones) or (codes, zones) in by_hand.ZIP_ALSO, code


@pytest.mark.parametrize("state", sorted(by_hand.COUNTIES))
def test_counties_known_by_hand_are_in_the_table(state: str) -> None:
    for zones, names in by_hand.COUNTIES[state].items():
        for name in names.split():
            assert set(places.zones_of_county(state, name)) == set(zones), name
