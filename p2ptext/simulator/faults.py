"""What goes wrong on purpose: a carrier that is slow, drops the line, refuses, or brings webhooks badly.

Switched on while it runs, each for some seconds and for a share of the calls or webhooks, so that a
drill can see how the program bears it. Nothing is on by itself.
"""

import random
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

CALLS = {
    "slow": "taken, then seconds until the answer",
    "slow_first": "seconds, then taken and answered",
    "stall": "taken, and no answer within the caller's patience",
    "drop": "taken, then the line is dropped",
    "broken": "503, not taken",
    "taken_broken": "taken, but answered 503",
    "throttle": "429 with Retry-After, not taken",
}
"""What may befall a call, and in the ledger's eyes what it is."""

WEBHOOKS = {
    "early": "the first receipt comes before the call is answered",
    "double": "brought twice more after it was taken",
    "late": "brought many seconds later, and so out of order",
    "unsigned": "beside the true one a stranger brings one of their own without a signature",
    "forged": "beside the true one a stranger brings one of their own with a wrong signature",
}
"""What may befall a webhook. Strangers' letters ask to stop in the name of whoever just wrote or got a text."""

SLOW_S = (2.0, 8.0)
LATE_S = (3.0, 25.0)
"""Real seconds; a stall lasts five seconds longer than the caller waits."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault that is on: for which share of the cases, and until when (monotonic seconds)."""

    share: float
    until: float


class Faults:
    """The faults that are on now."""

    def __init__(self, seed: str) -> None:
        self._on: dict[str, Fault] = {}
        self._chance = random.Random(f"faults {seed}")  # noqa: S311  # accidents, not secrets
        self.struck: Counter[str] = Counter()
        """How often each fault has struck."""

    def switch(self, name: str, share: float, seconds: float) -> None:
        """Turn a fault on for so long; 0 seconds turns it off. Raises KeyError, ValueError."""
        if name not in CALLS and name not in WEBHOOKS:
            raise KeyError(name)
        if not (0 <= share <= 1 and 0 <= seconds <= 3600):
            raise ValueError("share is 0 to 1, seconds 0 to 3600")
        self._on[name] = Fault(share, time.monotonic() + seconds)

    def strikes(self, name: str) -> bool:
        """Whether the fault befalls this case."""
        fault = self._on.get(name)
        if fault is None or time.monotonic() > fault.until or self._chance.random() >= fault.share:
            return False
        self.struck[name] += 1
        return True

    def of_call(self) -> str:
        """What befalls this call: a name of CALLS, or an empty string."""
        return next((name for name in CALLS if self.strikes(name)), "")

    def slow_s(self) -> float:
        return self._chance.uniform(*SLOW_S)

    def late_s(self) -> float:
        return self._chance.uniform(*LATE_S)

    def state(self) -> dict[str, Any]:
        """Which are on and for how much longer, and what has struck."""
        now = time.monotonic()
        on = {name: round(fault.until - now, 1) for name, fault in self._on.items() if fault.until > now}
        return {"on": on, "struck": dict(self.struck)}
