"""Two races by the thousand: the same send many times in one instant, and STOP against a text on its way."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from scripts.drills.browser import Browser, NoAnswer
from scripts.drills.histories import History
from scripts.drills.people import STOPS
from scripts.drills.stage import PASSWORD, Player, Show, Stage
from scripts.drills.system import System
from scripts.drills.volunteers import token_of

COPIES = 20
"""Identical requests in the same instant, each on a connection of its own."""
_WHOM = "SELECT to_phone, from_phone FROM qa_message WHERE id = %s"


@dataclass
class Texter:
    """A volunteer in the races: takes cards, and hands them out one by one."""

    player: Player
    show: Show
    browser: Browser

    @property
    def base(self) -> str:
        return f"/o/{self.player.org}/texting/{self.show.id}"

    def cards(self) -> Iterator[dict[str, Any]]:
        """Cards until the list is finished or this volunteer gets no more."""
        while True:
            self.browser.post(f"{self.base}/take")
            cards = self.browser.get(f"{self.base}/cards").json.get("cards", [])
            if not cards:
                return
            yield from cards


class Races:
    """Runs both, and notes every request like any other."""

    def __init__(self, system: System, stage: Stage, history: History, seed: int) -> None:
        self._system, self._history = system, history
        self._chance = random.Random(f"races {seed}")  # noqa: S311  # moments, not secrets
        self.texters = [
            Texter(player, show, Browser(system.stack.url, player.email, PASSWORD, patience_s=30.0))
            for org in ("north", "south")
            for show in stage.shows_of(org)[:1]
            for player in stage.of(org, "volunteer")
        ]

    def same_instant(self, sends: int) -> None:
        """So many sends, always COPIES of the same card at once."""
        share = -(-sends // COPIES // len(self.texters))
        with ThreadPoolExecutor(2) as pool:  # more at once would only wait in line for each other
            list(pool.map(lambda texter: self._of_one(texter, share), self.texters))

    def _of_one(self, texter: Texter, cards: int) -> None:
        texter.browser.sign_in()
        for _, card in zip(range(cards), texter.cards(), strict=False):
            start = threading.Barrier(COPIES)
            with ThreadPoolExecutor(COPIES) as pool:
                for _ in range(COPIES):
                    pool.submit(self._one_copy, texter, card, start)

    def _one_copy(self, texter: Texter, card: dict[str, Any], start: threading.Barrier) -> None:
        start.wait(60)
        self._send(texter, card, "same instant")

    def _send(self, texter: Texter, card: dict[str, Any], race: str) -> int | None:
        """Press Send, again for as long as the server is busy; the message's id."""
        pressed = time.monotonic()
        about = {"campaign": texter.show.id, "card": card["id"], "token": token_of(card), "race": race}
        while time.monotonic() - pressed < 40:
            with self._history.doing(texter.player.name, "send", **about) as send:
                age_ms = round((time.monotonic() - pressed) * 1000)
                body = {"token": card["token"], "hash": card["hash"], "age_ms": age_ms}
                try:
                    answer = texter.browser.post(f"{texter.base}/send", body)
                except NoAnswer:
                    continue
                send.status = answer.status
                send.result = "ok" if answer.status < 300 else "fail"
                send.about |= {"message": answer.json.get("message"), "code": answer.json.get("code")}
            if answer.status not in (429, 503):
                message: int | None = answer.json.get("message")
                return message
            time.sleep(answer.json.get("retry_after_ms", 500) / 1000)
        return None

    def against_stop(self, races: int) -> None:
        """So many texts, and for each a STOP of its person at a moment of chance around its leaving."""
        left = iter(range(races))
        lock = threading.Lock()

        def work(texter: Texter) -> None:
            texter.browser.sign_in()
            with ThreadPoolExecutor(4) as people, self._system.database() as connection:
                for card in texter.cards():
                    with lock:
                        if next(left, None) is None:
                            return
                    message = self._send(texter, card, "against stop")
                    if message is not None:
                        found = connection.execute(_WHOM, (message,)).fetchone()
                        people.submit(self._stop, *(found or ("", "")))

        with ThreadPoolExecutor(len(self.texters)) as pool:
            list(pool.map(work, self.texters))

    def _stop(self, person: str, ours: str) -> None:
        # The text leaves one or two seconds after the click, later where many wait for the carrier's rate:
        # so wide a stretch has STOPs on both sides of it on a fast computer and on a busy one.
        time.sleep(self._chance.uniform(0, 4))
        word = self._chance.choice(STOPS)
        with self._history.doing(
            "people", "stop", phone=person, ours=ours, word=word, race="against stop"
        ) as stop:
            (stop.about["uuid"],) = self._system.carrier.write(person, ours, word)
            stop.result = "ok"
