"""A webhook's body as an organizer may read it: short, one character at a time, no whole phone."""

import json
import re
import unicodedata

from p2ptext.rules.phone import mask

LONGEST = 600
"""Characters shown; the database keeps the whole body."""

# Seven digits or more, whatever stands between them. Better a masked date than a phone in full.
_PHONE = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")


def excerpt(raw: bytes) -> str:
    """`raw` as text to be escaped by the page, at most LONGEST characters long."""
    text = _readable(raw)
    shown = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in text)
    # Masked before it is cut, or a cut number would slip through.
    masked = without_phones(shown)
    return masked if len(masked) <= LONGEST else masked[:LONGEST] + " …"


def without_phones(text: str) -> str:
    """`text` with every long run of digits reduced to its last four."""
    return _PHONE.sub(lambda found: mask(re.sub(r"\D", "", found[0])), text)


def _readable(raw: bytes) -> str:
    """JSON with its \\u escapes undone, which could hide a phone; anything else as UTF-8."""
    text = raw.decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
