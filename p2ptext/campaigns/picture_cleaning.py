"""A picture as it came from a phone becomes one that may go to strangers: small, upright, without notes.

It is decoded and written anew, so that nothing of the file but what is seen goes on: no place where it was
taken, no name of a camera, no second file hidden behind the first. Pillow does it: it is maintained, its
decoders run outside of the interpreter's lock, and only the three that are needed are let in.
"""

import io
import struct
from typing import Any

from PIL import Image, ImageOps, ImageSequence

from p2ptext.errors import Refused
from p2ptext.rules.enclosure import GIF, IMAGE_BYTES, JPEG, MOST_BYTES, PNG, Content

MOST_SIDE = 1600
"""Pixels; a phone shows no more."""
MOST_PIXELS = 12_000_000
"""Of what is decoded: 48 MB. A picture may claim to be a wall on a few bytes of file."""
MOST_JPEG_PIXELS = 110_000_000
"""A JPEG can be decoded at an eighth of its size, so that photos of any camera can be read."""
MOST_FRAMES = 150
_QUALITIES = (85, 75, 65, 55)
_SIDES = (MOST_SIDE, 1200, 900, 640)
_FORMATS = {JPEG: "JPEG", PNG: "PNG", GIF: "GIF"}
# What Pillow raises over a broken file is not one kind of error.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error)


def clean(content: bytes, kind: Content) -> tuple[bytes, Content]:
    """The picture written anew, at most MOST_BYTES, and what it is now: a large PNG becomes a JPEG.

    Raises Refused (bad_picture, huge_picture).
    """
    try:
        with Image.open(io.BytesIO(content), formats=(_FORMATS[kind],)) as picture:
            _check_size(picture, kind)
            if kind is GIF:
                return _moving(picture), GIF
            return _still(picture, kind)
    except Image.DecompressionBombError:
        raise _huge() from None
    except (*_BROKEN, MemoryError, AttributeError, AssertionError, OverflowError, ZeroDivisionError):
        raise Refused(
            "bad_picture", "This picture cannot be read. Open it on your computer and save it anew."
        ) from None


def _huge() -> Refused:
    return Refused("huge_picture", "This picture has too many pixels. Make it smaller and try again.")


def _check_size(picture: Image.Image, kind: Content) -> None:
    """Raises Refused before a pixel is decoded."""
    most = MOST_JPEG_PIXELS if kind is JPEG else MOST_PIXELS
    if picture.width * picture.height > most:
        raise _huge()
    if kind is JPEG:
        # The decoder gives the smallest eighths that are no smaller than this.
        picture.draft("RGB", (MOST_SIDE, MOST_SIDE))
        if picture.width * picture.height > 2 * MOST_PIXELS:
            raise _huge()


def _still(picture: Image.Image, kind: Content) -> tuple[bytes, Content]:
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((MOST_SIDE, MOST_SIDE))
    if kind is PNG:
        as_it_is = (
            upright if upright.mode in ("1", "L", "LA", "P", "RGB", "RGBA") else upright.convert("RGB")
        )
        written = _written(_bare(as_it_is), "PNG", optimize=True)
        if len(written) <= IMAGE_BYTES:
            return written, PNG
    flat = _flat(upright)
    for side in _SIDES:
        flat.thumbnail((side, side))
        for quality in _QUALITIES:
            written = _written(flat, "JPEG", quality=quality, optimize=True)
            if len(written) <= IMAGE_BYTES:
                return written, JPEG
    raise _huge()


def _flat(picture: Image.Image) -> Image.Image:
    """Without transparency: what was clear is white."""
    if picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        ground = Image.new("RGB", seen.size, "white")
        ground.paste(seen, mask=seen.getchannel("A"))
        return ground
    return _bare(picture.convert("RGB"))


def _bare(picture: Image.Image) -> Image.Image:
    """The same without notes: what Pillow read beside the pixels would be written again."""
    kept: dict[str | tuple[int, int], Any] = {
        name: value for name, value in picture.info.items() if name == "transparency"
    }
    bare = picture.copy()
    bare.info = kept
    return bare


def _moving(picture: Image.Image) -> bytes:
    frames_there = getattr(picture, "n_frames", 1)
    if frames_there > MOST_FRAMES or frames_there * picture.width * picture.height > 4 * MOST_PIXELS:
        raise _huge()
    frames, lasts = [], []
    for frame in ImageSequence.Iterator(picture):
        lasts.append(int(frame.info.get("duration", 0)) or 100)
        frames.append(frame.convert("RGBA"))
    for side in (picture.width + picture.height, 480, 320):
        smaller = [_within(frame, side) for frame in frames]
        more = {"save_all": True, "append_images": smaller[1:], "duration": lasts, "loop": 0}
        written = _written(smaller[0], "GIF", **(more if len(smaller) > 1 else {}))
        if len(written) <= MOST_BYTES:
            return written
    raise Refused(
        "huge_picture",
        "This moving picture is larger than 1 MB. Make it shorter or smaller and try again.",
    )


def _within(frame: Image.Image, side: int) -> Image.Image:
    smaller = _bare(frame)
    smaller.thumbnail((side, side))
    return smaller


def _written(picture: Image.Image, how: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, how, **options)
    return out.getvalue()
