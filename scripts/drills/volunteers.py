"""Virtual volunteers: they text as a hand would, repeat what got no answer, and change their minds.

Their replies are in `desks`: the same person on another device."""

import hashlib
import random
import threading
import time
from dataclasses import dataclass
from typing import Any

from scripts.drills.browser import Answer, Browser, NoAnswer
from scripts.drills.histories import Doing, History
from scripts.drills.stage import PASSWORD, WORDS, Player, Show

GIVES_UP_S = 55.0
"""A click older than a minute counts no more; a real page stops repeating then too."""


def token_of(card: dict[str, Any]) -> str:
    """What the contract's views keep of a card's token."""
    return hashlib.sha256(card["token"].encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody works: seconds between texts, and how often they do what is not sending."""

    pace_s: float = 0.9
    undo: float = 0.05
    skip: float = 0.03
    twice: float = 0.1
    """Sends from two tabs at once."""
    leaves_off: float = 0.1
    """Stops repeating after the first answer that did not come, as a phone does that died."""
    done: float = 0.01


class Volunteer(threading.Thread):
    """One person at one phone, until `stop` is set."""

    def __init__(
        self, player: Player, shows: list[Show], url: str, history: History, seed: str, habits: Habits
    ) -> None:
        super().__init__(name=player.name, daemon=True)
        self.player, self._shows, self._habits, self._history = player, shows, habits, history
        self._chance = random.Random(f"{seed} {player.name}")  # noqa: S311  # habits, not secrets
        foreign = next(word for org, word in WORDS.items() if org != player.org)
        self.browser = Browser(url, player.email, PASSWORD, foreign)
        self.ended = threading.Event()

    def stop(self) -> None:
        self.ended.set()

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                self._work(self._chance.choice(self._shows))
            except NoAnswer:
                self.ended.wait(0.5)

    def _work(self, show: Show) -> None:
        base = f"/o/{self.player.org}/texting/{show.id}"
        with self._history.doing(self.player.name, "take", campaign=show.id) as take:
            self._note(take, self.browser.post(f"{base}/take"))
        with self._history.doing(self.player.name, "cards", campaign=show.id) as look:
            answer = self.browser.get(f"{base}/cards")
            self._note(look, answer)
            cards = answer.json.get("cards", [])
            look.about |= {"state": answer.json.get("state"), "cards": [card["id"] for card in cards]}
        for card in cards:
            if self.ended.is_set() or not self._act(base, show, card):
                break
        if not cards:
            self.ended.wait(1.5)
        if self._chance.random() < self._habits.done:
            with self._history.doing(self.player.name, "done", campaign=show.id) as done:
                self._note(done, self.browser.post(f"{base}/done"))

    def _act(self, base: str, show: Show, card: dict[str, Any]) -> bool:
        """One card; False when the rest of them is worth nothing any more."""
        if self._chance.random() < self._habits.skip:
            with self._history.doing(self.player.name, "skip", card=card["id"]) as skip:
                self._note(skip, self.browser.post(f"{base}/skip", {"token": card["token"]}))
            return True
        self.ended.wait(self._chance.uniform(0.4, 1.6) * self._habits.pace_s)
        message, code = self._send(base, show, card)
        if message is not None and self._chance.random() < self._habits.undo:
            self.ended.wait(self._chance.uniform(0, 2.0))
            with self._history.doing(self.player.name, "undo", message=message) as undo:
                path = f"/o/{self.player.org}/texting/undo"
                self._note(undo, self.browser.post(path, {"message": message}))
        if self._chance.random() < 0.05:
            with self._history.doing(self.player.name, "heartbeat", campaign=show.id) as beat:
                self._note(beat, self.browser.post(f"{base}/heartbeat"))
        return code not in {"not_yours", "hours_closed", "paused", "archived", "no_number"}

    def _send(self, base: str, show: Show, card: dict[str, Any]) -> tuple[int | None, str]:
        """Press Send once, and repeat the request until it is answered or too old."""
        pressed = time.monotonic()
        about = {"campaign": show.id, "card": card["id"], "token": token_of(card)}
        if self._chance.random() < self._habits.twice:
            other = threading.Thread(target=self._try, args=(base, card, about, pressed), daemon=True)
            other.start()
            answer = self._try(base, card, about, pressed)
            other.join()
        else:
            answer = self._try(base, card, about, pressed)
        while answer is None or answer.status in (429, 503):
            gone = answer is None and self._chance.random() < self._habits.leaves_off
            if gone or time.monotonic() - pressed > GIVES_UP_S or self.ended.is_set():
                return None, "gave_up"
            wait = answer.json.get("retry_after_ms", 500) / 1000 if answer else 0.5
            self.ended.wait(min(5.0, wait) + self._chance.uniform(0.02, 0.3))
            answer = self._try(base, card, about, pressed)
        return answer.json.get("message"), str(answer.json.get("code", ""))

    def _try(
        self, base: str, card: dict[str, Any], about: dict[str, Any], pressed: float
    ) -> Answer | None:
        with self._history.doing(self.player.name, "send", **about) as send:
            age_ms = round((time.monotonic() - pressed) * 1000)
            body = {"token": card["token"], "hash": card["hash"], "age_ms": age_ms}
            try:
                answer = self.browser.post(f"{base}/send", body)
            except NoAnswer:
                return None
            self._note(send, answer)
            send.about |= {"message": answer.json.get("message"), "code": answer.json.get("code")}
            return answer

    @staticmethod
    def _note(doing: Doing, answer: Answer) -> None:
        doing.status = answer.status
        if answer.status < 400:
            doing.result = "ok"
        elif answer.status < 500:
            doing.result = "fail"
