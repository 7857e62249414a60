"""Starting again what ended by itself, but not for ever."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from scripts.launcher.children import Child

MOST_RESTARTS = 5
WITHIN_S = 60.0


class GaveUp(RuntimeError):
    """A process keeps ending; the message says which."""


@dataclass
class Supervisor:
    """Watches processes for the launcher and tells the operator in words."""

    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    _restarts: dict[str, deque[float]] = field(default_factory=dict)

    def look_after(self, child: Child, restart: Callable[[], object]) -> None:
        """Start it again if it has ended. Raises GaveUp after five restarts in a minute."""
        if child.runs:
            return
        self.say(f"{child.name} stopped unexpectedly ({in_words(child.exit_code)}). Its last lines:")
        self.say(child.last_lines() or "    (none)")
        recent = self._restarts.setdefault(child.name, deque(maxlen=MOST_RESTARTS))
        now = self.clock()
        if len(recent) == MOST_RESTARTS and now - recent[0] < WITHIN_S:
            raise GaveUp(
                f"{child.name} was started again {MOST_RESTARTS} times within a minute and does not "
                f"stay up. Everything is being stopped. Its log: {child.log}"
            )
        recent.append(now)
        restart()
        self.say(f"{child.name} was started again.")


def in_words(exit_code: int | None) -> str:
    """An exit code for people."""
    if exit_code is None:
        return "not started"
    number = -exit_code if exit_code < 0 else exit_code - 128
    return f"killed by signal {number}" if number > 0 else f"exit code {exit_code}"
