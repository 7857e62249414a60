"""What the carrier takes in a second and in a minute, and the most that ever came in one."""

import time
from collections import deque
from collections.abc import Callable, Mapping


class Window:
    """So much in any stretch of `span_s` seconds, wherever it begins; `most` 0 is no limit."""

    def __init__(self, most: int, span_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._span_s = span_s
        self._clock = clock
        self._taken: deque[tuple[float, int]] = deque()
        self._sum = 0
        self.busiest = 0
        """The most that was taken in any stretch so far."""
        self.refused = 0

    def allows(self, amount: int = 1) -> bool:
        now = self._clock()
        while self._taken and self._taken[0][0] <= now - self._span_s:
            self._sum -= self._taken.popleft()[1]
        if self._most and self._sum + amount > self._most:
            self.refused += 1
            return False
        self._taken.append((now, amount))
        self._sum += amount
        self.busiest = max(self.busiest, self._sum)
        return True

    def summary(self) -> dict[str, int]:
        return {"limit": self._most, "busiest": self.busiest, "refused": self.refused}


class Registrations:
    """Segments a minute of several sending numbers together, as a registered campaign has them."""

    def __init__(self, limits: Mapping[str, int]) -> None:
        """`limits` are read by `parse`: the numbers of one registration, joined by spaces, and its limit."""
        self._windows = {numbers: Window(most, 60.0) for numbers, most in limits.items()}
        self._of = {
            number: window for numbers, window in self._windows.items() for number in numbers.split()
        }

    def allows(self, sender: str, segments: int) -> bool:
        window = self._of.get(sender)
        return window is None or window.allows(segments)

    def summary(self) -> dict[str, dict[str, int]]:
        return {numbers: window.summary() for numbers, window in self._windows.items()}


def parse(text: str) -> dict[str, int]:
    """`16145550100 12165550101=75, 18885550102=180` -> what Registrations takes. Raises ValueError."""
    limits = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        numbers, _, most = part.rpartition("=")
        if not numbers.replace(" ", "").isdigit():
            raise ValueError(part)
        limits[numbers.strip()] = int(most)
    return limits
