"""Exports as a manager has them: asked for, waited for, downloaded, and read."""

import csv
import hashlib
import io
import re
import threading
import time
from dataclasses import dataclass

from scripts.drills.browser import Answer, Browser, NoAnswer
from scripts.drills.stage import PASSWORD

_EXPORT = re.compile(r"/exports/(\d+)")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class File:
    """What was downloaded, and what the page said of it."""

    number: int
    campaign_id: int
    kind: str
    rows: list[dict[str, str]]
    digest: str
    told_rows: int
    told_digest: str


def wish(kind: str, campaign_id: int) -> dict[str, str]:
    """The form that asks for it."""
    return {"kind": kind, "campaign_id": str(campaign_id), "format": "csv"}


def newest(browser: Browser, base: str) -> int:
    """The export asked for last; 0 where there is none. Raises NoAnswer."""
    return max(map(int, _EXPORT.findall(browser.get(f"{base}/exports").body)), default=0)


def fetch(
    browser: Browser, base: str, number: int, wanted: tuple[str, int], ended: threading.Event
) -> File | str:
    """Wait for the file and download it; else words, empty where it was not waited for. Raises NoAnswer."""
    until = time.monotonic() + WAIT_S
    while not (told := _progress(browser, f"{base}/exports/{number}")).get("over"):
        if time.monotonic() > until or ended.wait(0.5):
            return ""
    if told["status"] != "done":
        return f"{told['status']}: {told['words']}"
    answer = browser.submit(f"{base}/exports/{number}/download", {"password": PASSWORD})
    if answer.status != 200:
        return ""
    return File(
        number,
        wanted[1],
        wanted[0],
        _rows(answer),
        hashlib.sha256(answer.body.encode()).hexdigest(),
        told["rows_done"],
        told["digest"],
    )


def _progress(browser: Browser, page: str) -> dict[str, object]:
    try:
        return browser.get(f"{page}/progress").json
    except NoAnswer:  # it goes on without whoever waits
        return {}


def _rows(answer: Answer) -> list[dict[str, str]]:
    text = answer.body.removeprefix("\ufeff")
    return [
        {name: _plain(cell) for name, cell in row.items()}
        for row in csv.DictReader(io.StringIO(text, newline=""))
    ]


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in _FORMULA else cell
