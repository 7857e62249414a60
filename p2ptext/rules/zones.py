"""Which time zones a contact may be in, and how we know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from p2ptext.rules import places
from p2ptext.rules.area_codes import ZONES_BY_AREA_CODE
from p2ptext.rules.states import (
    ARIZONA,
    CENTRAL,
    CONTIGUOUS_US,
    EASTERN,
    MILITARY,
    MOUNTAIN,
    PACIFIC,
    STATE_ZONES,
    state_code,
)
from p2ptext.rules.wall_clocks import names
from p2ptext.rules.zip_codes import ZipCode, provinces_of, read_zip, zip_in

__all__ = ["CONTIGUOUS_US", "Evidence", "state_code", "zip_in", "zones_for", "zones_named"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The zones a person may be in, in alphabetical order, and what says so.

    `source` is timezone, zip, county, state, area_code, territory or nothing.
    """

    zones: tuple[str, ...]
    source: str


# "MST" is what lists say all over the Mountain zone, so it is not taken at its word.
_COLLOQUIAL: dict[tuple[str, ...], str] = {
    (EASTERN,): "e et est edt eastern",
    (CENTRAL,): "c ct cst cdt central",
    (MOUNTAIN, ARIZONA): "m mt mst mdt mountain arizona",
    (PACIFIC,): "p pt pst pdt pacific",
    ("America/Adak", "America/Anchorage"): "akst akdt alaska",
    ("Pacific/Honolulu",): "hst hawaii",
    # Halifax changes its clocks, Puerto Rico does not.
    ("America/Halifax", "America/Puerto_Rico"): "ast adt atlantic",
}
_COLLOQUIAL_ZONES = {word: zones for zones, words in _COLLOQUIAL.items() for word in words.split()}


@cache
def _iana_names() -> dict[str, str]:
    """Real places' zones by lower-case name; offsets such as Etc/GMT+5 say nothing of a person."""
    places_only = (name for name in names() if "/" in name)
    return {name.lower(): name for name in places_only if not name.startswith(("Etc/", "SystemV/"))}


def zones_named(text: str) -> tuple[str, ...]:
    """The zones meant by a cell such as "America/Chicago", "Central" or "EST"; () if none."""
    words = text.strip().lower()
    name = _iana_names().get(words.replace(" ", "_"))
    if name:
        return (name,)
    word = words.removesuffix(" time").removesuffix(" standard").removesuffix(" daylight")
    return _COLLOQUIAL_ZONES.get(word, ())


def zones_for(
    *,
    zone: str | None = None,
    zip_code: str | None = None,
    state: str | None = None,
    county: str | None = None,
    npa: str | None = None,
    territory: Sequence[str] = (),
) -> Evidence:
    """All zones a person may be in, by the best evidence there is.

    In this order: the zone on the row, the ZIP or postal code, the state (of a state with more
    than one clock the county), the area code, the states of the campaign's `territory`, nothing.
    Evidence that says nothing we understand is passed over. A ZIP code in another state than the
    row's has the zones of both. Of somebody with a military address nothing is known. Never empty.
    """
    named = zones_named(zone) if zone else ()
    if named:
        return Evidence(named, "timezone")
    code = state_code(state) if state else None
    digits = read_zip(zip_code) if zip_code else None
    if _is_military(digits, state):
        return Evidence(
            _union(CONTIGUOUS_US, STATE_ZONES.get(code or "", ()), _by_area_code(npa)), "nothing"
        )
    by_zip = _by_zip(digits, code, npa) if digits else _by_postal_code(zip_code or "", code)
    if by_zip:
        return Evidence(by_zip, "zip")
    return _by_state(code, county) or _by_phone_or_territory(npa, territory)


def _is_military(digits: ZipCode | None, state: str | None) -> bool:
    by_zip = digits is not None and digits.zeros < 2 and places.is_military(digits.digits)
    return by_zip or (state or "").strip().upper() in MILITARY


def _by_zip(digits: ZipCode, code: str | None, npa: str | None) -> tuple[str, ...]:
    """The zones of a ZIP code as it was meant.

    Where zeros are missing in front and the state does not confirm them, the digits may be the
    rest of something else: with one zero missing the other evidence counts as well, with two
    alone ("606" is rather the beginning of Chicago's than Maricao's 00606).
    """
    zones = places.zones_of_zip(digits.digits)
    if not zones or (code and code in places.states_of_zip(digits.digits)):
        return zones
    if digits.zeros > 1:
        return ()
    if code:
        return _union(zones, STATE_ZONES[code])
    return _union(zones, _by_area_code(npa)) if digits.zeros else zones


def _by_postal_code(text: str, code: str | None) -> tuple[str, ...]:
    provinces = provinces_of(text)
    zones = _union(*(STATE_ZONES[province] for province in provinces))
    return _union(zones, STATE_ZONES[code]) if zones and code and code not in provinces else zones


def _by_state(code: str | None, county: str | None) -> Evidence | None:
    if not code:
        return None
    by_county = places.zones_of_county(code, county) if county else ()
    return Evidence(by_county, "county") if by_county else Evidence(STATE_ZONES[code], "state")


def _by_phone_or_territory(npa: str | None, territory: Iterable[str]) -> Evidence:
    by_phone = _by_area_code(npa)
    if by_phone:
        return Evidence(by_phone, "area_code")
    codes = (state_code(state) for state in territory)
    by_territory = _union(*(STATE_ZONES[code] for code in codes if code))
    if by_territory:
        return Evidence(by_territory, "territory")
    return Evidence(CONTIGUOUS_US, "nothing")


def _by_area_code(npa: str | None) -> tuple[str, ...]:
    return ZONES_BY_AREA_CODE.get(npa, ()) if npa else ()


def _union(*sets: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({zone for zones in sets for zone in zones}))
