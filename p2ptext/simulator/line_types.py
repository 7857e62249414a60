"""What kind of line a number is, as Vonage's Identity Insights words it.

The last two digits decide: 93 is told to wait at every other call, 94 finds the service broken, 95 and
96 are landlines, 97 is a number over the internet, 98 a landline's number that moved to a mobile, of 99
nothing is known. All others are mobiles.
"""

import json
import uuid
from collections import Counter
from typing import Any

from p2ptext.simulator import checks

_PLAN = {"95": "LANDLINE", "96": "LANDLINE", "97": "VIRTUAL", "98": "LANDLINE"}
_OK = {"code": "OK", "message": "Success"}


class LineTypes:
    """Answers questions about lines, and counts them: each would have cost money."""

    def __init__(self) -> None:
        self.answered: Counter[str] = Counter()
        """How many answers there were for a number."""
        self._busy: Counter[str] = Counter()

    def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """The HTTP status and the JSON for a question whose token is in order."""
        try:
            question = json.loads(body)
            number, insights = str(question["phone_number"]).lstrip("+"), dict(question["insights"])
        except (ValueError, KeyError, TypeError):
            number, insights = "", {}
        if not number.isdigit() or not insights:
            return 422, checks.problem(
                "#invalid-params", "Invalid params", "Send a number and insights."
            )
        ending = number[-2:]
        if ending == "93":
            self._busy[number] += 1
            if self._busy[number] % 2:
                return 429, checks.problem("#rate-limit", "Rate Limit Hit", "Please wait")
        if ending == "94":
            return 503, checks.problem("", "Service Unavailable", "Please try again.")
        self.answered[number] += 1
        known = {"current_carrier": _current(ending), "original_carrier": _original(ending)}
        asked = {name: known[name] for name in insights if name in known}
        return 200, {"request_id": str(uuid.uuid4()), "insights": asked}


def _carrier(network_type: str) -> dict[str, Any]:
    return {"name": "Simulated", "network_type": network_type, "country_code": "US", "status": _OK}


def _current(ending: str) -> dict[str, Any]:
    """Made for mobile numbers: of others it says only that they are none."""
    if ending == "99" or (ending in _PLAN and ending != "98"):
        return {"status": {"code": "UNSUPPORTED_NETWORK_TYPE" if ending in _PLAN else "NO_COVERAGE"}}
    return _carrier("MOBILE")


def _original(ending: str) -> dict[str, Any]:
    if ending == "99":
        return {"status": {"code": "NOT_FOUND"}}
    return _carrier(_PLAN.get(ending, "MOBILE"))
