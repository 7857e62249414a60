"""A look-up of landlines in a process of its own that is killed in the middle of a piece."""

import os
import signal
import sys

from p2ptext.app import create_app
from p2ptext.audience import line_type_jobs
from p2ptext.sms.line_types import LineType


class Asker:
    """Says of ten phones that they are mobiles; the eleventh question is the last of all."""

    def __init__(self) -> None:
        self.asked = 0

    def look_up(self, e164: str) -> LineType:
        self.asked += 1
        if self.asked > 10:
            os.kill(os.getpid(), signal.SIGKILL)
        return LineType.MOBILE


if __name__ == "__main__":
    app = create_app()
    app.extensions["line_type_look_up"] = Asker()
    with app.app_context():
        line_type_jobs.look_up(int(sys.argv[1]), 0)
