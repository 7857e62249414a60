"""A process that counts and is killed in the middle; run by test_races.py."""

import os
import signal
import sys
from typing import Any

from p2ptext.app import create_app
from p2ptext.counting import catching_up, charges, facts

PLACES: dict[str, tuple[Any, str]] = {
    "moved": (facts, "recompute"),
    "done but not committed": (catching_up, "_left_over"),
    "folded": (charges, "_fold"),
}


def killed_at(place: str) -> None:
    """Have the process killed, as by `kill -9`, when this place is passed."""
    room, name = PLACES[place]
    real = getattr(room, name)

    def done_and_dead(*args: Any) -> None:
        if name != "_fold":  # which commits: it dies before it
            real(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(room, name, done_and_dead)


if __name__ == "__main__":
    killed_at(sys.argv[1])
    with create_app().app_context():
        catching_up.catch_up(int(sys.argv[2]))
        catching_up.keep_up()
