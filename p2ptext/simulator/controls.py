"""What a drill asks of the carrier while it runs: that somebody writes, that things go wrong, and which
webhooks it brought."""

import json
import re
from collections.abc import Iterable
from typing import Any, get_args

from p2ptext.simulator.faults import CALLS, WEBHOOKS, Faults
from p2ptext.simulator.people import Parts, Picture, Reply
from p2ptext.simulator.postman import Letter

_OURS = re.compile(r"[A-Za-z0-9_&-]{1,100}")


def written(body: bytes) -> tuple[str, str, Reply] | str:
    """Who writes to which of our numbers, and what; or what is wrong with the body."""
    try:
        asked = json.loads(body)
        person, ours, text = (str(asked[name]).strip() for name in ("from", "to", "text"))
        picture, parts = str(asked.get("picture", "")), str(asked.get("parts", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return "Send from, to and text."
    person, ours = person.lstrip("+"), ours.lstrip("+")
    if not person.isdigit() or not _OURS.fullmatch(ours):
        return "Numbers are digits, an RCS agent is letters, digits, - and _."
    if picture not in get_args(Picture) or parts not in get_args(Parts):
        return f"A picture is one of {get_args(Picture)[1:]}, parts are one of {get_args(Parts)[1:]}."
    leaves = text.upper() == "STOP"
    return person, ours, Reply(0, str(asked["text"]), picture=picture, parts=parts, leaves=leaves)  # type: ignore[arg-type]


def switch(faults: Faults, body: bytes) -> str:
    """Turn a fault on as the body says; returns what is wrong with it, or an empty string."""
    try:
        asked = json.loads(body)
        faults.switch(str(asked["name"]), float(asked.get("share", 1)), float(asked["seconds"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"Send name ({', '.join((*CALLS, *WEBHOOKS))}), share (0 to 1) and seconds (0 to 3600)."
    return ""


def webhooks(letters: Iterable[Letter]) -> list[dict[str, Any]]:
    """Every webhook so far: what it said, whether it was the carrier's own, how often it was taken."""
    return [
        {
            "kind": letter.kind,
            "posted_at": letter.posted_at,
            "trick": letter.trick,
            "tries": letter.tries,
            "taken": letter.taken,
            "taken_at": letter.taken_at,
            "given_up": letter.given_up,
            "payload": letter.payload,
        }
        for letter in letters
    ]
