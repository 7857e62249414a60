"""An import in a process of its own that is killed in the middle; run by test_interrupted.py."""

import os
import signal
import sys

from p2ptext.app import create_app
from p2ptext.audience import importing, jobs


def killed_at(place: str) -> None:
    """Have the process killed, as by `kill -9`, at a place in the import."""
    if place == "reading":
        kept = importing._Reading._copy_refused

        def die(self: importing._Reading, refused: list[tuple[object, ...]]) -> None:
            kept(self, refused)
            if self.read > 10_000:
                os.kill(os.getpid(), signal.SIGKILL)

        importing._Reading._copy_refused = die  # type: ignore[method-assign,assignment]
    else:
        made = importing._sort_out

        def sorted_then_dead(*args: object) -> None:
            made(*args)  # type: ignore[arg-type]
            os.kill(os.getpid(), signal.SIGKILL)

        importing._sort_out = sorted_then_dead  # type: ignore[assignment]


if __name__ == "__main__":
    killed_at(sys.argv[2])
    with create_app().app_context():
        jobs.import_contacts(int(sys.argv[1]))
