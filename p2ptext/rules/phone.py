"""Telephone numbers as people write them, to E.164."""

import hashlib
import hmac
import re
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType

from p2ptext.rules.area_codes import ZONES_BY_AREA_CODE
from p2ptext.rules.fault import Fault

__all__ = ["Fault", "Hasher", "Phone", "hash_phone", "mask", "normalize"]


class Phone(NamedTuple):
    """A number that can be texted."""

    e164: str
    """"+" and digits: "+12025550104"."""
    npa: str | None
    """The area code of a North American number; None for other countries."""


_SEPARATORS = str.maketrans("", "", " ()-./")
_SCIENTIFIC = re.compile(r"\+?(\d)(?:[.,](\d+))?E\+?(\d+)|[+-]?\d+(?:[.,]\d+)?E\+?\d+", re.ASCII | re.I)
# A whole number a spreadsheet or database saved with decimals: 2025550104.0
_DECIMAL_TAIL = re.compile(r"(?<=\d{10})[.,]0{1,2}$", re.ASCII)
_EXTENSION = re.compile(r"(?:ext?|extension|x|#|;\s*ext=)\s*[.:]?\s*\d{1,7}$", re.I | re.ASCII)
# How spreadsheets are told that a number is text: '2025550104 and ="2025550104".
_AS_TEXT = "='\"’` "
_DASHES = dict.fromkeys("‐‑‒–—―−－﹣", "-")
_INVISIBLE = dict.fromkeys(
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_TIDY = str.maketrans({**_DASHES, **_INVISIBLE, "＋": "+", "（": "(", "）": ")", "．": "."})
_NONE = frozenset(
    ("n/a", "#n/a", "na", "none", "no phone", "null", "nil", "undefined", "unknown", "nan", "\\n")
)
"""What people and programs write where there is no number."""
_TOLL_FREE = frozenset(("800", "822", "833", "844", "855", "866", "877", "888"))
"""822 is the next to be opened."""
_AREA_CODES = frozenset(ZONES_BY_AREA_CODE) - _TOLL_FREE
_LONGEST = 60
"""Nothing longer is a telephone number; also keeps hostile cells cheap."""

_WORDS = {
    "missing": "There is no phone number in this row.",
    "letters": "A phone number has digits only. Remove the other characters.",
    "extension": "This number has an extension, and extensions cannot be texted. Use a direct number.",
    "spreadsheet": (
        "A spreadsheet turned this number into something like 7.7E+09 and its digits are lost. "
        "Format the column as text, then export the list again."
    ),
    "too_short": "This number is too short. Give all 10 digits, with the area code.",
    "too_long": "This number has too many digits. Give one number with 10 digits.",
    "short_code": "This is a short code, not a person's number. Give all 10 digits.",
    "premium": "This is a premium number (900 or 976). It cannot be texted.",
    "toll_free": "This is a toll-free number, not a person's phone. It cannot be texted.",
    "invalid": "No phone has this number. Check its digits and its area code.",
    "not_north_american": (
        "This is not a North American number. Write a number of another country with + and its "
        "country code."
    ),
}


def _fault(code: str) -> Fault:
    return Fault(code, _WORDS[code])


def normalize(raw: str) -> Phone | Fault:
    """The number somebody wrote, as E.164, or why it cannot be texted.

    A number without "+" is North American. Any number of the plan counts (area code in use,
    exchange 200-999 but no N11), the reserved 555-01xx among them; which of those are
    connected nobody but the carrier knows. Fault codes: missing, letters, extension,
    spreadsheet, too_short, too_long, short_code, premium, toll_free, not_north_american,
    invalid.
    """
    # The usual spellings, so that a million rows need no long look.
    digits = raw if raw.isdigit() else _bare(raw)
    if digits.isascii():
        if len(digits) == 11 and digits[0] == "1":
            digits = digits[1:]
        if len(digits) == 10 and digits.isdigit():
            return _north_american(digits)
    text = raw.translate(_TIDY).strip().strip(_AS_TEXT)
    return _shape_fault(text) or _from_digits(_written_out(text))


def _bare(raw: str) -> str:
    """A number as people usually write it, without what is between its digits; else as it is."""
    # In "2025550104.0" the point is a decimal's, in "202.555.0104" it is not.
    if "." in raw and raw[-5:-4] != ".":
        return raw
    digits = raw.translate(_SEPARATORS)
    return digits[2:] if len(digits) == 12 and digits.startswith("+1") else digits


def _north_american(digits: str) -> Phone | Fault:
    """The number with these ten digits."""
    area, exchange = digits[:3], digits[3:6]
    # 911, 411 and their like are services; 976 costs extra wherever it exists.
    if area in _AREA_CODES and exchange[0] > "1" and exchange[1:] != "11" and exchange != "976":
        return Phone(f"+1{digits}", area)
    if area == "900" or (exchange == "976" and area in _AREA_CODES):
        return _fault("premium")
    return _fault("toll_free" if area in _TOLL_FREE else "invalid")


def _written_out(text: str) -> str:
    """A number like 2.025550104E+09 that still has all its digits, as those digits."""
    found = _SCIENTIFIC.fullmatch(text)
    return f"{found[1]}{found[2]}" if found else text


def _is_damaged(text: str) -> bool:
    """Whether a spreadsheet's way of writing large numbers lost digits."""
    found = _SCIENTIFIC.fullmatch(text)
    return found is not None and not (found[2] and len(found[2]) == int(found[3]) >= 9)


def _shape_fault(text: str) -> Fault | None:
    """What can be told before reading the digits."""
    if not text or text.lower() in _NONE:
        return _fault("missing")
    if len(text) > _LONGEST:
        return _fault("too_long")
    if _is_damaged(text):
        return _fault("spreadsheet")
    if _EXTENSION.search(text) and sum(char.isdigit() for char in text) > 10:
        return _fault("extension")
    return None


def _from_digits(text: str) -> Phone | Fault:
    bare = _DECIMAL_TAIL.sub("", text.removeprefix("tel:"))
    if re.search(r"[^\d\s+().\-/,;|&]", bare) or "+" in bare.lstrip("( ")[1:]:
        return _fault("letters")
    digits = "".join(str(int(char)) for char in bare if char.isdigit())
    if not digits:
        return _fault("missing")
    if bare.lstrip("( ").startswith("+"):
        return _international(digits)
    for prefix in ("001", "0111", "1", ""):
        national = digits.removeprefix(prefix)
        if digits.startswith(prefix) and len(national) == 10:
            return _north_american(national)
    return _wrong_length(digits)


def _wrong_length(digits: str) -> Fault:
    if len(digits) in (5, 6):
        return _fault("short_code")
    if len(digits) < 10:
        return _fault("too_short")
    # A trunk 0 in front, or another country's code: readable only with its plus.
    if digits.startswith("0") or (len(digits) <= 15 and isinstance(_international(digits), Phone)):
        return _fault("not_north_american")
    return _fault("too_long")


def _international(digits: str) -> Phone | Fault:
    if digits.startswith("0"):
        return _fault("invalid")
    if digits.startswith("1"):
        if len(digits) != 11:
            return _fault("too_short" if len(digits) < 11 else "too_long")
        return _north_american(digits[1:])
    if len(digits) > 15:
        return _fault("too_long")
    return _abroad(digits)


_REFUSED_TYPES = {
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.SHARED_COST: "premium",
}


def _abroad(digits: str) -> Phone | Fault:
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return _fault("too_short" if len(digits) < 8 else "invalid")
    if not phonenumbers.is_valid_number(number):
        reason = phonenumbers.is_possible_number_with_reason(number)
        if reason == phonenumbers.ValidationResult.TOO_SHORT:
            return _fault("too_short")
        return _fault("too_long" if reason == phonenumbers.ValidationResult.TOO_LONG else "invalid")
    refused = _REFUSED_TYPES.get(phonenumbers.number_type(number))
    if refused:
        return _fault(refused)
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None)


def hash_phone(e164: str, key: bytes) -> bytes:
    """HMAC-SHA256 of the number: finds a person again without keeping the number.

    `key` is the organization's own, so that two organizations' hashes never match.
    """
    return hmac.digest(key, e164.encode("ascii"), "sha256")


class Hasher:
    """`hash_phone` for many numbers under one key, in less than half the time.

    HMAC hashes the key twice before each message; here that is done once (RFC 2104, section 4).
    """

    def __init__(self, key: bytes) -> None:
        block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block)).copy
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block)).copy

    def hash(self, e164: str) -> bytes:
        """The same as `hash_phone(e164, key)`."""
        inner = self._inner()
        inner.update(e164.encode("ascii"))
        outer = self._outer()
        outer.update(inner.digest())
        return outer.digest()


def mask(e164: str) -> str:
    """The number with all but its last four digits hidden: "•••• 0104"."""
    return f"•••• {e164[-4:]}"
