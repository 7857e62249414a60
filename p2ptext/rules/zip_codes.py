"""ZIP and postal codes as people and spreadsheets write them."""

import re
from dataclasses import dataclass

from p2ptext.rules.states import state_code


@dataclass(frozen=True, slots=True)
class ZipCode:
    """A code of the United States."""

    digits: str
    """Always five."""
    zeros: int = 0
    """How many of them, in front, were not written: a spreadsheet takes 02138 for a number."""


# "45402", "45402-1234", "45402 1234", "454021234", "45402.0", "'45402". Without its zeros at the
# front a code has 3 or 4 digits, and 7 or 8 with the four that follow.
_ZIP = re.compile(
    r"['\"=]*(\d{3,5}|\d{7,9})(?:(?:\.0*)|(?:(?<!\d{6})\s*[-–\s]\s*\d{0,4}))?[\"']?", re.ASCII
)
_POSTAL = re.compile(r"([ABCEGHJKLMNPRSTVXY])\d[A-Z](?:[ -]?\d[A-Z]\d)?", re.ASCII | re.IGNORECASE)
_PROVINCES = {
    letter: tuple(codes.split())
    for letters, codes in (
        ("A", "NL"), ("B", "NS"), ("C", "PE"), ("E", "NB"), ("GHJ", "QC"), ("KLMNP", "ON"),
        ("R", "MB"), ("S", "SK"), ("T", "AB"), ("V", "BC"), ("X", "NT NU"), ("Y", "YT"),
    )
    for letter in letters
}  # fmt: skip
_LONGEST = 300
"""No address is longer; also keeps hostile cells cheap."""


def read_zip(text: str) -> ZipCode | None:
    """The ZIP code in a cell, without the four digits that may follow; None if there is none."""
    match = _ZIP.fullmatch(text.strip()) if len(text) < _LONGEST else None
    if not match:
        return None
    digits = match[1]
    whole = 9 if len(digits) > 5 else 5
    return ZipCode(digits.zfill(whole)[:5], whole - len(digits))


def provinces_of(text: str) -> tuple[str, ...]:
    """The provinces of a Canadian postal code, by its first letter; () if it is none."""
    match = _POSTAL.fullmatch(text.strip())
    return _PROVINCES[match[1].upper()] if match else ()


_COUNTRY = re.compile(r"[\s,]+(?:U\.?S\.?A?\.?|United States(?: of America)?|Canada)$", re.IGNORECASE)
_LAST_CODE = re.compile(
    r"(?:^|(?P<before>.*?)[\s,]+)(?P<code>\d{5}(?:-\d{0,4}|\d{4})?|[A-Z]\d[A-Z][ -]?\d[A-Z]\d)$",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)


def zip_in(address: str) -> str | None:
    """The ZIP or postal code at the end of an address, None if it ends without one.

    Five digits are a ZIP code only after a state or alone: "PO Box 45402" and "Route 10001" are
    not.
    """
    if len(address) > _LONGEST:
        return None
    match = _LAST_CODE.fullmatch(_COUNTRY.sub("", address.strip(" \t\r\n.,")))
    if not match:
        return None
    code, before = match["code"], match["before"]
    if code[0].isdigit() and before and not _ends_with_state(before):
        return None
    return code


def _ends_with_state(words: str) -> bool:
    last = re.split(r"[\s,]+", words.strip(" ,"))[-3:]
    return any(state_code(" ".join(last[n:])) for n in range(len(last)))
