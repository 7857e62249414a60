"""What goes with a campaign's texts: a picture, a sound or a short video for each text of its script.

What is kept under an id never changes; another picture is another id and another version of the script,
so that a text says for ever what went with it.
"""

import hashlib
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select

from p2ptext import files
from p2ptext.accounts import auditing
from p2ptext.accounts.passwords import off_the_loop
from p2ptext.background import settings
from p2ptext.campaigns import picture_cleaning, writing
from p2ptext.campaigns.enclosure_models import MediaFile
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.rules import enclosure, recordings, tree
from p2ptext.rules.enclosure import Content

LONGEST_DESCRIPTION = 200
_ROUND = re.compile(r"rounds\.([2-9]|[1-9][0-9])", re.ASCII)
of = enclosure.media_at


def folder() -> Path:
    """Where the files lie. Every process that serves or removes them must see it."""
    return settings().data_dir / "media"


def keep(
    organization_id: int, person_id: int, upload: BinaryIO, name: str | None, description: str
) -> MediaFile:
    """Look at an upload, clean it and keep it.

    `description` says what is seen or heard, for whoever cannot. Raises Refused in words.
    """
    description = " ".join(description.split())[:LONGEST_DESCRIPTION]
    if not description:
        raise Refused("no_description", "Say in a few words what is to be seen or heard.", 422)
    # Half a second of computing: nobody else's request waits for it.
    content, kind = off_the_loop(_cleaned, upload)
    stored = files.store(io.BytesIO(content), folder(), enclosure.MOST_BYTES)
    kept = MediaFile(
        organization_id=organization_id,
        key=stored.name,
        kind=kind.kind,
        content_type=kind.content_type,
        size_bytes=stored.size,
        name=files.shown_name(name),
        description=description,
        digest=hashlib.sha256(content).digest(),
        created_by=person_id,
    )
    db.session.add(kept)
    db.session.flush()
    auditing.record("media_kept", f"media {kept.id}", type=kind.content_type, bytes=stored.size)
    return kept


def _cleaned(upload: BinaryIO) -> tuple[bytes, Content]:
    content = upload.read(enclosure.MOST_UPLOAD_BYTES + 1)
    kind = enclosure.content_of(content[:64])
    if kind is None:
        raise Refused(
            "bad_media",
            "Texts carry pictures (JPEG, PNG, GIF), sounds (MP3, M4A, AMR) and videos (MP4, 3GP). "
            "This file is none of these. Save it as one of them and try again.",
            422,
        )
    if kind.kind == "image":
        if len(content) > enclosure.MOST_UPLOAD_BYTES:
            raise Refused("too_large", "This picture is larger than 12 MB. Make it smaller.", 413)
        return picture_cleaning.clean(content, kind)
    if len(content) > enclosure.MOST_BYTES:
        words = "A sound or video may have 1 MB, about 30 seconds. Make it shorter or smaller."
        raise Refused("too_large", words, 413)
    return _recording(content, kind)


def _recording(content: bytes, kind: Content) -> tuple[bytes, Content]:
    if kind in (enclosure.MP3, enclosure.AMR):
        clean = recordings.clean_mp3 if kind is enclosure.MP3 else recordings.clean_amr
        frames = clean(content)
        if frames is not None:
            return frames, kind
    elif (found := recordings.clean_mp4(content)) is not None:
        whole, plays = found
        return whole, kind if kind.kind == plays else _other(kind, plays)
    raise Refused("bad_media", "This file cannot be read to its end. Save it anew and try again.", 422)


def _other(kind: Content, plays: str) -> Content:
    """A sound in a file that is named for videos, or the other way."""
    if plays == "audio":
        return enclosure.M4A
    return enclosure.MP4 if kind is enclosure.M4A else kind


def attach(campaign: Campaign, place: str, media: MediaFile, person_id: int) -> None:
    """Have this go with the text at `place` from now on. The campaign is locked by this transaction.

    Raises NotFound for a place that the script does not have.
    """
    writing.save_document(campaign, put_to(campaign, place, media), person_id, f"With {media.name}")


def put_to(campaign: Campaign, place: str, media: MediaFile) -> dict[str, Any]:
    """The campaign's script with this at `place`; nothing is saved. Raises NotFound as `attach` does."""
    if media.organization_id != campaign.organization_id or media.removed_at is not None:
        raise NotFound
    document = writing.document_of(campaign)
    if not has_place(document, place):
        raise NotFound
    return {**document, "media": {**document.get("media", {}), place: media.id}}


def detach(campaign: Campaign, place: str, person_id: int) -> None:
    """Have nothing go with the text at `place`. The campaign is locked by this transaction."""
    document = writing.document_of(campaign)
    rest = {name: media for name, media in document.get("media", {}).items() if name != place}
    changed = {name: value for name, value in document.items() if name != "media"}
    writing.save_document(campaign, changed | ({"media": rest} if rest else {}), person_id, "Without it")


def kept_of(campaign: Campaign, document: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A script of this campaign without the pictures that are not kept any more, and where they were."""
    media = document.get("media", {})
    gone = [place for place in media if find(campaign.organization_id, of(document, place)) is None]
    if not gone:
        return dict(document), []
    rest = {place: one for place, one in media.items() if place not in gone}
    bare = {name: value for name, value in document.items() if name != "media"}
    return bare | ({"media": rest} if rest else {}), gone


def has_place(document: Mapping[str, Any], place: str) -> bool:
    """Whether the script has a text there: the first message, a later round, or an answer's next text."""
    if place == "first" or _ROUND.fullmatch(place):
        return True
    step_key, _, answer_key = place.partition(".")
    steps = document.get("steps", ())
    step = tree.find(tree.read(steps), step_key)
    return step is not None and step.answer(answer_key) is not None


def find(organization_id: int, media_id: int | None) -> MediaFile | None:
    """A file of this organization that is still kept."""
    if media_id is None:
        return None
    return db.session.scalar(
        select(MediaFile).where(
            MediaFile.id == media_id,
            MediaFile.organization_id == organization_id,
            MediaFile.removed_at.is_(None),
        )
    )


def at(campaign: Campaign, place: str) -> MediaFile | None:
    """What goes with the text at this place now."""
    return find(campaign.organization_id, of(writing.document_of(campaign), place))


def read(key: str) -> bytes:
    """The bytes of a kept file. Raises NotFound when they are gone."""
    try:
        return files.find(folder(), key).read_bytes()
    except FileNotFoundError:
        raise NotFound from None


def extension_of(media: MediaFile) -> str:
    """What a file of this type ends in."""
    return enclosure.EXTENSIONS[media.content_type]
