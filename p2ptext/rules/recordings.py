"""Sounds and short videos, taken apart and put together without what nobody should get with them.

Only what plays stays: titles, covers, places where it was filmed and whatever was appended are dropped
or blanked. What cannot be read from its first to its last byte is refused, so that nothing else hides
behind a true beginning.
"""

from collections.abc import Iterator

_LEAST_FRAMES = 5
_MOST_REST = 65_536
_BITRATES = {
    # In kbit/s, of layer III, by the four bits of the header: MPEG 1, then MPEG 2 and 2.5.
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_AMR_SIZES = (13, 14, 16, 18, 20, 21, 27, 32, 6)
_AMR_HEAD = b"#!AMR\n"

_TOP = frozenset(
    (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"moof", b"sidx", b"styp", b"mfra")
)
_BLANKED = frozenset((b"free", b"skip", b"wide", b"uuid", b"meta", b"udta"))
_OPENED = frozenset((b"moov", b"trak", b"mdia"))
_MOST_BOXES = 2_000


def clean_mp3(content: bytes) -> bytes | None:
    """The frames of an MP3 file and nothing else; None when it is not one."""
    start = 0
    if content.startswith(b"ID3") and len(content) > 10:
        size = 0
        for digit in content[6:10]:
            size = size << 7 | digit & 0x7F
        start = 10 + size
    end, frames = start, 0
    while (length := _frame_length(content[end : end + 4])) and end + length <= len(content):
        end += length
        frames += 1
    if frames < _LEAST_FRAMES or len(content) - end > _MOST_REST:
        return None
    return content[start:end]


def _frame_length(head: bytes) -> int:
    """Bytes of the frame that begins like this; 0 when none does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version = head[1] >> 3 & 3
    bits, rate_bits = head[2] >> 4, head[2] >> 2 & 3
    if version not in _RATES or bits in (0, 15) or rate_bits == 3:
        return 0
    first = version == 3
    bitrate, rate = _BITRATES[1 if first else 2][bits] * 1000, _RATES[version][rate_bits]
    return (144 if first else 72) * bitrate // rate + (head[2] >> 1 & 1)


def clean_amr(content: bytes) -> bytes | None:
    """The frames of an AMR recording; None when it is not one."""
    end, frames = len(_AMR_HEAD), 0
    while end < len(content):
        mode = content[end] >> 3 & 15
        size = _AMR_SIZES[mode] if mode < len(_AMR_SIZES) else 1 if mode == 15 else 0
        if not size or end + size > len(content):
            break
        end += size
        frames += 1
    if frames < _LEAST_FRAMES or len(content) - end > _MOST_REST:
        return None
    return content[:end]


def clean_mp4(content: bytes) -> tuple[bytes, str] | None:
    """A file of the MP4 family with every note in it blanked, and whether it is a video or an audio.

    Everything keeps its place, for the file points into itself. None when it cannot be read wholly.
    """
    cleaned = bytearray(content)
    try:
        top = list(_boxes(cleaned, 0, len(cleaned)))
    except ValueError:
        return None
    kinds = {kind for kind, _, _ in top}
    if not {b"ftyp", b"moov", b"mdat"} <= kinds or not kinds <= _TOP | _BLANKED:
        return None
    handlers: set[bytes] = set()
    try:
        for kind, start, end in top:
            _clean_box(cleaned, kind, start, end, handlers)
    except ValueError:
        return None
    if b"vide" in handlers:
        return bytes(cleaned), "video"
    return (bytes(cleaned), "audio") if b"soun" in handlers else None


def _clean_box(cleaned: bytearray, kind: bytes, start: int, end: int, handlers: set[bytes]) -> None:
    """Blank a box that only tells about the recording, look into one that holds others.

    `start` is where its content begins. Raises ValueError.
    """
    if kind in _BLANKED:
        head = 8 if cleaned[start - 4 : start] == kind else 16
        cleaned[start - head + 4 : start - head + 8] = b"free"
        cleaned[start:end] = bytes(end - start)
    elif kind in _OPENED:
        for inner, inner_start, inner_end in list(_boxes(cleaned, start, end)):
            _clean_box(cleaned, inner, inner_start, inner_end, handlers)
    elif kind == b"hdlr":
        handlers.add(bytes(cleaned[start + 8 : start + 12]))


def _boxes(content: bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes that fill this stretch: kind, where the content begins, where it ends. Raises ValueError
    when they do not fill it exactly."""
    for _ in range(_MOST_BOXES):
        if start == end:
            return
        size, head = int.from_bytes(content[start : start + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(content[start + 8 : start + 16], "big"), 16
        if size < head or start + size > end:
            raise ValueError("a box that ends elsewhere")
        yield bytes(content[start + 4 : start + 8]), start + head, start + size
        start += size
    raise ValueError("too many boxes")
