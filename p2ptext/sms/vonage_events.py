"""Read Vonage's webhooks. What people and networks put into them is taken as it comes.

Seen in Vonage's own examples: numbers as text, an error's title as a number or as words, an error on
a text that was merely submitted, empty objects, keys that come and go, and, when the account or the
application is set up the old way, two older shapes. Whatever shape arrives, a STOP must come through.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Literal

from p2ptext.sms.provider import Event, Inbound, Piece, Status, Strange

OLD_ACCOUNT = (
    "This arrived in the shape of Vonage's older SMS API. In the Vonage dashboard the account's "
    "Messaging API type is set to SMS API; change it to Messages API."
)
OLD_APPLICATION = (
    "This arrived in version 0.1 of Vonage's Messages webhooks. In the Vonage dashboard set the "
    "application's Messages webhooks to version v1."
)
SWAPPED = (
    "This arrived at the wrong address. In the Vonage dashboard the inbound and the status URL of the "
    "application are swapped or the same."
)

_STATES = {
    "submitted": "submitted",
    "accepted": "submitted",
    "buffered": "submitted",
    "delivered": "delivered",
    "read": "delivered",
    "rejected": "rejected",
    "failed": "rejected",
    "expired": "rejected",
    "undeliverable": "undeliverable",
}
_MEDIA = ("image", "audio", "video", "file", "vcard", "sticker", "location")
# The older interface numbers its errors anew; the one for opted-out people must not be lost.
_OLD_OPTED_OUT, _OPTED_OUT = 9, 1240
_MAX_ID = 100
_MOST_PIECES = 255  # all that the header of a piece can count

Route = Literal["inbound", "status"]


def parse(body: bytes, *, expected: Route) -> list[Event]:
    """The events in a webhook's body; never empty, never raises.

    The shape decides what a body is, not the address it was sent to: a STOP that was sent to the
    wrong address still stops.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return [_strange(body, "The body is not JSON.")]
    if not isinstance(data, dict):
        return [_strange(body, "The body is not a JSON object.")]
    events: list[Event] = []
    if "msisdn" in data:
        events.append(_strange(body, OLD_ACCOUNT))
        data = _modern(data)
    elif isinstance(data.get("from"), dict) or isinstance(data.get("message"), dict):
        events.append(_strange(body, OLD_APPLICATION))
    actual: Route = (
        "inbound" if "status" not in data or "text" in data or "message" in data else "status"
    )
    if actual != expected and not events:
        events.append(_strange(body, SWAPPED))
    read = _status(data, body) if actual == "status" else _inbound(data, body)
    return _one_strange(events + read)


def error_code(holder: Mapping[str, Any]) -> int | None:
    """Vonage's numeric code in an error object: after the # of `type`, else all of `title`."""
    for value, pattern in (
        (holder.get("type"), r"#(\d{1,6})$"),
        (holder.get("title"), r"^(\d{1,6})$"),
        (holder.get("code"), r"^(\d{1,6})$"),
    ):
        found = re.search(pattern, _text(value), re.ASCII)
        if found:
            return int(found[1])
    return None


def _one_strange(events: list[Event]) -> list[Event]:
    """At most one remark a body, the first: they share the body's key."""
    first = next((event for event in events if isinstance(event, Strange)), None)
    return [event for event in events if not isinstance(event, Strange) or event is first]


def _modern(old: Mapping[str, Any]) -> dict[str, Any]:
    """The older SMS interface's fields under their present names."""
    modern: dict[str, Any] = {
        "message_uuid": old.get("messageId"),
        "timestamp": old.get("message-timestamp"),
        "client_ref": old.get("client-ref"),
        "usage": {"price": old.get("price")},
    }
    if "status" in old:
        # In a receipt `msisdn` is the person we wrote to.
        code = _OPTED_OUT if _text(old.get("err-code")) == str(_OLD_OPTED_OUT) else None
        return modern | {
            "status": old["status"],
            "destination": {"network_code": old.get("network-code")},
            "error": {"code": code},
        }
    return modern | {
        "message_type": "text",
        "from": old["msisdn"],
        "to": old.get("to"),
        "text": old.get("text"),
        "piece": _piece(old),
    }


def _piece(old: Mapping[str, Any]) -> Piece | None:
    """Which piece of a longer text the older interface hands on; what makes no sense is a whole text."""
    number, total = _count(old.get("concat-part")), _count(old.get("concat-total"))
    reference = _id(old.get("concat-ref"))
    if not (_text(old.get("concat")).lower() == "true" or old.get("concat") is True):
        return None
    if not (reference and number and total and 1 < total <= _MOST_PIECES and number <= total):
        return None
    return Piece(reference, number, total)


def _inbound(data: Mapping[str, Any], body: bytes) -> list[Event]:
    from_, to = _number(data.get("from")), _number(data.get("to"))
    if not from_ or not to:
        return [_strange(body, "An incoming text that does not say from whom or to whom.")]
    media = _media(data)
    # Words under a picture are words: a STOP may stand there.
    text = _text_of(data) or " ".join(item["caption"] for item in media if item["caption"])
    sms = _object(data.get("sms"))
    # Without an id the body itself is the id: the text is kept, and its copies still count once.
    provider_id = _id(data.get("message_uuid")) or f"sha256-{_digest(body)}"
    inbound = Inbound(
        key=f"inbound:{provider_id}",
        provider_id=provider_id,
        from_=from_,
        to=to,
        text=text,
        media=media,
        segments=_count(sms.get("num_messages")) or _count(sms.get("total_count")),
        at=_text(data.get("timestamp"))[:40] or None,
        piece=data.get("piece") if isinstance(data.get("piece"), Piece) else None,
    )
    if text or media:
        return [inbound]
    kind = _text(data.get("message_type"))[:40] or "unknown"
    return [_strange(body, f"An incoming message of the kind {kind!r}, which cannot be shown."), inbound]


def _status(data: Mapping[str, Any], body: bytes) -> list[Event]:
    said = _text(data.get("status")).strip().lower()[:40]
    state = _STATES.get(said)
    provider_id, client_ref = _id(data.get("message_uuid")), _id(data.get("client_ref"))
    if state is None:
        return [_strange(body, f"A receipt with the state {said!r}, which we do not know.")]
    if not provider_id and not client_ref:
        return [_strange(body, "A receipt that does not say for which text.")]
    usage = _object(data.get("usage"))
    currency = _text(usage.get("currency"))[:3] or None
    code = error_code(_object(data.get("error")))
    return [
        Status(
            key=f"status:{provider_id or client_ref}:{said}:{code or ''}",
            provider_id=provider_id,
            client_ref=client_ref or None,
            state=state,
            code=code,
            # The older interface names no currency: such a number can be added to nothing.
            price=_price(usage.get("price")) if currency else None,
            currency=currency,
            network=_text(_object(data.get("destination")).get("network_code"))[:20] or None,
            segments=_count(_object(data.get("sms")).get("count_total")),
            at=_text(data.get("timestamp"))[:40] or None,
        )
    ]


def _text_of(data: Mapping[str, Any]) -> str:
    """What the person wrote: the text, the words of a tapped answer, or those of the 0.1 shape."""
    old = _object(_object(data.get("message")).get("content"))
    for value in (data.get("text"), _object(data.get("reply")).get("title"), old.get("text")):
        text = _text(value)
        if text:
            return text
    return ""


def _media(data: Mapping[str, Any]) -> list[dict[str, str]]:
    found = [_attachment(kind, data[kind]) for kind in _MEDIA if isinstance(data.get(kind), dict)]
    content = data.get("content")
    if isinstance(content, list):
        found += [
            _attachment(_text(part.get("type"))[:20] or "file", part)
            for part in content
            if isinstance(part, dict)
        ]
    unique: list[dict[str, str]] = []
    for item in found:
        if item not in unique:
            unique.append(item)
    return unique[:20]


def _attachment(kind: str, part: Mapping[str, Any]) -> dict[str, str]:
    return {
        "type": kind,
        "url": _text(part.get("url"))[:2000],
        "caption": _text(part.get("caption"))[:3000],
        "name": _text(part.get("name"))[:200],
    }


def _strange(body: bytes, words: str) -> Strange:
    return Strange(key=f"strange:{_digest(body)}", words=words)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    """Text from text or from a whole number, fit for the database: no NUL, no half characters."""
    if isinstance(value, int) and not isinstance(value, bool):
        # Python refuses to write out numbers of more than 4300 digits.
        return str(value) if value.bit_length() <= 256 else ""
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def _id(value: Any) -> str:
    """An id that fits its column; a longer one is replaced by its digest, so that it stays unique."""
    text = _text(value)
    return text if len(text) <= _MAX_ID else f"sha256-{_digest(text.encode())}"


def _number(value: Any) -> str:
    """E.164 with plus where it is a phone number; a short code, a name or an agent stays as it is."""
    if isinstance(value, dict):
        value = value.get("number")
    text = _text(value).strip()
    digits = text.removeprefix("+")
    if re.fullmatch(r"[1-9][0-9]{6,14}", digits):
        return f"+{digits}"
    return text[:100]


def _count(value: Any) -> int | None:
    text = _text(value)
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,2}", text) else None


def _price(value: Any) -> str | None:
    text = str(value) if isinstance(value, float) else _text(value)
    return text if re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,10})?", text) else None
