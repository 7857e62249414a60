"""States, territories and provinces: their names and the clocks in them."""

EASTERN, CENTRAL = "America/New_York", "America/Chicago"
MOUNTAIN, ARIZONA, PACIFIC = "America/Denver", "America/Phoenix", "America/Los_Angeles"
CONTIGUOUS_US = (CENTRAL, MOUNTAIN, PACIFIC, EASTERN, ARIZONA)
"""The zones of somebody of whom nothing is known."""

MILITARY = frozenset({"AA", "AE", "AP"})
"""What stands for the state in the address of a soldier or diplomat abroad."""

# A state on both sides of a zone border has both zones; the border towns that live by the
# neighbour's clock count too (Phenix City in Alabama, West Wendover in Nevada).
_BY_STATE: dict[tuple[str, ...], str] = {
    (EASTERN,): "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    (CENTRAL,): "AR IA IL LA MN MO MS OK WI",
    (MOUNTAIN,): "CO MT NM UT WY",
    (PACIFIC,): "CA WA",
    (CENTRAL, EASTERN): "AL FL IN KY MI TN",
    (CENTRAL, MOUNTAIN): "KS ND NE SD TX",
    (MOUNTAIN, PACIFIC): "ID NV OR",
    # The Navajo Nation keeps daylight saving time, the rest of Arizona does not.
    (MOUNTAIN, ARIZONA): "AZ",
    ("America/Adak", "America/Anchorage"): "AK",
    ("Pacific/Honolulu",): "HI",
    ("America/Puerto_Rico",): "PR VI",
    ("Pacific/Guam",): "GU MP",
    ("Pacific/Pago_Pago",): "AS",
    ("Pacific/Palau",): "PW",
    ("Pacific/Guam", "Pacific/Pohnpei"): "FM",
    ("Pacific/Majuro",): "MH",
    ("America/Edmonton",): "AB",
    ("America/Edmonton", "America/Vancouver"): "BC",
    ("America/Winnipeg",): "MB",
    ("America/Halifax",): "NB NS PE",
    ("America/Halifax", "America/St_Johns"): "NL",
    ("America/Cambridge_Bay", "America/Rankin_Inlet", "America/Toronto", "America/Winnipeg"): "NU",
    ("America/Edmonton", "America/Whitehorse"): "NT",
    ("America/Toronto", "America/Winnipeg"): "ON",
    ("America/Halifax", "America/Toronto"): "QC",
    ("America/Edmonton", "America/Regina"): "SK",
    ("America/Whitehorse",): "YT",
}
STATE_ZONES = {code: zones for zones, codes in _BY_STATE.items() for code in codes.split()}
"""The zones of each state, territory and province by its two letters."""

_NAMES = (
    "AL alabama|AK alaska|AZ arizona|AR arkansas|CA california|CO colorado|CT connecticut|"
    "DE delaware|DC district of columbia|DC washington dc|FL florida|GA georgia|HI hawaii|ID idaho|"
    "IL illinois|IN indiana|IA iowa|KS kansas|KY kentucky|LA louisiana|ME maine|"
    "MD maryland|MA massachusetts|MI michigan|MN minnesota|MS mississippi|MO missouri|"
    "MT montana|NE nebraska|NV nevada|NH new hampshire|NJ new jersey|NM new mexico|"
    "NY new york|NC north carolina|ND north dakota|OH ohio|OK oklahoma|OR oregon|"
    "PA pennsylvania|RI rhode island|SC south carolina|SD south dakota|TN tennessee|"
    "TX texas|UT utah|VT vermont|VA virginia|WA washington|WV west virginia|WI wisconsin|"
    "WY wyoming|PR puerto rico|GU guam|VI virgin islands|VI us virgin islands|"
    "AS american samoa|MP northern mariana islands|PW palau|FM federated states of micronesia|"
    "FM micronesia|MH marshall islands|AB alberta|BC british columbia|"
    "MB manitoba|NB new brunswick|NL newfoundland and labrador|NS nova scotia|"
    "NT northwest territories|NU nunavut|ON ontario|PE prince edward island|QC quebec|QC québec|"
    "SK saskatchewan|YT yukon"
)
_STATE_NAMES = {pair[3:]: pair[:2] for pair in _NAMES.split("|")}
# The first name of each is its own; what follows are other ways to write it.
_NAME_OF = {code: name for name, code in reversed(_STATE_NAMES.items())}


def state_code(text: str) -> str | None:
    """The two letters of a state, territory or province written in letters or in full."""
    words = " ".join(text.replace(".", "").split())
    letters = words.upper().removeprefix("US-")
    return letters if letters in STATE_ZONES else _STATE_NAMES.get(words.lower())


def state_name(code: str) -> str:
    """A state's name as it is written, such as "Ohio" for OH; the two letters if it has none here."""
    words = _NAME_OF.get(code, code).split()
    return " ".join(word if word in ("of", "and") else word[0].upper() + word[1:] for word in words)
