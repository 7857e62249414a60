"""An export in a process of its own that is killed in the middle; run by test_interrupted.py."""

import os
import signal
import sys
from typing import Any

from p2ptext.app import create_app
from p2ptext.exports import copying, jobs, making
from p2ptext.exports.turns import Turn

PLACES = {
    "begun": (copying, "look_up_only"),
    "half": (copying, "rest"),
    "written": (making, "_digest"),
    "named": (making, "make"),
    "told": (Turn, "done"),
}


def killed_after(place: str) -> None:
    """Have the process killed, as by `kill -9`, when this place in the making is passed."""
    room, name = PLACES[place]
    real = getattr(room, name)

    def done_and_dead(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(room, name, done_and_dead)


if __name__ == "__main__":
    killed_after(sys.argv[2])
    with create_app().app_context():
        jobs.make_export(int(sys.argv[1]))
