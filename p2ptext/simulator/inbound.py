"""What a person writes, in the shape in which the carrier brings it: one webhook, or several parts."""

import random
import uuid
from collections.abc import Iterator
from typing import Any

from p2ptext.simulator import checks
from p2ptext.simulator.people import Reply

PART_UNITS = {"gsm": 153, "unicode": 67}
"""Characters that fit into one part of a text in several parts."""
PRICE, CURRENCY = "0.0079", "EUR"
NETWORKS = ("310260", "310410", "311480")
"""T-Mobile, AT&T, Verizon."""

Dated = tuple[float, dict[str, Any]]
"""A webhook's body, and after how many human seconds it is brought."""


def network_of(number: str) -> str:
    """The network a person is with."""
    return NETWORKS[int(number[-2:]) % len(NETWORKS)]


def payloads(person: str, ours: str, reply: Reply, media_url: str, api_key: str) -> list[Dated]:
    """The webhooks of one reply, in the order of time."""
    by_rcs = not ours.lstrip("+").isdigit()  # they answer an agent, which has a name and no number
    if reply.parts and not by_rcs:
        return sorted(_parts(person, ours, reply, api_key), key=lambda dated: dated[0])
    payload: dict[str, Any] = {
        "channel": "rcs" if by_rcs else "mms" if reply.picture else "sms",
        "message_uuid": str(uuid.uuid4()),
        "to": ours,
        "from": person,
        "message_type": "image" if reply.picture else "text",
        "text": reply.text,
        "usage": {"currency": CURRENCY, "price": PRICE},
        "origin": {"network_code": network_of(person)},
    }
    if reply.picture:
        payload["image"] = {"url": media_url + reply.picture, "caption": "", "name": reply.picture}
    elif not by_rcs:
        count = str(checks.segments(reply.text))
        keyword = (reply.text.split() or [""])[0].upper()
        payload["sms"] = {"num_messages": count, "total_count": count, "keyword": keyword}
    return [(reply.after_s, payload)]


def _parts(person: str, ours: str, reply: Reply, api_key: str) -> Iterator[Dated]:
    """In the shape of Vonage's older interface, which leaves the joining to whoever is called."""
    pieces = split(reply.text)
    chance = random.Random(f"{person} {reply.text}")  # noqa: S311  # accidents, not secrets
    order = chance.sample(range(len(pieces)), len(pieces))
    reference = str(uuid.uuid4().int % 65_535 + 1)
    missing = order[-1] if reply.parts == "one missing" else None
    for turn, place in enumerate(order):
        if place == missing:
            continue
        body = {
            "api-key": api_key,
            "msisdn": person,
            "to": ours,
            "messageId": uuid.uuid4().hex[:16].upper(),
            "text": pieces[place],
            "type": "text" if checks.is_gsm(reply.text) else "unicode",
            "keyword": (pieces[place].split() or [""])[0].upper(),
            "concat": "true",
            "concat-ref": reference,
            "concat-total": str(len(pieces)),
            "concat-part": str(place + 1),
        }
        yield reply.after_s + 0.7 * turn, body
        if reply.parts == "doubled" and turn == 0:
            # The network brought it twice: another id, the same part.
            yield reply.after_s + 0.3, body | {"messageId": uuid.uuid4().hex[:16].upper()}


def id_of(payload: dict[str, Any]) -> str:
    """The carrier's id of what a webhook brings, in either shape."""
    return str(payload.get("message_uuid") or payload["messageId"])


def split(text: str) -> list[str]:
    """A text as phones cut it up; nothing is lost between the pieces."""
    units = PART_UNITS["gsm" if checks.is_gsm(text) else "unicode"]
    return [text[start : start + units] for start in range(0, len(text), units)]
