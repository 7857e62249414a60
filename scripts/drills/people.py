"""The people who are texted, beside what the carrier's own personas answer.

Some ask to stop at the worst moment, while a text to them is on its way. Some write on their own: twice in
a row, in parts, with a reaction, to come back after a stop; strangers write too, and to numbers nobody has.
"""

import contextlib
import random
import threading
from collections.abc import Callable

import psycopg
import urllib3

from scripts.drills.histories import History
from scripts.drills.system import System

STOPS = ("STOP", "Stop", "stop", "QUIT", "End", "CANCEL", "Unsubscribe", "REVOKE", "opt out", "STOP.")
"""The words that count by themselves (47 CFR 64.1200(a)(10)), as people write them."""
PERHAPS = ("Enough already", "why do I keep getting these", "leave me alone with this")
"""What a person has to decide."""
NOBODYS = "+13305550170"
"""A number of ours that is nobody's."""

_ON_THE_WAY = """
SELECT to_phone, from_phone, text FROM qa_message
WHERE state IN ('queued', 'sending') AND kind IN ('first', 'reply') AND to_phone IS NOT NULL
ORDER BY random() LIMIT 1"""
_TEXTED = """
SELECT to_phone, from_phone, text FROM qa_message
WHERE state IN ('accepted', 'submitted', 'delivered') AND kind IN ('first', 'reply')
  AND to_phone IS NOT NULL AND created_at > (SELECT p2p_now()) - interval '10 minutes'
ORDER BY random() LIMIT 1"""
_GONE = """
SELECT phone, to_phone, '' FROM qa_suppression s JOIN qa_inbound i USING (recipient_id)
WHERE s.action = 'added' AND s.suppressed_now AND s.phone IS NOT NULL ORDER BY random() LIMIT 1"""


class People(threading.Thread):
    """Writes about so many times a second; about every third text is a STOP into one on its way."""

    def __init__(self, system: System, history: History, seed: str, every_s: float = 1.2) -> None:
        super().__init__(name="people", daemon=True)
        self._system, self._history, self._every_s = system, history, every_s
        self._chance = random.Random(f"people {seed}")  # noqa: S311  # moods, not secrets
        self.ended = threading.Event()
        self._deeds: tuple[Callable[[], None], ...] = (
            self._stop_somebody,
            self._stop_somebody,
            self._two_in_a_row,
            self._in_parts,
            self._react,
            self._perhaps,
            self._come_back,
            self._be_a_stranger,
        )

    def stop(self) -> None:
        self.ended.set()

    def run(self) -> None:
        while not self.ended.wait(self._chance.uniform(0.3, 1.7) * self._every_s):
            with contextlib.suppress(psycopg.Error, urllib3.exceptions.HTTPError):
                self._chance.choice(self._deeds)()

    def _somebody(self, which: str) -> tuple[str, str, str] | None:
        """Their phone, our number, and what was texted last."""
        with self._system.database() as connection:
            found = connection.execute(which).fetchone()
        return (str(found[0]), str(found[1]), str(found[2])) if found else None

    def _mark(self) -> str:
        """No two texts of the drill's own people are alike."""
        return f"mark-{self._chance.randrange(16**8):08x}"

    def _write(self, person: str, ours: str, text: str, kind: str = "write", parts: str = "") -> None:
        with self._history.doing("people", kind, phone=person, ours=ours, word=text) as wrote:
            ids = self._system.carrier.write(person, ours, text, parts)
            wrote.about |= {"uuid": ids[0], "uuids": ids}
            wrote.result = "ok"

    def _stop_somebody(self) -> None:
        if found := self._somebody(_ON_THE_WAY):
            self._write(found[0], found[1], self._chance.choice(STOPS), "stop")

    def _two_in_a_row(self) -> None:
        if found := self._somebody(_TEXTED):
            for _ in range(2):
                self._write(found[0], found[1], f"one more thing {self._mark()}")

    def _in_parts(self) -> None:
        if found := self._somebody(_TEXTED):
            parts = self._chance.choice(("out of order", "out of order", "doubled", "one missing"))
            sentence = "I have thought about it for a long while and want to tell you why. "
            self._write(found[0], found[1], f"{self._mark()} {sentence * 5}Yes.", "parts", parts)

    def _react(self) -> None:
        if found := self._somebody(_TEXTED):
            self._write(found[0], found[1], f"Liked “{found[2]}”", "react")

    def _perhaps(self) -> None:
        if found := self._somebody(_TEXTED):
            self._write(found[0], found[1], self._chance.choice(PERHAPS), "perhaps")

    def _come_back(self) -> None:
        if found := self._somebody(_GONE):
            self._write(found[0], found[1], "START", "start")

    def _be_a_stranger(self) -> None:
        """Somebody on no list; every fourth text is to a number that nobody has."""
        if found := self._somebody(_TEXTED):
            ours = NOBODYS if self._chance.random() < 0.25 else found[1]
            person = f"+1567555{self._chance.randrange(180, 200):04d}"
            self._write(person, ours, f"Who are you people? {self._mark()}", "stranger")
