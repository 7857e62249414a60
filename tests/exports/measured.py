"""Makes exports in a process of its own and prints what memory each took; run by test_jobs.py."""

import gc
import json
import sys
from pathlib import Path

from p2ptext.app import create_app
from p2ptext.exports import copying, jobs


def memory_mb(name: str) -> float:
    """What /proc says of this process: VmRSS now, VmHWM at most."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(name)) / 1024


if __name__ == "__main__":
    copying.rest = lambda *_: None  # nobody else is here
    with create_app().app_context():
        found = []
        for export_id in map(int, sys.argv[1:]):
            gc.collect()
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the most begins anew
            idle = memory_mb("VmRSS")
            jobs.make_export(export_id)
            found.append(memory_mb("VmHWM") - idle)
        print(json.dumps(found))  # noqa: T201 - read by the test
