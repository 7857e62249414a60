"""A pasted or uploaded list of e-mail addresses, however it was written down.

One address or many a line, with commas, semicolons, tabs or spaces between them; `Amy Adams <amy@x.org>`;
or a table with a column of addresses. Whether something is an address is for others to say.
"""

import re
from dataclasses import dataclass

_BETWEEN = re.compile(r"[,;\t]")
_QUOTED = re.compile(r'"[^"]*"')
_NAMED = re.compile(r"(?P<name>[^<>]*)<\s*(?P<email>[^<>]*?)\s*>\s*$")
_HIDDEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))
"""What mail programs and tables leave in a copied address that nobody can see."""
LONGEST = 320
"""Characters kept of what was given: an address has at most 254."""


@dataclass(frozen=True, slots=True)
class Given:
    """One thing on the list that is an address or should have been one."""

    line: int
    """From 1."""
    text: str
    """As it was given, shortened."""
    email: str
    """Empty where there is nothing like an address."""


def read(text: str) -> list[Given]:
    """Everything on the list, in its order. Empty lines are nothing."""
    found: list[Given] = []
    for number, line in enumerate(text.translate(_HIDDEN).splitlines(), start=1):
        found += _read_line(number, line.strip())
    return found


def _read_line(number: int, line: str) -> list[Given]:
    plain = _QUOTED.sub(lambda found: _BETWEEN.sub(" ", found.group()), line)
    parts = [part for piece in _BETWEEN.split(plain) if (part := _bare(piece))]
    parts = [single for part in parts for single in _singles(part)]
    addresses = [part for part in parts if "@" in part]
    if not parts:
        return []
    if not addresses:
        return [Given(number, line[:LONGEST], "")]
    # Beside one address stand a name and other columns; among several, what is none is a mistake.
    wanted = addresses if len(addresses) == 1 else parts
    return [Given(number, part[:LONGEST], _address(part)) for part in wanted]


def _bare(piece: str) -> str:
    return piece.strip().strip("\"'").strip()


def _singles(part: str) -> list[str]:
    """Several addresses with nothing but spaces between them."""
    return part.split() if part.count("@") > 1 and "<" not in part else [part]


def _address(part: str) -> str:
    if "@" not in part:
        return ""
    named = _NAMED.match(part)
    email = named["email"] if named else part
    return email.removeprefix("mailto:").strip("<>\"' ").rstrip(".")
