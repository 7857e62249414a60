"""The people who are texted: beside what the carrier's own personas answer, some ask to stop at the
worst moment, while a text to them is on its way."""

import contextlib
import random
import threading

import psycopg
import urllib3

from scripts.drills.histories import History
from scripts.drills.system import System

STOPS = ("STOP", "Stop", "stop", "QUIT", "End", "CANCEL", "Unsubscribe", "REVOKE", "opt out", "STOP.")
"""The words that count by themselves (47 CFR 64.1200(a)(10)), as people write them."""

_ON_THE_WAY = """
SELECT to_phone, from_phone FROM qa_message
WHERE state IN ('queued', 'sending') AND kind IN ('first', 'reply') AND to_phone IS NOT NULL
ORDER BY random() LIMIT 1"""


class People(threading.Thread):
    """Writes STOP into texts on their way, about so many times a second."""

    def __init__(self, system: System, history: History, seed: str, every_s: float = 3.0) -> None:
        super().__init__(name="people", daemon=True)
        self._system, self._history, self._every_s = system, history, every_s
        self._chance = random.Random(f"people {seed}")  # noqa: S311  # moods, not secrets
        self.ended = threading.Event()

    def stop(self) -> None:
        self.ended.set()

    def run(self) -> None:
        while not self.ended.wait(self._chance.uniform(0.3, 1.7) * self._every_s):
            with contextlib.suppress(psycopg.Error, urllib3.exceptions.HTTPError):
                self._stop_somebody()

    def _stop_somebody(self) -> None:
        with self._system.database() as connection:
            found = connection.execute(_ON_THE_WAY).fetchone()
        if found is None:
            return
        person, ours = map(str, found)
        word = self._chance.choice(STOPS)
        with self._history.doing("people", "stop", phone=person, ours=ours, word=word) as asked:
            asked.about["uuid"] = self._system.carrier.write(person, ours, word)
            asked.result = "ok"
