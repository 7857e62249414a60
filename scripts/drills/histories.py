"""What every virtual person did, with the times by the one clock: the clients' side of the evidence."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Result = Literal["ok", "fail", "unknown"]
"""Answered yes, answered no, or no answer that could be trusted: it may have happened or not."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One request of one person. Times are seconds since 1970 by the system's one clock."""

    who: str
    kind: str
    began: float
    ended: float
    result: Result
    status: int = 0
    about: dict[str, Any] = field(default_factory=dict)


class Clock:
    """The system's one clock as seen from here: this computer's, moved as the system's is."""

    def __init__(self, offset_s: float = 0.0) -> None:
        self.offset_s = offset_s

    def now(self) -> float:
        return time.time() + self.offset_s


@dataclass
class Doing:
    """An operation under way; whoever does it fills in how it ended."""

    result: Result = "unknown"
    status: int = 0
    about: dict[str, Any] = field(default_factory=dict)


class History:
    """All operations, from all threads."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.operations: list[Operation] = []
        self._lock = threading.Lock()

    @contextmanager
    def doing(self, who: str, kind: str, **about: Any) -> Iterator[Doing]:
        """Note an operation with its times; without a result it counts as unknown."""
        began, done = self.clock.now(), Doing(about=about)
        try:
            yield done
        finally:
            operation = Operation(
                who, kind, began, self.clock.now(), done.result, done.status, done.about
            )
            with self._lock:
                self.operations.append(operation)

    def save(self, path: Path) -> None:
        """One JSON object a line."""
        with path.open("w", encoding="utf-8") as file:
            for operation in self.operations:
                file.write(json.dumps(asdict(operation)) + "\n")
