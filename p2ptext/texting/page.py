"""Which version of the texting page this process serves, so that an open one can tell it is older."""

import functools
import hashlib
from pathlib import Path

HERE = Path(__file__).parent.parent
PARTS = (
    *sorted((HERE / "static" / "js" / "texting").glob("*.mjs")),
    HERE / "static" / "js" / "app.js",
    HERE / "static" / "js" / "live.js",
    HERE / "templates" / "texting" / "screen.html",
)


@functools.cache
def version() -> str:
    """Twelve characters that change whenever the page or one of its scripts does."""
    return hashlib.sha256(b"".join(part.read_bytes() for part in PARTS)).hexdigest()[:12]
