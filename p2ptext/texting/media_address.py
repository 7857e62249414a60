"""The address at which the carrier fetches what goes with a text: signed, and good for three days.

It says which file and until when, and nothing of the text or of the person. Whoever has it has what
thousands of people got; it cannot be guessed, and tells nothing of other files.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from p2ptext.background import settings
from p2ptext.rules.enclosure import EXTENSIONS

GOOD_FOR = timedelta(hours=72)
"""The carrier tries for so long to bring a text to a phone, and a few fetch it only then."""


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        settings().secret_key, salt="media address", signer_kwargs={"digest_method": hashlib.sha256}
    )


def address(media_id: int, content_type: str, now: datetime) -> str:
    """Where it is to be had from now on."""
    token = _serializer().dumps([media_id, int((now + GOOD_FOR).timestamp())])
    # Some carriers go by the ending.
    return f"{settings().public_url}/media/{token}.{EXTENSIONS[content_type]}"


def read(name: str, now: datetime) -> int | None:
    """The file that an address of ours stands for; None for a made-up or an expired one."""
    token, _, _ = name.rpartition(".")
    try:
        media_id, until = _serializer().loads(token)
        good = datetime.fromtimestamp(until, UTC) > now
    except (BadData, TypeError, ValueError, OverflowError, OSError):
        return None
    return media_id if good and isinstance(media_id, int) else None
