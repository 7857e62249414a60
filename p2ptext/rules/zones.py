"""Which time zones a contact may be in, and how we know."""

from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from p2ptext.rules.area_codes import ZONES_BY_AREA_CODE

_E, _C, _M, _P = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
_AZ = "America/Phoenix"

CONTIGUOUS_US = (_E, _C, _M, _AZ, _P)
"""The zones of somebody of whom nothing is known."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The zones a person may be in, and what says so: timezone, state, area_code or nothing."""

    zones: tuple[str, ...]
    source: str


# A state on both sides of a zone border has both zones; the border towns that live by the
# neighbour's clock count too (Phenix City in Alabama, West Wendover in Nevada).
_BY_STATE: dict[tuple[str, ...], str] = {
    (_E,): "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    (_C,): "AR IA IL LA MN MO MS OK WI",
    (_M,): "CO MT NM UT WY",
    (_P,): "CA WA",
    (_E, _C): "AL FL IN KY MI TN",
    (_C, _M): "KS ND NE SD TX",
    (_M, _P): "ID NV OR",
    # The Navajo Nation keeps daylight saving time, the rest of Arizona does not.
    (_AZ, _M): "AZ",
    ("America/Anchorage", "America/Adak"): "AK",
    ("Pacific/Honolulu",): "HI",
    ("America/Puerto_Rico",): "PR VI",
    ("Pacific/Guam",): "GU MP",
    ("Pacific/Pago_Pago",): "AS",
    ("America/Edmonton",): "AB",
    ("America/Vancouver", "America/Edmonton"): "BC",
    ("America/Winnipeg",): "MB",
    ("America/Halifax",): "NB NS PE",
    ("America/St_Johns", "America/Halifax"): "NL",
    ("America/Edmonton", "America/Winnipeg", "America/Toronto"): "NU",
    ("America/Edmonton", "America/Whitehorse"): "NT",
    ("America/Toronto", "America/Winnipeg"): "ON",
    ("America/Toronto", "America/Halifax"): "QC",
    ("America/Regina", "America/Edmonton"): "SK",
    ("America/Whitehorse",): "YT",
}
_STATE_ZONES = {code: zones for zones, codes in _BY_STATE.items() for code in codes.split()}
_NAMES = (
    "AL alabama|AK alaska|AZ arizona|AR arkansas|CA california|CO colorado|CT connecticut|"
    "DE delaware|DC district of columbia|FL florida|GA georgia|HI hawaii|ID idaho|"
    "IL illinois|IN indiana|IA iowa|KS kansas|KY kentucky|LA louisiana|ME maine|"
    "MD maryland|MA massachusetts|MI michigan|MN minnesota|MS mississippi|MO missouri|"
    "MT montana|NE nebraska|NV nevada|NH new hampshire|NJ new jersey|NM new mexico|"
    "NY new york|NC north carolina|ND north dakota|OH ohio|OK oklahoma|OR oregon|"
    "PA pennsylvania|RI rhode island|SC south carolina|SD south dakota|TN tennessee|"
    "TX texas|UT utah|VT vermont|VA virginia|WA washington|WV west virginia|WI wisconsin|"
    "WY wyoming|PR puerto rico|GU guam|VI virgin islands|VI us virgin islands|"
    "AS american samoa|MP northern mariana islands|AB alberta|BC british columbia|"
    "MB manitoba|NB new brunswick|NL newfoundland and labrador|NS nova scotia|"
    "NT northwest territories|NU nunavut|ON ontario|PE prince edward island|QC quebec|"
    "SK saskatchewan|YT yukon"
)
_STATE_NAMES = {pair[3:]: pair[:2] for pair in _NAMES.split("|")}
# "MST" is what lists say all over the Mountain zone, so it is not taken at its word.
_COLLOQUIAL: dict[tuple[str, ...], str] = {
    (_E,): "e et est edt eastern",
    (_C,): "c ct cst cdt central",
    (_M, _AZ): "m mt mst mdt mountain",
    (_AZ, _M): "arizona",
    (_P,): "p pt pst pdt pacific",
    ("America/Anchorage", "America/Adak"): "akst akdt alaska",
    ("Pacific/Honolulu",): "hst hawaii",
    ("America/Puerto_Rico",): "ast atlantic",
}
_COLLOQUIAL_ZONES = {word: zones for zones, words in _COLLOQUIAL.items() for word in words.split()}


@cache
def _iana_names() -> dict[str, str]:
    """Real places' zones by lower-case name; offsets such as Etc/GMT+5 say nothing of a person."""
    names = (name for name in available_timezones() if "/" in name)
    return {name.lower(): name for name in names if not name.startswith(("Etc/", "SystemV/"))}


def zones_named(text: str) -> tuple[str, ...]:
    """The zones meant by a cell such as "America/Chicago", "Central" or "EST"; () if none."""
    words = text.strip().lower()
    name = _iana_names().get(words.replace(" ", "_"))
    if name:
        return (name,)
    word = words.removesuffix(" time").removesuffix(" standard").removesuffix(" daylight")
    return _COLLOQUIAL_ZONES.get(word, ())


def state_code(text: str) -> str | None:
    """The two letters of a state, territory or province written in letters or in full."""
    words = " ".join(text.replace(".", "").split())
    if words.upper() in _STATE_ZONES:
        return words.upper()
    return _STATE_NAMES.get(words.lower())


def zones_for(*, zone: str | None, state: str | None, npa: str | None) -> Evidence:
    """All zones a person may be in, by the best evidence there is.

    In this order: the zone on the row, the state, the area code, nothing. Evidence that says
    nothing we understand is passed over. Never empty.
    """
    named = zones_named(zone) if zone else ()
    if named:
        return Evidence(named, "timezone")
    code = state_code(state) if state else None
    if code:
        return Evidence(_STATE_ZONES[code], "state")
    if npa and npa in ZONES_BY_AREA_CODE:
        return Evidence(ZONES_BY_AREA_CODE[npa], "area_code")
    return Evidence(CONTIGUOUS_US, "nothing")
