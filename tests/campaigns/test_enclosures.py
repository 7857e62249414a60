"""What may be put to a text, decided by the bytes: hostile files, and what is taken out of honest ones."""

import io
import os
import struct
import zlib
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image

from p2ptext.campaigns import enclosures
from p2ptext.campaigns.enclosure_models import MediaFile
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.rules import enclosure
from p2ptext.texting import media_sweeping
from p2ptext.texting.models import Message
from tests import factories
from tests.texting.pictures import enclose, jpeg
from tests.texting.scene import scene

SCRIPT = b"<script>alert(document.cookie)</script>"
FRAME = b"\xff\xfb\x90\x00" + bytes(413)  # MPEG 1, layer III, 128 kbit/s, 44.1 kHz
MP3 = FRAME * 20
AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 20


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def mp4(brand: bytes = b"isom", handler: bytes = b"vide") -> bytes:
    track = box(
        b"trak",
        box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(12))) + box(b"udta", b"Amy's phone"),
    )
    where = box(b"udta", box(b"\xa9xyz", b"+39.7589-084.1916/"))
    return box(b"ftyp", brand + bytes(4)) + box(b"moov", track + where) + box(b"mdat", b"frames")


def png(width: int, height: int) -> bytes:
    """A picture of a few bytes that claims to be a wall."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(99)))
        + chunk(b"IEND", b"")
    )


def gif(frames: int) -> bytes:
    out = io.BytesIO()
    pictures = [Image.effect_noise((40, 40), 50 + n).convert("P") for n in range(frames)]
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=80, loop=0)
    return out.getvalue()


def kept(content: bytes, name: str = "file.bin") -> tuple[MediaFile, bytes]:
    org = factories.organization()
    made = enclosures.keep(
        org.id, factories.person(org, "manager").id, io.BytesIO(content), name, "A sign"
    )
    return made, enclosures.read(made.key)


def stored() -> set[str]:
    """The names of all files there are."""
    folder = enclosures.folder()
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


HONEST = [
    (jpeg(), "image", "image/jpeg"),
    (gif(3), "image", "image/gif"),
    (MP3, "audio", "audio/mpeg"),
    (
        b"ID3\x03\x00\x00\x00\x00\x00\x0aTITLETITLE" + MP3 + b"TAG" + b"Amy" + bytes(122),
        "audio",
        "audio/mpeg",
    ),
    (AMR, "audio", "audio/amr"),
    (mp4(), "video", "video/mp4"),
    (mp4(b"3gp5"), "video", "video/3gpp"),
    (mp4(b"M4A ", b"soun"), "audio", "audio/mp4"),
    (mp4(b"isom", b"soun"), "audio", "audio/mp4"),
]


@pytest.mark.parametrize(("content", "kind", "content_type"), HONEST)
def test_its_kind_is_what_its_bytes_are(
    app: Flask, content: bytes, kind: str, content_type: str
) -> None:
    made, bytes_kept = kept(content, "holiday.exe")
    assert (made.kind, made.content_type, made.size_bytes) == (kind, content_type, len(bytes_kept))
    found = enclosure.content_of(bytes_kept[:64])
    assert found is not None
    assert len(bytes_kept) <= enclosure.MOST_BYTES
    for private in (b"TITLE", b"Amy", b"+39.7589"):
        assert private not in bytes_kept


HOSTILE = {
    "nothing": (b"", "bad_media"),
    "a page": (b"<!doctype html>" + SCRIPT, "bad_media"),
    "a drawing with a script": (b'<?xml version="1.0"?><svg>' + SCRIPT + b"</svg>", "bad_media"),
    "webp": (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "bad_media"),
    "a program": (b"MZ" + bytes(200), "bad_media"),
    "quicktime": (mp4(b"qt  "), "bad_media"),
    "a JPEG's beginning": (b"\xff\xd8\xff\xe0" + SCRIPT * 9, "bad_picture"),
    "half a JPEG": (jpeg()[:4000], "bad_picture"),
    "a GIF's beginning": (b"GIF89a/*" + SCRIPT + b"*/=1;", "bad_picture"),
    "a wall on 200 bytes": (png(60_000, 60_000), "huge_picture"),
    "an endless film": (gif(200), "huge_picture"),
    "more than 12 MB": (jpeg() + bytes(12_000_000), "too_large"),
    "a long sound": (FRAME * 2500, "too_large"),
    "a tag without a sound": (b"ID3\x03\x00\x00\x00\x00\x00\x00" + SCRIPT * 50, "bad_media"),
    "a frame and a page": (FRAME + SCRIPT * 50, "bad_media"),
    "a video with a page behind it": (mp4() + SCRIPT, "bad_media"),
    "half a video": (mp4()[:-3], "bad_media"),
    "a box larger than the file": (box(b"ftyp", b"isom") + b"\x7f\xff\xff\xffmoov", "bad_media"),
    "boxes in boxes": (box(b"ftyp", b"isom") + b"".join([box(b"free")] * 3000), "bad_media"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_texts_do_not_carry_is_refused_and_nothing_is_kept(app: Flask, what: str) -> None:
    content, code = HOSTILE[what]
    before = stored()
    with pytest.raises(Refused) as refused:
        kept(content, "sign.jpg")
    assert refused.value.code == code
    assert stored() == before


def test_a_photo_goes_without_where_it_was_taken_upright_and_small_enough(app: Flask) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    exif[0x010F] = "Amy's camera"
    exif.get_ifd(0x8825)[1] = "N"
    made, bytes_kept = kept(jpeg(2400, 1600, quality=95, exif=exif) + SCRIPT)
    with Image.open(io.BytesIO(bytes_kept)) as picture:
        assert picture.height > picture.width
        assert len(picture.getexif()) == 0
    assert b"camera" not in bytes_kept
    assert SCRIPT not in bytes_kept
    assert made.size_bytes <= enclosure.IMAGE_BYTES


def test_a_moving_picture_still_moves(app: Flask) -> None:
    _, bytes_kept = kept(gif(4))
    with Image.open(io.BytesIO(bytes_kept)) as picture:
        assert getattr(picture, "n_frames", 1) == 4


def test_the_hash_of_a_text_covers_what_goes_with_it() -> None:
    alone = enclosure.hash_with("Hi", None)
    assert len({alone, enclosure.hash_with("Hi", 1), enclosure.hash_with("Hi", 2)}) == 3
    assert enclosure.hash_with("Hi\nwith 1", None) != enclosure.hash_with("Hi", 1)


def test_files_are_removed_when_nothing_needs_them_and_never_before(app: Flask) -> None:
    made = scene(app)
    ids = [enclose(made, content=jpeg(40 + n, 40)) for n in range(4)]
    old = now() - timedelta(days=media_sweeping.KEPT_DAYS + 1)
    unused, unsent, recent, said = (db.session.get_one(MediaFile, media_id) for media_id in ids)
    for file in (unused, unsent, recent, said):
        file.created_at = old
    first = made.send(made.deck()["cards"][0]).get_json()["message"]
    second = made.send(made.deck()["cards"][0]).get_json()["message"]
    for message_id, file, state, at in (
        (first, unsent, "unknown", old),
        (second, recent, "delivered", now()),
    ):
        message = db.session.get_one(Message, message_id)
        message.media_id, message.state, message.created_at = file.id, state, at
    db.session.commit()
    stray = enclosures.folder() / ("0" * 32)
    stray.write_bytes(b"an upload that broke off")
    os.utime(stray, (1, 1))
    coming = enclosures.folder() / ("1" * 32)
    coming.write_bytes(b"an upload on its way")
    assert media_sweeping.remove_unused() == 1
    db.session.expire_all()
    present = stored()
    assert unused.removed_at is not None
    assert {unsent.key, recent.key, said.key, coming.name} <= present
    assert not {unused.key, stray.name} & present
    # An archived campaign says nothing any more.
    db.session.get_one(Campaign, made.campaign).status = "archived"
    db.session.commit()
    assert media_sweeping.remove_unused() == 1
    coming.unlink()
