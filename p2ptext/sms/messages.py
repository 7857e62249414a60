"""Our texts in Vonage's shapes: SMS, MMS with one picture, sound or video, and RCS.

What can be seen to be wrong before anything is sent is said here; the SDK lets most of it through.
Source of the shapes and limits: Vonage's Messages API v1 and its SDK's models.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from vonage_messages.models import (
    MmsAudio,
    MmsImage,
    MmsResource,
    MmsVideo,
    RcsCard,
    RcsCardMessage,
    RcsText,
    Sms,
)

from p2ptext.rules.delivery import ErrorKind
from p2ptext.sms.provider import LIFE_S, OutboundText, Refused

MAX_TEXT = 1000
"""Characters. The SDK lets 3200 through; Vonage's documentation names 1000 for SMS."""
MAX_CLIENT_REF = 40
BY_MMS = {"image": MmsImage, "audio": MmsAudio, "video": MmsVideo}
BY_RCS = ("image", "video")
"""What an RCS card shows beside its words; a sound goes by MMS."""
_LONGEST_TITLE = 200
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_SHORT_CODE = re.compile(r"[2-9][0-9]{4,5}", re.ASCII)
_AGENT = re.compile(r"[A-Za-z0-9_&-]{1,100}", re.ASCII)


def message_of(message: OutboundText) -> Any:
    """The SDK's message. Raises pydantic.ValidationError where the SDK does not take it."""
    common: dict[str, Any] = {
        "to": message.to[1:],
        "from_": message.from_.removeprefix("+"),
        "client_ref": message.client_ref,
        "ttl": message.ttl_s,
    }
    media = message.media
    if message.channel == "rcs":
        if media is None:
            return RcsText(text=message.text, **common)
        card = RcsCard(
            title=message.title[:_LONGEST_TITLE],
            text=message.text,
            media_url=media.url,
            media_description=media.description or None,
        )
        return RcsCardMessage(card=card, **common)
    if media is not None:
        enclosed = {media.kind: MmsResource(url=media.url, caption=message.text)}
        return BY_MMS[media.kind](**enclosed, **common)
    return Sms(text=message.text, **common)


def fault_of(message: OutboundText) -> Refused | None:
    """What we can see is wrong before anything is sent."""
    if not _E164.fullmatch(message.to):
        return Refused(ErrorKind.INVALID_NUMBER, None, "The phone number is not complete.")
    if not _may_send(message):
        return Refused(ErrorKind.SENDER_PROBLEM, None, "The sending number is not complete.")
    words = _text_fault(message.text) or _media_fault(message)
    if not words and not 1 <= len(message.client_ref) <= MAX_CLIENT_REF:
        words = f"The reference must have 1 to {MAX_CLIENT_REF} characters."
    shortest, longest = LIFE_S.get(message.channel, (1, 0))
    if not words and message.ttl_s is not None and not shortest <= message.ttl_s <= longest:
        words = "The carrier takes a life of 20 seconds to 7 days, 5 minutes to 3 days with a picture."
    return Refused(ErrorKind.CONTENT_PROBLEM, None, words) if words else None


def _may_send(message: OutboundText) -> bool:
    if message.channel == "rcs":
        return _AGENT.fullmatch(message.from_) is not None
    return bool(_E164.fullmatch(message.from_) or _SHORT_CODE.fullmatch(message.from_))


def _text_fault(text: str) -> str:
    if not text.strip():
        return "The text is empty."
    if len(text) > MAX_TEXT:
        return f"The text is longer than {MAX_TEXT} characters."
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        return "The text holds characters that cannot be sent."
    return ""


def _media_fault(message: OutboundText) -> str:
    media = message.media
    if (message.channel == "mms" and media is None) or (message.channel == "sms" and media is not None):
        return "This way of sending and what goes with the text do not fit together."
    if media is None:
        return ""
    if media.kind not in (BY_RCS if message.channel == "rcs" else BY_MMS):
        return "This cannot go with a text."
    if message.channel == "rcs" and not message.title.strip():
        return "A card needs a heading."
    parts = urlsplit(media.url)
    return "" if parts.scheme in ("https", "http") and parts.hostname else "The picture has no address."
