"""What a call to the carrier asks it to send: words, or words with a picture, sound or video.

By MMS the words stand in the caption; by RCS they are a text, or stand on a card beside a picture.
"""

from collections.abc import Mapping
from typing import Any

_KINDS = {"sms": ("text",), "mms": ("image", "audio", "video"), "rcs": ("text", "card")}
_LONGEST = {"sms": 1000, "mms": 3000, "rcs": 3072}


def words_of(fields: Mapping[str, Any]) -> str:
    """What the person reads."""
    kind = fields.get("message_type")
    if kind == "text":
        return str(fields.get("text", ""))
    held = _part(fields, str(kind))
    return str(held.get("text" if kind == "card" else "caption", ""))


def media_of(fields: Mapping[str, Any]) -> str:
    """The address of what goes with it; "" for words alone."""
    kind = fields.get("message_type")
    held = _part(fields, str(kind))
    return str(held.get("media_url" if kind == "card" else "url", ""))


def faults(fields: Mapping[str, Any]) -> list[str]:
    """The parameters that are missing, too long, or that this channel does not carry."""
    channel, kind = str(fields.get("channel")), str(fields.get("message_type"))
    if kind not in _KINDS.get(channel, ()):
        return ["message_type"]
    text = fields.get("text") if kind == "text" else words_of(fields)
    wrong = [] if isinstance(text, str) and 1 <= len(text) <= _LONGEST[channel] else [kind]
    if kind != "text" and not media_of(fields).startswith(("https://", "http://")):
        wrong.append(f"{kind}.url")
    if kind == "card" and not 1 <= len(str(_part(fields, "card").get("title", ""))) <= 200:
        wrong.append("card.title")
    return wrong


def _part(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = fields.get(name)
    return part if isinstance(part, dict) else {}
