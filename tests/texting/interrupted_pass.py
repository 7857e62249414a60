"""The preparing of a pass in a process of its own that is killed in the middle; run by test_pass_races.py."""

import os
import signal
import sys
from typing import Any

from p2ptext.app import create_app
from p2ptext.audience import rounds
from p2ptext.texting import pass_jobs, passes

PLACES = {
    "placed": (rounds, "make_batches"),
    "moved": (rounds, "bring_in"),
    "done but not committed": (passes, "cut"),
}


def killed_after(place: str) -> None:
    """Have the process killed, as by `kill -9`, when this place is passed."""
    room, name = PLACES[place]
    real = getattr(room, name)

    def done_and_dead(*args: Any) -> None:
        real(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(room, name, done_and_dead)


if __name__ == "__main__":
    killed_after(sys.argv[2])
    with create_app().app_context():
        pass_jobs.cut_pass(int(sys.argv[1]))
