"""What a drill asks of the carrier while it runs: to have things go wrong, and which webhooks it brought."""

import json
from collections.abc import Iterable
from typing import Any

from p2ptext.simulator.faults import CALLS, WEBHOOKS, Faults
from p2ptext.simulator.postman import Letter


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
