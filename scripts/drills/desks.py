"""The volunteers' second hand: on another device each looks after their replies, as the reply page does.

They answer, write down what people say, close, set aside, opt out, pass on, take over what is offered and
go home. Some answer late what they opened long ago, two answer the same person at once, and some try what
is not theirs.
"""

import contextlib
import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from scripts.drills.browser import Answer, Browser, NoAnswer
from scripts.drills.histories import Doing, History
from scripts.drills.stage import PASSWORD, WORDS, Player

_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_THREAD = re.compile(r"/replies/(\d+)")
MOST_PAGES = 20
KEPT_OPEN = 12
"""Conversations somebody left open and comes back to."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation as somebody saw it. `at` is when the page was there, by the one clock."""

    conversation: int
    token: str
    at: float


@dataclass
class House:
    """What everybody of one organization knows of each other: conversations, and who leads."""

    known: set[int] = field(default_factory=set)
    lead: "Desk | None" = None


class Desk(threading.Thread):
    """One person's replies, until `stop` is set."""

    def __init__(
        self,
        player: Player,
        houses: dict[str, House],
        url: str,
        history: History,
        seed: str,
        every_s: float = 2.0,
    ) -> None:
        super().__init__(name=f"{player.name} desk", daemon=True)
        self.player, self.houses, self._every_s = player, houses, every_s
        self._base = f"/o/{player.org}"
        self.history = history
        self.chance = random.Random(f"{seed} {player.name} desk")  # noqa: S311  # habits, not secrets
        foreign = next(word for org, word in WORDS.items() if org != player.org)
        self.browser = Browser(url, player.email, PASSWORD, foreign)
        self.ended = threading.Event()
        self._left_open: list[Opened] = []
        self._deeds: list[tuple[float, Callable[[Opened], object]]] = [
            (0.05, lambda seen: self._press("close", seen.conversation)),
            (0.03, lambda seen: self._press("opt-out", seen.conversation)),
            (0.04, lambda seen: self._press("skip", seen.conversation)),
            (0.06, self._pass_on),
            (0.10, self._leave_open),
            (0.10, self._both_at_once),
            (0.30, self._note_and_reply),
            (1.00, self.reply),
        ]

    @property
    def house(self) -> House:
        return self.houses[self.player.org]

    def stop(self) -> None:
        self.ended.set()

    def run(self) -> None:
        while not self.ended.wait(self.chance.uniform(0.5, 1.5) * self._every_s):
            with contextlib.suppress(NoAnswer):
                self.work()

    def work(self) -> None:
        """One look at the list, and what follows from it. Raises NoAnswer."""
        waiting = self.look()
        for conversation in self.chance.sample(waiting, min(2, len(waiting))):
            self._see_to(conversation)
        if self._left_open and self.chance.random() < 0.3:
            self.reply(self._left_open.pop(self.chance.randrange(len(self._left_open))))
        if self.chance.random() < 0.25:
            self.take_over()
        if self.chance.random() < 0.05:
            self._peek()
        if self.chance.random() < 0.015:
            self._go_home()

    def look(self) -> list[int]:
        """Everybody who waits for this person, page by page. Raises NoAnswer."""
        found: list[int] = []
        with self.history.doing(self.player.name, "list") as look:
            for page in range(1, MOST_PAGES + 1):
                answer = self.browser.get(f"{self._base}/replies?show=waiting&page={page}")
                note(look, answer)
                if answer.status != 200:
                    look.result = "fail"
                shown = [int(one) for one in _THREAD.findall(answer.body)]
                fresh = [one for one in dict.fromkeys(shown) if one not in found]
                found += fresh
                look.about["pages"] = page
                if not fresh or "page=" not in answer.body:
                    break
            look.about["shown"] = found
        self.house.known.update(found)
        return found

    def open(self, conversation: int, kind: str = "open") -> Opened | None:
        """One conversation; None where it cannot be answered. Raises NoAnswer."""
        with self.history.doing(self.player.name, kind, conversation=conversation) as doing:
            answer = self.browser.get(f"{self._base}/replies/{conversation}")
            note(doing, answer)
        found = _TOKEN.search(answer.body)
        at = self.history.clock.now()
        return Opened(conversation, found[1], at) if found and answer.status == 200 else None

    def _see_to(self, conversation: int) -> None:
        seen = self.open(conversation)
        if seen is None:
            if self.chance.random() < 0.3:
                self._press(self.chance.choice(("opt-out", "close")), conversation)
            return
        dice = self.chance.random()
        for share, deed in self._deeds:
            if dice < share:
                deed(seen)
                return
            dice -= share

    def _press(self, deed: str, conversation: int, **fields: str) -> Doing:
        """One button of the reply page. Raises NoAnswer."""
        with self.history.doing(self.player.name, deed, conversation=conversation) as doing:
            path = f"{self._base}/replies/{conversation}/{deed}"
            note(doing, self.browser.press(path, fields))
        return doing

    # Answering

    def words(self) -> str:
        """No two answers are alike, so that each can be told from every other wherever it turns up."""
        return f"Thank you, noted as {self.player.name}-{self.chance.randrange(16**8):08x}."

    def reply(self, seen: Opened) -> None:
        """Answer what was seen; without an answer once more, with the same token and words."""
        text = self.words()
        for _ in range(3):
            answered = self._send(seen, text)
            if answered or self.ended.wait(0.5):
                return

    def _send(self, seen: Opened, text: str) -> bool:
        about = {"conversation": seen.conversation, "text": text, "opened": seen.at}
        with self.history.doing(self.player.name, "reply", **about) as reply:
            with contextlib.suppress(NoAnswer):
                path = f"{self._base}/replies/{seen.conversation}/reply"
                note(reply, self.browser.press(path, {"token": seen.token, "text": text}))
            return 0 < reply.status < 500

    def _leave_open(self, seen: Opened) -> None:
        self._left_open = [*self._left_open, seen][-KEPT_OPEN:]

    def _pass_on(self, seen: Opened) -> None:
        """Somebody else shall answer; yet the page stays open."""
        self._press("pass-on", seen.conversation, reason="other")
        self._leave_open(seen)

    def _note_and_reply(self, seen: Opened) -> None:
        """What they say is written down, twice now and then, and then answered."""
        step = self.chance.choice(("s1", "s1", "s2"))
        taps = self.chance.choices(("a1", "a2", "a3", ""), (5, 3, 2, 1), k=self.chance.choice((1, 1, 2)))
        for tap in taps:
            for _ in range(3):
                if self._tap(seen.conversation, step, tap) or self.ended.wait(0.5):
                    break
        self.reply(seen)

    def _tap(self, conversation: int, step: str, answer: str) -> bool:
        about = {"conversation": conversation, "step": step, "answer": answer}
        with self.history.doing(self.player.name, "survey", **about) as tap:
            with contextlib.suppress(NoAnswer):
                path = f"{self._base}/replies/{conversation}/answer"
                note(tap, self.browser.press(path, {"step": step, "answer": answer}))
            return 0 < tap.status < 500

    def _both_at_once(self, seen: Opened) -> None:
        """Somebody else answers in the same moment: the lead, or the same person in another tab."""
        lead = self.house.lead
        other = self if lead is None or self.chance.random() < 0.5 else lead
        theirs = other.open(seen.conversation)
        if theirs is None:
            self.reply(seen)
            return
        rival = threading.Thread(target=other.reply, args=(theirs,), daemon=True)
        rival.start()
        self.reply(seen)
        rival.join()

    # Others' conversations

    def take_over(self) -> None:
        """Whoever has waited longest for somebody new. Raises NoAnswer."""
        with self.history.doing(self.player.name, "take over") as take:
            answer = self.browser.press(f"{self._base}/replies/take", {})
            note(take, answer)
            take.about["conversation"] = answer.json.get("conversation")

    def _peek(self) -> None:
        """A conversation of the other organization, under one's own address. Raises NoAnswer."""
        there = [
            one for org, house in self.houses.items() if org != self.player.org for one in house.known
        ]
        if there:
            self.open(self.chance.choice(sorted(there)), "peek")

    def _go_home(self) -> None:
        """Everything goes back at once; after a while they are here again. Raises NoAnswer."""
        with self.history.doing(self.player.name, "go home") as home:
            note(home, self.browser.press(f"{self._base}/done", {}))
        self.ended.wait(self.chance.uniform(4, 12))


def note(doing: Doing, answer: Answer) -> None:
    """Write down what was answered: yes, no, or nothing that can be trusted."""
    doing.status = answer.status
    if code := answer.json.get("code"):
        doing.about["code"] = code
    if answer.status < 400:
        doing.result = "ok"
    elif answer.status < 500:
        doing.result = "fail"
