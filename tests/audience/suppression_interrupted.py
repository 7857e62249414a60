"""An import of a do-not-text list in a process of its own that is killed in the middle of a piece."""

import os
import signal
import sys

from p2ptext.app import create_app
from p2ptext.audience import suppression_importing as importing
from p2ptext.audience import suppression_jobs

if __name__ == "__main__":
    import_id, place, piece = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    importing.PIECE = piece
    begun = []
    taken = importing._keep_refused
    ended = importing.end

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def keep_refused(*args: object) -> None:
        """The last deed of a piece before its commit."""
        taken(*args)  # type: ignore[arg-type]
        begun.append(1)
        if len(begun) == 3:
            die()

    if place == "piece":
        importing._keep_refused = keep_refused  # type: ignore[assignment]
    else:
        importing.end = lambda *args: die() or ended(*args)  # type: ignore[assignment,misc,func-returns-value]
    with create_app().app_context():
        suppression_jobs.import_suppressions(import_id)
