"""The carrier fetches what goes with a text, as the real one does: from the address that it was told.

Only from this computer, for nothing of the simulated carrier goes further, and without following
anybody elsewhere. What it does not take ends in a receipt, as at Vonage, not in the answer to the call.
"""

import hashlib
from dataclasses import dataclass

import urllib3

from p2ptext.config import is_loopback

MOST_BYTES = 1_048_576
"""Of an MMS; nobody delivers more for certain."""
PATIENCE_S = 10.0
REFUSED = 1020
"""Vonage's code for a parameter that is wrong, as an address at which there is nothing to be had."""
_BEGINNINGS = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "audio/mpeg": (b"ID3", b"\xff"),
    "audio/amr": (b"#!AMR",),
    "audio/mp4": (b"",),
    "video/mp4": (b"",),
    "video/3gpp": (b"",),
}


@dataclass(frozen=True, slots=True)
class Collected:
    """What lay at the address."""

    type: str
    size: int
    sha256: str
    fault: str = ""
    """Why it is not delivered; "" where it is."""


class Collector:
    """Fetches over connections of its own."""

    def __init__(self) -> None:
        self._http = urllib3.PoolManager(maxsize=8, retries=False)

    def collect(self, url: str, message_type: str) -> Collected:
        """Fetch it now."""
        if not is_loopback(url):
            return Collected("", 0, "", "the simulated carrier fetches from this computer alone")
        try:
            answer = self._http.request(
                "GET", url, timeout=PATIENCE_S, redirect=False, preload_content=False
            )
            content = answer.read(MOST_BYTES + 1)
            answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            return Collected("", 0, "", f"no answer ({type(error).__name__})")
        kind = answer.headers.get("Content-Type", "")
        digest = hashlib.sha256(content).hexdigest()
        return Collected(kind, len(content), digest, _fault(answer.status, kind, content, message_type))


def _fault(status: int, kind: str, content: bytes, message_type: str) -> str:
    if status != 200:
        return f"answered {status}"
    if kind not in _BEGINNINGS or not content.startswith(_BEGINNINGS[kind]):
        return "not what its type says, or of a type that no phone shows"
    if message_type not in (kind.split("/")[0], "card"):
        return f"not of the kind {message_type}"
    return "too large" if len(content) > MOST_BYTES else ""
