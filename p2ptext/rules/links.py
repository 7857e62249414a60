"""Links by person: what stands in a text instead of a web address, and how it is read back.

A code is the numbers of a link and of a contact, and a keyed digest of both: nothing has to be stored
for each of a million people, and nobody can make up a code or turn their own into somebody else's.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from p2ptext.rules.fault import Fault
from p2ptext.rules.lint_words import SHORTENERS
from p2ptext.rules.script import field_key

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUE = {digit: value for value, digit in enumerate(_DIGITS)}
_LINK, _CONTACT, _DIGEST = 3, 6, 11
"""Characters of each part. With 11 of 62 the digest has 65 bits; 6 hold 56 billion contacts and 3 hold
238,000 links, after which codes grow by a character."""
LENGTH = _LINK + _CONTACT + _DIGEST
"""Characters of a code: all of one installation's texts with a link are longer by the same."""
LONGEST_CODE = 40
NOBODY = 0
"""The contact of a code in a preview: it leads to the page, and nobody is counted."""

LONGEST_URL = 1000
_NAME = re.compile(r"[a-z][a-z0-9_]{1,29}")
_FIELD = re.compile(r"\{([^{}|\r\n]*)(?:\|[^{}\r\n]*)?\}")
_NOT_PUBLIC = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "test", "invalid")


def make_code(link_id: int, contact_id: int, key: bytes) -> str:
    """The code of one contact's link."""
    ids = _digits(link_id, _LINK) + _digits(contact_id, _CONTACT)
    return ids + _digest(link_id, contact_id, key)


def read_code(code: str, key: bytes) -> tuple[int, int] | None:
    """The link and the contact of a code; None for one that was not made with this key.

    There is one spelling of each code: leading zeros beyond the usual places are refused.
    """
    if not LENGTH <= len(code) <= LONGEST_CODE or not _VALUE.keys() >= set(code):
        return None
    place = -_DIGEST - _CONTACT
    link_id, contact_id = _number(code[:place]), _number(code[place:-_DIGEST])
    # The digest first, in constant time, whatever else is wrong with the code.
    genuine = hmac.compare_digest(code[-_DIGEST:], _digest(link_id, contact_id, key))
    return (link_id, contact_id) if genuine and _digits(link_id, _LINK) == code[:place] else None


def _digest(link_id: int, contact_id: int, key: bytes) -> str:
    said = hmac.digest(key, b"link %d contact %d" % (link_id, contact_id), "sha256")
    return _digits(int.from_bytes(said[:16]) % 62**_DIGEST, _DIGEST)


def _digits(number: int, at_least: int) -> str:
    found = ""
    while number:
        number, last = divmod(number, 62)
        found = _DIGITS[last] + found
    return found.rjust(at_least, "0")


def _number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * 62 + _VALUE[digit]
    return number


@dataclass(frozen=True, slots=True)
class Links:
    """The links that a campaign's texts may hold."""

    base: str = ""
    """What stands before a code: "https://go.example.org/l/"."""
    ids: Mapping[str, int] = field(default_factory=dict)
    """By name, as script.field_key has it."""
    key: bytes = b""

    def put_in(self, template: str, contact_id: int) -> str:
        """`template` with this contact's addresses in place of the names of links.

        Before the values of the list are put in: nothing in a list can become a link.
        """
        if not self.ids:
            return template
        return _FIELD.sub(lambda match: self._address(match, contact_id), template)

    def _address(self, match: re.Match[str], contact_id: int) -> str:
        link_id = self.ids.get(field_key(match[1]))
        if link_id is None:
            return match[0]
        return self.base + make_code(link_id, contact_id, self.key)

    def put_in_all(self, words: Any, contact_id: int = NOBODY) -> Any:
        """The same for every text of a script's document, or of a part of it."""
        if not self.ids:
            return words
        if isinstance(words, str):
            return self.put_in(words, contact_id)
        if isinstance(words, Mapping):
            return {name: self.put_in_all(value, contact_id) for name, value in words.items()}
        if isinstance(words, list | tuple):
            return [self.put_in_all(value, contact_id) for value in words]
        return words


NONE = Links()
"""Of a campaign without links."""


def check_name(name: str, taken: Mapping[str, object]) -> Fault | None:
    """What speaks against a link's name; `taken` are the field_keys of names that texts use already."""
    if not _NAME.fullmatch(name):
        words = (
            "A name has 2 to 30 small letters, digits and underscores, and begins with a letter, "
            "like vote_page."
        )
        return Fault("bad_name", words)
    if field_key(name) in taken:
        return Fault("name_taken", f"{{{name}}} stands for something else already. Choose another name.")
    return None


def check_url(url: str) -> Fault | None:
    """What speaks against a page that a link leads to."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return Fault("bad_url", "This is no web address. Copy it from your browser's address bar.")
    if len(url) > LONGEST_URL:
        return Fault("too_long", f"This address is too long. {LONGEST_URL} characters at most.")
    if parts.scheme != "https" or re.search(r"[\s\\<>\"\x00-\x1f\x7f]", url):
        return Fault("not_https", "Give an address that begins with https://, without spaces.")
    if parts.username is not None or parts.password is not None:
        return Fault("credentials", "The address holds a user name or a password. Take it out.")
    if not is_public_host(host) or port not in (None, 443):
        return Fault(
            "not_public", "People's phones cannot reach this address. Give that of a public page."
        )
    if any(host == one or host.endswith(f".{one}") for one in SHORTENERS):
        words = (
            "This is the address of a public shortener, which phone companies block. Give the page's "
            "own address."
        )
        return Fault("shortener", words)
    return None


def is_public_host(host: str) -> bool:
    """Whether a host is named like one of the public internet: no number, nothing of a private network."""
    labels = host.lower().split(".")
    named = all(re.fullmatch(r"(?!-)[a-z0-9-]{1,63}(?<!-)", label) for label in labels)
    return (
        named
        and len(labels) > 1
        and len(host) <= 253
        and labels[-1] not in _NOT_PUBLIC
        and not labels[-1].isdigit()
        and labels[-1] != "arpa"
    )
