"""An import in a process of its own that is killed in the middle; run by test_interrupted.py."""

import os
import signal
import sys
from typing import Any

from p2ptext.app import create_app
from p2ptext.audience import cutting, importing, jobs, staging

PLACES = {
    "reading": (staging._Staging, "_copy_refused"),
    "read": (staging, "stage"),
    "recipients made": (importing, "make_recipients"),
    "sorted out": (importing, "sort_out"),
    "batches made": (cutting, "make_batches"),
    "cut": (cutting, "cut_list"),
    "forgetting": (importing, "forget_rows"),
}


def killed_after(place: str) -> None:
    """Have the process killed, as by `kill -9`, when this place in the import is passed."""
    room, name = PLACES[place]
    real = getattr(room, name)

    def done_and_dead(*args: Any) -> None:
        real(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(room, name, done_and_dead)


if __name__ == "__main__":
    killed_after(sys.argv[2])
    with create_app().app_context():
        jobs.complete(int(sys.argv[1]))
