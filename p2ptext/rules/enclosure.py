"""What a text may carry besides its words, decided from the bytes alone, never from a name."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from p2ptext.rules.script import text_hash

IMAGE_BYTES = 600_000
"""What a picture is made to fit into. Carriers take about 1 MB from a ten-digit number, less from a
toll-free one and shrink what is larger themselves; 500 to 600 kB arrives everywhere.
Sources: SignalWire, "Messaging MIME types"; Telnyx, "FAQs about MMS"."""
MOST_BYTES = 1_000_000
"""Of what leaves; nobody takes more for certain. Same sources."""
MOST_UPLOAD_BYTES = 12_000_000
"""Of a picture as it comes from a phone or a camera, before it is made smaller."""
SEGMENTS = 1
"""A picture message is one message to the carrier, however long its words are."""
TIMES_A_TEXT = "two to three times"
"""What a picture message costs beside a text of one segment. Source: price lists of Vonage, Twilio and
Bandwidth for the United States, 2025: 0.015 to 0.022 dollars against 0.007 to 0.009."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a file is, by its bytes."""

    kind: str
    """image, audio or video."""
    content_type: str
    extension: str


JPEG = Content("image", "image/jpeg", "jpg")
PNG = Content("image", "image/png", "png")
GIF = Content("image", "image/gif", "gif")
MP3 = Content("audio", "audio/mpeg", "mp3")
AMR = Content("audio", "audio/amr", "amr")
M4A = Content("audio", "audio/mp4", "m4a")
MP4 = Content("video", "video/mp4", "mp4")
THREE_GP = Content("video", "video/3gpp", "3gp")
_ALL = (JPEG, PNG, GIF, MP3, AMR, M4A, MP4, THREE_GP)
EXTENSIONS = {content.content_type: content.extension for content in _ALL}
_BEGINNINGS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"#!AMR\n", AMR),
    (b"ID3", MP3),
)
_MP4_BRANDS = frozenset(
    (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash")
)


def content_of(head: bytes) -> Content | None:
    """What begins like this; None for whatever texts do not carry.

    Whether a file of the MP4 family shows or only sounds stands further inside: see rules.recordings.
    """
    for beginning, content in _BEGINNINGS:
        if head.startswith(beginning):
            return content
    if head[4:8] == b"ftyp":
        return _family(head[8:12])
    is_frame = len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2
    return MP3 if is_frame else None


def _family(brand: bytes) -> Content | None:
    if brand.startswith(b"3gp"):
        return THREE_GP
    if brand in (b"M4A ", b"M4B "):
        return M4A
    return MP4 if brand in _MP4_BRANDS else None


def media_at(document: Mapping[str, Any], place: str) -> int | None:
    """What goes with the text at a place of a script: "first", "rounds.2" or "s1.a1"."""
    media = document.get("media")
    found = media.get(place) if isinstance(media, Mapping) else None
    return found if isinstance(found, int) else None


def place_of_round(round_: int) -> str:
    """Where the text of a round stands in a script."""
    return "first" if round_ == 1 else f"rounds.{round_}"


def hash_with(text: str, media_id: int | None) -> str:
    """The hash of all that a person gets: of the words alone where nothing goes with them.

    What is kept under an id never changes, so the id stands for the picture.
    """
    if media_id is None:
        return text_hash(text)
    # A text holds no NUL: no words can pretend to carry a picture.
    return hashlib.sha256(f"{text}\0with {media_id}".encode()).hexdigest()
