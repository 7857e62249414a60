"""A dispatcher in a process of its own that meets a signal at one place; for test_dispatcher_killed.py."""

import signal
import sys
import threading
from typing import Any

from p2ptext.app import create_app
from p2ptext.sms.one_shot import _Watched
from p2ptext.texting import claiming, dispatcher, dispatching, settling
from p2ptext.texting.carrier import provider

PLACES: dict[str, tuple[Any, str, str]] = {
    "not claimed yet": (claiming, "claim", "after"),
    "claimed": (dispatching, "begin", "before"),
    "attempt not committed": (dispatching, "begin", "after"),
    "attempt committed": (dispatching, "call", "before"),
    "about to write": (_Watched, "send", "before"),
    "taken by the carrier": (dispatching, "call", "after"),
    "outcome not committed": (settling, "finish", "after"),
}
"""Where it happens: a function, and whether before or after it."""


def _hit(blow: int) -> None:
    """Send it to this very thread: one that the process gets may stop another first, and this runs on."""
    signal.pthread_kill(threading.get_ident(), blow)


def strike(place: str, blow: int) -> None:
    """Have the process send itself this signal, once, when it passes the place."""
    room, name, when = PLACES[place]
    real = getattr(room, name)
    struck = []

    def passing(*args: Any, **kwargs: Any) -> Any:
        if when == "before" and not struck:
            struck.append(place)
            _hit(blow)
        result = real(*args, **kwargs)
        # A look at an empty outbox is not the place that is meant.
        if when == "after" and not struck and result != []:
            struck.append(place)
            _hit(blow)
        return result

    setattr(room, name, passing)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        strike(sys.argv[1], int(sys.argv[2]))
    app = create_app()
    with app.app_context():
        carrier = provider()
    dispatcher.run(app, carrier)
