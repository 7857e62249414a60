"""Addresses inside texts from strangers."""

import re

from markupsafe import Markup, escape

_ADDRESS = re.compile(
    r"\bhttps?://[^\s<>\"'\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069]{1,500}", re.IGNORECASE
)
_TRAILING = ".,;:!?)]}"
# Marks that turn the direction of writing and could make a text read differently from what it is.
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def linked(text: str) -> Markup:
    """`text` escaped for a page, with its http and https addresses made clickable, and nothing else.

    A link tells the other side nothing about the page it was on, and nothing is fetched by itself.
    """
    text = _DIRECTION.sub("", text)
    parts: list[Markup] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_TRAILING)
        parts.append(escape(text[end : match.start()]))
        parts.append(
            Markup('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>').format(
                address
            )
        )
        end = match.start() + len(address)
    parts.append(escape(text[end:]))
    return Markup("").join(parts)
