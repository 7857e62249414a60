"""Who lives together, and who is the same person: keys to compare two rows of a list by."""

import re
import unicodedata
from collections.abc import Mapping

# Publication 28 of the United States Postal Service, appendices B, C1 and C2, in short: the words
# people write in full and in brief.
_SHORT = {
    "alley": "aly", "av": "ave", "avenue": "ave", "boulevard": "blvd", "circle": "cir",
    "court": "ct", "drive": "dr", "expressway": "expy", "freeway": "fwy", "heights": "hts",
    "highway": "hwy", "junction": "jct", "lane": "ln", "parkway": "pkwy", "place": "pl",
    "plaza": "plz", "road": "rd", "route": "rte", "square": "sq", "str": "st", "street": "st",
    "terrace": "ter", "trail": "trl", "turnpike": "tpke", "way": "way",
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw",
    "southeast": "se", "southwest": "sw",
    "apartment": "#", "apt": "#", "unit": "#", "suite": "#", "ste": "#", "no": "#", "number": "#",
    "floor": "fl", "building": "bldg", "lot": "lot", "trailer": "trlr", "room": "rm",
}  # fmt: skip
# What a door is called where it has a column of its own.
_DOORS = frozenset(
    ("address_2", "address2", "address_line_2", "addr2", "apt", "apartment", "apartment_number",
     "apt_number", "unit", "unit_number", "residential_secondary_addr", "mail_addr2",
     "residence_addresses_extraaddressline", "residence_addresses_apartmentnum")
)  # fmt: skip
_SIGNS = str.maketrans(
    {**dict.fromkeys('!"$%&()*+,-/:;<=>?@[\\]^_`{|}~', " "), "#": " # ", ".": "", "'": "", "’": ""}
)
_DIGIT = re.compile(r"\d")


def household_key(fields: Mapping[str, str]) -> str | None:
    """What the rows of one household have in common; None if the row does not say.

    The list's own household number if there is one, else the street address with its door and
    the ZIP code, written alike: "12 North Main Street, Apt. 4" and "12 n main st #4" are one.
    An address without a number, or without a ZIP code, is nobody's door.
    """
    household = fields.get("household", "")
    if household.strip("0"):
        return f"id {household.casefold()}"
    address, zip_code = fields.get("address"), fields.get("zip")
    if not address or not zip_code or not _DIGIT.search(address):
        return None
    if not _DOORS.isdisjoint(fields):
        address = " # ".join([address, *(fields[name] for name in sorted(_DOORS & fields.keys()))])
    words = [_SHORT.get(word, word) for word in _folded(address).translate(_SIGNS).split()]
    place = zip_code if len(zip_code) == 5 else _zip5(zip_code)
    return f"at {place} {' '.join(words).replace('# #', '#')}" if place else None


def _zip5(zip_code: str) -> str:
    """The first five digits, with the zeros a spreadsheet took; a foreign code as written."""
    code = zip_code.partition("-")[0].strip()
    if code.isascii() and code.isdigit():
        return code[:5].zfill(5) if len(code) in (3, 4, 5, 9) else ""
    return _folded(code).replace(" ", "")


def person_key(first_name: str, last_name: str) -> str:
    """The name as letters only, without case and accents: "JOSÉ  O'Neil" and "Jose ONeil" are one.

    Tells "the same phone, the same person" from "the same phone, somebody else". "" for a row
    without a name: it may be anybody.
    """
    first, last = _folded(first_name), _folded(last_name)
    if first.isalpha() and last.isalpha():
        return f"{first} {last}"
    key = f"{''.join(filter(str.isalpha, first))} {''.join(filter(str.isalpha, last))}"
    return "" if key == " " else key


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))
